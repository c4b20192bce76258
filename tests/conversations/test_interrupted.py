"""Orders that are interrupted: by a restart, a replay, an old button, another order, or a week of silence."""

from decimal import Decimal
from pathlib import Path

from bot.sandbox.telegram import people
from storage.records.orders import Step
from storage.store import Store
from tests.conversations.buying import draft, ordered, to_confirm, to_item
from tests.conversations.shop import ADMIN, COLLEAGUE, Shop, local_telegram, open_shop
from tests.factories import make_item, make_service, make_topup


async def test_buying_something_else_puts_the_first_order_aside(shop: Shop) -> None:
    await to_confirm(shop)
    first = shop.last()
    await to_item(shop, "rank boost")
    await shop.taps("Buy")
    assert "Put aside" in first.body.text
    present = await draft(shop)
    assert present.item.name == "Account rank boost"


async def test_a_button_of_an_old_question_shows_the_present_one(shop: Shop) -> None:
    await to_item(shop, "mobile legends")
    await shop.taps("Buy")
    shop.press("5")
    shop.press("10")
    await shop.settle()
    present = await draft(shop)
    assert (present.step, present.quantity) == (Step.FIELD, Decimal(5))
    assert "Player ID" in shop.text()


async def test_a_button_of_a_cancelled_order_says_that_it_is_closed(shop: Shop) -> None:
    await to_confirm(shop)
    shop.press("Cancel")
    shop.press("Confirm")
    await shop.settle()
    assert "no longer open" in shop.text()
    assert not await ordered(shop)


async def test_a_replayed_answer_shows_the_present_question_instead_of_answering_it(shop: Shop) -> None:
    await to_item(shop, "mobile legends")
    await shop.taps("Buy")
    world = shop.telegram.world
    people.write(shop.telegram, world.user(ADMIN), world.chat(ADMIN), people.Draft("2"))
    [update] = await shop.fetch()
    await shop.handle(update)
    await shop.handle(update)
    present = await draft(shop)
    assert (present.step, present.field_index, present.values) == (Step.FIELD, 0, ())
    assert "Player ID" in shop.text()


async def test_a_replayed_buy_and_a_replayed_confirm_change_nothing(shop: Shop) -> None:
    await to_item(shop, "steam")
    shop.press("Buy")
    [buy] = await shop.fetch()
    await shop.handle(buy)
    begun = await draft(shop)
    await shop.handle(buy)
    assert await draft(shop) == begun
    await shop.taps("2")
    shop.press("Confirm")
    [confirm] = await shop.fetch()
    await shop.handle(confirm)
    await shop.handle(confirm)
    assert len(await ordered(shop)) == 1


async def test_a_restart_in_the_middle_of_a_question_goes_on_there(store: Store, tmp_path: Path) -> None:
    items = [make_item(), make_topup(), make_service()]
    async with local_telegram() as running:
        async with open_shop(store, tmp_path, items, running=running) as shop:
            await to_item(shop, "mobile legends")
            await shop.taps("Buy")
            await shop.says("3")
        async with open_shop(store, tmp_path, items, running=running) as shop:
            await shop.says("player one")
            assert "Server" in shop.text()
            await shop.taps("Europe")
            assert "Player ID: player one" in shop.text()


async def test_an_answer_counts_even_if_the_question_could_not_be_sent(shop: Shop) -> None:
    await to_item(shop, "mobile legends")
    await shop.taps("Buy")
    present = await draft(shop)
    await shop.parts.drafts.answer_quantity(present, Decimal(2), 1)
    await shop.says("player one")
    assert "Server" in shop.text()


async def test_two_people_order_side_by_side(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.says("/find rank", who=COLLEAGUE)
    await shop.taps("$", who=COLLEAGUE)
    await shop.taps("Buy", who=COLLEAGUE)
    mine, theirs = await draft(shop), await draft(shop, COLLEAGUE)
    assert mine.item.name != theirs.item.name


async def forget(shop: Shop) -> None:
    """What cleaning up after a few days does to a draft."""
    await shop.store.write(lambda tables: tables.drafts.delete(ADMIN, ADMIN))


async def test_a_text_long_after_an_abandoned_order_is_a_search(shop: Shop) -> None:
    await to_confirm(shop)
    await forget(shop)
    await shop.says("rank boost")
    assert shop.text().startswith("🔎 rank boost")


async def test_taps_and_commands_after_an_abandoned_order_say_that_it_is_closed(shop: Shop) -> None:
    await to_confirm(shop)
    await forget(shop)
    await shop.says("/back")
    assert "no longer open" in shop.text()
    await shop.taps("Confirm")
    assert "no longer open" in shop.text()
    assert not await ordered(shop)
