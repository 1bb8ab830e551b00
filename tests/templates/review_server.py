"""Stands in for gh and for curl: notes what it is asked for, and answers from a file as the servers would.

It is copied as ``gh`` and as ``curl`` into a folder of the PATH; the folder that ``SERVER`` names has its files.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Do one call."""
    folder = Path(os.environ["SERVER"])
    program, arguments = Path(sys.argv[0]).name, sys.argv[1:]

    def option(*names: str) -> str | None:
        return next((arguments[arguments.index(name) + 1] for name in names if name in arguments), None)

    field = option("--field", "--data-urlencode")
    body = Path(field.removeprefix("body=").removeprefix("body").removeprefix("@")).read_text() if field else None
    method = option("--method", "--request") or ("POST" if field else "GET")
    (address,) = (text for text in arguments if text.startswith(("repos/", "https://")))
    with (folder / "calls.jsonl").open("a") as calls:
        print(json.dumps([program, method, address, body]), file=calls)
    if (folder / "refuses").exists():
        sys.exit("403 Forbidden")
    known = json.loads((folder / "answers.json").read_text())
    answer = json.dumps(known[address.rpartition("/")[2].partition("?")[0]] if method == "GET" else {})
    if expression := option("--jq"):  # gh brings its own
        jq = ["jq", "--raw-output", expression]
        answer = subprocess.run(jq, input=answer, capture_output=True, text=True, check=True).stdout
    if target := option("--output"):
        Path(target).write_text(answer)
    elif program == "curl" or "--silent" not in arguments:
        sys.stdout.write(answer)


if __name__ == "__main__":
    main()
