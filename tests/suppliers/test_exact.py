"""JSON numbers stay what they were written as."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suppliers.exact import NotANumber, NotJson, amount, decode_object, encode, number, wire_number

decimals = st.decimals(min_value=-(10**9), max_value=10**9, places=6, allow_nan=False, allow_infinity=False)


@given(decimals)
def test_a_number_survives_the_wire_unchanged(value: Decimal) -> None:
    assert number(decode_object(encode({"n": wire_number(value)}))["n"]) == value


@given(decimals)
def test_a_number_goes_out_without_an_exponent_and_as_an_integer_where_it_is_one(value: Decimal) -> None:
    written = encode(wire_number(value)).decode()
    assert "e" not in written.lower()
    assert ("." in written) == (value != value.to_integral_value())


def test_one_and_a_half_is_written_as_it_is_said() -> None:
    assert encode({"a": wire_number(Decimal("1.50")), "b": wire_number(Decimal("1E+2"))}) == b'{"a":1.5,"b":100}'


@pytest.mark.parametrize(
    "body", [b"", b"nul", b"[]", b"1", b'{"a":NaN}', b'{"a":"\xff"}', b'{"a":1E-99999999999999999999}', b"[" * 99_999]
)
def test_what_is_no_json_object_is_refused_without_being_quoted(body: bytes) -> None:
    with pytest.raises(NotJson, match=r"^not "):
        decode_object(body)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "",
        "ten",
        "NaN",
        "Infinity",
        10**12,
        "-1e12",
        "1e1000000",
        Decimal("-1e999999999"),
        [],
        1.5,
        "1e-31",
        "1e-999999999",
        "0." + "1" * 61,
        "9" * 70,
    ],
)
def test_what_is_no_sane_number_is_refused(value: object) -> None:
    with pytest.raises(NotANumber):
        number(value)


@pytest.mark.parametrize(
    ("written", "meant"), [(b"17.999999999999996", "18"), (b'" 12.50 "', "12.5"), (b"0", "0"), (b"0.00005", "0")]
)
def test_amounts_come_to_a_ten_thousandth(written: bytes, meant: str) -> None:
    decoded = decode_object(b'{"a":' + written + b"}")
    assert amount(decoded["a"]) == Decimal(meant)


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(NotANumber):
        amount(Decimal("-0.01"))
