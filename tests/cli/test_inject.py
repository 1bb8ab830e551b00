from __future__ import annotations

import base64
import stat
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Lumen, Project
from tests.cli.secrets_project import SECRET, nothing_leaks, with_secrets

DOTENV = f"""\
# of a developer's own cluster
DB_USER=admin   # of the database
export DB_PASSWORD='{SECRET} ${{HOME}} # $x'
SHOP_API_TOKEN="two\\nlines"
"""
INJECT = ("inject", "demo", "--environment", "dev")


@pytest.fixture(name="shop")
def _shop(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("DB_USER", "DB_PASSWORD", "SHOP_API_TOKEN", "token", "TOKEN"):
        monkeypatch.delenv(name, raising=False)
    shop = with_secrets(project, "{provider: injected}")
    git(shop, "init", "--quiet")
    shop.write(".gitignore", ".secrets/\nsecrets-*.env\n__pycache__/\n")
    return shop


def git(project: Project, *arguments: str) -> None:
    """Run git in the project."""
    subprocess.run(["git", *arguments], cwd=project.root, check=True, capture_output=True)


def injected(project: Project, folder: str = ".secrets/demo/dev") -> dict[str, dict[str, str]]:
    """Give the values that were written, by Secret and key."""
    found = {}
    for file in sorted((project.root / folder).iterdir()):
        body = yaml.safe_load(file.read_text())
        assert (body["kind"], body["metadata"]["namespace"]) == ("Secret", "shop")
        found[body["metadata"]["name"]] = {key: base64.b64decode(text).decode() for key, text in body["data"].items()}
    return found


def mode(path: Path) -> int:
    """Give the permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_writes_plain_secrets_for_their_owner_only(lumen: Lumen, shop: Project) -> None:
    """A dotenv file is read to the letter, and what comes out says how to apply it, but not what it is."""
    shop.values("demo/secrets-dev.env", DOTENV)
    result = lumen(*INJECT)
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines() == [
        "written  .secrets/demo/dev/secret.shop-db.yaml",
        "written  .secrets/demo/dev/secret.shop-api.yaml",
        "apply them with: kubectl apply --server-side -f .secrets/demo/dev",
    ]
    assert injected(shop) == {
        "shop-db": {"DB_USER": "admin", "DB_PASSWORD": f"{SECRET} ${{HOME}} # $x"},
        "shop-api": {"token": "two\nlines"},
    }
    secrets = shop.root / ".secrets"
    assert {mode(folder) for folder in (secrets, secrets / "demo", secrets / "demo/dev")} == {0o700}
    assert {mode(file) for file in (secrets / "demo/dev").iterdir()} == {0o600}
    assert nothing_leaks(shop, result.out)


def test_files_win_over_the_dotenv_file_and_that_over_the_process(
    lumen: Lumen, shop: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What was said for this purpose counts before what happens to be set."""
    shop.write("given.env", "DB_USER=dotenv\nDB_PASSWORD=dotenv\n")
    shop.write(".gitignore", ".secrets/\n*.env\n")
    (tmp_path / "password").write_text("file\n")
    for name in ("DB_USER", "DB_PASSWORD", "SHOP_API_TOKEN"):
        monkeypatch.setenv(name, "process")
    result = lumen(*INJECT, "--env-file", "given.env", "--from-file", f"DB_PASSWORD={tmp_path / 'password'}")
    assert result.err == ""
    assert injected(shop) == {
        "shop-db": {"DB_USER": "dotenv", "DB_PASSWORD": "file\n"},
        "shop-api": {"token": "process"},
    }


def test_a_secret_that_is_no_longer_injected_is_removed(lumen: Lumen, shop: Project) -> None:
    """The folder holds what the environment needs now, and nothing that was."""
    shop.values("demo/secrets-dev.env", DOTENV)
    lumen(*INJECT)
    shop.values("demo/values-dev.yaml", "secrets: {overrides: {shop-api: {provider: existing}}}\n")
    assert lumen(*INJECT).status == 0
    assert list(injected(shop)) == ["shop-db"]
    shop.values("demo/values-dev.yaml", "secrets: {provider: existing}\n")
    assert lumen(*INJECT).out == "no secret of demo in dev is injected\n"
    assert injected(shop) == {}


def test_synth_injects_where_there_is_a_dotenv_file(lumen: Lumen, shop: Project) -> None:
    """A developer runs one command; the output holds no Secret, and says which it needs."""
    shop.values("demo/secrets-dev.env", DOTENV)
    result = lumen("synth", "demo")
    assert (result.status, result.err) == (0, "")
    assert injected(shop).keys() == {"shop-db", "shop-api"}
    assert not (shop.root / ".secrets/demo/prod").exists()
    tree = shop.tree()
    assert not [path for path in tree if "secret." in path]
    assert (
        "lumen-constructs/external: Secret/shop-db Secret/shop-api" in tree["demo/dev/60-traffic/cronjob.report.yaml"]
    )
    assert nothing_leaks(shop, result.out)


def test_synth_only_warns_of_missing_values(lumen: Lumen, shop: Project) -> None:
    """What a colleague's cluster lacks is no fault of the manifests."""
    shop.values("demo/secrets-dev.env", "DB_USER=a\nDB_PASSWORD=b\n")
    result = lumen("synth", "demo")
    assert result.status == 0
    assert result.err == ("lumen: warning: demo/dev: secret 'shop-api' has no value for token; set SHOP_API_TOKEN\n")


def test_refuses_missing_values_with_a_line_for_each(lumen: Lumen, shop: Project) -> None:
    """Nothing is written until every required key has a value."""
    shop.values("demo/secrets-dev.env", f"DB_PASSWORD={SECRET}\nSHOP_API_TOKEN=\n")
    result = lumen(*INJECT)
    assert result.err.splitlines() == [
        "lumen: error: demo/dev: secret 'shop-db' has no value for DB_USER; set SHOP_DB_DB_USER or DB_USER",
        "lumen: error: demo/dev: secret 'shop-api' has no value for token; SHOP_API_TOKEN is empty",
    ]
    assert not (shop.root / ".secrets").exists()
    assert nothing_leaks(shop, result.err)


@pytest.mark.parametrize("output", ["dist", "dist/demo/dev", "plain", ".secrets/../plain"])
def test_refuses_a_place_that_git_sees(lumen: Lumen, shop: Project, output: str) -> None:
    """The output of synth, and whatever is not ignored, would be committed sooner or later."""
    shop.values("demo/secrets-dev.env", DOTENV)
    result = lumen(*INJECT, "--output", output)
    assert result.status == 1
    assert ("which Git holds" if output.startswith("dist") else "is not ignored by Git") in result.err
    assert not (shop.root / output).exists()
    assert nothing_leaks(shop, result.err)


def test_refuses_a_place_that_is_tracked_although_it_is_ignored(lumen: Lumen, shop: Project) -> None:
    """An ignored file that was added once is committed with every change."""
    shop.values("demo/secrets-dev.env", DOTENV)
    shop.write(".secrets/demo/dev/secret.yaml", "")
    git(shop, "add", "--force", ".secrets")
    assert "is tracked by Git" in lumen(*INJECT).err


def test_refuses_a_link_to_a_place_that_git_sees(lumen: Lumen, shop: Project) -> None:
    """What counts is where the values would be."""
    shop.values("demo/secrets-dev.env", DOTENV)
    (shop.root / "plain").mkdir()
    (shop.root / ".secrets").symlink_to("plain")
    assert "is not ignored by Git" in lumen(*INJECT).err
    assert list((shop.root / "plain").iterdir()) == []


def test_refuses_a_folder_with_other_files_in_it(lumen: Lumen, shop: Project, tmp_path: Path) -> None:
    """A folder is made private and cleared, which nobody wants for another one."""
    shop.values("demo/secrets-dev.env", DOTENV)
    other = tmp_path.parent / f"{tmp_path.name}-other"
    other.mkdir(mode=0o755)
    (other / "mine.yaml").write_text("kept")
    assert "holds mine.yaml, which is not a secret of ours" in lumen(*INJECT, "-o", str(other)).err
    assert (mode(other), [file.name for file in other.iterdir()]) == (0o755, ["mine.yaml"])
    (other / "mine.yaml").unlink()
    assert lumen(*INJECT, "-o", str(other)).status == 0
    assert mode(other) == 0o700


def test_refuses_a_dotenv_file_that_git_sees(lumen: Lumen, shop: Project) -> None:
    """Its values are known to everybody who has the repository, or soon will be."""
    shop.values("demo/secrets-dev.env", DOTENV)
    shop.write(".gitignore", ".secrets/\n")
    assert "secrets-dev.env: is not ignored by Git, and would be committed" in lumen(*INJECT).err
    shop.write(".gitignore", ".secrets/\n*.env\n")
    git(shop, "add", "--force", f"{shop.package.name}/demo/secrets-dev.env")
    result = lumen("synth", "demo")
    assert (result.status, "secrets-dev.env: is tracked by Git" in result.err) == (1, True)
    assert not shop.dist.exists()


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (f"DB_USER=a\n{SECRET}\n", ["2: must be KEY=value"]),
        (f"# words\n\nDB_USER='{SECRET}\nDB_PASSWORD\n", ["3: must be KEY=value", "4: must be KEY=value"]),
        (f"A=1\nB=2\nA={SECRET}\n", ["3: A is set twice"]),
    ],
)
def test_refuses_lines_that_are_no_variables_and_never_shows_them(
    lumen: Lumen, shop: Project, text: str, faults: list[str]
) -> None:
    """What stands in a dotenv file is secret even where it is wrong."""
    shop.values("demo/secrets-dev.env", text)
    result = lumen(*INJECT)
    file = f"{shop.package.name}/demo/secrets-dev.env"
    assert [line.split(";")[0] for line in result.err.splitlines()] == [f"lumen: error: {file}:{f}" for f in faults]
    assert SECRET not in result.err
