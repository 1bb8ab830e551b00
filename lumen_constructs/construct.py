"""What the library's constructs share: flat, typed keywords from an option type, and errors with a path."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, TypeVar

from constructs import Construct

from lumen_constructs.errors import LumenError
from lumen_constructs.faults import FaultsError, show
from lumen_constructs.options.base import Options

P = ParamSpec("P")
M = TypeVar("M", bound=Options)
S = TypeVar("S", bound=Construct)


class _NoChartError(LumenError):
    """A construct stands in no Chart. The outermost says so: what it holds was made by it, and not by a user."""

    def at(self, where: str) -> LumenError:
        return _NoChartError(f"{where}: stands in no Chart; make one, and give it as the scope")


#: What cdk8s says of an object that is made right below an App.
_NO_CHART = "cannot find a parent chart"


def flat(
    options: Callable[P, M],
) -> Callable[[Callable[[S, Construct, str, M], None]], Callable[Concatenate[S, Construct, str, P], None]]:
    """Let a constructor that takes an option object be called with the option's fields as keywords.

    The keywords, their types and their defaults are those of the option type, for type checkers and editors as well as
    at run time, so that Python and a values file have one definition. An option object that was read from a values file
    goes in its place: see :func:`built`.
    """

    def wrap(init: Callable[[S, Construct, str, M], None]) -> Callable[Concatenate[S, Construct, str, P], None]:
        @functools.wraps(init)
        def constructor(self: S, scope: Construct, id: str, /, *args: P.args, **kwargs: P.kwargs) -> None:
            try:
                made: Any = _given(args, kwargs) if args else options(*args, **kwargs)
                init(self, scope, id, made)
            except FaultsError as error:
                raise LumenError(*map(str, error.faults)).at(_path(scope, id)) from None
            except LumenError as error:
                raise error.at(_path(scope, id)) from None
            except RuntimeError as error:
                if _NO_CHART not in str(error):
                    raise
                raise _NoChartError().at(_path(scope, id)) from None

        constructor.__signature__ = _signature(options)  # type: ignore[attr-defined]  # inspect and help() read it
        return constructor

    return wrap


def _given(args: tuple[object, ...], keywords: Mapping[str, object]) -> object:
    """Give the option object of :func:`built`, which alone may stand behind the id."""
    # A value of Python's own is what a keyword was forgotten before.
    if len(args) == 1 and not keywords and type(args[0]).__module__ != "builtins":
        return args[0]
    message = f"options are keywords, such as image=…, but {show(args[0])} has none"
    raise LumenError(message)


def _signature(options: Callable[..., Options]) -> inspect.Signature:
    places = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_ONLY) for name in ("self", "scope", "id")]
    fields = options.model_fields.items() if isinstance(options, type) and issubclass(options, Options) else ()
    keywords = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.is_required() else field.get_default(call_default_factory=False),
            annotation=field.annotation,
        )
        for name, field in fields
    ]
    return inspect.Signature([*places, *keywords])


def built(kind: Callable[..., S], scope: Construct, id: str, options: Options) -> S:
    """Make a construct of ``kind`` from options that were read from a values file."""
    return kind(scope, id, options)


def _path(scope: Construct, id: str) -> str:
    return f"{scope.node.path}/{id}".lstrip("/")
