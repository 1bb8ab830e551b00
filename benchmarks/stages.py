"""Where the time of our program of many services goes; run as ``python -m benchmarks.stages HOW FOLDER NUMBER``.

Prints JSON: seconds by stage, each without those of the stages that it calls.
"""

from __future__ import annotations

import json
import sys
import time

_STARTED = time.perf_counter()

from collections.abc import Callable  # noqa: E402  # the clock starts before everything else
from functools import wraps  # noqa: E402  # as above
from importlib import import_module  # noqa: E402  # as above
from pathlib import Path  # noqa: E402  # as above
from typing import Any  # noqa: E402  # as above

from benchmarks import services  # noqa: E402  # as above

#: What is measured: module, name in it, stage.
_STAGES = (
    ("lumen_constructs.options.base", "_OptionsMeta.__call__", "options: reading and checking"),
    ("lumen_constructs.options.base", "Options.model_copy", "options: reading and checking"),
    ("benchmarks.services", "service", "bodies"),
    ("lumen_constructs.manifest", "canonical", "canonical form"),
    ("lumen_constructs.manifest", "manifests", "canonical form"),
    ("constructs", "Construct.__init__", "jsii: constructs"),
    ("lumen_constructs.manifest", "Manifests.add", "jsii: bodies to Node.js"),
    ("cdk8s", "App.synth", "cdk8s: writing YAML"),
    ("lumen_constructs.manifest", "Manifests.render", "rendering: objects from Node.js"),
    ("lumen_constructs.manifest", "rendered", "rendering: objects from Node.js"),
    ("lumen_constructs.validation", "_WholeApp.validate", "rendering: objects from Node.js"),
    ("lumen_constructs.validation", "checked", "checks"),
    ("lumen_constructs.rendering", "placed_set", "emit: canonical form, names, waves"),
    ("lumen_constructs.rendering", "set_files", "emit: YAML"),
    ("lumen_constructs.emit.replace", "replace", "emit: files"),
)


class Clock:
    """Gives every moment to the innermost stage that runs."""

    def __init__(self, started: float) -> None:
        self.seconds: dict[str, float] = {}
        self._running = ["start: Python, imports, Node.js"]
        self._since = started

    def switch(self, *, enter: str | None = None) -> None:
        """Enter a stage, or leave the current one."""
        now = time.perf_counter()
        current = self._running[-1]
        self.seconds[current] = self.seconds.get(current, 0) + now - self._since
        self._since = now
        if enter is None:
            self._running.pop()
        else:
            self._running.append(enter)

    def watch(self, module: str, name: str, stage: str) -> None:
        """Have the calls of a function, or a class's method, count for a stage."""
        owner: Any = import_module(module)
        *above, last = name.split(".")
        for part in above:
            owner = getattr(owner, part)
        inner = vars(owner).get(last) or getattr(owner, last)
        if isinstance(inner, classmethod):
            setattr(owner, last, classmethod(self._timed(inner.__func__, stage)))
        else:
            setattr(owner, last, self._timed(inner, stage))

    def _timed(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        @wraps(function)
        def timed(*arguments: Any, **keywords: Any) -> Any:
            self.switch(enter=stage)
            try:
                return function(*arguments, **keywords)
            finally:
                self.switch()

        return timed


def main() -> None:
    """Run the program that the arguments name, and print its stages."""
    how, folder, number = sys.argv[1:]
    clock = Clock(_STARTED)
    for module, name, stage in _STAGES:
        clock.watch(module, name, stage)
    {"plain": services.plain, "files": services.files}[how](Path(folder), int(number))
    clock.switch()
    json.dump(clock.seconds, sys.stdout)


if __name__ == "__main__":
    main()
