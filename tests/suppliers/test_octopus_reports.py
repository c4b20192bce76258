"""Octopus's order records as the documentation leaves them open (octopus.md, sections 7 and 16)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suppliers.errors import MalformedReport
from bot.suppliers.exact import encode
from bot.suppliers.octopus.reports import read_order
from bot.suppliers.outcomes import Report, ReportedStatus
from storage.records.orders import Code
from tests.suppliers.desk import ORDER_ID
from tests.suppliers.octopus import order_body, voucher

EXPIRY = datetime(2027, 3, 25, tzinfo=UTC)


def read(**changes: Any) -> Report:
    return read_order(encode(order_body(**changes)))


def codes_of(*vouchers: Any) -> tuple[Code, ...]:
    return read(vouchers=list(vouchers)).codes


def test_the_documented_order_reads_completely() -> None:
    assert read() == Report(
        supplier_order_id="1234",
        status=ReportedStatus.COMPLETED,
        order_id=ORDER_ID,
        raw_status="DELIVERED",
        item_id="123",
        quantity=Decimal(2),
        delivered=2,
        charged=Decimal("96.5"),
        codes=(
            Code("STEAM-0001-ABCD-EFGH", "1234", "", EXPIRY, "VCH-001"),
            Code("STEAM-0002-ABCD-EFGH", "1234", "", EXPIRY, "VCH-002"),
        ),
        denomination=Decimal(50),
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("PENDING", ReportedStatus.PENDING),
        ("Processing", ReportedStatus.PENDING),
        (" delivered ", ReportedStatus.COMPLETED),
        ("PARTIALLY_DELIVERED", ReportedStatus.DELIVERING),
        ("Partially Delivered", ReportedStatus.DELIVERING),
        ("partially-delivered", ReportedStatus.DELIVERING),
        ("FAILED", ReportedStatus.FAILED),
        ("cancelled", ReportedStatus.FAILED),
        ("ON_HOLD", ReportedStatus.UNKNOWN),
        ("RECHARGED", ReportedStatus.UNKNOWN),
    ],
)
def test_only_documented_words_end_an_order(word: str, status: ReportedStatus) -> None:
    report = read(status=word)
    assert (report.status, report.raw_status) == (status, word.strip())


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"status": "FAILED"}, "FAILED", ""),
        ({"status": "cancelled", "message": "Cancelled by Octopus"}, "CANCELLED", "Cancelled by Octopus"),
        ({"status": "FAILED", "failure_reason": "Out of stock"}, "FAILED", "Out of stock"),
        ({"status": "DELIVERED"}, "", ""),
    ],
)
def test_a_failure_says_which_and_why(changes: dict[str, Any], error: str, message: str) -> None:
    report = read(**changes)
    assert (report.error, report.error_message) == (error, message)


@pytest.mark.parametrize("name", ["client_reference", "ref", "reference_code"])
def test_our_id_is_read_under_each_of_its_names(name: str) -> None:
    body = order_body()
    del body["client_reference"]
    assert read_order(encode(body)).order_id is None
    assert read_order(encode({**body, name: "ours"})).order_id == "ours"


@pytest.mark.parametrize(
    "wrapped",
    [
        [order_body()],
        {"success": True, "data": order_body()},
        {"success": True, "data": [order_body()]},
    ],
)
def test_an_order_is_read_in_each_of_its_wrappings(wrapped: object) -> None:
    assert read_order(encode(wrapped)) == read()


@pytest.mark.parametrize("body", [b"[]", b"{}", b"7", b"null", b"<html>", b'{"success":true,"data":null}'])
def test_what_is_no_order_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedReport):
        read_order(body)


def test_two_orders_are_not_one() -> None:
    with pytest.raises(MalformedReport, match="a list of 2 orders"):
        read_order(encode([order_body(), order_body()]))


@pytest.mark.parametrize(
    "changes",
    [{"id": None}, {"id": 0}, {"id": -4}, {"id": "abc"}, {"id": 1.5}, {"status": None, "vouchers": []}, {"id": True}],
)
def test_an_order_without_an_id_or_a_word_on_itself_is_malformed(changes: dict[str, Any]) -> None:
    with pytest.raises(MalformedReport):
        read(**changes)


def test_vouchers_are_not_lost_for_want_of_a_status() -> None:
    report = read(status=None)
    assert report.status is ReportedStatus.UNKNOWN
    assert len(report.codes) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "much"},
        {"quantity": []},
        {"denomination": {}},
        {"discount": "x"},
        {"product_id": None},
        {"amount": -1},
    ],
)
def test_vouchers_are_not_lost_for_a_number_that_cannot_be_read(changes: dict[str, Any]) -> None:
    assert len(read(**changes).codes) == 2


@pytest.mark.parametrize(
    ("changes", "delivered"),
    [
        ({}, 2),
        ({"status": "DELIVERED", "quantity": 5}, 5),
        ({"status": "DELIVERED", "delivered_quantity": 3, "quantity": 5}, 3),
        ({"status": "DELIVERED", "quantity": None}, 2),
        ({"status": "PARTIALLY_DELIVERED", "quantity": 100}, 2),
        ({"status": "PARTIALLY_DELIVERED", "quantity": 100, "delivered_quantity": 87}, 87),
        ({"status": "PARTIALLY_DELIVERED", "delivered_quantity": -1}, 0),
        ({"status": "PENDING", "vouchers": [], "quantity": 100}, 0),
        ({"status": "FAILED", "vouchers": None}, 0),
    ],
)
def test_delivered_is_what_is_said_else_what_the_status_means(changes: dict[str, Any], delivered: int) -> None:
    assert read(**changes).delivered == delivered


@pytest.mark.parametrize(
    ("changes", "charged"),
    [
        ({}, Decimal("96.5")),
        ({"discount": None}, Decimal(100)),
        ({"discount": 0}, Decimal(100)),
        ({"base_currency": "GBP", "deduction_currency": "EUR"}, None),
        ({"base_currency": None}, None),
        ({"base_currency": None, "deduction_currency": None}, None),
        ({"amount": None}, None),
        ({"discount": 101}, None),
    ],
)
def test_the_charge_is_only_told_without_a_conversion(changes: dict[str, Any], charged: Decimal | None) -> None:
    assert read(**changes).charged == charged


def test_each_kind_of_voucher_is_kept_with_its_parts() -> None:
    assert codes_of(
        voucher(1),
        voucher(2, pin_code=None, expires_at=None, voucher_reference_number=None),
        voucher(3, card_number=None, pin_code=None, claim_url=" https://play.google.com/redeem?code=X "),
        {"card_number": "ONLY"},
    ) == (
        Code("STEAM-0001-ABCD-EFGH", "1234", "", EXPIRY, "VCH-001"),
        Code("STEAM-0002-ABCD-EFGH"),
        Code("", "", "https://play.google.com/redeem?code=X", EXPIRY, "VCH-003"),
        Code("ONLY"),
    )


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("PLAIN-CODE", Code("PLAIN-CODE")),
        (771234, Code("771234")),
        (["A", "B"], Code('["A","B"]')),
        ({"card_number": 771234, "pin_code": 12}, Code("771234", "12")),
        ({"card_number": {"number": "1"}, "pin_code": ["2"]}, Code('{"number":"1"}', '["2"]')),
        ({"activation": "ABC"}, Code('{"activation":"ABC"}')),
        ({"card_number": None, "serial_number": "S-1"}, Code('{"card_number":null,"serial_number":"S-1"}')),
        ({"card_number": "C", "claim_url": "redeem at the till"}, Code("C", "", "redeem at the till")),
        ({"card_number": "C", "expires_at": "12/27"}, Code("C", serial="(expires: 12/27)")),
        (
            {"card_number": "C", "expires_at": "12/27", "voucher_reference_number": 5},
            Code("C", serial="5 (expires: 12/27)"),
        ),
        ({"card_number": "C", "expires_at": "2027-03-25"}, Code("C", expires_at=EXPIRY)),
    ],
)
def test_an_odd_voucher_is_kept_rather_than_lost(entry: object, code: Code) -> None:
    assert codes_of(entry) == (code,)


@pytest.mark.parametrize(
    "entry",
    [None, {}, "", " ", [], dict.fromkeys(voucher(1)), dict.fromkeys(voucher(1), ""),
     {**dict.fromkeys(voucher(1)), "state": "hidden"}],
)  # fmt: skip
def test_a_voucher_without_any_part_is_none(entry: object) -> None:
    assert codes_of(entry) == ()


@pytest.mark.parametrize(
    ("vouchers", "values"),
    [("CODE", ["CODE"]), (voucher(7), ["STEAM-0007-ABCD-EFGH"]), (None, []), ([], []), ({}, [])],
)
def test_vouchers_that_are_no_list_are_read_as_one(vouchers: object, values: list[str]) -> None:
    assert [code.value for code in read(vouchers=vouchers).codes] == values


def test_only_the_answer_to_a_create_vouches_for_its_codes() -> None:
    body = encode(order_body())
    assert read_order(body, created=True).created
    assert not read_order(body).created


TEXT = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
PARTS = st.fixed_dictionaries(
    {"card_number": st.none() | TEXT, "pin_code": st.none() | TEXT, "claim_url": st.none() | TEXT}
)


@given(st.lists(PARTS, max_size=8))
def test_every_part_of_every_voucher_arrives_in_its_place(vouchers: list[dict[str, str | None]]) -> None:
    names = ("card_number", "pin_code", "claim_url")
    expected = [tuple(entry[name] or "" for name in names) for entry in vouchers if any(entry.values())]
    assert [(code.value, code.pin, code.link) for code in codes_of(*vouchers)] == expected


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from(sorted(order_body())), JSON_VALUES))
def test_any_values_in_the_known_fields_are_a_report_or_malformed(changes: dict[str, Any]) -> None:
    try:
        report = read(**changes)
    except MalformedReport:
        return
    assert report.delivered >= 0
    assert report.charged is None or report.charged >= 0
    assert Code() not in report.codes


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(voucher(1), JSON_VALUES)))
def test_no_shape_of_a_voucher_breaks_the_report_or_hides_the_others(entry: dict[str, Any]) -> None:
    assert codes_of(entry, voucher(9))[-1].value == "STEAM-0009-ABCD-EFGH"


@given(st.decimals(0, 10**6, places=2), st.decimals(0, 10**6, places=2))
def test_charges_are_exact(amount: Decimal, discount: Decimal) -> None:
    charged = read(amount=amount, discount=discount).charged
    assert charged == (amount - discount if amount >= discount else None)


@given(st.binary(max_size=200))
def test_rubbish_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedReport):  # random bytes never hold an id and a status
        read_order(body)
