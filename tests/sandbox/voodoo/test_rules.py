"""Properties of prices, refunds and ids that hold for every order."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.goods.items import CodeShape, Kind
from bot.sandbox.goods.landmarks import LANDMARKS
from bot.sandbox.voodoo.account import Account, InsufficientBalance
from bot.sandbox.voodoo.books import Books, Order, Status
from bot.sandbox.voodoo.checkout import Purchase, Refused, read_purchase
from bot.sandbox.voodoo.codes import make_code, order_id
from bot.sandbox.voodoo.settlement import CannotSettle, Making, complete, deliver_part, fail
from bot.sandbox.voodoo.stockroom import Stockroom

NOON = datetime(2026, 7, 5, 12, tzinfo=UTC)
KEY = LANDMARKS[0]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
making = Making(lambda: "ABCD-1234")


def an_order(quantity: int = 3, reference: str | None = "po-1", id_: str = "one") -> Order:
    """An open order of a key at 9.00."""
    quantity_ = Decimal(quantity)
    return Order(id_, KEY, quantity_, KEY.price * quantity_, reference, {}, NOON)


@settings(deadline=None)
@given(
    quantity=st.integers(2, 1_000),
    price=st.decimals(min_value="0.01", max_value=10_000, places=2),
    share=st.floats(0, 1, exclude_max=True),
)
def test_a_part_and_its_refund_make_up_the_price(quantity: int, price: Decimal, share: float) -> None:
    order = Order("one", KEY, Decimal(quantity), price, None, {}, NOON)
    delivered = max(1, int(share * quantity))
    settled = deliver_part(order, making, NOON, delivered)
    assert 0 <= settled.refund <= price
    assert abs((price - settled.refund) * quantity - price * delivered) <= Decimal("0.005") * quantity
    assert len(settled.codes) == delivered


@settings(deadline=None)
@given(st.integers(1, 50))
def test_a_failure_refunds_all_and_a_success_nothing(quantity: int) -> None:
    order = an_order(quantity)
    assert fail(order, NOON).refund == order.price
    assert complete(order, making, NOON).refund == 0


@pytest.mark.parametrize("first", [complete(an_order(), making, NOON), fail(an_order(), NOON)])
def test_an_ended_order_ends_no_other_way(first: Order) -> None:
    for again in (
        lambda: complete(first, making, NOON),
        lambda: fail(first, NOON),
        lambda: deliver_part(first, making, NOON),
    ):
        with pytest.raises(CannotSettle):
            again()


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["item_id", "quantity", "merchant_order_id", "fields", "more"]), JSON_VALUES))
def test_any_json_object_is_bought_or_refused(body: dict[str, object]) -> None:
    stockroom = Stockroom(LANDMARKS)
    try:
        purchase = read_purchase(body, stockroom)
    except Refused:
        return
    assert purchase.price > 0


@settings(deadline=None)
@given(st.sampled_from(LANDMARKS), JSON_VALUES, JSON_VALUES)
def test_any_quantity_and_form_of_a_real_item_is_bought_or_refused(
    good: object, quantity: object, form: object
) -> None:
    known = next(landmark for landmark in LANDMARKS if landmark == good)
    try:
        purchase = read_purchase({"item_id": known.id, "quantity": quantity, "fields": form}, Stockroom(LANDMARKS))
    except Refused:
        return
    assert purchase.quantity > 0
    assert known.kind is not Kind.KEY or purchase.quantity % 1 == 0


@settings(deadline=None)
@given(st.decimals(min_value="0.00000001", max_value=10**9, places=8))
def test_a_charge_is_in_whole_cents_and_never_nothing(quantity: Decimal) -> None:
    price = Purchase(LANDMARKS[1], quantity, None, {}).price
    assert price >= Decimal("0.01")
    assert price == price.quantize(Decimal("0.01"))


@settings(deadline=None)
@given(st.lists(st.decimals(min_value="0.01", max_value=100, places=2), max_size=30))
def test_charges_never_take_the_balance_below_zero(charges: list[Decimal]) -> None:
    account = Account(Decimal(500), NOON)
    for charge in charges:
        try:
            account.charge(charge, "one", NOON)
        except InsufficientBalance:
            assert charge > account.balance
    assert account.balance >= 0
    assert sum(entry.amount for entry in account.ledger) == account.balance


@settings(deadline=None)
@given(st.integers(0, 10**9), st.randoms(use_true_random=False))
def test_order_ids_are_version_7_and_sort_by_time(milliseconds: int, chance: Random) -> None:
    earlier = order_id(NOON + timedelta(milliseconds=milliseconds), chance)
    later = order_id(NOON + timedelta(milliseconds=milliseconds + 1), chance)
    assert (earlier.version, earlier.variant) == (7, later.variant)
    assert earlier < later


@settings(deadline=None)
@given(st.sampled_from(CodeShape), st.randoms(use_true_random=False))
def test_a_code_is_one_line_without_spaces_at_its_ends(shape: CodeShape, chance: Random) -> None:
    code = make_code(shape, chance)
    assert code == code.strip()
    assert code.isprintable()


def test_full_books_forget_the_oldest_settled_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sandbox.voodoo.books.MOST_ORDERS", 2)
    books = Books()
    books.add(an_order(reference="open", id_="a"))
    books.add(complete(an_order(reference="done", id_="b"), making, NOON))
    books.add(an_order(reference="new", id_="c"))
    assert [order.id for order in books] == ["a", "c"]
    assert books.with_reference("done") is None
    assert books.with_reference("open") is not None


def test_only_three_states_are_terminal() -> None:
    assert {status for status in Status if status.terminal} == {Status.COMPLETED, Status.PARTIAL, Status.FAILED}
