"""An implementation of the controller's side that shares no code with ours."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.sealing.certificates import pem_of, rsa_key

NODE = os.environ.get("JSII_NODE") or shutil.which("node")

needs_node = pytest.mark.skipif(NODE is None, reason="NOT OPENED BY AN INDEPENDENT IMPLEMENTATION: there is no node")


class Job(NamedTuple):
    """A sealed value, and the label that the controller would open it with."""

    ciphertext: str
    label: bytes
    bits: int = 2048


def opened(*jobs: Job) -> list[bytes | None]:
    """Open sealed values; None where one cannot be opened."""
    asked = [
        {
            "key": pem_of(rsa_key(job.bits)),
            "label": base64.b64encode(job.label).decode(),
            "ciphertext": job.ciphertext,
        }
        for job in jobs
    ]
    done = subprocess.run(
        [str(NODE), str(Path(__file__).with_name("unseal.js"))],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    values: list[str | None] = json.loads(done.stdout)
    return [None if value is None else base64.b64decode(value) for value in values]
