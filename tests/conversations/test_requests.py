"""Questions for access, as admins answer them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.telegram import people
from storage.records.resellers import AccessRequest, MemberRole, Reseller
from storage.store import Store, Tables
from tests.conversations.people import BEA, ZOE, meets, starts
from tests.conversations.shop import ADMIN, COLLEAGUE, Shop, open_shop
from tests.factories import NOW, make_item
from tests.resellers.people import add_reseller


@pytest.fixture
async def shop(store: Store, tmp_path: Path) -> AsyncIterator[Shop]:
    """The bot with two admins, and Zoe, who has asked for access."""
    async with open_shop(store, tmp_path, [make_item()], desk=(ADMIN, COLLEAGUE)) as opened:
        for admin in (ADMIN, COLLEAGUE):
            await starts(opened, admin)
        await starts(opened, meets(opened))
        await opened.taps("Ask for access", who=ZOE)
        await opened.deliver()
        yield opened


@pytest.fixture
async def nova(store: Store) -> Reseller:
    """A reseller with an owner."""
    return await add_reseller(store, "Nova", people={BEA: MemberRole.OWNER}, groups=())


async def test_every_admin_is_asked(shop: Shop) -> None:
    for admin in (ADMIN, COLLEAGUE):
        assert "Zoe asks for access" in shop.text(admin)
        assert shop.labels(shop.last(admin)) == ["✅ Approve", "❌ Decline"]


async def test_who_waits_hears_that_the_question_waits_whatever_they_write(shop: Shop) -> None:
    await shop.says("/start", who=ZOE)
    assert "You asked for access on" in shop.text(ZOE)
    await shop.says("hello?", who=ZOE)
    assert "It waits for an answer" in shop.text(ZOE)
    assert shop.labels(shop.last(ZOE)) == []


async def test_approved_for_a_reseller_one_orders(shop: Shop, nova: Reseller) -> None:
    await shop.taps("Approve")
    assert "For whom shall this person order?" in shop.text()
    await shop.taps("Nova")
    assert "Orders for Nova." in shop.text()
    assert "Answered by Ada" in shop.text()
    await shop.deliver()
    assert "You order for Nova now" in shop.text(ZOE)
    await shop.taps("Open the catalog", who=ZOE)
    assert "Catalog" in shop.text(ZOE)


async def test_when_everybody_was_answered_there_is_a_way_on(shop: Shop) -> None:
    await shop.taps("Decline")
    await shop.taps("Others who wait")
    assert "Nobody waits for access." in shop.text()
    assert shop.labels(shop.last()) == ["‹ Administration"]
    await shop.says("/admin")
    await shop.taps("Requests for access")
    assert shop.labels(shop.last()) == ["‹ Administration"]


async def test_approved_as_a_new_reseller_one_owns_it(shop: Shop) -> None:
    await shop.taps("Approve")
    await shop.taps("New: Zoe")
    assert "Orders for Zoe." in shop.text()
    assert "‹ Zoe" in shop.labels(shop.last())
    await shop.deliver()
    assert "As its owner" in shop.text(ZOE)


async def test_more_people_than_a_page_names_are_all_counted(shop: Shop) -> None:
    async def crowd(tables: Tables) -> None:
        for number in range(24):
            await tables.requests.ask(AccessRequest(5000 + number, f"Guest {number}", "", NOW))

    await shop.store.write(crowd)
    await shop.says("/admin")
    assert "25 people ask for access." in shop.text()
    await shop.taps("Requests for access")
    assert shop.text() == "25 people ask for access"
    assert len([label for label in shop.labels() if label.startswith("Guest")]) < 24


async def test_a_declined_person_hears_it_and_when_to_ask_again(shop: Shop) -> None:
    await shop.taps("Decline")
    assert "Declined." in shop.text()
    await shop.deliver()
    assert "Your request for access was declined." in shop.text(ZOE)
    assert "You can ask again from" in shop.text(ZOE)
    await shop.says("/start", who=ZOE)
    await shop.taps("Ask for access", who=ZOE)
    assert "You can ask again from" in shop.text(ZOE)


async def test_the_second_admin_sees_who_answered(shop: Shop, nova: Reseller) -> None:
    await shop.taps("Approve")
    await shop.taps("Nova")
    await shop.taps("Decline", who=COLLEAGUE)
    assert "This was answered before." in shop.text(COLLEAGUE)
    assert "Answered by Ada" in shop.text(COLLEAGUE)
    assert "Orders for Nova." in shop.text(COLLEAGUE)
    assert await shop.store.read(lambda tables: tables.members.get(ZOE)) is not None


async def test_an_answer_that_is_handled_twice_shows_the_same(shop: Shop, nova: Reseller) -> None:
    await shop.taps("Approve")
    shop.press("Nova")
    [tap] = await shop.fetch()
    await shop.handle(tap)
    first = shop.text()
    await shop.handle(tap)
    assert shop.text() == first
    await shop.deliver()
    assert len([one for one in shop.messages(ZOE) if "You order for Nova now" in one.body.text]) == 1


async def test_a_late_approval_opens_no_choice(shop: Shop, nova: Reseller) -> None:
    await shop.taps("Decline")
    await shop.taps("Approve", who=COLLEAGUE)
    assert "Declined." in shop.text(COLLEAGUE)
    assert "Answered by Ada" in shop.text(COLLEAGUE)


async def test_resellers_are_chosen_from_a_page_at_a_time(shop: Shop) -> None:
    for number in range(10):
        await add_reseller(shop.store, f"Shop {number}", people={}, groups=())
    await shop.taps("Approve")
    assert "Shop 7" in shop.labels()
    assert "Shop 8" not in shop.labels()
    await shop.taps("›")
    assert {"Shop 8", "Shop 9"} <= {*shop.labels()}
    await shop.taps("Back")
    assert shop.labels()[:2] == ["✅ Approve", "❌ Decline"]


async def test_those_who_wait_are_listed(shop: Shop) -> None:
    await shop.taps("Approve")
    await shop.taps("Back")
    await shop.taps("Others who wait")
    assert "1 person asks for access" in shop.text()
    await shop.taps("Zoe @zoe")
    await shop.taps("Decline")
    await shop.taps("Others who wait")
    assert "Nobody waits for access." in shop.text()


async def test_a_member_cannot_answer_with_forged_buttons(shop: Shop, nova: Reseller) -> None:
    await starts(shop, meets(shop, BEA, "Bea"))
    world = shop.telegram.world
    card = shop.last(BEA).id
    for data in (f"jR|{ZOE}|{nova.id}", f"jN|{ZOE}", f"jD|{ZOE}", f"jP|{ZOE}|0", f"jO|{ZOE}", "jL"):
        people.press(shop.telegram, world.user(BEA), world.chat(BEA), card, data, "", forged=True)
    await shop.settle()
    assert shop.popups()[-6:] == ["This command is for the operator."] * 6
    assert await shop.store.read(lambda tables: tables.members.get(ZOE)) is None
