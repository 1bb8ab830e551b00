from __future__ import annotations

from pydantic import Field, create_model

from lumen_constructs.options.base import Options
from lumen_constructs.values.docstrings import descriptions
from tests.values.models import Component, Port


class Child(Port):
    """A port that says more."""

    public: bool = True
    """Whether anybody may reach it."""
    weight: int = Field(default=1, description="Its share")
    """What the field itself says wins."""
    silent: str = ""


def test_reads_the_text_below_each_field() -> None:
    """Each field that says something has its text, without the indentation of the source."""
    found = descriptions(Component)
    assert found["sampling"] == "Share of requests that are traced."
    assert found["note"] == "Anything a person wants to say.\n\nA second paragraph."
    assert list(found) == list(Component.model_fields)


def test_inherits_texts() -> None:
    """A subclass has the texts of what it inherits, its own in their place, and none where nothing is said."""
    assert descriptions(Child) == {
        "name": "Name of the port.",
        "number": "Number of the port.",
        "public": "Whether anybody may reach it.",
        "weight": "Its share",
    }


def test_finds_classes_inside_functions() -> None:
    """A class that a function makes is found in its module's source."""

    class Local(Options):
        """A local one."""

        value: int = 1
        """A local text."""

    assert descriptions(Local) == {"value": "A local text."}


def test_has_no_texts_without_source() -> None:
    """A type that was made at run time has no texts, and that is no error."""
    assert descriptions(create_model("Made", value=(int, 1))) == {}
