"""Order objects and webhooks as the documentation leaves them open (voodoo.md, section 10)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suppliers.errors import MalformedReport
from bot.suppliers.exact import encode
from bot.suppliers.outcomes import Report, ReportedStatus
from bot.suppliers.voodoo.reports import read_event, read_order
from tests.factories import keys
from tests.suppliers.desk import ORDER_ID, order_body


def read(**changes: Any) -> Report:
    return read_order(encode(order_body(**changes)))


def test_the_documented_order_reads_completely() -> None:
    report = read(
        status="completed",
        delivered_quantity=2,
        codes=["ABCD-1234-EFGH-5678", "IJKL-9012-MNOP-3456"],
        completed_at="2026-07-05T12:00:07Z",
    )
    assert report == Report(
        supplier_order_id="0190f8a1-6b2c-7e33-9a10-4c1d2e3f5a6b",
        status=ReportedStatus.COMPLETED,
        order_id=ORDER_ID,
        raw_status="completed",
        quantity=Decimal(2),
        delivered=2,
        charged=Decimal(18),
        refunded=Decimal(0),
        codes=keys("ABCD-1234-EFGH-5678", "IJKL-9012-MNOP-3456"),
        completed_at=datetime(2026, 7, 5, 12, 0, 7, tzinfo=UTC),
        item_id="4090",
    )


def test_the_documented_event_reads_with_its_own_names() -> None:
    body = (
        b'{"codes":[],"completed_at":"2026-07-05T12:00:07Z","created_at":"2026-07-05T12:00:00Z",'
        b'"delivered_quantity":0,"error":"OUT_OF_STOCK","error_message":"x","fields":{},"item_id":null,"item_name":"T",'
        b'"merchant_order_id":"po-1","order_id":"0190f8a1-6b2c-7e33-9a10-4c1d2e3f5a6b","quantity":1,'
        b'"refund_amount":9,"status":"failed","total_price":9}'
    )
    report = read_event(body)
    assert report.status is ReportedStatus.FAILED
    assert (report.charged, report.refunded, report.error) == (Decimal(9), Decimal(9), "OUT_OF_STOCK")
    assert report.order_id == "po-1"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("pending", ReportedStatus.PENDING),
        ("processing", ReportedStatus.PENDING),
        ("Completed", ReportedStatus.COMPLETED),
        ("partial", ReportedStatus.PARTIAL),
        ("failed", ReportedStatus.FAILED),
        ("on_review", ReportedStatus.UNKNOWN),
    ],
)
def test_only_documented_words_end_an_order(word: str, status: ReportedStatus) -> None:
    report = read(status=word)
    assert (report.status, report.raw_status) == (status, word)


@pytest.mark.parametrize("reference", ["", None])
def test_a_missing_reference_is_none(reference: object) -> None:
    assert read(merchant_order_id=reference).order_id is None


def test_absent_and_unknown_fields_are_tolerated() -> None:
    report = read_order(b'{"id":"a-1","status":"pending","new_field":{"deep":[1.5]}}')
    assert report == Report("a-1", ReportedStatus.PENDING, raw_status="pending")


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2026-07-05T12:00:07Z", datetime(2026, 7, 5, 12, 0, 7, tzinfo=UTC)),
        ("2026-07-05T14:00:07+02:00", datetime(2026, 7, 5, 12, 0, 7, tzinfo=UTC)),
        ("2026-07-05T12:00:07.123456789Z", datetime(2026, 7, 5, 12, 0, 7, 123456, tzinfo=UTC)),
        ("2026-07-05T12:00:07", datetime(2026, 7, 5, 12, 0, 7, tzinfo=UTC)),
        ("yesterday", None),
        (1_783_252_807, None),
        (None, None),
    ],
)
def test_times_are_read_in_every_spelling(written: object, read_as: datetime | None) -> None:
    assert read(completed_at=written).completed_at == read_as


def test_a_code_that_is_no_string_is_kept_as_its_json() -> None:
    report = read(codes=[" A-1 ", {"pin": "12"}, 77, None, ""])
    assert report.codes == keys("A-1", '{"pin":"12"}', "77")


@pytest.mark.parametrize("delivered", [2, "2", Decimal("2.5"), Decimal("2.0")])
def test_delivered_counts_whole_units(delivered: object) -> None:
    assert read(delivered_quantity=delivered).delivered == 2


def test_less_than_nothing_is_nothing_delivered() -> None:
    assert read(delivered_quantity=-1).delivered == 0


def test_numbers_may_be_strings_and_floats() -> None:
    report = read_order(b'{"id":"a","status":"partial","price":"27.00","refund_amount":9.000000000000001}')
    assert (report.charged, report.refunded) == (Decimal(27), Decimal(9))


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": ""},
        {"id": 7},
        {"id": "../x"},
        {"status": None},
        {"status": " "},
        {"price": "free"},
        {"price": -1},
        {"refund_amount": "x"},
        {"quantity": []},
        {"delivered_quantity": "some"},
        {"codes": "ABCD"},
        {"codes": {}},
    ],
)
def test_what_money_or_codes_depend_on_must_be_readable(changes: dict[str, Any]) -> None:
    with pytest.raises(MalformedReport):
        read(**changes)


@given(st.binary(max_size=200))
def test_rubbish_is_malformed(body: bytes) -> None:
    for reader in (read_order, read_event):
        with pytest.raises(MalformedReport):  # random bytes never hold an id and a status
            reader(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20), lambda inner: st.lists(inner, max_size=3)
)


@given(st.dictionaries(st.sampled_from(sorted(order_body())), json_values))
def test_any_values_in_the_known_fields_are_a_report_or_malformed(changes: dict[str, Any]) -> None:
    try:
        report = read(**changes)
    except MalformedReport:
        return
    assert report.refunded is None or report.refunded >= 0
    assert all(code.value for code in report.codes)
