"""The client's wallets, one per currency, and every transaction that moved them (WALLETS and TRANSACTIONS pages)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.sandbox.octopus.pricing import Charges, Conversion, rounded


class WalletType(StrEnum):
    """Whether money has to be there before it is spent."""

    PREPAID = "PREPAID"
    POSTPAID = "POSTPAID"


class Direction(StrEnum):
    """Which way money went."""

    DEBIT = "DEBIT"
    CREDIT = "CREDIT"


@dataclass(slots=True)
class Wallet:
    """One balance in major units, which an order never takes below zero."""

    id: int
    currency: str
    amount: Decimal
    type: WalletType = WalletType.PREPAID


@dataclass(frozen=True, slots=True)
class Transaction:
    """One change of a wallet; ``amount`` is positive in both directions."""

    id: int
    wallet_id: int
    currency: str
    amount: Decimal
    direction: Direction
    remarks: str
    created_at: datetime
    source: str | None = None
    conversion: Conversion | None = None
    order_id: int | None = None


class InsufficientFunds(Exception):
    """The wallet holds less than what is payable."""


class Purse:
    """Every wallet of the client and its history, oldest first."""

    def __init__(self, opening: Iterable[tuple[str, Decimal]], at: datetime) -> None:
        self._wallets: dict[int, Wallet] = {}
        self.transactions: list[Transaction] = []
        for currency, amount in opening:
            self.open(currency, amount, at)

    @property
    def wallets(self) -> tuple[Wallet, ...]:
        """The wallets by their ids."""
        return tuple(self._wallets.values())

    def find(self, wallet_id: int) -> Wallet | None:
        """The wallet with this id."""
        return self._wallets.get(wallet_id)

    def in_currency(self, currency: str) -> Wallet | None:
        """The wallet of a currency: there is at most one."""
        return next((wallet for wallet in self._wallets.values() if wallet.currency == currency), None)

    def open(self, currency: str, amount: Decimal, at: datetime) -> Wallet:
        """Add a wallet with an opening credit."""
        wallet = Wallet(len(self._wallets) + 1, currency, Decimal(0))
        self._wallets[wallet.id] = wallet
        self._credit(wallet, rounded(amount, currency), "Opening balance", at)
        return wallet

    def pay(self, wallet: Wallet, priced: Charges, order_id: int, at: datetime) -> Transaction:
        """Debit an order's price; raises ``InsufficientFunds`` and changes nothing when it is not there."""
        if priced.payable > wallet.amount:
            raise InsufficientFunds
        wallet.amount -= priced.payable
        remarks = f"{wallet.currency} Wallet debited by amount {priced.payable} - Order #{order_id}"
        source = priced.source if priced.conversion else None
        return self._post(
            Transaction(
                self._next_id, wallet.id, wallet.currency, priced.payable, Direction.DEBIT, remarks, at, source,
                priced.conversion, order_id,
            )
        )  # fmt: skip

    def refund(self, wallet: Wallet, amount: Decimal, order_id: int, at: datetime) -> Transaction:
        """Give back what an order did not deliver."""
        return self._credit(wallet, amount, f"Refund for Order #{order_id}", at, order_id)

    def correct(self, wallet: Wallet, amount: Decimal, at: datetime) -> Transaction | None:
        """Set a balance by hand; returns the transaction, if it changed."""
        change = rounded(amount, wallet.currency) - wallet.amount
        if change >= 0:
            return self._credit(wallet, change, "Balance correction", at) if change else None
        wallet.amount += change
        remarks = f"{wallet.currency} Wallet debited by amount {-change} - Balance correction"
        return self._post(Transaction(self._next_id, wallet.id, wallet.currency, -change, Direction.DEBIT, remarks, at))

    @property
    def _next_id(self) -> int:
        return len(self.transactions) + 1

    def _credit(
        self, wallet: Wallet, amount: Decimal, text: str, at: datetime, order_id: int | None = None
    ) -> Transaction:
        wallet.amount += amount
        remarks = f"{wallet.currency} Wallet credited by amount {amount} - {text}"
        return self._post(
            Transaction(
                self._next_id, wallet.id, wallet.currency, amount, Direction.CREDIT, remarks, at, order_id=order_id
            )
        )

    def _post(self, transaction: Transaction) -> Transaction:
        self.transactions.append(transaction)
        return transaction
