"""Judges what the drill left behind: every order in the suppliers' books and every one that people confirmed."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain
from pathlib import Path

from tests.drill.books import BEGINNING, NOTHING, Books, Ending, Mark, Message, SupplierOrder, read_books
from tests.drill.evidence import Case, Confirmation, Kind, Violation
from tests.drill.leaks import Hunt, secrets_of
from tests.drill.own import Own, Row, read_own
from tests.journeys.people import Person
from tests.journeys.world import World

CENT = Decimal("0.01")
BETWEEN_LOOKS = 0.2
SPACES = re.compile(r"[\s,\"]+")


MARKS = {"completed": "✅", "partial": "⚠️", "failed": "❌", "rejected": "❌"}
"""What the first line of a result begins with."""

SAME_END = {
    "completed": {Ending.COMPLETED},
    "partial": {Ending.PARTIAL, Ending.FAILED},
    "failed": {Ending.FAILED},
    "rejected": {None},
}
"""How an order may stand at its supplier that ended so here; a failure after a part came is a part."""

OWED_BY_SUPPLIER = frozenset({"codes_hidden", "codes_missing"})
"""Flags of orders whose codes the supplier does not show any more, or never handed over."""

DISPUTED = frozenset({"late_change", "id_mismatch", "other_goods"})
"""Flags of orders about which the supplier contradicted itself: a human compares."""


Found = Iterator[Violation]


def bought_twice(case: Case) -> Found:
    """Every order has one order at its supplier, at most."""
    for reference, orders in case.found.items():
        if len(orders) > 1:
            yield Violation(Kind.BOUGHT_TWICE, reference, f"the supplier has {len(orders)} orders of it")


def unasked(case: Case) -> Found:
    """No more was bought than people confirmed."""
    for reference, orders in case.found.items():
        if reference not in case.rows:
            yield Violation(Kind.UNASKED, reference, f"{orders[0].supplier} has it and we know nothing of it")
    wanted = Counter(case.confirmed(one) for one in case.expected)
    made = Counter(case.ordered(row) for row in case.own.rows)
    for wish, count in (made - wanted).items():
        references = [row.reference for row in case.own.rows if case.ordered(row) == wish]
        words = f"{count} more than was confirmed of {wish}: {', '.join(references)}"
        yield Violation(Kind.UNASKED, references[-1], words)


def forgotten(case: Case) -> Found:
    """Every order that people saw confirmed is there, and is what they confirmed."""
    for one in case.expected:
        row = case.rows.get(one.reference)
        if one.reference and row is None:
            yield Violation(Kind.FORGOTTEN, one.reference, "its person saw it confirmed")
        if row is not None and case.confirmed(one) != case.ordered(row):
            words = f"confirmed {case.confirmed(one)}, kept {case.ordered(row)}"
            yield Violation(Kind.WRONG_GOODS, one.reference, words)
        if row is not None and one.price not in {None, row.price}:
            yield Violation(Kind.MONEY, one.reference, f"promised at {one.price}, held at {row.price}")


def wrong_goods(case: Case) -> Found:
    """The supplier was asked for what was confirmed."""
    for row in case.own.rows:
        order = case.theirs(row)
        if order is None:
            continue
        ours = (row.supplier, row.item, row.quantity, row.value)
        theirs = (order.supplier, order.item, order.quantity, order.value)
        if ours != theirs:
            yield Violation(Kind.WRONG_GOODS, row.reference, f"ordered {ours}, bought {theirs}")


def unsettled(case: Case) -> Found:
    """Every order has ended, or is flagged for a human for a reason that its supplier's books bear out."""
    for row in case.own.rows:
        order = case.theirs(row)
        if row.terminal or (row.attention is not None and not _told_in_vain(row, order)):
            continue
        working = order is not None and order.ending is Ending.OPEN and row.state == "accepted" and row.followed
        if not working:
            theirs = "nothing of it" if order is None else f"it as {order.ending}, told us: {order.told}"
            words = f"is {row.state}, flag {row.attention}, followed: {row.followed}; its supplier has {theirs}"
            yield Violation(Kind.UNSETTLED, row.reference, words)


def wrong_end(case: Case) -> Found:
    """An order ended as it did at its supplier."""
    for row in case.own.rows:
        order = case.theirs(row)
        if not row.terminal or row.attention in DISPUTED:
            continue
        ending = None if order is None else order.ending
        if ending not in SAME_END[row.state]:
            yield Violation(Kind.WRONG_END, row.reference, f"ended {row.state}, its supplier says {ending}")


def untold(case: Case) -> Found:
    """The chat and topic that ordered have the result as a message of its own, and the last word is true."""
    for row in case.own.rows:
        heard = case.heard(row)
        if not heard and (row.terminal or not case.all_heard(row)):
            yield Violation(Kind.UNTOLD, row.reference, f"nothing of it stands in chat {row.chat}, topic {row.topic}")
        elif row.terminal:
            yield from _untold_end(row, heard, case.all_heard(row))


def _untold_end(row: Row, heard: list[Message], ever: list[Message]) -> Found:
    mark = MARKS[row.state]
    if not heard[-1].text.startswith(mark):
        words = f"is {row.state}, and the last word in its chat is {heard[-1].text.splitlines()[0]!r}"
        yield Violation(Kind.UNTOLD, row.reference, words)
    # The living message alone makes no phone buzz.
    if len(ever) < 2 or not any(message.text.startswith(mark) and not message.edits for message in heard):
        yield Violation(Kind.UNTOLD, row.reference, f"is {row.state}, and no new message of its chat says so")


def codes_lost(case: Case) -> Found:
    """Every code that the supplier delivered is in the chat that ordered it, whole."""
    for row in case.own.rows:
        order, heard = case.theirs(row), case.heard(row)
        if order is None or row.attention in OWED_BY_SUPPLIER | DISPUTED or not (row.terminal or order.told):
            continue
        lacking = sum(not all(any(one.shows(part) for one in heard) for part in code) for code in order.codes)
        if lacking:
            words = f"{lacking} of {len(order.codes)} codes are not in chat {row.chat}, topic {row.topic}"
            yield Violation(Kind.CODES_LOST, row.reference, f"{words}; is {row.state}, flag {row.attention}")


def astray(case: Case) -> Found:
    """No code stands in a chat or topic that did not order it."""
    places = {
        SPACES.split(max(code, key=len))[0]: (case.books.home(row.chat), row.topic, row.reference)
        for row in case.own.rows
        for order in case.found.get(row.reference, ())
        for code in order.codes
    }
    for message in case.books.messages:
        if not message.from_bot or message.deleted:
            continue
        here = (case.books.home(message.chat), message.topic)
        for word in {*SPACES.split(message.text), *SPACES.split(message.content), *message.links} & places.keys():
            chat, topic, reference = places[word]
            if here != (chat, topic):
                yield Violation(Kind.ASTRAY, reference, f"ordered in {(chat, topic)}, a code of it is in {here}")


def money(case: Case) -> Found:
    """Balances are the sum of their lines, and every order is charged what it delivered, once."""
    for account in case.own.accounts:
        lines = [one for one in case.own.postings if one.reseller == account.id]
        total = sum((one.amount for one in lines), Decimal(0))
        held = sum((row.price or Decimal(0) for row in case.own.rows if _holds(row, account.id)), Decimal(0))
        facts = f"balance {account.balance} of lines {total}, held {account.held} of open orders {held}"
        left = lines[-1].balance if lines else Decimal(0)
        overdrawn = account.balance + account.limit - account.held < 0
        if {account.balance, left} != {total} or account.held != held or overdrawn:
            yield Violation(Kind.MONEY, f"reseller {account.id}", facts)
    for row in case.own.rows:
        yield from _mischarged(case, row)


def _mischarged(case: Case, row: Row) -> Found:
    charges = [-one.amount for one in case.own.postings if one.order_id == row.id and one.kind == "charge"]
    charged = sum(charges, Decimal(0))
    due = _dues(row, case.theirs(row))
    # What comes after an end changes no money by itself: a human corrects it.
    undue = charged not in due and row.attention not in DISPUTED
    if len(charges) > 1 or charged != (row.captured or 0) or undue:
        words = f"is {row.state} at {row.price}, due {sorted(due)}, charged {charges}, captured {row.captured}"
        yield Violation(Kind.MONEY, row.reference, words)


def _dues(row: Row, order: SupplierOrder | None) -> set[Decimal]:
    """What an order may have cost its reseller: a part by the units that came, or by what the supplier kept."""
    price = row.price or Decimal(0)
    if row.state == "completed":
        return {price}
    if row.state != "partial" or order is None:
        return {Decimal(0)}
    by_units = price * order.delivered / order.quantity
    kept = price * (order.charged - order.refunded) / order.charged if order.charged else by_units
    return {share.quantize(CENT, ROUND_HALF_UP) for share in (by_units, kept)}


def stuck(case: Case) -> Found:
    """Nothing waits in a queue; a reply is kept only as evidence for a human."""
    flagged = {row.id for row in case.own.rows if row.attention is not None}
    for waiting in case.own.waiting:
        if waiting.queue != "journal" or waiting.order_id not in flagged:
            reference = (waiting.order_id or "")[:8]
            words = f"{waiting.queue} {waiting.id} is {waiting.state} {waiting.why}"
            yield Violation(Kind.STUCK, reference, words)


CHECKS: tuple[Callable[[Case], Found], ...] = (
    bought_twice,
    unasked,
    forgotten,
    wrong_goods,
    unsettled,
    wrong_end,
    untold,
    codes_lost,
    astray,
    money,
    stuck,
)


def judged(books: Books, own: Own, expected: Sequence[Confirmation]) -> list[Violation]:
    """Hold all evidence against all rules."""
    case = Case(books, own, expected)
    return list(chain.from_iterable(check(case) for check in CHECKS))


def violations(
    world: World,
    expected: Sequence[Confirmation],
    log: Path | None = None,
    *,
    since: Mark = BEGINNING,
    within: float = 30.0,
    command: str = "",
) -> list[Violation]:
    """Wait until nothing is wrong any more, or ``within`` seconds; then talk to everybody, and say what is wrong."""
    deadline = time.monotonic() + within
    while True:
        started = time.monotonic()
        found = judged(read_books(world, since), read_own(database_of(world)), expected)
        if not found or time.monotonic() >= deadline:
            break
        time.sleep(max(BETWEEN_LOOKS, time.monotonic() - started))
    found += silent(world, expected)
    if log is not None:
        found += (Violation(Kind.LEAK, "", str(leak)) for leak in Hunt(secrets_of(world)).in_file(log))
    return [Violation(one.kind, one.order, one.words, command) for one in found]


def database_of(world: World) -> Path:
    """The file that the world's bot keeps its orders in."""
    return Path(world.bot.environment["DATA_DIR"]) / "orderline.db"


def silent(world: World, expected: Iterable[Confirmation]) -> Found:
    """Everybody who ordered is answered where they did."""
    books = read_books(world, NOTHING)
    places = {(books.home(one.chat), one.topic, one.user): one.reference for one in expected}
    for (chat, topic, user), reference in places.items():
        person = Person(world.telegram, user, "", chat, topic)
        try:
            person.says("/orders")
            person.sees("/order_" if reference else "")
        except AssertionError:
            yield Violation(Kind.SILENT, reference, f"user {user} asked for orders in chat {chat}, topic {topic}")


def _holds(row: Row, account: int) -> bool:
    return row.reseller == account and not row.terminal


def _told_in_vain(row: Row, order: SupplierOrder | None) -> bool:
    """Whether a flagged order need not be: its supplier told us the end, or shows it to whoever asks."""
    if order is None or order.ending is Ending.OPEN or row.attention in DISPUTED:
        return False
    if row.attention in OWED_BY_SUPPLIER:
        return order.unseen > 0
    return order.told or order.supplier == "octopus"
