"""What tests driven by chance share: a shop on a real file, kills and restarts at any moment, time that jumps."""

import asyncio
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import hypothesis.strategies as st
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.ordering.confirming import AlreadyConfirmed, Confirmed
from bot.ordering.journal import Journal
from storage.crypto import Vault
from storage.records.orders import Draft, Step
from storage.store import Store
from tests.factories import make_draft
from tests.ordering.fates import Fate, FatefulSupplier, Killed
from tests.ordering.shop import Shop

T = TypeVar("T")

SETTINGS = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


class ShopUnderChance(RuleBasedStateMachine):
    """One shop, one supplier, any order of things."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.directory = tempfile.TemporaryDirectory()
        self.vault = Vault([Fernet.generate_key().decode()])
        self.drafts: list[Draft] = []
        self.updates = 1000
        self.supplier: FatefulSupplier

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def new_supplier(self, journal: Journal) -> FatefulSupplier:
        """The supplier as a new process meets it."""
        raise NotImplementedError

    async def check(self) -> None:
        """What always holds."""
        raise NotImplementedError

    async def come_to_an_end(self) -> None:
        """What holds in the end, with a fair network."""
        raise NotImplementedError

    @initialize()
    def open(self) -> None:
        self.run(self._open())

    async def _open(self) -> None:
        self.store = await self._open_store()
        self.shop = Shop(self.store)
        self._start_over()

    async def _open_store(self) -> Store:
        return await Store.open(f"sqlite:///{Path(self.directory.name) / 'orders.db'}", self.vault)

    def _start_over(self) -> None:
        self.supplier = self.new_supplier(Journal(self.store, self.shop.clock))
        self.shop.restart(voodoo=self.supplier)

    def teardown(self) -> None:
        try:
            self.run(self._close())
        finally:
            self.runner.close()
            self.directory.cleanup()

    async def _close(self) -> None:
        if not hasattr(self, "store"):
            return
        try:
            await self.begin_again()
            await self.come_to_an_end()
        finally:
            await self.store.close()

    @precondition(lambda self: len(self.drafts) < 4)
    @rule()
    def confirm(self) -> None:
        self.run(self._confirm())

    async def _confirm(self) -> None:
        draft = make_draft(step=Step.CONFIRM, quantity=Decimal(2), update_id=1)
        await self.store.write(lambda tables: tables.drafts.save(draft))
        assert isinstance(await self._tap(draft), Confirmed)
        self.drafts.append(draft)

    async def _tap(self, draft: Draft) -> object:
        self.updates += 1
        return await self.shop.ordering.confirm(draft.id, draft.place, self.updates, shown=draft.update_id)

    @precondition(lambda self: self.drafts)
    @rule(data=st.data())
    def confirm_again(self, data: st.DataObject) -> None:
        draft = data.draw(st.sampled_from(self.drafts))
        assert isinstance(self.run(self._tap(draft)), AlreadyConfirmed)

    @rule(fate=st.sampled_from(Fate), seconds=st.sampled_from([0, 2, 20, 130, 700]), masked=st.booleans())
    def work(self, fate: Fate, seconds: int, masked: bool) -> None:
        self.supplier.fate, self.supplier.masked = fate, masked
        self.shop.clock.pass_(seconds=seconds)
        with suppress(Killed):
            self.run(self.shop.work())
            return
        self.restart()

    @rule()
    def restart(self) -> None:
        self.run(self.begin_again())

    async def begin_again(self) -> None:
        """Start a new process over the same store."""
        # The store too: what the dead process had claimed must not wait for its leases.
        await self.store.close()
        self.store = self.shop.store = await self._open_store()
        self._start_over()
        await self.shop.workers.recover()

    async def jump(self) -> bool:
        """Let time jump to the next due moment and do what is due; says whether there was one."""
        instants = [order.next_check_at for order in await self.shop.all_orders() if order.next_check_at]
        if instants:
            self.shop.clock.now = max(self.shop.clock.now, min(instants))
            await self.shop.work()
        return bool(instants)

    @invariant()
    def every_order_is_right(self) -> None:
        if hasattr(self, "shop"):
            self.run(self.check())
