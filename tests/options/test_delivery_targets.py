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
        ("environments: {dev: {name: a, server: 'https://b'}}", "needs exactly one of name, server and selector"),
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


TWO = "environments: {dev: {name: a}, b: {name: c}}\nargocd: "
ONE = "environments: {dev: {name: a}}\n"

#: What a person may well write, each with the whole message.
MISTAKES = [
    (ONE, "must have argocd, flux or both, or nothing is made"),
    (ONE + "argocd:", "write argocd: {} for its defaults"),
    ("environments: {dev: {name: a, revision: x}}\nargocd: {style: none}", "environments.dev.revision: is for the"),
    (ONE + "argcd: {}", "argcd: is not a known key; did you mean 'argocd'?"),
    (ONE + "argocd: {selfheal: true}", "argocd.selfheal: is not a known key; did you mean 'selfHeal'?"),
    (ONE + "argocd: {style: applicationSet}", "argocd.style: 'applicationSet' must be one of"),
    (ONE + "argocd: {project: Platform}", "argocd.project: 'Platform' must be lower-case letters"),
    (ONE + "argocd: {project: default}", "argocd.project: 'default' is Argo CD's own project"),
    (ONE + "argocd: {namespace: argo.cd}", "argocd.namespace: 'argo.cd' must be lower-case letters"),
    ("environments: {}", "environments: must not be empty"),
    ("environments: [dev]", "environments: must be a mapping"),
    ("environments: {dev: eu}", "environments.dev: must be a mapping"),
    ("environments: {dev: {name: ''}}", "environments.dev.name: '' must not be empty"),
    ("environments: {dev: {name: '*'}}", "environments.dev.name: '*' must name one cluster"),
    ("environments: {dev: {server: eu}}", "environments.dev.server: 'eu' must be the URL of an API server"),
    ("environments: {dev: {server: 'https://*'}}", "environments.dev.server: 'https://*' must name one cluster"),
    ("environments: {dev: {name: a, revision: ''}}", "environments.dev.revision: '' must not be empty"),
    ("environments: {dev: {name: a, revision: HEAD}}", "environments.dev.revision: 'HEAD' is another branch in each"),
    ("environments: {dev: {name: a, revision: v1.2.0}}", "looks like a tag; write 'refs/tags/v1.2.0'"),
    ("environments: {dev: {name: a, revision: a1b2c3d}}", "looks like a part of a commit hash; write all 40 digits"),
    ("environments: {dev: {name: a, revision: 'v1.*'}}", "'v1.*' must be a branch, a tag as 'refs/tags/v1.2.0'"),
    (
        ONE + "argocd: {notifications: [{trigger: on sync, service: slack}]}",
        "notifications[0].trigger: 'on sync' must be",
    ),
    (ONE + "argocd: {notifications: [{trigger: a, service: b.c}]}", "notifications[0].service: 'b.c' must be letters"),
    (ONE + "argocd: {notifications: [{trigger: a, service: b, recipients: ['x;y']}]}", "'x;y' must be one recipient"),
    (
        ONE + "argocd: {notifications: [{trigger: a, service: b, recipients: ['']}]}",
        "recipients[0]: '' must not be empty",
    ),
    (ONE + "argocd: {kinds: [{group: acme.io/v1, kind: Widget}]}", "kinds[0].group: 'acme.io/v1' must be lower-case"),
    (ONE + "argocd: {kinds: [{group: acme.io/v1, kind: Widget}]}", "write 'acme.io', without the version"),
    (ONE + "argocd: {kinds: [{kind: '*'}]}", "kinds[0].kind: '*' must be a kind, such as 'ConfigMap'"),
    (
        ONE + "argocd: {style: none, notifications: [{trigger: a, service: b}]}",
        "argocd.notifications: is for the Applications",
    ),
    (ONE + "argocd: {style: none, prune: false}", "argocd.prune: is for the Applications, of which style: none makes"),
    (ONE + "argocd: {automated: false, selfHeal: true}", "argocd.selfHeal: is for automated syncs"),
    (TWO + "{style: applicationset, steps: [[dev], [b]], selfHeal: true}", "argocd.selfHeal: cannot be: with steps"),
    (TWO + "{style: applicationset, steps: [[dev], [], [b]]}", "argocd.steps[1]: must not be empty"),
    ("environments: {dev: {name: a, kubeConfig: x}}\nargocd: {}", "environments.dev.kubeConfig: is for Flux, which is"),
    (ONE + "flux: {interval: 0s}", "flux.interval: '0s' must be longer than nothing"),
    (ONE + "flux: {timeout: 10}", "flux.timeout: must be a string, not 10"),
    (ONE + "flux: {serviceAccount: Deployer}", "flux.serviceAccount: 'Deployer' must be lower-case letters"),
]


@pytest.mark.parametrize(("text", "fault"), MISTAKES)
def test_refuses_a_mistake_with_what_to_write_instead(tmp_path: Path, text: str, fault: str) -> None:
    """Each message has the line, the key, what is wrong with which value, and a remedy."""
    with pytest.raises(LumenError) as caught:
        read(tmp_path, text)
    assert fault in str(caught.value)
    assert all("delivery.yaml:" in line for line in caught.value.faults)


def read_repository(tmp_path: Path, repository: str) -> Delivery:
    """Read a declaration with a repository."""
    file = tmp_path / "delivery.yaml"
    file.write_text(f"repository: {{{repository}}}\nenvironments: {{dev: {{name: a}}}}\nflux: {{}}\n")
    return load(Delivery, [File(file)]).values


@pytest.mark.parametrize(
    "url",
    [
        "https://git.example.com/a/b.git",
        "http://git.local:8080/a/b",
        "ssh://git@git.example.com/a/b.git",
        "ssh://git@git.example.com:2222/a/b.git",
    ],
)
def test_reads_a_url_that_both_controllers_read(tmp_path: Path, url: str) -> None:
    """The user of an SSH address is no secret."""
    assert read_repository(tmp_path, f"url: '{url}'").repository.url == url


@pytest.mark.parametrize(
    "url", ["https://host", "file:///x", "https://host/a b", "/srv/git", "", "https://host:99999/a"]
)
def test_refuses_a_url_that_not_both_controllers_read(tmp_path: Path, url: str) -> None:
    """What is shown is what was written."""
    with pytest.raises(LumenError, match="must be a URL that Argo CD and Flux both read"):
        read_repository(tmp_path, f"url: '{url}'")


def test_refuses_a_scp_like_address_with_the_url_that_it_stands_for(tmp_path: Path) -> None:
    """Flux reads no such address."""
    with pytest.raises(LumenError, match=r"'git@host:a/b.git' must be a URL: ssh://git@host/a/b.git"):
        read_repository(tmp_path, "url: 'git@host:a/b.git'")


@pytest.mark.parametrize(
    "url",
    ["https://user:hunter2@host/a", "https://hunter2@host/a", "ssh://git:hunter2@host/a", "ftp://x:hunter2@host/a"],
)
def test_refuses_credentials_in_a_url_and_repeats_none(tmp_path: Path, url: str) -> None:
    """A message may end in the log of a CI job."""
    with pytest.raises(LumenError) as caught:
        read_repository(tmp_path, f"url: '{url}'")
    assert "hunter2" not in str(caught.value)
    assert "credentials" in str(caught.value) or url.startswith("ftp:")


def test_refuses_a_url_with_more_than_a_path(tmp_path: Path) -> None:
    """A query may hold a token."""
    with pytest.raises(LumenError, match="must end with the path of the repository") as caught:
        read_repository(tmp_path, "url: 'https://host/a?token=hunter2'")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("path", ["/dist", "dist/", "../dist", "a//b", "."])
def test_refuses_a_folder_that_is_not_below_the_root(tmp_path: Path, path: str) -> None:
    """The folder is joined to others by the controllers."""
    with pytest.raises(LumenError, match="must be a folder from the root of the repository"):
        read_repository(tmp_path, f"url: 'https://host/a', path: '{path}'")
