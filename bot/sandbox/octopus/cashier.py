"""Chooses the wallet, takes the quote and remembers it for a while (CHARGES page: quotes are cached five minutes)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from bot.sandbox.octopus.checkout import Goods
from bot.sandbox.octopus.errors import absent
from bot.sandbox.octopus.pricing import Charges, Conversion, charges
from bot.sandbox.octopus.switches import Switches
from bot.sandbox.octopus.wallets import Purse, Wallet
from bot.sandbox.octopus.world import Rates
from bot.sandbox.shop.clock import Clock

QuoteKey = tuple[int, Decimal, int, int]


class Cashier:
    """Says what things cost from which wallet."""

    def __init__(self, purse: Purse, rates: Rates, switches: Callable[[], Switches], clock: Clock) -> None:
        self._purse = purse
        self._rates = rates
        self._switches = switches
        self._clock = clock
        self._quotes: dict[QuoteKey, tuple[datetime, Charges]] = {}

    def wallet_for(self, goods: Goods) -> Wallet:
        """The wallet that pays: the one named, else the one in the product's currency; raises ``Refused``."""
        if goods.wallet_id is not None:
            wallet = self._purse.find(goods.wallet_id)
            if wallet is None:
                raise absent("Wallet")
            return wallet
        wallet = self._purse.in_currency(goods.product.currency)
        if wallet is None:
            raise absent(f"Wallet in {goods.product.currency}")
        return wallet

    def price(self, goods: Goods, wallet: Wallet) -> Charges:
        """What the goods cost now."""
        source = goods.product.currency
        conversion = None
        if source != wallet.currency:
            conversion = Conversion(self._rates.between(source, wallet.currency), self._switches().handling_fee)
        return charges(goods.value, goods.quantity, goods.denomination.discount, source, wallet.currency, conversion)

    def quote(self, goods: Goods) -> Charges:
        """What the goods cost, or cost when they were last asked for within the cache's time; raises ``Refused``."""
        wallet = self.wallet_for(goods)
        key = (goods.product.id, goods.value, goods.quantity, wallet.id)
        now = self._clock()
        fresh_since = now - timedelta(seconds=self._switches().quote_cache)
        if (known := self._quotes.get(key)) and known[0] > fresh_since:
            return known[1]
        priced = self.price(goods, wallet)
        self._quotes[key] = (now, priced)
        return priced

    def forget_quotes(self) -> None:
        """Let every quote be taken anew."""
        self._quotes.clear()
