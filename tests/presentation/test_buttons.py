"""Callback data fits into 64 bytes, and comes back as what was packed."""

from dataclasses import fields
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.presentation.buttons import ALL, LIMIT, Button, ButtonError, Buy, OpenOrders, PickQuantity
from bot.presentation.desk_buttons import DESK
from bot.presentation.money_buttons import MONEY
from bot.presentation.notify_buttons import NOTIFY, PickLow
from bot.presentation.report_buttons import REPORTS
from bot.presentation.team_buttons import TEAM, RemoveGroup
from storage.records.catalog import ItemKey

EVERY = (*ALL, *DESK, *MONEY, *NOTIFY, *REPORTS, *TEAM)

WORD = st.text(st.characters(exclude_characters="|", exclude_categories=["Cs"]), max_size=16)
VALUES: dict[type, st.SearchStrategy[Any]] = {
    str: WORD,
    int: st.integers(0, 999),
    Decimal: st.decimals(min_value=0, max_value=10**9, places=4),
    ItemKey: st.builds(ItemKey, st.sampled_from(["voodoo", "octopus"]), WORD.filter(bool)),
}


@st.composite
def buttons(draw: st.DrawFn) -> Button:
    """Any button with any values."""
    kind = draw(st.sampled_from(EVERY))
    hints = get_type_hints(kind, include_extras=True)
    names = [field.name for field in fields(kind)]  # pyright: ignore[reportArgumentType] every button is a dataclass
    return kind(**{name: draw(values_of(get_args(hints[name])[0])) for name in names})


def values_of(kind: type) -> st.SearchStrategy[Any]:
    """The values that a field of this type may have."""
    return st.sampled_from(list(kind)) if issubclass(kind, Enum) else VALUES[kind]


def test_no_class_can_pack_into_more_than_telegram_takes() -> None:
    assert {kind.__name__: kind.widest() for kind in EVERY if kind.widest() > LIMIT} == {}


def test_every_class_has_a_prefix_of_its_own() -> None:
    assert len({kind.prefix for kind in EVERY}) == len(EVERY)


@given(buttons())
def test_what_is_packed_comes_back_and_fits(button: Button) -> None:
    try:
        data = button.pack()
    except ButtonError:
        return
    assert 1 <= len(data.encode()) <= LIMIT
    assert type(button).owns(data)
    assert type(button).unpack(data) == button


@example("d|0\U00010000\U00010000")
@given(st.text(max_size=64))
def test_foreign_data_is_refused_cleanly(data: str) -> None:
    for kind in EVERY:
        try:
            button = kind.unpack(data)
        except ButtonError:
            continue
        assert kind.owns(button.pack())


@pytest.mark.parametrize("made_up", ["1e999999999", "1E-9", "-9e99999999", "1_0", " 1", "1\N{ARABIC-INDIC DIGIT TWO}"])
def test_a_number_is_read_only_as_it_is_packed(made_up: str) -> None:
    with pytest.raises(ButtonError):
        PickLow.unpack(f"{PickLow.prefix}|{made_up}")


@pytest.mark.parametrize("wide", [2**63, -(2**63) - 1])
def test_a_number_that_no_column_holds_is_refused(wide: int) -> None:
    with pytest.raises(ButtonError):
        RemoveGroup.unpack(f"{RemoveGroup.prefix}|1|{wide}")


@pytest.mark.parametrize("data", ["", "q", "q|draft", "q|draft|NaN", "q|draft|Infinity", "q|draft|two", "b|voodoo:1"])
def test_data_of_the_wrong_shape_is_not_a_quantity(data: str) -> None:
    with pytest.raises(ButtonError):
        PickQuantity.unpack(data)


def test_a_value_wider_than_its_place_is_refused_when_packed() -> None:
    with pytest.raises(ButtonError, match="more than 40 bytes"):
        Buy(ItemKey("voodoo", "ж" * 17)).pack()


def test_an_unknown_filter_is_refused() -> None:
    with pytest.raises(ButtonError):
        OpenOrders.unpack("O|everything|0")
