from __future__ import annotations

import pytest

from lumen_constructs.errors import CheckError, LumenError, OptionError, raise_all


def test_shows_one_line_for_each_fault() -> None:
    """The text of an error is its faults, one a line, and it is a ValueError."""
    error = LumenError("a is wrong", "b is wrong")
    assert str(error) == "a is wrong\nb is wrong"
    assert error.faults == ("a is wrong", "b is wrong")
    assert isinstance(error, ValueError)


def test_puts_a_place_before_each_fault() -> None:
    """A place that is known later stands before every line, and the kind of error stays."""
    placed = CheckError("a is wrong", "b is wrong").at("shop/cart")
    assert placed.faults == ("shop/cart: a is wrong", "shop/cart: b is wrong")
    assert type(placed) is CheckError
    assert placed.at("values.yaml").faults[0] == "values.yaml: shop/cart: a is wrong"


def test_names_the_option_type_until_a_better_place_is_known() -> None:
    """The name of the option type gives way to the path of the construct."""
    error = OptionError("Port", "name 'A' is wrong", "b is wrong")
    assert str(error) == "Port: name 'A' is wrong\nPort: b is wrong"
    assert error.at("shop/cart").faults == ("shop/cart: name 'A' is wrong", "shop/cart: b is wrong")


def test_raises_all_faults_at_once() -> None:
    """Faults are collected into one error, each once, in their order."""
    with pytest.raises(CheckError) as raised:
        raise_all(iter(["b", "a", "b"]), CheckError)
    assert raised.value.faults == ("b", "a")


def test_raises_nothing_where_nothing_is_wrong() -> None:
    """No fault is no error."""
    raise_all([])
