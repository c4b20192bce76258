"""Whatever chats choose and whenever: every notice arrives once, none in a quiet hour, and results never wait."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.resellers.buyers import Buyers
from bot.resellers.choices import is_quiet
from bot.resellers.hearing import Hearing, Hearings
from bot.resellers.telling import notice_to, owe
from storage.crypto import Vault
from storage.records.orders import Place
from storage.records.queues import Delivery, DeliveryKind, NoticeKind
from storage.records.resellers import ZERO
from storage.store import Store
from tests.factories import make_delivery

ADMINS = (1, 2)
SPRING = datetime(2026, 3, 28, 12, tzinfo=UTC)
ZONES = ("UTC", "Europe/Kyiv", "America/New_York")

minutes = st.sampled_from([0, 60, 150, 420, 1320, 1380])


@dataclass(frozen=True)
class Notice:
    """A chat is owed a notice."""

    chat: int


@dataclass(frozen=True)
class Result:
    """A chat is owed a result, which cannot wait."""

    chat: int


@dataclass(frozen=True)
class Quiet:
    """A chat chooses quiet hours, or none."""

    chat: int
    begin: int
    until: int


@dataclass(frozen=True)
class Zone:
    """A chat chooses a time zone."""

    chat: int
    name: str


@dataclass(frozen=True)
class Wait:
    """Time passes."""

    minutes: int


chats = st.sampled_from(ADMINS)
steps = st.lists(
    st.one_of(
        st.builds(Notice, chats),
        st.builds(Result, chats),
        st.builds(Quiet, chats, minutes, minutes),
        st.builds(Zone, chats, st.sampled_from(ZONES)),
        st.builds(Wait, st.sampled_from([15, 45, 300, 600])),
    ),
    max_size=15,
)


@dataclass
class Night:
    """Two chats, a clock by hand, and what arrived."""

    store: Store
    now: datetime = SPRING
    owed: Counter[str] = field(default_factory=Counter[str])
    came: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        self.hearings = Hearings(self.store, Buyers(ADMINS), lambda: self.now, frozenset(), ZERO)

    async def does(self, step: Notice | Result | Quiet | Zone | Wait) -> None:
        match step:
            case Notice(chat):
                subject = str(self.owed.total())
                notice = notice_to(chat, NoticeKind.LOW_BALANCE, subject, {"said": subject})
                self.owed[subject] += 1
                await self.store.write(lambda tables: owe(tables, [notice], self.now))
            case Result(chat):
                subject = str(self.owed.total())
                result = make_delivery(chat_id=chat, data={"said": subject})
                self.owed[subject] += 1
                await self.store.write(lambda tables: tables.outbox.add(result, self.now))
            case Quiet(chat, begin, until):
                assert isinstance(await self.hearings.quiet(Place(chat, chat), begin, until), Hearing)
            case Zone(chat, name):
                assert isinstance(await self.hearings.time_zone(Place(chat, chat), name), Hearing)
            case Wait(minutes):
                # The relay looks all the time; every quarter of an hour is enough for hours that end at such.
                for passed in range(0, minutes, 15):
                    self.now += timedelta(minutes=min(15, minutes - passed))
                    await self.deliver()

    async def deliver(self) -> None:
        """Send everything that may be sent now."""
        lease = timedelta(seconds=5)
        while batch := await self.store.write(lambda tables: tables.outbox.claim(self.now, lease, 10)):
            for one in batch:
                await self.arrived(one)

    async def arrived(self, one: Delivery) -> None:
        self.came[one.data["said"]] += 1
        choices = await self.store.read(lambda tables: tables.chats.choices(one.chat_id))
        assert one.kind is DeliveryKind.RESULT or not is_quiet(choices, self.now)
        await self.store.write(lambda tables: tables.outbox.sent(one.id, 1, self.now))


@settings(max_examples=15, deadline=None)
@given(steps)
def test_every_notice_comes_once_and_outside_quiet_hours(
    tmp_path_factory: pytest.TempPathFactory, story: list[Notice | Result | Quiet | Zone | Wait]
) -> None:
    asyncio.run(tell(tmp_path_factory.mktemp("night") / "orderline.db", story))


async def tell(path: Path, story: list[Notice | Result | Quiet | Zone | Wait]) -> None:
    store = await Store.open(f"sqlite:///{path}", Vault([Fernet.generate_key().decode()]))
    night = Night(store)
    try:
        for step in story:
            await night.does(step)
            await night.deliver()
            if isinstance(step, Result):
                assert night.came[str(night.owed.total() - 1)] == 1
        # Nobody sleeps longer than a day, the one on which clocks change included.
        await night.does(Wait(26 * 60))
    finally:
        await store.close()
    assert night.came == night.owed
