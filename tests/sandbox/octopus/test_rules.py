"""Properties of prices, wallets, refunds and masks that hold for every order."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.sandbox.octopus.books import FIRST_ORDER_ID, Books, Order, Plan, Status
from bot.sandbox.octopus.checkout import read_purchase
from bot.sandbox.octopus.errors import Refused
from bot.sandbox.octopus.fulfilment import Verdict, go_on, refund_due
from bot.sandbox.octopus.landmarks import LANDMARKS
from bot.sandbox.octopus.pricing import Charges, Conversion, charges
from bot.sandbox.octopus.storeroom import Storeroom
from bot.sandbox.octopus.switches import MaskStyle, Outcome, Switches
from bot.sandbox.octopus.vouchers import Voucher, make_voucher, masked
from bot.sandbox.octopus.wallets import Direction, InsufficientFunds, Purse
from bot.sandbox.octopus.world import CURRENCIES, Rates, step_of
from bot.sandbox.shop.steering import CannotSettle

NOON = datetime(2026, 7, 5, 12, tzinfo=UTC)
STEAM = LANDMARKS[0]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
currencies = st.sampled_from(sorted(CURRENCIES))
percents = st.decimals(min_value=0, max_value=99, places=2)
quantities = st.integers(1, 5_000)


@st.composite
def prices(draw: st.DrawFn) -> Charges:
    """Any price of so many vouchers, converted or not."""
    source, destination = draw(currencies), draw(currencies)
    face = draw(st.decimals(min_value=1, max_value=10_000, places=CURRENCIES[source].precision))
    fee = draw(st.decimals(min_value=0, max_value=5, places=CURRENCIES[destination].precision))
    conversion = Conversion(Rates().between(source, destination), fee) if source != destination else None
    return charges(face, draw(quantities), draw(percents), source, destination, conversion)


def an_order(quantity: int, priced: Charges | None = None) -> Order:
    """An open order of Steam cards."""
    price = priced or charges(Decimal(50), quantity, Decimal("3.5"), "USD", "USD")
    plan = Plan(Outcome.DELIVERED, sync=False)
    return Order(1, STEAM, Decimal(50), quantity, 1, price, "A-1", None, NOON, plan)


def new_voucher(number: int) -> Voucher:
    return make_voucher(STEAM, number, NOON, Random(number))  # noqa: S311 - invented vouchers


@settings(deadline=None)
@given(prices())
def test_a_price_is_in_whole_smallest_units_and_adds_up(price: Charges) -> None:
    for amount in (price.face, price.discount, price.total):
        assert amount % step_of(price.source) == 0
    assert price.net % step_of(price.destination) == 0
    assert price.total == price.face - price.discount >= 0
    fee = price.conversion.fee if price.conversion else 0
    assert price.payable == price.net + fee
    exact = price.total * (price.conversion.rate if price.conversion else 1)
    assert abs(price.net - exact) <= step_of(price.destination) / 2


@settings(deadline=None)
@given(prices(), st.integers(-90, 300))
def test_a_moved_price_moves_what_is_paid_and_no_discount_is_negative(price: Charges, percent: int) -> None:
    moved = price.dearer(Decimal(percent))
    assert moved.face == price.face
    assert moved.discount >= 0
    assert moved.total >= 0
    assert (moved.payable >= price.payable) if percent >= 0 else (moved.payable <= price.payable)


def test_half_a_cent_is_rounded_up() -> None:
    price = charges(Decimal("0.10"), 1, Decimal(5), "USD", "USD")
    assert (price.discount, price.total) == (Decimal("0.01"), Decimal("0.09"))


@settings(deadline=None)
@given(prices(), st.integers(1, 4_999))
def test_a_refund_never_exceeds_what_was_paid_and_is_owed_once(price: Charges, delivered: int) -> None:
    quantity = 5_000
    order = go_on(an_order(quantity, price), Verdict(Outcome.PARTIAL, delivered), new_voucher, NOON)
    due = refund_due(order)
    assert 0 <= due <= price.payable
    assert due % step_of(price.destination) == 0
    assert refund_due(replace(order, refunded=due)) == 0
    assert refund_due(go_on(an_order(quantity, price), Verdict(Outcome.FAILED), new_voucher, NOON)) == price.payable


@settings(deadline=None)
@given(st.lists(st.tuples(prices(), st.booleans()), max_size=20))
def test_wallets_never_go_below_zero_and_are_explained_by_their_transactions(
    orders: list[tuple[Charges, bool]],
) -> None:
    purse = Purse([(code, Decimal(20_000)) for code in CURRENCIES], NOON)
    for order_id, (price, refund) in enumerate(orders):
        wallet = purse.in_currency(price.destination)
        assert wallet is not None
        before = wallet.amount
        try:
            purse.pay(wallet, price, order_id, NOON)
        except InsufficientFunds:
            assert price.payable > before == wallet.amount
            continue
        if refund:
            purse.refund(wallet, price.payable, order_id, NOON)
            assert wallet.amount == before
    for wallet in purse.wallets:
        own = [one for one in purse.transactions if one.wallet_id == wallet.id]
        signed = (one.amount if one.direction is Direction.CREDIT else -one.amount for one in own)
        assert wallet.amount == sum(signed) >= 0


@settings(deadline=None)
@given(
    quantity=st.integers(1, 40),
    steps=st.lists(
        st.builds(Verdict, st.sampled_from(Outcome), st.none() | st.integers(0, 45), st.integers(0, 3)), max_size=6
    ),
)
def test_an_order_only_ever_goes_forward(quantity: int, steps: list[Verdict]) -> None:
    order = an_order(quantity)
    for verdict in steps:
        try:
            after = go_on(order, verdict, new_voucher, NOON)
        except CannotSettle:
            continue
        assert not order.status.terminal
        assert after.vouchers[: len(order.vouchers)] == order.vouchers
        assert order.delivered <= after.delivered <= quantity
        assert len(after.vouchers) <= after.delivered
        assert (after.status is Status.DELIVERED) is (
            after.delivered == quantity and after.status not in (Status.FAILED, Status.CANCELLED)
        )
        order = after


@settings(deadline=None)
@given(st.sampled_from(LANDMARKS), st.sampled_from(MaskStyle), st.randoms(use_true_random=False))
def test_a_mask_gives_nothing_away_but_the_end(product: object, style: MaskStyle, chance: Random) -> None:
    known = next(one for one in LANDMARKS if one == product)
    clear = make_voucher(known, 1, NOON, chance)
    shown = masked(clear, style)
    assert shown.claim_url is None
    assert shown.pin_code is None or len(set(shown.pin_code)) == 1
    if clear.card_number is not None and shown.card_number is not None:
        assert len(shown.card_number) == len(clear.card_number)
        assert shown.card_number.endswith(clear.card_number[-4:])
        assert len(set(shown.card_number[:-4])) == 1
    else:
        assert shown.card_number is clear.card_number is None


@settings(deadline=None)
@given(st.sampled_from(LANDMARKS), st.randoms(use_true_random=False))
def test_a_voucher_in_clear_does_not_look_masked(product: object, chance: Random) -> None:
    known = next(one for one in LANDMARKS if one == product)
    clear = make_voucher(known, 1, NOON, chance)
    shown = [part for part in (clear.card_number, clear.pin_code, clear.claim_url) if part]
    assert shown
    assert not any(sign in part for part in shown for sign in ("*", "•", "XXXXX"))


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["product_id", "denomination", "quantity", "wallet_id", "client_reference", "email", "more"]),
        JSON_VALUES,
    )
)
def test_any_json_object_is_bought_or_refused(body: dict[str, object]) -> None:
    try:
        purchase = read_purchase(body, Storeroom(LANDMARKS), Switches())
    except Refused:
        return
    assert purchase.goods.quantity >= 1


@settings(deadline=None)
@given(st.sampled_from(LANDMARKS), JSON_VALUES, JSON_VALUES)
def test_any_value_and_quantity_of_a_real_product_is_bought_or_refused(
    product: object, value: object, quantity: object
) -> None:
    known = next(one for one in LANDMARKS if one == product)
    body = {"product_id": known.id, "denomination": value, "quantity": quantity}
    try:
        goods = read_purchase(body, Storeroom(LANDMARKS), Switches()).goods
    except Refused:
        return
    assert goods.denomination.covers(goods.value)
    assert goods.value % step_of(known.currency) == 0
    assert 1 <= goods.quantity <= known.max_quantity


@settings(deadline=None)
@given(currencies, currencies)
def test_rates_there_and_back_cancel_out(source: str, destination: str) -> None:
    there, back = Rates().between(source, destination), Rates().between(destination, source)
    assume(min(there, back) > Decimal("0.01"))
    assert abs(there * back - 1) < Decimal("0.0002")


def test_full_books_forget_the_oldest_order_but_not_its_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sandbox.octopus.books.MOST_ORDERS", 1)
    books = Books()
    first, second = (replace(an_order(1), id=books.next_id(), reference=name) for name in ("A-1", "A-2"))
    books.put(first)
    books.put(second)
    assert [order.id for order in books] == [FIRST_ORDER_ID + 1]
    assert books.with_reference("A-1") is None
    assert books.used("A-1")
