"""What goes wrong, as one line a fault: where, what was wrong with which value, what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class LumenError(ValueError):
    """One or more faults in what a user wrote; ``str()`` gives one line for each.

    Lines are lower case and carry no full stop, so that they read well behind ``lumen: error:``.
    """

    faults: tuple[str, ...]

    def __init__(self, *faults: str) -> None:
        super().__init__(*faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(self.faults)

    def at(self, where: str) -> LumenError:
        """Give the same faults with ``where`` (a construct path, a file) before each line."""
        return type(self)(*(f"{where}: {fault}" for fault in self.faults))


class OptionError(LumenError):
    """Faults in the options of one type; the type stands before each line until a better place is known."""

    def __init__(self, owner: str, *faults: str) -> None:
        super().__init__(*(f"{owner}: {fault}" for fault in faults))
        self.bare = faults

    def at(self, where: str) -> LumenError:
        """Give the same faults with ``where`` in place of the type's name."""
        return LumenError(*(f"{where}: {fault}" for fault in self.bare))


class UnknownNameError(LumenError):
    """What was asked for by name, a system or an environment, is not there."""


class CheckError(LumenError):
    """The set of manifests as a whole is wrong: a check found errors, and nothing was written."""


class CheckWarning(UserWarning):
    """Something about a set of manifests that is likely unwanted; it does not stop the synthesis."""


def raise_all(faults: Iterable[str], kind: type[LumenError] = LumenError) -> None:
    """Raise one error with all of ``faults``; do nothing where there is none."""
    lines: Sequence[str] = tuple(dict.fromkeys(faults))
    if lines:
        raise kind(*lines)
