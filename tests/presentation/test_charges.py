"""What a reseller reads of money: its price, and never the cost."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.presentation.orders import Listing, Parties, order_card, order_list, status_card
from bot.presentation.results import result_message
from bot.presentation.speech import languages, speech_in
from storage.records.orders import Attention, Order, OrderFilter, OrderLine, OrderState, RejectReason
from tests.factories import NOW, keys, make_card, make_order, make_quote

EN = speech_in("en")
NOVA = Parties({7: "Nova <Games>"}, {1001: "Ann & Co"})
SECRETS = ("17.77", "16.66", "1.11", "0.93", "Main EUR", "wallet", "key", "5.05")
"""Amounts and names that only the supplier's side of an order holds."""


def sold(state: OrderState, **changes: object) -> Order:
    """A reseller's order for 20.00 whose cost is 17.77, with everything set that might slip out."""
    order = make_order(
        reference="7KQ2M9XF",
        state=state,
        expected=Decimal("17.77"),
        charged=Decimal("17.77"),
        refunded=Decimal("1.11"),
        error_message="Main EUR holds 5.05",
        item=make_card(),
        denomination=Decimal(10),
        quote=make_quote(
            total=Decimal("17.77"),
            discount=Decimal("1.11"),
            rate=Decimal("0.93"),
            fee=Decimal("16.66"),
            account="Main EUR",
        ),
        reseller_id=7,
        price=Decimal("20.00"),
        markup=Decimal("12.5"),
    )
    return replace(order, **changes)


def everything(order: Order, language: str) -> list[str]:
    """Every card that a reseller may be shown of an order."""
    speech = speech_in(language)
    codes = keys("AAAA")
    return [
        status_card(order, speech).text,
        result_message(order, codes, speech, True).card.text,
        result_message(order, (), speech, False).card.text,
        order_card(order, codes, speech).text,
    ]


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("captured", [None, Decimal(0), Decimal("13.33"), Decimal("20.00")])
@pytest.mark.parametrize("state", OrderState)
def test_no_card_of_a_resellers_order_holds_anything_of_the_supplier(
    state: OrderState, captured: Decimal | None, language: str
) -> None:
    for reason in RejectReason:
        order = sold(state, captured=captured, reject_reason=reason, error="E17: Main EUR 5.05")
        for text in everything(order, language):
            assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("kind", Attention)
def test_no_reason_for_attention_reaches_a_reseller(kind: Attention) -> None:
    order = sold(
        OrderState.ACCEPTED, attention=kind, attention_detail="Main EUR took 5.05", supplier_order_id="Main EUR"
    )
    for text in everything(order, "en"):
        assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (OrderState.PLACING, "Price: <b>$20.00</b>"),
        (OrderState.UNCONFIRMED, "Held on your balance until it is known: <b>$20.00</b>"),
        (OrderState.ACCEPTED, "Price: <b>$20.00</b>"),
    ],
)
def test_an_order_under_way_names_its_price(state: OrderState, said: str) -> None:
    assert said in status_card(sold(state), EN).text


def test_a_delivered_order_says_what_was_charged() -> None:
    text = status_card(sold(OrderState.COMPLETED, captured=Decimal("20.00")), EN).text
    assert "Charged: <b>$20.00</b>" in text
    assert "Available again" not in text


def test_a_part_says_what_was_charged_and_what_is_free_again() -> None:
    order = sold(OrderState.PARTIAL, captured=Decimal("13.33"), quantity=Decimal(3), delivered=2)
    text = result_message(order, keys("A", "B"), EN, True).card.text
    assert "2 of 3 delivered; 1 is missing." in text
    assert "Charged: <b>$13.33</b>" in text
    assert "Available again: <b>$6.67</b>" in text


@pytest.mark.parametrize("state", [OrderState.FAILED, OrderState.REJECTED])
def test_an_order_that_brought_nothing_says_that_its_price_is_free_again(state: OrderState) -> None:
    text = status_card(sold(state, captured=Decimal(0)), EN).text
    assert "Nothing was charged: <b>$20.00</b> is available again." in text
    assert "refund" not in text


@pytest.mark.parametrize("reason", RejectReason)
def test_every_refusal_says_what_to_do(reason: RejectReason) -> None:
    text = status_card(sold(OrderState.REJECTED, captured=Decimal(0), reject_reason=reason), EN).text
    assert any(words in text for words in ("order again later", "Look at the item again", "you can order it again"))


def test_an_operator_reads_the_cost_and_the_price_and_whose_it_is() -> None:
    order = sold(OrderState.PARTIAL, captured=Decimal("13.33"), quantity=Decimal(3), delivered=2)
    text = order_card(order, keys("A"), EN, operator=True, parties=NOVA).text
    for fact in (
        "Cost when confirmed: $17.77",
        "Supplier charged: <b>$17.77</b>",
        "Supplier refunded: <b>$1.11</b>",
        "Sold to <b>Nova &lt;Games&gt;</b>, ordered by Ann &amp; Co",
        "Markup: 12.5%",
        "Charged: <b>$13.33</b>",
        "Available again: <b>$6.67</b>",
        "Conversion fee",
    ):
        assert fact in text


def test_an_operator_reads_that_an_open_orders_price_is_held() -> None:
    text = order_card(sold(OrderState.ACCEPTED, charged=None), (), EN, operator=True).text
    assert "Expected cost: <b>$17.77</b>" in text
    assert "Price: <b>$20.00</b>\nIt is held until the order ends." in text
    assert "Sold to <b>7</b>, ordered by 1001" in text


def test_an_operator_reads_the_suppliers_own_words() -> None:
    assert "Main EUR holds 5.05" in order_card(sold(OrderState.FAILED), (), EN, operator=True).text


def test_an_owner_reads_who_of_the_team_ordered() -> None:
    order = sold(OrderState.COMPLETED, captured=Decimal(20))
    assert "Ordered by: Ann &amp; Co" in order_card(order, (), EN, parties=Parties(people={1001: "Ann & Co"})).text
    assert "Ordered by" not in order_card(order, (), EN).text


def line(**changes: object) -> OrderLine:
    """A reseller's order in a list."""
    ordered = OrderLine(
        9, "R0000009", "Steam", Decimal(2), Decimal("17.77"), "USD", OrderState.ACCEPTED, Attention.COST_DIFFERS, NOW,
        reseller_id=7, price=Decimal("20.00"), user_id=1001,
    )  # fmt: skip
    return replace(ordered, **changes)


def test_a_resellers_list_names_prices_alone_and_no_attention() -> None:
    text = order_list([line(), line(captured=Decimal("13.33"))], OrderFilter.ALL, EN, before=0, more=False).text
    assert "$20.00" in text
    assert "$13.33" in text
    assert "17.77" not in text
    assert "needs attention" not in text


def test_an_operators_list_names_the_cost_too_and_whose_each_is() -> None:
    listing = Listing(parties=NOVA, operator=True, whose="Nova")
    text = order_list([line()], OrderFilter.ALL, EN, before=0, more=False, listing=listing).text
    assert "$20.00 (cost $17.77)" in text
    assert "Nova &lt;Games&gt; · Ann &amp; Co · /order_R0000009" in text
    assert "needs attention" in text
    assert "<b>Orders</b> · All · Nova" in text


@pytest.mark.parametrize(
    ("state", "paid", "charged", "refunded", "total"),
    [
        (OrderState.PARTIAL, 10, 18, 9, "$10.00 (cost $9.00)"),
        (OrderState.FAILED, 0, 18, 18, "$0.00 (cost $0.00)"),
        (OrderState.FAILED, 0, 18, 0, "$0.00 (cost $18.00)"),
        (OrderState.REJECTED, 0, None, 0, "$0.00 (cost $0.00)"),
    ],
)
def test_an_operators_list_names_what_the_supplier_kept(
    state: OrderState, paid: int, charged: int | None, refunded: int, total: str
) -> None:
    taken = None if charged is None else Decimal(charged)
    ended = line(state=state, captured=Decimal(paid), charged=taken, refunded=Decimal(refunded))
    operator = Listing(operator=True)
    assert total in order_list([ended], OrderFilter.ALL, EN, before=0, more=False, listing=operator).text
    own = replace(ended, reseller_id=None)
    kept = Decimal(charged or 0) - refunded
    assert f"× 2 · ${kept:.2f}" in order_list([own], OrderFilter.ALL, EN, before=0, more=False, listing=operator).text


@given(
    st.decimals(0, 10**9, places=2),
    st.decimals(0, 10**9, places=2),
    st.sampled_from([OrderState.COMPLETED, OrderState.PARTIAL, OrderState.FAILED, OrderState.REJECTED]),
)
def test_what_is_charged_and_what_is_free_again_make_the_price(
    price: Decimal, part: Decimal, state: OrderState
) -> None:
    captured = min(price, part)
    text = status_card(sold(state, price=price, captured=captured), EN).text
    if captured:
        assert f"Charged: <b>{EN.money(captured, 'USD')}</b>" in text
        assert (f"Available again: <b>{EN.money(price - captured, 'USD')}</b>" in text) == (captured < price)
    else:
        assert "Nothing was charged" in text
