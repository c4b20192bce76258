"""What Octopus's charges say, and why there are none (octopus.md, section 6)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suppliers.errors import MalformedReport, SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.exact import encode
from bot.suppliers.octopus.quotes import read_quote
from bot.suppliers.outcomes import QuoteProblem, QuoteRefused
from storage.records.catalog import ItemKey
from storage.records.orders import Quote
from tests.factories import NOW
from tests.suppliers.octopus import charges_body, make_question, ok, running_desk, said
from tests.suppliers.wire import Answer, running_wire

CONVERTED = charges_body(
    non_discounted_total=Decimal("250.00"),
    discount_amount=Decimal("8.75"),
    total_amount=Decimal("241.25"),
    total_payable=Decimal("282.26"),
    handling_fee_amount=Decimal("0.00"),
    charges_details={"source_currency": "GBP", "destination_currency": "EUR", "forex_rate": Decimal("1.17")},
)
PRODUCT = {
    "id": 123,
    "available_denominations": [{"min_value": 50, "max_value": 50}, {"min_value": 5, "max_value": 20}],
}
REFUSED = said(400, "BAD_REQUEST", "Not like this")


async def ask(*answers: Answer, denomination: str = "50", quantity: str = "2", **config: Any) -> Any:
    """Quote with a supplier that answers like this."""
    async with running_wire(*answers) as wire, running_desk(wire.url, clock=lambda: NOW, **config) as desk:
        return await desk.client.quote(make_question(quantity, denomination))


async def test_the_question_is_the_documented_one() -> None:
    async with running_wire(ok(charges_body()), ok(charges_body())) as wire:
        for wallet_id in (None, 7):
            async with running_desk(wire.url, wallet_id=wallet_id) as desk:
                await desk.client.quote(make_question("2.0", "19.50"))
    assert [(request.method, request.path, request.body) for request in wire.requests] == [
        ("POST", "/api/v1/products/123/charges", b'{"denomination":19.5,"quantity":2}'),
        ("POST", "/api/v1/products/123/charges", b'{"denomination":19.5,"quantity":2,"wallet_id":7}'),
    ]


async def test_the_guides_quote_reads_completely() -> None:
    assert await ask(ok(charges_body())) == Quote(
        denomination=Decimal(50),
        quantity=Decimal(2),
        face=Decimal(100),
        discount=Decimal("3.5"),
        total=Decimal("96.5"),
        currency="USD",
        quoted_at=NOW,
        max_quantity=Decimal(100),
    )


async def test_a_converted_quote_says_rate_fee_and_what_leaves_the_wallet() -> None:
    quote = await ask(ok(CONVERTED), quantity="5", wallet_id=2)
    assert isinstance(quote, Quote)
    assert (quote.face, quote.discount, quote.total) == (Decimal(250), Decimal("8.75"), Decimal("282.26"))
    assert (quote.currency, quote.rate, quote.fee, quote.account) == ("EUR", Decimal("1.17"), Decimal(0), "2")


def read(body: dict[str, Any], wallet_id: int | None = None) -> Quote | QuoteRefused:
    return read_quote(encode(body), make_question(), wallet_id, NOW)


@pytest.mark.parametrize(
    ("body", "name", "value"),
    [
        ({"total_payable": 96}, "face", Decimal(100)),
        ({"total_payable": 96}, "discount", Decimal(0)),
        ({"total_payable": 96}, "currency", "USD"),
        ({"total_payable": 96}, "max_quantity", None),
        ({"total_payable": "96.50"}, "total", Decimal("96.5")),
        ({"total_payable": 97, "total_amount": 95}, "discount", Decimal(5)),
        ({"total_payable": 97, "gst_amount": Decimal("1.2")}, "tax", Decimal("1.2")),
        ({"total_payable": 97, "gst_amount": 0}, "tax", None),
        ({"total_payable": 97, "max_quantity": "many"}, "max_quantity", None),
        ({"total_payable": 97, "charges_details": None}, "rate", None),
        ({"success": True, "data": {"total_payable": 97}}, "total", Decimal(97)),
        ({"total_payable": 97, "charges_details": {"destination_currency": "EUR", "conversion_fee": 2}}, "fee", 2),
        ({"total_payable": 97, "charges_details": {"destination_currency": "EUR", "forex_rate": 0}}, "rate", None),
        (charges_body(handling_fee_amount=0), "fee", None),
    ],
)
def test_optional_fields_may_be_left_out(body: dict[str, Any], name: str, value: object) -> None:
    assert getattr(read(body), name) == value


@pytest.mark.parametrize(
    "body", [{}, {"total_payable": None}, {"total_payable": -1}, {"total_payable": "x"}, {"discount_amount": "x"}]
)
def test_a_quote_without_a_price_is_malformed(body: dict[str, Any]) -> None:
    with pytest.raises(MalformedReport):
        read(body)


def test_a_price_in_no_known_currency_is_malformed() -> None:
    with pytest.raises(MalformedReport, match="currency"):
        read({"total_payable": 97}, wallet_id=2)


@given(
    st.decimals("0.01", 10**9, places=2),
    st.integers(1, 5_000),
    st.decimals("0.0001", 10**9, places=4),
    st.decimals(0, 10**6, places=2),
)
def test_amounts_arrive_exactly_as_they_were_written(
    denomination: Decimal, quantity: int, total: Decimal, discount: Decimal
) -> None:
    question = make_question(str(quantity), str(denomination))
    body = {"total_payable": total, "discount_amount": discount, "max_quantity": 5_000}
    quote = read_quote(encode(body), question, None, NOW)
    assert isinstance(quote, Quote)
    assert (quote.total, quote.discount, quote.face) == (total, discount, denomination * quantity)


async def test_a_quote_for_more_than_one_order_may_take_is_refused_with_the_most() -> None:
    refused = await ask(ok(charges_body(max_quantity=20)), quantity="21")
    assert refused == QuoteRefused(QuoteProblem.QUANTITY, max_quantity=Decimal(20))


@pytest.mark.parametrize(
    ("answers", "refused"),
    [
        ((said(404, "NOT_FOUND", "Product not found"),), QuoteRefused(QuoteProblem.ITEM_GONE, "Product not found")),
        ((REFUSED, said(404, "NOT_FOUND")), QuoteRefused(QuoteProblem.ITEM_GONE, "Not like this")),
        (
            (REFUSED, ok(PRODUCT | {"available_denominations": [{"min_value": 10, "max_value": 10}]})),
            QuoteRefused(QuoteProblem.DENOMINATION, "Not like this"),
        ),
        (
            (REFUSED, ok(PRODUCT), ok(charges_body(max_quantity=1))),
            QuoteRefused(QuoteProblem.QUANTITY, "Not like this", Decimal(1)),
        ),
        ((REFUSED, ok(PRODUCT), ok(charges_body())), QuoteRefused(QuoteProblem.REFUSED, "Not like this")),
        ((REFUSED, ok(PRODUCT), REFUSED), QuoteRefused(QuoteProblem.REFUSED, "Not like this")),
        ((REFUSED, ok({}), REFUSED), QuoteRefused(QuoteProblem.REFUSED, "Not like this")),
        (
            (said(403, "INSUFFICIENT_FUNDS", "Low"),),
            QuoteRefused(QuoteProblem.REFUSED, "Low"),
        ),
        ((said(422, "SOLD_OUT", "Gone"), ok(PRODUCT), ok(charges_body())), QuoteRefused(QuoteProblem.REFUSED, "Gone")),
    ],
)
async def test_a_refused_question_is_looked_into(answers: tuple[Answer, ...], refused: QuoteRefused) -> None:
    assert await ask(*answers) == refused


@pytest.mark.parametrize("value", ["5", "12.34", "20", "50"])
async def test_a_face_value_within_the_product_is_not_called_wrong(value: str) -> None:
    refused = await ask(REFUSED, ok(PRODUCT), denomination=value, quantity="1")
    assert refused == QuoteRefused(QuoteProblem.REFUSED, "Not like this")


@pytest.mark.parametrize("value", ["4.99", "20.01", "49", "51"])
async def test_a_face_value_outside_the_product_is_named_as_the_problem(value: str) -> None:
    refused = await ask(REFUSED, ok(PRODUCT), denomination=value, quantity="1")
    assert refused == QuoteRefused(QuoteProblem.DENOMINATION, "Not like this")


@pytest.mark.parametrize("answer", [said(404, "NOT_FOUND", "Wallet not found"), said(400, "BAD_REQUEST", "No wallet")])
async def test_a_wallet_that_is_not_there_concerns_the_operator(answer: Answer) -> None:
    with pytest.raises(SupplierMisconfigured, match="OCTOPUS_WALLET_ID"):
        await ask(answer, wallet_id=99)


async def test_an_address_that_is_not_allowed_concerns_the_operator() -> None:
    with pytest.raises(SupplierMisconfigured, match="IP allowlist"):
        await ask(said(403, "FORBIDDEN", "IP address not authorized"))


@pytest.mark.parametrize(
    "answer", [Answer(500), Answer(502, b"<html>"), Answer(404, b"<html>"), said(429, "X"), Answer(302)]
)
async def test_no_answer_is_no_refusal(answer: Answer) -> None:
    with pytest.raises(SupplierUnavailable):
        await ask(answer)


async def test_an_item_with_no_number_is_gone_without_a_call() -> None:
    async with running_wire() as wire, running_desk(wire.url) as desk:
        refused = await desk.client.quote(make_question(key=ItemKey("octopus", "x")))
    assert refused == QuoteRefused(QuoteProblem.ITEM_GONE, "the item's id is not a number")
    assert wire.connections == 0
