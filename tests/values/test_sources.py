from __future__ import annotations

from pathlib import Path

import pytest

from lumen_constructs.errors import LumenError
from lumen_constructs.values import File, environments, layers
from lumen_constructs.values.reading import Document
from lumen_constructs.values.sources import read
from tests.values.conftest import Write


def _said(error: pytest.ExceptionInfo[LumenError]) -> str:
    return str(error.value)


def test_finds_environments_by_their_files(write: Write, tmp_path: Path) -> None:
    """Each ``values-<environment>.yaml`` is an environment; they are sorted, and nothing else counts."""
    for name in ("values.yaml", "values-qa.yaml", "values-dev.yaml", "values-a-b.yaml", "other.yaml", "values-x.txt"):
        write(f"apps/shop/{name}", "")
    assert environments(tmp_path / "apps" / "shop") == ["a-b", "dev", "qa"]
    write("apps/shop/values-new.yaml", "")
    assert "new" in environments("apps/shop")


def test_layers_the_environment_over_the_common_values(write: Write, tmp_path: Path) -> None:
    """``values.yaml`` is the lowest layer."""
    write("values.yaml", "")
    write("values-dev.yaml", "")
    assert layers(tmp_path, "dev") == [File(tmp_path / "values.yaml"), File(tmp_path / "values-dev.yaml")]


def test_refuses_an_unknown_environment(write: Write) -> None:
    """The known environments are named, and the one that was meant."""
    write("shop/values-staging.yaml", "")
    write("shop/values-dev.yaml", "")
    with pytest.raises(LumenError) as error:
        layers("shop", "stagin")
    assert _said(error) == "shop: has no environment 'stagin' (dev, staging); did you mean 'staging'?"
    with pytest.raises(LumenError) as error:
        layers("shop", "prod")
    assert _said(error) == "shop: has no environment 'prod' (dev, staging); add shop/values-prod.yaml"


def test_refuses_an_environment_where_there_is_none(write: Write) -> None:
    """A system with common values alone has no environments, and the error says how it gets one."""
    write("shop/values.yaml", "")
    assert environments("shop") == []
    with pytest.raises(LumenError) as error:
        layers("shop", "dev")
    assert _said(error) == "shop: has no environments, so there is no 'dev'; add shop/values-dev.yaml"


def test_refuses_files_that_would_be_passed_over(write: Write) -> None:
    """A wrong suffix or a name that no label can carry is told, not ignored."""
    write("shop/values-qa.yml", "")
    write("shop/values-Über.yaml", "")
    write("shop/values-.yaml", "")
    with pytest.raises(LumenError) as error:
        environments("shop")
    assert len(error.value.faults) == 3
    assert "shop/values-qa.yml: a values file ends in .yaml; rename it" in error.value.faults
    assert "shop/values-Über.yaml: the environment's name 'Über' must be lower-case letters" in _said(error)
    assert "shop/values-.yaml: the environment's name '' must not be empty" in _said(error)


def test_layers_the_ciphertext_of_the_environment_where_it_belongs(write: Write) -> None:
    """A file of ciphertext is a layer whose content goes below ``secrets.sealed.ciphertext``, with its own lines."""
    write("shop/values.yaml", "")
    write("shop/values-qa.yaml", "")
    write("shop/values-dev.yaml", "")
    write("shop/sealed-qa.yaml", "# made by lumen seal\ndb:\n  PASSWORD: AgBy\n")
    assert len(layers("shop", "dev")) == 2
    document = read(layers("shop", "qa")[-1])
    assert isinstance(document, Document)
    assert document.data == {"secrets": {"sealed": {"ciphertext": {"db": {"PASSWORD": "AgBy"}}}}}
    assert document.locate(("secrets", "sealed", "ciphertext", "db", "PASSWORD"))[0] == 3
    assert document.locate(("secrets", "sealed"))[0] == 2


def test_refuses_ciphertext_that_no_environment_would_read(write: Write) -> None:
    """A file whose name was misspelled is told, since its Secrets would be missing without a reason."""
    write("shop/values-qa.yaml", "")
    write("shop/sealed-qs.yaml", "")
    write("shop/sealed-qa.yml", "")
    with pytest.raises(LumenError) as error:
        environments("shop")
    assert error.value.faults == (
        "shop/sealed-qa.yml: a file of ciphertext ends in .yaml; rename it",
        "shop/sealed-qs.yaml: there is no environment 'qs', which it is for",
    )


def test_refuses_a_directory_that_is_not_there(write: Write) -> None:
    """The directory is named."""
    with pytest.raises(LumenError, match=r"^nowhere: no such directory$"):
        environments("nowhere")


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "null\n", "{}"])
def test_reads_an_empty_file_as_no_values(write: Write, text: str) -> None:
    """A file without content sets nothing."""
    document = read(write("values.yaml", text))
    assert isinstance(document, Document)
    assert document.data == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", "values.yaml:1: values must be a mapping of keys to values, not a list"),
        ("# x\nhello\n", "values.yaml:2: values must be a mapping of keys to values, not a single value"),
        ("a: 1\n---\nb: 2\n", "values.yaml:3: a second document starts here; a values file holds one"),
    ],
)
def test_refuses_files_that_are_no_mapping(write: Write, text: str, said: str) -> None:
    """A values file is one mapping."""
    with pytest.raises(LumenError) as error:
        read(write("values.yaml", text))
    assert said in _said(error)


def test_refuses_a_huge_number_of_values(write: Write) -> None:
    """A values file has fewer values than any generated data."""
    with pytest.raises(LumenError, match="has more than 100000 values"):
        read(write("values.yaml", "a: [" + "1," * 100_001 + "]"))
