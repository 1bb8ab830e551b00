from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Lumen, Project
from tests.cli.secrets_project import SECRET, nothing_leaks, with_secrets
from tests.sealing.opening import Job, needs_node, opened

PLACE = ("--environment", "dev", "--certificate", "cluster.pem")


@pytest.fixture(name="shop")
def _shop(project: Project) -> Project:
    return with_secrets(project, "{provider: sealed}")


class Typist:
    """Somebody at a terminal who types the same answer twice to each question."""

    def __init__(self, *answers: str) -> None:
        self.asked: list[str] = []
        self._answers = iter([answer for answer in answers for _ in range(2)])

    def __call__(self, prompt: str) -> str:
        """Answer a question, and remember it."""
        self.asked.append(prompt)
        return next(self._answers)


def typing(monkeypatch: pytest.MonkeyPatch, *answers: str) -> Typist:
    """Put somebody at the terminal."""
    typist = Typist(*answers)
    monkeypatch.setattr("getpass.getpass", typist)
    monkeypatch.setattr(sys, "stdin", Terminal())
    return typist


class Terminal(io.StringIO):
    """A standard input that is a terminal."""

    def isatty(self) -> bool:
        """Say that somebody is there."""
        return True


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Give the command a standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def ciphertext(project: Project) -> dict[str, dict[str, str]]:
    """Give what the file of ciphertext holds."""
    found: dict[str, dict[str, str]] = yaml.safe_load((project.package / "demo/sealed-dev.yaml").read_text())
    return found


def values(project: Project, label: str = "shop/{}") -> Iterator[tuple[str, str, bytes | None]]:
    """Open all that is in the file of ciphertext."""
    places = [(name, key, text) for name, keys in ciphertext(project).items() for key, text in keys.items()]
    texts = opened(*(Job(text, label.format(name).encode()) for name, _, text in places))
    for (name, key, _), value in zip(places, texts, strict=True):
        yield name, key, value


@needs_node
def test_asks_for_all_that_is_missing_and_synth_then_works(
    lumen: Lumen, shop: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a name, every key that a component needs and that has no ciphertext is asked for, unseen."""
    assert lumen("synth", "demo", "-e", "dev").status == 1
    typist = typing(monkeypatch, "ädmin", SECRET, "t")
    result = lumen("seal", "demo", *PLACE)
    assert (result.status, result.err) == (0, "")
    file = f"{shop.package.name}/demo/sealed-dev.yaml"
    assert result.out.splitlines() == [
        f"sealed  shop-db  DB_USER  in {file}",
        f"sealed  shop-db  DB_PASSWORD  in {file}",
        f"sealed  shop-api  token  in {file}",
    ]
    assert typist.asked[::2] == ["shop-db DB_USER: ", "shop-db DB_PASSWORD: ", "shop-api token: "]
    assert list(values(shop)) == [
        ("shop-db", "DB_USER", "ädmin".encode()),
        ("shop-db", "DB_PASSWORD", SECRET.encode()),
        ("shop-api", "token", b"t"),
    ]
    rendered = lumen("synth", "demo", "-e", "dev")
    assert (rendered.status, rendered.err) == (0, "")
    assert "demo/dev/20-secrets/sealedsecret.shop-db.yaml" in shop.tree()
    assert "demo/dev/20-secrets/sealedsecret.shop-old.yaml" not in shop.tree()
    assert nothing_leaks(shop, result.out, rendered.out)
    assert lumen("seal", "demo", *PLACE).out == "every secret that is in use has its ciphertext\n"


@needs_node
def test_seals_just_the_keys_that_are_named(lumen: Lumen, shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything else in the file stays byte for byte, comments too."""
    typing(monkeypatch, "admin", "old", "t")
    lumen("seal", "demo", *PLACE)
    file = shop.package / "demo/sealed-dev.yaml"
    file.write_text(file.read_text().replace("shop-api:", "# Rotated each May.\nshop-api:  # of the partner"))
    before = file.read_text().splitlines()
    piped(monkeypatch, SECRET.encode())
    assert lumen("seal", "demo", "shop-db", "DB_PASSWORD", "--stdin", *PLACE).status == 0
    after = file.read_text().splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [(old[:15], new[:15]) for old, new in changed] == [("  DB_PASSWORD: ", "  DB_PASSWORD: ")]
    assert {key: value for _, key, value in values(shop)}["DB_PASSWORD"] == SECRET.encode()


@needs_node
def test_seals_files_byte_for_byte(
    lumen: Lumen, shop: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A key, a keystore or a long text comes from a file; an empty value has to be given on purpose."""
    data = bytes(range(256)) * 256
    (tmp_path / "key").write_bytes(data)
    piped(monkeypatch, b"")
    arguments = ("shop-db", "DB_USER", "--stdin", "--from-file", f"DB_PASSWORD={tmp_path / 'key'}")
    assert lumen("seal", "demo", *arguments, *PLACE).status == 0
    assert list(values(shop)) == [("shop-db", "DB_USER", b""), ("shop-db", "DB_PASSWORD", data)]


@needs_node
def test_the_certificate_beside_the_values_is_used_by_itself(
    lumen: Lumen, shop: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each environment may keep the certificate of its cluster where everybody finds it."""
    piped(monkeypatch, SECRET.encode())
    arguments = ("seal", "demo", "shop-api", "--stdin", "--environment", "dev")
    assert "demo/certificates/dev.pem: no such file" in lumen(*arguments).err
    shop.values("demo/certificates/dev.pem", (shop.root / "cluster.pem").read_text())
    piped(monkeypatch, SECRET.encode())
    assert lumen(*arguments).status == 0
    assert [value for *_, value in values(shop)] == [SECRET.encode()]


def test_says_that_a_line_end_is_a_part_of_the_value(
    lumen: Lumen, shop: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``echo`` writes one, which has cost many people an hour."""
    piped(monkeypatch, f"{SECRET}\n".encode())
    result = lumen("seal", "demo", "shop-api", "--stdin", *PLACE)
    assert (result.status, result.err.partition(" ends")[0]) == (0, "lumen: warning: shop-api: token")
    assert nothing_leaks(shop, *result[1:])


@needs_node
@pytest.mark.parametrize(("scope", "label"), [("namespace", "shop"), ("cluster", "")])
def test_the_scope_is_that_of_the_values(
    lumen: Lumen, project: Project, monkeypatch: pytest.MonkeyPatch, scope: str, label: str
) -> None:
    """The label is what the controller will compute from the SealedSecret that synth makes."""
    shop = with_secrets(project, f"{{provider: sealed, sealed: {{scope: {scope}}}}}")
    piped(monkeypatch, SECRET.encode())
    assert lumen("seal", "demo", "shop-api", "--stdin", "--scope", scope, *PLACE).status == 0
    assert [value for *_, value in values(shop, label)] == [SECRET.encode()]
    assert [value for *_, value in values(shop)] == [None]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["shop-dv", *PLACE], "demo/dev: declares no secret 'shop-dv' (shop-db, shop-api, shop-old, shop-off); did"),
        (["shop-db", "DB_PASS", *PLACE], "shop-db: has no key 'DB_PASS' (DB_USER, DB_PASSWORD); did you mean"),
        (["shop-db", "--stdin", *PLACE], "shop-db: --stdin is the value of one key, and there are 2"),
        (["shop-db", *PLACE], "shop-db: there is no terminal to ask for DB_USER, DB_PASSWORD; use --stdin or"),
        (["shop-api", "--from-file", "token=nowhere", *PLACE], "nowhere: cannot be read: no such file"),
        (["shop-api", "--from-file", "nowhere", *PLACE], "--from-file 'nowhere' must be KEY=PATH"),
        (["--stdin", *PLACE], "--from-file and --stdin give the values of one secret; name it"),
        (["shop-api", "--stdin", "--scope", "cluster", *PLACE], "shop-api: its scope is strict, not cluster"),
        (["-e", "dev", "-c", "old.pem"], "old.pem: expired on"),
        (["-e", "dev", "-c", "pyproject.toml"], "pyproject.toml: is not a certificate in PEM"),
        (["-e", "dev", "-c", "nowhere.pem"], "nowhere.pem: no such file; 'kubeseal --fetch-cert' prints"),
        (["-e", "dev", "-c", "."], ".: cannot be read: is a directory"),
        (["-e", "qa", "-c", "cluster.pem"], "demo: there is no environment 'qa'"),
    ],
)
def test_refuses_and_writes_nothing(
    lumen: Lumen, shop: Project, monkeypatch: pytest.MonkeyPatch, arguments: list[str], fault: str
) -> None:
    """Each refusal is one line, with the status of a wrong command line where it is one; nothing is written."""
    piped(monkeypatch, SECRET.encode())
    result = lumen("seal", "demo", *arguments)
    assert (result.status, result.out) == (2 if fault.startswith(("--", "demo: there is no env")) else 1, "")
    assert f"lumen: error: {fault}" in result.err
    assert not (shop.package / "demo/sealed-dev.yaml").exists()
    assert nothing_leaks(shop, result.err)


def test_refuses_an_answer_that_differs_or_is_empty(
    lumen: Lumen, shop: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is typed blindly is typed twice."""
    typing(monkeypatch)
    answers = iter([SECRET, f"{SECRET}x", ""])
    monkeypatch.setattr("getpass.getpass", lambda _: next(answers))
    differs = lumen("seal", "demo", "shop-api", *PLACE)
    assert differs.err == "lumen: error: shop-api: token was not the same twice\n"
    assert lumen("seal", "demo", "shop-api", *PLACE).err.startswith("lumen: error: shop-api: token is empty; if that")
    assert nothing_leaks(shop, differs.err)


def test_refuses_to_seal_again_what_was_not_named(lumen: Lumen, shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value is replaced only when its key is named, and an unknown provider has no ciphertext."""
    typing(monkeypatch, SECRET)
    lumen("seal", "demo", "shop-api", *PLACE)
    assert (
        "shop-api: has ciphertext for every key; name those to seal again (token)"
        in lumen("seal", "demo", "shop-api", *PLACE).err
    )
    shop.values("demo/values-prod.yaml", "secrets: {provider: existing}\n")
    result = lumen("seal", "demo", "shop-api", "-e", "prod", "-c", "cluster.pem")
    assert "demo/prod: secret 'shop-api' is existing, not sealed" in result.err


def test_refuses_a_system_without_secrets(lumen: Lumen, project: Project) -> None:
    """A stack that declares no Secrets has nothing to seal."""
    with_secrets(project, "{}")
    project.write(f"{project.package.name}/stack.py", (project.package / "stack.py").read_text().split("secrets = ")[0])
    result = lumen("seal", "demo", *PLACE)
    assert result.err == "lumen: error: demo/dev: declares no secrets; its stack needs a SecretSet\n"
