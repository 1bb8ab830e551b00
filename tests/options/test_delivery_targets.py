from __future__ import annotations

from pathlib import Path

import pytest

from lumen_constructs.errors import LumenError
from lumen_constructs.options.delivery_targets import Delivery
from lumen_constructs.values import File, load

START = "repository: {url: 'https://git.example.com/a/b.git'}\n"


def read(tmp_path: Path, text: str) -> Delivery:
    """Read a declaration."""
    file = tmp_path / "delivery.yaml"
    file.write_text(START + text)
    return load(Delivery, [File(file)]).values


def test_reads_a_declaration(tmp_path: Path) -> None:
    """What is left out has its default; a controller that is left out is given nothing."""
    found = read(tmp_path, "environments: {dev: {name: here}}\nargocd: {}\n")
    assert found.environments["dev"].name == "here"
    assert found.repository.revision == "main"
    assert found.argocd is not None
    assert found.argocd.style == "applications"
    assert found.flux is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("environments: {dev: {}}", "needs exactly one of name, server and selector"),
        ("environments: {dev: {name: a, server: b}}", "needs exactly one of name, server and selector"),
        (
            "environments: {dev: {selector: {a: b}}}\nargocd: {style: applicationset}",
            "selector and names need each other",
        ),
        ("environments: {dev: {selector: {a: b}, names: [c]}}\nargocd: {}", "is for an ApplicationSet"),
        ("environments: {dev: {name: a}}\nnotDelivered: [dev]", "names 'dev', which environments has too"),
        ("environments: {dev: {name: a}}\nargocd: {steps: [[dev]]}", "are those of an ApplicationSet"),
        (
            "environments: {dev: {name: a}}\nargocd: {style: applicationset, steps: [[dve]]}",
            "names 'dve', which environments has not; did you mean 'dev'?",
        ),
        (
            "environments: {dev: {name: a}, b: {name: a}}\nargocd: {style: applicationset, steps: [[b]]}",
            "must name each environment once, and 'dev' is there 0 times",
        ),
        (
            "environments: {a: {name: a}, b: {server: 'https://b'}}\nargocd: {style: applicationset}",
            "environments.a: needs a server, as 'b' has",
        ),
        ("environments: {dev: {name: a}}\nargocd: {namespaces: {dve: [x]}}", "did you mean 'dev'?"),
        ("environments: {dev: {name: a}}\nflux: {interval: 1d}", "is not a Go duration"),
        ("environments: {dev: {name: a}}\nrepository: {url: 'git@host:a/b'}", "repository"),
    ],
)
def test_refuses_a_declaration_that_contradicts_itself(tmp_path: Path, text: str, fault: str) -> None:
    """Each contradiction is told with its place."""
    with pytest.raises(LumenError) as caught:
        read(tmp_path, text)
    assert fault in str(caught.value)


@pytest.mark.parametrize("url", ["git@host:a/b.git", "https://host", "file:///x", "https://host/a b"])
def test_refuses_a_url_that_only_one_controller_reads(tmp_path: Path, url: str) -> None:
    """Flux reads no scp-like address."""
    file = tmp_path / "delivery.yaml"
    file.write_text(f"repository: {{url: '{url}'}}\nenvironments: {{dev: {{name: a}}}}\n")
    with pytest.raises(LumenError, match="must be a URL that Argo CD and Flux both read"):
        load(Delivery, [File(file)])


@pytest.mark.parametrize("path", ["/dist", "dist/", "../dist", "a//b", "."])
def test_refuses_a_folder_that_is_not_below_the_root(tmp_path: Path, path: str) -> None:
    """The folder is joined to others by the controllers."""
    file = tmp_path / "delivery.yaml"
    file.write_text(f"repository: {{url: 'https://host/a', path: '{path}'}}\nenvironments: {{dev: {{name: a}}}}\n")
    with pytest.raises(LumenError, match="must be a folder from the root of the repository"):
        load(Delivery, [File(file)])
