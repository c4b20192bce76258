"""``/notify``: everybody chooses for their own chats, by taps and by words."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.presentation.notify_buttons import PickLow, PickZone, Switch, SwitchFeed, SwitchTeam
from bot.sandbox.telegram import people
from storage.records.resellers import Choices, FeedEvent, MemberRole, Reseller
from storage.store import Store
from tests.conversations.shop import ADMIN, GROUP, Shop, open_shop
from tests.factories import make_delivery, make_item
from tests.resellers.people import add_reseller

OWNER, BUYER = 1002, 1003


@pytest.fixture
async def shop(store: Store, tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop whose one admin is its desk, with a reseller of an owner, a buyer and a group."""
    await add_reseller(store, people={OWNER: MemberRole.OWNER, BUYER: MemberRole.BUYER}, groups=(GROUP,), money="100")
    async with open_shop(store, tmp_path, [make_item()], admins=(ADMIN,), desk=(ADMIN,)) as opened:
        opened.telegram.world.user(OWNER).language_code = "en"
        yield opened


async def chosen(shop: Shop, chat: int) -> Choices:
    return await shop.store.read(lambda tables: tables.chats.choices(chat))


async def nova(shop: Shop) -> Reseller:
    found = await shop.store.read(lambda tables: tables.resellers.by_name("nova games"))
    assert found is not None
    return found


def taps_data(shop: Shop, data: str, *, who: int, chat: int) -> None:
    """Somebody taps the newest message with data of their own making."""
    world = shop.telegram.world
    people.press(shop.telegram, world.user(who), world.chat(chat), shop.last(chat).id, data, "", forged=True)


async def test_an_owner_chooses_to_hear_of_failures_elsewhere(shop: Shop) -> None:
    await shop.says("/notify", who=OWNER)
    assert "Failures elsewhere in the team: not told" in shop.text(OWNER)
    assert "• Only what is ordered here" in shop.labels(shop.last(OWNER))
    await shop.taps("Also the team's failures", who=OWNER)
    assert (await chosen(shop, OWNER)).team_failures
    assert "told here" in shop.text(OWNER)
    assert "• Also the team's failures elsewhere" in shop.labels(shop.last(OWNER))


async def test_a_buyer_chooses_hours_and_nothing_of_the_team(shop: Shop) -> None:
    await shop.says("/notify", who=BUYER)
    assert shop.labels(shop.last(BUYER)) == ["🌙 Quiet hours", "🕒 Time zone"]
    taps_data(shop, SwitchTeam(Switch.ON).pack(), who=BUYER, chat=BUYER)
    taps_data(shop, SwitchFeed(FeedEvent.COMPLETED, Switch.ON).pack(), who=BUYER, chat=BUYER)
    taps_data(shop, PickLow(make_item().price).pack(), who=BUYER, chat=BUYER)
    await shop.settle()
    assert await chosen(shop, BUYER) == Choices()
    assert (await nova(shop)).low_balance is None
    assert "Nothing was changed" in shop.text(BUYER)


async def test_quiet_hours_are_picked_and_ended(shop: Shop) -> None:
    await shop.says("/notify", who=BUYER)
    await shop.taps("Quiet hours", who=BUYER)
    await shop.taps("23:00–08:00", who=BUYER)
    choices = await chosen(shop, BUYER)
    assert (choices.quiet_from, choices.quiet_until) == (23 * 60, 8 * 60)
    assert "23:00–08:00" in shop.text(BUYER)
    assert "• 23:00–08:00" in shop.labels(shop.last(BUYER))
    await shop.taps("No quiet hours", who=BUYER)
    assert (await chosen(shop, BUYER)).quiet_from is None
    await shop.taps("‹ Notifications", who=BUYER)
    assert "Quiet hours: none" in shop.text(BUYER)


async def test_hours_and_time_zone_can_be_typed(shop: Shop) -> None:
    await shop.says("/notify 22:30 - 7:15", who=BUYER)
    await shop.says("/notify america/new york", who=BUYER)
    assert await chosen(shop, BUYER) == Choices(quiet_from=1350, quiet_until=435, time_zone="America/New_York")
    assert "22:30–07:15 (America/New_York, now" in shop.text(BUYER)
    await shop.says("/notify OFF", who=BUYER)
    assert (await chosen(shop, BUYER)).quiet_until is None


async def test_a_time_zone_is_picked_by_its_city(shop: Shop) -> None:
    await shop.says("/notify", who=BUYER)
    await shop.taps("Time zone", who=BUYER)
    await shop.taps("Kyiv", who=BUYER)
    assert (await chosen(shop, BUYER)).time_zone == "Europe/Kyiv"
    assert "• Kyiv" in shop.labels(shop.last(BUYER))


async def test_a_mistyped_time_zone_changes_nothing_and_offers_what_was_meant(shop: Shop) -> None:
    await shop.says("/notify Europe/Kiyv", who=BUYER)
    assert await chosen(shop, BUYER) == Choices()
    assert "Nothing was changed" in shop.text(BUYER)
    await shop.taps("Europe/Kyiv", who=BUYER)
    assert (await chosen(shop, BUYER)).time_zone == "Europe/Kyiv"


@pytest.mark.parametrize("words", ["25-7", "<b>&", "below", "below -5", "below 1e9", "x" * 4000])
async def test_words_that_mean_nothing_change_nothing_and_say_what_may_be_said(shop: Shop, words: str) -> None:
    await shop.says(f"/notify {words}", who=OWNER)
    assert await chosen(shop, OWNER) == Choices()
    assert (await nova(shop)).low_balance is None
    assert "Nothing was changed" in shop.text(OWNER)
    assert "/notify 22:30-7:15" in shop.text(OWNER)


async def test_an_owner_sets_when_a_low_balance_is_told(shop: Shop) -> None:
    await shop.says("/notify", who=OWNER)
    await shop.taps("Low balance", who=OWNER)
    assert "• As for everybody" in shop.labels(shop.last(OWNER))
    await shop.taps("$50.00", who=OWNER)
    assert (await nova(shop)).low_balance == 50
    assert "told below $50.00" in shop.text(OWNER)
    await shop.taps("Never", who=OWNER)
    assert (await nova(shop)).low_balance == 0
    await shop.taps("As for everybody", who=OWNER)
    assert (await nova(shop)).low_balance is None
    await shop.says("/notify below $75", who=OWNER)
    assert (await nova(shop)).low_balance == 75


async def test_in_a_group_only_an_owner_chooses(shop: Shop) -> None:
    await shop.says("/notify", who=BUYER, chat=GROUP)
    assert "An owner of Nova Games can change this." in shop.text(GROUP)
    assert shop.last(GROUP).keyboard is None
    await shop.says("/notify", who=OWNER, chat=GROUP)
    card = shop.last(GROUP)
    await shop.taps("Also the team's failures", who=BUYER, chat=GROUP)
    assert not (await chosen(shop, GROUP)).team_failures
    assert shop.popups()[-1] == "An owner of Nova Games can change this."
    assert shop.labels(card)
    await shop.taps("Also the team's failures", who=OWNER, chat=GROUP)
    assert (await chosen(shop, GROUP)).team_failures


async def test_a_buyer_turns_no_pages_of_the_groups_choices(shop: Shop) -> None:
    await shop.says("/notify", who=OWNER, chat=GROUP)
    before = shop.text(GROUP)
    await shop.taps("Quiet hours", who=BUYER, chat=GROUP)
    assert shop.text(GROUP) == before
    assert shop.labels(shop.last(GROUP))
    assert shop.popups()[-1] == "An owner of Nova Games can change this."


async def test_the_desk_switches_its_feed_per_event(shop: Shop) -> None:
    await shop.says("/notify")
    assert "Delivered in part, Failed, Not placed" in shop.text()
    await shop.taps("🔕 Delivered")
    await shop.taps("🔔 Failed")
    assert (await chosen(shop, ADMIN)).feed == (FeedEvent.COMPLETED, FeedEvent.PARTIAL, FeedEvent.REJECTED)
    assert "🔔 Delivered" in shop.labels()
    assert "🔕 Failed" in shop.labels()


async def test_a_choice_tapped_twice_is_the_choice(shop: Shop) -> None:
    await shop.says("/notify")
    shop.press("🔕 Delivered")
    [tap] = await shop.fetch()
    await shop.handle(tap)
    await shop.handle(tap)
    assert FeedEvent.COMPLETED in (await chosen(shop, ADMIN)).feed


async def test_a_time_zone_is_offered_by_its_citys_name_in_the_readers_language(shop: Shop) -> None:
    shop.telegram.world.user(BUYER).language_code = "ru"
    await shop.says("/notify самара", who=BUYER)
    assert shop.labels(shop.last(BUYER))[0] == "Самара (Europe/Samara)"
    await shop.taps("Самара", who=BUYER)
    assert (await chosen(shop, BUYER)).time_zone == "Europe/Samara"


async def test_a_made_up_time_zone_is_refused(shop: Shop) -> None:
    await shop.says("/notify", who=BUYER)
    taps_data(shop, PickZone("../../etc/passwd").pack(), who=BUYER, chat=BUYER)
    await shop.settle()
    assert await chosen(shop, BUYER) == Choices()


async def test_what_waited_is_owed_at_once_when_the_night_is_called_off(shop: Shop) -> None:
    now = datetime.now(UTC)
    held = make_delivery(chat_id=BUYER, due_at=now + timedelta(hours=5))
    await shop.store.write(lambda tables: tables.outbox.add(held, now))
    await shop.says("/notify off", who=BUYER)
    due = await shop.store.write(lambda tables: tables.outbox.claim(datetime.now(UTC), timedelta(seconds=5), 10))
    assert [one.chat_id for one in due] == [BUYER]


async def test_it_speaks_russian(shop: Shop) -> None:
    await shop.says("/start", who=OWNER)
    await shop.store.write(lambda tables: tables.chats.set_language(OWNER, "ru"))
    await shop.says("/notify", who=OWNER)
    assert "Уведомления в этом чате" in shop.text(OWNER)
    await shop.taps("Часовой пояс", who=OWNER)
    assert "Киев" in shop.labels(shop.last(OWNER))
