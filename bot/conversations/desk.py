"""What the operator's pages of resellers share: who is meant by a name, and what belongs to an account."""

from collections.abc import Sequence
from dataclasses import replace

from bot.catalog.service import Catalog
from bot.conversations.arguments import Named, NotNamed, name_first, whole_name
from bot.conversations.talk import Talk
from bot.presentation.accounts import Account
from bot.presentation.cards import Paging
from bot.presentation.desk import gone_card, unknown_name_card
from bot.presentation.resellers import RESELLERS_A_PAGE
from bot.resellers.limits import ShopLimits
from storage.records.catalog import ItemKey
from storage.records.resellers import MarkupRule, MarkupScope, Reseller
from storage.store import Store, Tables

LAST_ENTRIES = 5


class Desk:
    """Reads accounts for the pages that show and change them."""

    def __init__(self, store: Store, catalog: Catalog, currency: str, limits: ShopLimits) -> None:
        self._store = store
        self._catalog = catalog
        self.currency = currency
        self.limits = limits

    async def named(self, text: str, stops: Sequence[str] = ()) -> Named | NotNamed:
        """The reseller whose name the text begins with."""
        return name_first(text, await self._names(), stops)

    async def called(self, text: str) -> Named | NotNamed:
        """The reseller whose name the whole text is."""
        return whole_name(text, await self._names())

    async def reseller(self, reseller_id: int) -> Reseller | None:
        """An account by its id."""
        return await self._store.read(lambda tables: tables.resellers.get(reseller_id))

    async def account(self, reseller_id: int) -> Account | None:
        """An account with all that its card shows."""
        account = await self._store.read(lambda tables: self._account(tables, reseller_id))
        return account and await self._with_item_names(account)

    async def page(self, offset: int) -> tuple[list[Reseller], Paging]:
        """A page of the list by name; one behind the end is the last."""

        async def look(tables: Tables) -> tuple[list[Reseller], Paging]:
            names = list(await tables.resellers.names())
            last = max(0, (len(names) - 1) // RESELLERS_A_PAGE * RESELLERS_A_PAGE)
            start = min(max(0, offset), last)
            after = (names[start - 1],) if start else ()
            return await tables.resellers.page(RESELLERS_A_PAGE, *after), Paging(start, RESELLERS_A_PAGE, len(names))

        return await self._store.read(look)

    async def not_named(self, talk: Talk, wrong: NotNamed, *, may_create: bool = False) -> None:
        """Say that nobody is called so, and who may have been meant."""
        meant = [found for number in wrong.meant if (found := await self.reseller(number)) is not None]
        await talk.show(unknown_name_card(wrong.words, meant, talk.speech, may_create=may_create))

    async def gone(self, talk: Talk) -> None:
        """Say that a button's reseller is not there."""
        await talk.show(gone_card(talk.speech))

    async def _names(self) -> dict[str, int]:
        return await self._store.read(lambda tables: tables.resellers.names())

    async def _account(self, tables: Tables, reseller_id: int) -> Account | None:
        reseller = await tables.resellers.get(reseller_id)
        if reseller is None:
            return None
        groups = [await tables.chats.get(group.chat_id) for group in await tables.groups.of(reseller_id)]
        return Account(
            reseller,
            self.currency,
            self.limits,
            await tables.members.of(reseller_id),
            [chat.title for chat in groups if chat],
            sorted(await tables.resellers.rules(reseller_id), key=_by_scope),
            await tables.ledger.last(reseller_id, LAST_ENTRIES),
        )

    async def _with_item_names(self, account: Account) -> Account:
        snapshot = self._catalog.snapshot
        if snapshot is None:
            return account
        targets = [rule.target for rule in account.rules if rule.scope is MarkupScope.ITEM]
        items = [await snapshot.get(ItemKey.parse(target)) for target in targets]
        return replace(account, items={str(item.key): item.name for item in items if item})


def _by_scope(rule: MarkupRule) -> tuple[MarkupScope, str]:
    return rule.scope, rule.target
