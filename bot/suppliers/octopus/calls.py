"""Every call of the Octopus API that is used: its path, its patience and the budget that it counts against."""

from dataclasses import dataclass, replace

from bot.suppliers.http import Call
from bot.suppliers.octopus.config import Budgets, OctopusConfig

PRODUCTS_PATH = "/api/v1/products"
ORDERS_PATH = "/api/v1/orders"
WALLETS_PATH = "/api/v1/wallets"
CURRENCIES_PATH = "/api/v1/currencies"
TRANSACTIONS_PATH = "/api/v1/transactions"

LARGEST_ORDER = 8 << 20
"""Bytes of an order: room for 5 000 vouchers with every part long."""

LARGEST_LIST = 16 << 20


@dataclass(frozen=True, slots=True)
class Calls:
    """The kinds of requests; reads wait neither for creates nor for the catalog, and the other way round."""

    create: Call
    fetch: Call
    find: Call
    charges: Call
    product: Call
    wallets: Call
    currencies: Call
    transactions: Call
    catalog: Call

    @classmethod
    def made(cls, config: OctopusConfig, budgets: Budgets) -> "Calls":
        """The calls of one account."""
        read = Call("read", config.patience_to_read, budget=budgets.reads)
        return cls(
            create=Call("create", config.patience_to_create, LARGEST_ORDER, fresh=True, budget=budgets.creates),
            fetch=replace(read, name="fetch", max_bytes=LARGEST_ORDER),
            find=replace(read, name="find", max_bytes=LARGEST_LIST),
            charges=replace(read, name="charges", budget=budgets.charges),
            product=replace(read, name="product"),
            wallets=replace(read, name="wallets"),
            currencies=replace(read, name="currencies"),
            transactions=replace(read, name="transactions"),
            catalog=replace(read, name="catalog", max_bytes=LARGEST_LIST, budget=budgets.catalog),
        )
