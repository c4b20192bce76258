"""Every button there is, pressed by somebody whom it was never shown to: it changes nothing and tells nothing."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import Enum
from itertools import product
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from sqlalchemy import create_engine, text

from bot.presentation.buttons import Button
from bot.presentation.team_buttons import AskAccess
from bot.sandbox.telegram import people
from storage.clock import utc_now
from storage.records.catalog import ItemKey
from storage.records.orders import Draft, OrderState, Place
from storage.records.resellers import AccessRequest, EntryKind, MarkupRule, MarkupScope, MemberRole, NewEntry, Reseller
from storage.store import Store, Tables
from tests.conversations.people import BEA, YAN, ZOE, links_of, meets, starts
from tests.conversations.shop import ADMIN, COLLEAGUE, GROUP, Shop, open_shop
from tests.factories import NOW, keys, make_draft, make_item, make_order
from tests.resellers.people import add_reseller

OWNER, BUYER, RIVAL, STRANGER, ASKER = COLLEAGUE, BEA, YAN, ZOE, 1013
REFERENCE, CODE, COST, PRICE = "7KQ2M9XF", "SECRET-CODE", "61.17", "63.21"

THEIRS = {
    "resellers": "id = :nova",
    "drafts": "user_id = :owner",
    "members": "true",
    "reseller_groups": "true",
    "invites": "true",
    "access_requests": "user_id = :asker",
    "markups": "true",
    "ledger": "true",
    "orders": "true",
    "order_codes": "true",
    "audit": "true",
}
"""Rows that nobody's forged tap may change, by table. Whoever taps may change what their own chats and team hear."""


EVERY = {kind.prefix: kind for kind in Button.__subclasses__() if kind.prefix != AskAccess.prefix}.values()
"""Every class of buttons but the one that is for everybody; a class with slots leaves its plain twin behind."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Nova Games: its owner's delivered order and draft, and a link for a group."""

    nova: Reseller
    draft: Draft
    token: str


@pytest.fixture
async def shop(store: Store, tmp_path: Path) -> AsyncIterator[Shop]:
    """The bot with one admin, and people who have opened it."""
    async with open_shop(store, tmp_path, [make_item()], admins=(ADMIN,)) as opened:
        for number, name in ((BUYER, "Bea"), (RIVAL, "Yan"), (STRANGER, "Zoe")):
            meets(opened, number, name)
        yield opened


@pytest.fixture
async def scene(shop: Shop) -> Scene:
    """Nova Games with people, money, a markup, a group and orders; a rival; and somebody who asked for access."""
    who = {OWNER: MemberRole.OWNER, BUYER: MemberRole.BUYER}
    nova = await add_reseller(shop.store, "Nova Games", people=who, groups=[GROUP], money="77.31")
    await add_reseller(shop.store, "Rival Ltd", people={RIVAL: MemberRole.OWNER}, groups=[])
    place, now = Place(OWNER, OWNER), utc_now()
    draft = make_draft(place=place, reseller_id=nova.id, markup=Decimal(10), created_at=now, updated_at=now)
    order = make_order(
        reference=REFERENCE,
        place=place,
        state=OrderState.COMPLETED,
        expected=Decimal(COST),
        charged=Decimal(COST),
        price=Decimal(PRICE),
        captured=Decimal(PRICE),
        reseller_id=nova.id,
        next_check_at=None,
    )

    async def unit(tables: Tables) -> None:
        added = await tables.orders.add(order)
        await tables.orders.add_codes(added.id, keys(CODE))
        await tables.ledger.post(
            NewEntry(nova.id, EntryKind.CHARGE, -Decimal(PRICE), NOW, "for May", order_id=added.id, reference=REFERENCE)
        )
        await tables.resellers.set_rule(MarkupRule(nova.id, MarkupScope.CATEGORY, "Steam", Decimal(3)))
        await tables.drafts.save(draft)
        await tables.requests.ask(AccessRequest(ASKER, "Aske", "", NOW))

    await shop.store.write(unit)
    return Scene(nova, draft, (await links_of(shop, nova)).group_token)


def every_button(scene: Scene, who: int) -> Iterator[Button]:
    """Every button of every class that may concern Nova Games; what ``who`` may do to themselves is left out."""
    by_name: Mapping[str, Sequence[Any]] = {
        "reseller": [scene.nova.id],
        "person": [person for person in (OWNER, BUYER, ASKER) if person != who],
        "chat": [GROUP],
        "draft": [scene.draft.id],
        "shown": [scene.draft.update_id],
        "reference": [REFERENCE],
        "token": [scene.token],
        "key": [make_item().key],
    }
    by_type: Mapping[type, Sequence[Any]] = {int: [0, 1], str: ["en"], Decimal: [Decimal(1)], ItemKey: []}
    for kind in EVERY:
        hints = get_type_hints(kind, include_extras=True)
        names = [field.name for field in fields(kind)]  # pyright: ignore[reportArgumentType] every button is a dataclass
        types = [get_args(hints[name])[0] for name in names]
        usual = [list(one) if issubclass(one, Enum) else by_type[one] for one in types]
        for values in product(*(by_name.get(name, found) for name, found in zip(names, usual, strict=True))):
            yield kind(*values)


async def sends(shop: Shop, data: str, who: int) -> None:
    """Somebody sends a tap with this data under whatever message of theirs has buttons; the bot reacts."""
    world = shop.telegram.world
    bearers = [one for one in shop.messages(who) if one.keyboard]
    if not bearers:
        await starts(shop, who)
        bearers = [one for one in shop.messages(who) if one.keyboard]
    people.press(shop.telegram, world.user(who), world.chat(who), bearers[-1].id, data, "", forged=True)
    await shop.settle()


def rows_of(database_url: str, nova: Reseller) -> dict[str, list[tuple[Any, ...]]]:
    """What there is to lose."""
    engine, asked = create_engine(database_url), {"nova": nova.id, "asker": ASKER, "owner": OWNER}
    with engine.connect() as connection:
        found = {
            name: [
                tuple(row)
                for row in connection.execute(text(f"SELECT * FROM {name} WHERE {which}"), asked)  # noqa: S608
            ]
            for name, which in THEIRS.items()
        }
    engine.dispose()
    return found


@pytest.mark.parametrize(
    ("who", "hidden"),
    [
        (RIVAL, (CODE, REFERENCE, COST, PRICE, "14.10", "77.31", "for May", "Aske")),
        (STRANGER, (CODE, REFERENCE, COST, PRICE, "14.10", "77.31", "for May", "Aske", "Nova Games")),
        # A buyer may know the balance that they order on.
        (BUYER, (CODE, REFERENCE, COST, PRICE, "77.31", "for May", "Aske", "9.50")),
    ],
)
async def test_nobody_gains_by_data_of_a_button_that_was_not_theirs(
    shop: Shop, scene: Scene, database_url: str, who: int, hidden: Sequence[str]
) -> None:
    before, pressed = rows_of(database_url, scene.nova), 0
    for button in every_button(scene, who):
        await sends(shop, button.pack(), who)
        pressed += 1
        assert rows_of(database_url, scene.nova) == before, button
        told = [one.body.text for one in shop.messages(who)] + shop.popups()
        assert [words for words in hidden for said in told if words in said] == [], button
        assert all(one.document is None or "Rival" in one.body.text for one in shop.messages(who)), button
    assert pressed > 100
