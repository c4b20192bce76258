"""The verdict catches whatever it is there to catch: each rule is broken once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from tests.drill.books import Books, Chat, Ending, Message, SupplierOrder
from tests.drill.evidence import Confirmation, Kind
from tests.drill.own import Account, Own, Posting, Row, Waiting
from tests.drill.verdict import judged

REFERENCE = "7KQ2M9XF"
OUR_ID = f"{REFERENCE}-0f3a"
CODE = ("AMZN-4F7K-QQ2M-8TRX", "4711")
ADA, GROUP, TOPIC = 1001, -100, 7
PRICE = Decimal("9.90")
RESULT = f"✅ Delivered · {REFERENCE[:4]}-{REFERENCE[4:]}\nAmazon"
LIVING = Message(ADA, None, 10, 101, from_bot=True, edits=2, text=RESULT)
NEWS = Message(ADA, None, 11, 102, from_bot=True, text=f"{RESULT}\n\n{CODE[0]}\nPIN: {CODE[1]}")
CONFIRMED = Confirmation(ADA, ADA, "octopus", 124, Decimal(1), None, Decimal(25), PRICE, REFERENCE)
CHARGED = Account(1, Decimal("90.10"), Decimal(0), Decimal(0))
POSTINGS = (
    Posting(1, 1, "credit", Decimal(100), Decimal(100), None),
    Posting(2, 1, "charge", -PRICE, Decimal("90.10"), OUR_ID),
)


@dataclass(frozen=True)
class Story:
    """One order that went well; tests break it."""

    order: SupplierOrder | None
    row: Row | None
    messages: tuple[Message, ...] = (LIVING, NEWS)
    confirmed: Confirmation = CONFIRMED
    account: Account = CHARGED
    postings: tuple[Posting, ...] = POSTINGS
    waiting: tuple[Waiting, ...] = ()
    chats: tuple[Chat, ...] = ()
    more: tuple[SupplierOrder, ...] = ()

    def sold(self, **changes: Any) -> "Story":
        assert self.order is not None
        return replace(self, order=replace(self.order, **changes))

    def kept(self, **changes: Any) -> "Story":
        assert self.row is not None
        return replace(self, row=replace(self.row, **changes))

    def kinds(self) -> set[Kind]:
        """What the verdict says of it."""
        orders = (*_some(self.order), *self.more)
        books = Books(orders, self.messages, self.chats)
        own = Own(tuple(_some(self.row)), (self.account,), self.postings, self.waiting)
        return {violation.kind for violation in judged(books, own, [self.confirmed])}


def _some(one: Any) -> Iterable[Any]:
    return () if one is None else (one,)


GOOD = Story(
    SupplierOrder(
        "octopus", "1234", OUR_ID, 124, Decimal(1), Decimal(25), Ending.COMPLETED, 1, Decimal("24.50"), Decimal(0), 1,
        told=True, codes=(CODE,),
    ),
    Row(
        OUR_ID, REFERENCE, ADA, ADA, None, "octopus", 124, Decimal(1), Decimal(25), "completed", None,
        followed=False, reseller=1, price=PRICE, captured=PRICE,
    ),
)  # fmt: skip
FREE = {"account": Account(1, Decimal(100), Decimal(0), Decimal(0)), "postings": GOOD.postings[:1]}
HELD = {"account": Account(1, Decimal(100), PRICE, Decimal(0)), "postings": GOOD.postings[:1]}


def told(mark: str, *, edits: int = 0, text: str = "") -> Message:
    """A message about the order that begins with a mark."""
    return replace(NEWS, text=f"{mark} Something · {REFERENCE[:4]}-{REFERENCE[4:]}\n{text}", edits=edits)


def ended(mark: str, **changes: Any) -> Story:
    """The order, ended without a charge, with both its messages."""
    messages = (replace(told(mark, edits=1), id=10), told(mark))
    return replace(GOOD.kept(captured=Decimal(0), **changes), messages=messages, **FREE)


def waits(**changes: Any) -> Story:
    """The order, still open, with its living message."""
    return replace(GOOD.kept(captured=None, **changes), messages=(told("❔", edits=1),), **HELD)


def test_an_order_that_went_well_is_no_violation() -> None:
    assert GOOD.kinds() == set()


def test_an_order_that_the_supplier_has_twice_is_caught() -> None:
    second = replace(GOOD.sold(id="1235", our_id=f"{REFERENCE}-77aa"), row=None).order
    assert second is not None
    assert replace(GOOD, more=(second,)).kinds() == {Kind.BOUGHT_TWICE}


def test_an_order_that_we_know_nothing_of_is_caught() -> None:
    assert Kind.UNASKED in GOOD.sold(our_id="ZZZZZZZZ-1").kinds()


def test_more_orders_than_were_confirmed_are_caught() -> None:
    elsewhere = replace(GOOD, confirmed=replace(GOOD.confirmed, item=999, reference=""))
    assert elsewhere.kinds() == {Kind.UNASKED}


def test_a_confirmed_order_that_is_nowhere_is_caught() -> None:
    assert replace(GOOD, order=None, row=None, messages=(), **FREE).kinds() == {Kind.FORGOTTEN}


@pytest.mark.parametrize("change", [{"quantity": Decimal(2)}, {"value": Decimal(50)}, {"item": 125}])
def test_other_goods_than_were_confirmed_are_caught(change: dict[str, Any]) -> None:
    assert Kind.WRONG_GOODS in GOOD.sold(**change).kinds()
    assert Kind.WRONG_GOODS in GOOD.kept(**change).kinds()


def test_an_order_kept_for_another_chat_than_confirmed_it_is_caught() -> None:
    assert Kind.WRONG_GOODS in GOOD.kept(chat=1002).kinds()


def test_an_open_order_without_a_flag_is_caught() -> None:
    assert Kind.UNSETTLED in waits(state="unconfirmed", followed=True).kinds()
    assert Kind.UNSETTLED in waits(state="accepted", followed=True).kinds()


def test_an_open_order_that_its_supplier_still_works_on_is_fine_while_it_is_followed() -> None:
    working = waits(state="accepted", followed=True).sold(ending=Ending.OPEN, told=False, codes=())
    assert working.kinds() == set()
    assert working.kept(followed=False).kinds() == {Kind.UNSETTLED}


def test_a_flagged_order_is_fine_where_its_supplier_never_told_us() -> None:
    doubted = waits(state="unconfirmed", attention="outcome_unknown").sold(supplier="voodoo", told=False)
    doubted = replace(doubted.kept(supplier="voodoo"), confirmed=replace(GOOD.confirmed, supplier="voodoo"))
    assert doubted.kinds() == set()
    assert Kind.UNSETTLED in doubted.sold(told=True).kinds()


def test_a_flagged_order_that_can_be_looked_up_is_caught() -> None:
    assert Kind.UNSETTLED in waits(state="unconfirmed", attention="outcome_unknown").sold(told=False).kinds()


def test_codes_that_the_supplier_hides_are_a_reason_for_a_flag() -> None:
    hidden = waits(state="accepted", attention="codes_hidden")
    assert hidden.kinds() == set()
    assert hidden.sold(unseen=1).kinds() == {Kind.UNSETTLED}


@pytest.mark.parametrize(
    ("state", "mark", "ending"),
    [("rejected", "❌", Ending.COMPLETED), ("failed", "❌", Ending.COMPLETED), ("failed", "❌", Ending.OPEN)],
)
def test_an_end_that_is_not_the_suppliers_is_caught(state: str, mark: str, ending: Ending) -> None:
    assert ended(mark, state=state).sold(ending=ending, codes=()).kinds() == {Kind.WRONG_END}


def test_a_completed_order_that_the_supplier_does_not_have_is_caught() -> None:
    assert replace(GOOD, order=None).kinds() == {Kind.WRONG_END}


def test_a_rejected_order_that_its_chat_heard_of_is_fine() -> None:
    assert replace(ended("❌", state="rejected"), order=None).kinds() == set()


def test_a_chat_that_was_told_nothing_is_caught() -> None:
    assert Kind.UNTOLD in replace(GOOD, messages=()).kinds()


def test_a_last_word_that_is_not_true_is_caught() -> None:
    assert replace(GOOD, messages=(NEWS, told("⏳", edits=1))).kinds() == {Kind.UNTOLD}


def test_an_edited_living_message_alone_is_no_result() -> None:
    silent = replace(ended("❌", state="failed").sold(ending=Ending.FAILED, codes=()), messages=(told("❌", edits=1),))
    assert silent.kinds() == {Kind.UNTOLD}
    assert replace(silent, messages=(told("❌"),)).kinds() == {Kind.UNTOLD}


def test_a_result_in_another_topic_is_caught() -> None:
    there = replace(GOOD, messages=tuple(replace(one, topic=TOPIC) for one in GOOD.messages))
    assert there.kinds() == {Kind.UNTOLD, Kind.CODES_LOST, Kind.ASTRAY}


@pytest.mark.parametrize("text", [CODE[0], f"{CODE[0][:-1]}\n{CODE[1]}", ""])
def test_a_code_that_is_not_there_whole_is_caught(text: str) -> None:
    assert Kind.CODES_LOST in replace(GOOD, messages=(LIVING, told("✅", text=text))).kinds()


def test_a_code_may_stand_in_a_document_or_behind_a_button() -> None:
    filed = replace(NEWS, text=RESULT, content=CODE[0], links=(CODE[1],))
    assert replace(GOOD, messages=(LIVING, filed)).kinds() == set()


def test_a_deleted_message_shows_nothing() -> None:
    assert Kind.CODES_LOST in replace(GOOD, messages=(LIVING, replace(NEWS, deleted=True))).kinds()


def test_a_code_in_another_chat_is_caught() -> None:
    there = replace(NEWS, chat=1002, text=f"by the way: {CODE[0]}")
    assert replace(GOOD, messages=(*GOOD.messages, there)).kinds() == {Kind.ASTRAY}


def test_a_group_that_moved_is_the_same_chat() -> None:
    chats = (Chat(GROUP, private=False, migrated_to=-200), Chat(-200, private=False))
    moved = replace(GOOD, chats=chats, messages=(replace(LIVING, chat=GROUP), replace(NEWS, chat=-200)))
    moved = replace(moved, confirmed=replace(GOOD.confirmed, chat=GROUP))
    assert moved.kept(chat=-200).kinds() == set()


@pytest.mark.parametrize(
    "story",
    [
        replace(GOOD, postings=GOOD.postings[:1]),
        replace(GOOD, postings=(*GOOD.postings, replace(GOOD.postings[1], id=3))),
        replace(GOOD, account=replace(GOOD.account, balance=Decimal(100))),
        replace(GOOD, account=replace(GOOD.account, held=PRICE)),
        replace(GOOD, confirmed=replace(GOOD.confirmed, price=Decimal("9.89"))),
        ended("❌", state="failed", price=Decimal(5)).sold(ending=Ending.FAILED, codes=()),
        replace(waits(state="accepted", followed=True).sold(ending=Ending.OPEN, told=False, codes=()), **FREE),
    ],
    ids=["not charged", "charged twice", "balance", "held for ever", "price", "promise", "not held"],
)
def test_money_that_does_not_add_up_is_caught(story: Story) -> None:
    assert Kind.MONEY in story.kinds()


def test_a_part_is_charged_by_what_came() -> None:
    part = GOOD.kept(state="partial", quantity=Decimal(3), price=Decimal("29.70"), captured=PRICE)
    part = part.sold(ending=Ending.PARTIAL, quantity=Decimal(3), refunded=Decimal(49), charged=Decimal("73.50"))
    messages = tuple(replace(one, text=one.text.replace("✅", "⚠️")) for one in GOOD.messages)
    part = replace(part, messages=messages, confirmed=replace(GOOD.confirmed, quantity=Decimal(3), price=None))
    assert part.kinds() == set()
    assert part.kept(price=Decimal("29.73")).kinds() == {Kind.MONEY}


@pytest.mark.parametrize("queue", ["updates", "events", "outbox", "journal"])
def test_what_is_stuck_is_caught(queue: str) -> None:
    left = Waiting(queue, 1, "waiting", OUR_ID, "")
    assert replace(GOOD, waiting=(left,)).kinds() == {Kind.STUCK}


def test_a_reply_kept_for_a_human_is_not_stuck() -> None:
    flagged = replace(
        waits(state="accepted", attention="codes_hidden"), waiting=(Waiting("journal", 1, "", OUR_ID, ""),)
    )
    assert flagged.kinds() == set()
