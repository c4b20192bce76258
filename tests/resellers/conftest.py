"""Accounts over a real store."""

from decimal import Decimal

import pytest

from bot.ordering.notices import DeskChat, OperatorDesk
from bot.resellers.accounts import Accounts
from bot.resellers.telling import MoneyNews
from storage.store import Store
from tests.ordering.shop import Clock
from tests.resellers.desk import DESK


@pytest.fixture
def accounts(store: Store) -> Accounts:
    """Accounts as production builds them."""
    news = MoneyNews(OperatorDesk([DeskChat(DESK)]), "USD", Decimal(20))
    return Accounts(store, Clock(), "USD", news)
