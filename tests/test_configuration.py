"""Settings become plain configurations, and nothing that is not set is invented."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from cryptography.fernet import Fernet

from bot.configuration import CannotBuild, ordering_policy, shop_limits, supplier_configs
from bot.resellers.limits import ShopLimits
from bot.settings import Settings
from bot.suppliers.octopus.config import OctopusConfig
from bot.suppliers.voodoo.config import VoodooConfig

OCTOPUS = {"octopus_api_key": "key", "octopus_api_secret": "secret"}
VOODOO = {"voodoo_api_key": "ak_1"}


def settings(**chosen: Any) -> Settings:
    required: dict[str, Any] = {
        "bot_token": "123456789:AAexampleexampleexampleexample12345",
        "admin_ids": (1001,),
        "secret_keys": (Fernet.generate_key().decode(),),
    }
    return Settings.model_validate(required | chosen)


@pytest.mark.parametrize(
    ("chosen", "kinds"),
    [
        ({}, []),
        (VOODOO, [VoodooConfig]),
        (OCTOPUS, [OctopusConfig]),
        (VOODOO | OCTOPUS, [VoodooConfig, OctopusConfig]),
    ],
)
def test_a_supplier_is_on_when_its_key_is_set(chosen: dict[str, Any], kinds: list[type]) -> None:
    assert [type(config) for config in supplier_configs(settings(**chosen))] == kinds


def test_octopus_is_told_what_was_set() -> None:
    more = {"octopus_api_url": "https://sandbox.example/", "octopus_webhook_secrets": "new,old", "octopus_wallet_id": 2}
    (config,) = supplier_configs(settings(**OCTOPUS, **more, currency="EUR"))
    assert config == OctopusConfig(
        api_key="key",
        api_secret="secret",
        api_url="https://sandbox.example",
        webhook_secrets=("new", "old"),
        wallet_id=2,
        currency="EUR",
    )
    assert "secret" not in repr(config)
    assert "new" not in repr(config)


def test_wrong_catalog_field_names_are_one_clear_line() -> None:
    with pytest.raises(CannotBuild, match="VOODOO_CATALOG_FIELDS: no attribute 'colour'"):
        supplier_configs(settings(**VOODOO, voodoo_catalog_fields={"colour": "x"}))


def test_limits_of_single_accounts_reach_the_policy() -> None:
    policy = ordering_policy(settings(low_balance=7, low_balances={"octopus:2": 50}))
    assert (policy.low_balance, policy.low_balances) == (Decimal(7), {"octopus:2": Decimal(50)})


def test_patience_in_seconds_reaches_the_policy() -> None:
    policy = ordering_policy(settings(find_for=120, place_within=60, unconfirmed_alert_after=30, follow_after=5))
    assert policy.find_for == timedelta(seconds=120)
    assert policy.place_within == timedelta(seconds=60)
    assert policy.unconfirmed_alert_after == timedelta(seconds=30)
    assert {policy.follow_after, policy.follow_after_unpushed} == {timedelta(seconds=5)}


def test_an_order_of_unknown_outcome_is_looked_for_at_least_as_long_as_a_supplier_may_take_to_show_it() -> None:
    assert ordering_policy(settings()).find_for >= timedelta(seconds=90)


def test_resellers_are_bounded_as_was_set_and_else_by_the_minute_alone() -> None:
    chosen = settings(orders_per_minute=5, spend_per_day=1000, largest_order=50, reseller_low_balance=20)
    assert shop_limits(chosen) == ShopLimits(5, Decimal(1000), Decimal(50), Decimal(20))
    usual = shop_limits(settings())
    assert (usual.orders_per_minute, usual.spend_per_day, usual.largest_order) == (20, None, None)
