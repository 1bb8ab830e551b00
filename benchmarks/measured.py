"""Run a program in this process and write the peak memory of the process and of its largest child to a file.

Run as ``python -m benchmarks.measured FILE -m MODULE [ARGUMENT]…`` or with the path of a script in place of ``-m``.
"""

from __future__ import annotations

import atexit
import json
import resource
import runpy
import sys
from pathlib import Path


def main() -> None:
    """Run what the arguments name."""
    file, *program = sys.argv[1:]
    # What was registered first runs last: jsii has waited for Node.js by then.
    atexit.register(_write, Path(file))
    if program[0] == "-m":
        sys.argv = program[1:]
        runpy.run_module(program[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = program
        runpy.run_path(program[0], run_name="__main__")


def _write(file: Path) -> None:
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    file.write_text(json.dumps(peaks))


if __name__ == "__main__":
    main()
