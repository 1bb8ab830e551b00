"""What goes wrong in a values file or on the command line: a line for each fault, exit 1, and the output as it was."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PROD = "values-prod.yaml"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a project with the repository's systems, and an output that must stay as it is."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(REPOSITORY / "apps", root / "apps", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "cdk8s.yaml", root)
    (root / "pyproject.toml").write_text("")
    (root / "dist").mkdir()
    (root / "dist" / "marker").write_text("as it was")
    return root


def run(project: Path, *command: str) -> tuple[int, list[str]]:
    """Run a command of the project; give its status and the lines on stderr."""
    environ = {**os.environ, "PYTHONPATH": str(project), "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20"}
    done = subprocess.run(
        [sys.executable, *command], cwd=project, env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert (project / "dist" / "marker").read_text() == "as it was"
    assert [path.name for path in (project / "dist").iterdir()] == ["marker"]
    return done.returncode, done.stderr.splitlines()


LUMEN = ("-c", "from lumen_constructs.cli import main; main()")

#: What stands in the file, and what the lines say, one for each fault.
FILES: dict[str, tuple[str | bytes, list[str]]] = {
    "a typo": ("imag: x:1\n", ["values-prod.yaml:1: imag: is not a known key; did you mean 'image'?"]),
    "a typo below": ("probes:\n  rediness: /r\n", ["yaml:2: probes.rediness: .*'readiness'?"]),
    "a wrong type": ("port: eight\n", ["values-prod.yaml:1: port: must be a whole number, not 'eight'"]),
    "a number as text": ('port: "8000"\n', ["values-prod.yaml:1: port: must be a whole number"]),
    "a list for a mapping": ("config: [a]\n", ["values-prod.yaml:1: config: must be a mapping, not a list"]),
    "a bad quantity": ("resources: {limits: {memory: 1x}}\n", ["yaml:1: resources.limits.memory: '1x' is not"]),
    "a request above its limit": ("resources: {limits: {cpu: 1m}}\n", ["requests.cpu: 200m is above the limit 1m"]),
    "a bad image": ("image: {repository: Observer}\n", ["yaml:1: image.repository: 'Observer' must be"]),
    "an image without a tag": ("image: {tag: null}\n", ["image: .*needs a tag or a digest"]),
    "a bad name": ("image: {pullSecrets: [Bad_Name]}\n", ["image.pullSecrets.0.: 'Bad_Name' must be lower-case"]),
    "a bad label": ("cluster: {monitoring: {labels: {a b: c}}}\n", ["monitoring.labels.a b: key must be letters"]),
    "a bad CIDR": ("network: {egress: [{cidr: 10.0.0.1/8}]}\n", ["cidr.*'10.0.0.1/8'.*; write '10.0.0.0/8'"]),
    "a port that is not there": ("probes: {port: htp}\n", ["probes.port 'htp' is not a port .*'http'?"]),
    "a port out of range": ("port: 70000\n", ["values-prod.yaml:1: port: 70000 must be at most 65535"]),
    "a relative path": ("volumes: [{name: data, mountPath: data}]\n", ["mountPath: 'data' must be an absolute path"]),
    "two sources of a volume": ("volumes: [{name: data, emptyDir: {}}]\n", ["volumes.* a volume needs exactly one of"]),
    "a secret among plain keys": ("config: {runtime: {DB_PASSWORD: x}}\n", ["DB_PASSWORD.*is declared secret"]),
    "probes without their config": ("config: {database: {DB_HOST: null}}\n", ["'DB_HOST' is in no config"]),
    "NaN": ("config: {runtime: {A: .nan}}\n", ["values-prod.yaml:1: .*A.*nan"]),
    "infinity": ("port: .inf\n", ["values-prod.yaml:1: "]),
    "2^60": ("port: 1152921504606846976\n", ["values-prod.yaml:1: .*1152921504606846976"]),
    "a placeholder": ("image: {repository: ghcr.io/<owner>/x}\n", ["still holds the placeholder <owner>"]),
    "another placeholder": ("config: {runtime: {A: CHANGE_ME}}\n", ["'CHANGE_ME' is a placeholder"]),
    "no UTF-8": (b"image: \xff\xfe\n", ["values-prod.yaml:1: .*UTF-8"]),
    "no mapping": ("- a\n- b\n", ["values-prod.yaml:1: .*mapping"]),
    "no YAML": ("a: [\n", ["values-prod.yaml:[12]: "]),
    "a duplicate key": ("port: 1\nport: 2\n", ["values-prod.yaml:2: .*port.*1"]),
    "an anchor bomb": (
        "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(9)),
        ["values-prod.yaml:[0-9]+: "],
    ),
    "deep nesting": ("a: " + "[" * 30000 + "]" * 30000, ["values-prod.yaml:1: "]),
    "a huge file": ("a: '" + "x" * 6_000_000 + "'\n", ["values-prod.yaml"]),
    "two documents": ("port: 1\n---\nport: 2\n", ["values-prod.yaml:3: a second document"]),
    "a tag": ("port: !!python/object:os.system x\n", ["values-prod.yaml:1: .*tag"]),
    "a tab": ("image:\n\ttag: x\n", ["values-prod.yaml:2: .*tab"]),
    "a control character": ("image: {tag: \"a\x07\"}\n", ["values-prod.yaml:1: "]),
    "several faults": (
        "imag: x\nport: x\nresources: {limits: {cpu: 1y}}\n",
        ["values-prod.yaml:1: imag", "values-prod.yaml:2: port", "values-prod.yaml:3: resources"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_a_bad_file_is_a_line_for_each_fault(project: Path, case: str) -> None:
    """Each line says where, what was wrong with which value, and there is no traceback."""
    content, expected = FILES[case]
    file = project / "apps" / "observer" / PROD
    good = file.read_bytes()
    try:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        status, lines = run(project, *LUMEN, "synth", "observer")
    finally:
        file.write_bytes(good)
    check(status, lines, expected)


def check(status: int, lines: list[str], expected: list[str], wanted: int = 1) -> None:
    """Hold what a run said against what it should say."""
    assert status == wanted
    assert len(lines) == len(expected), lines
    for line, pattern in zip(lines, expected, strict=True):
        assert line.startswith("lumen: error: "), line
        assert len(line) < 500
        assert re.search(pattern.replace("?", r"\?"), line), line


@pytest.mark.parametrize(
    ("wanted", "arguments", "expected"),
    [
        (2, ["synth", "observr"], "there is no system 'observr'.*did you mean 'observer'?"),
        (2, ["synth", "observer", "-e", "prodd"], "there is no environment 'prodd'.*did you mean 'prod'?"),
        (2, ["synth", "observer", "--set", "port"], "--set port: has no value; write port=VALUE"),
        (1, ["synth", "observer", "--set", "port=x"], "--set port=….*port: must be a whole number"),
        (1, ["synth", "observer", "--set", "prt=1"], "--set prt=….*did you mean 'port'?"),
        (1, ["synth", "observer", "-f", "missing.yaml"], "missing.yaml.*"),
        (1, ["explain", "observer.prt", "-e", "prod"], "did you mean .*port"),
    ],
)
def test_a_bad_command_line_is_one_line(project: Path, wanted: int, arguments: list[str], expected: str) -> None:
    """What was typed wrong is named, with what was meant; what no project could have exits with 2."""
    check(*run(project, *LUMEN, *arguments), [expected], wanted)


def test_an_unreadable_file_is_one_line(project: Path) -> None:
    """A folder where a values file should be, as for root no file is unreadable."""
    file = project / "apps" / "observer" / "values-qa.yaml"
    file.mkdir()
    try:
        status, lines = run(project, *LUMEN, "synth", "observer")
    finally:
        file.rmdir()
    check(status, lines, ["values-qa.yaml.*"])


def test_python_m_apps_says_the_same(project: Path) -> None:
    """The program that the cdk8s CLI runs has the same lines."""
    file = project / "apps" / "observer" / PROD
    good = file.read_bytes()
    try:
        file.write_text("imag: x:1\nport: x\n")
        status, lines = run(project, "-m", "apps")
    finally:
        file.write_bytes(good)
    check(status, lines, ["values-prod.yaml:1: imag: .*did you mean 'image'?", "values-prod.yaml:2: port: must be"])
