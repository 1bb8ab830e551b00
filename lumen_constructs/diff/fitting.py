"""An answer that has to be short: what is said last, and in the most detail, is left out first."""

from __future__ import annotations

from collections.abc import Callable


def fitted(written: Callable[[int, int], str], most: int, max_length: int | None) -> str:
    """Give the longest answer within ``max_length`` characters, or all of it where there is no limit.

    ``written`` gives the answer with that many groups of objects, of which that many are told with their fields; it
    grows with both, which may be ``most`` each.
    """
    whole = written(most, most)
    if max_length is None or len(whole) <= max_length:
        return whole
    groups = _largest(most, lambda number: len(written(number, 0)) <= max_length)
    detailed = _largest(groups, lambda number: len(written(groups, number)) <= max_length)
    return written(groups, detailed)


def _largest(most: int, fits: Callable[[int], bool]) -> int:
    """Give the largest number that fits, 0 if none does."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low
