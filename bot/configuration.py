"""The settings turned into what each part is told: folders, supplier accounts, policies."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bot.catalog.reports import CatalogPolicy
from bot.ordering.policy import OrderingPolicy
from bot.presentation.speech import DEFAULT_LANGUAGE, LOCALES, languages
from bot.resellers.limits import ShopLimits
from bot.settings import Settings
from bot.suppliers.octopus.config import OctopusConfig
from bot.suppliers.registry import SupplierConfig
from bot.suppliers.voodoo.config import VoodooConfig
from storage.store import Store

NO_SUPPLIER = "is not set, and neither are OCTOPUS_API_KEY and OCTOPUS_API_SECRET"
"""What is wrong with ``VOODOO_API_KEY`` when every supplier is off."""


class CannotBuild(Exception):
    """The installation or a setting makes a start impossible; the message is one clear line."""


def make_data_dir(settings: Settings) -> None:
    """Make the folders of the catalogs, for their owner alone; raises ``CannotBuild``."""
    try:
        for folder in (settings.data_dir, catalog_dir(settings)):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CannotBuild(f"DATA_DIR: {settings.data_dir} cannot be used: {error.strerror}") from error


def check_texts(default_language: str) -> None:
    """Read every text now, so that a broken installation fails at the start. Raises ``CannotBuild``."""
    missing = {DEFAULT_LANGUAGE, default_language} - languages().keys()
    if missing:
        raise CannotBuild(f"the texts for '{missing.pop()}' are not in {LOCALES}; install Orderline with its locales")


async def check_currency(store: Store, currency: str) -> None:
    """Refuse a shop currency that the balances are not kept in: all would be called so. Raises ``CannotBuild``."""
    kept = await store.read(lambda tables: tables.ledger.currency())
    if kept not in {None, currency}:
        raise CannotBuild(f"CURRENCY: the accounts of resellers are kept in {kept} and cannot become {currency}")


def catalog_dir(settings: Settings) -> Path:
    """Where the catalog snapshots are."""
    return settings.data_dir / "catalog"


def supplier_configs(settings: Settings) -> Sequence[SupplierConfig]:
    """The suppliers that are switched on. Raises ``CannotBuild`` for wrong catalog field names."""
    return [config for config in (_voodoo(settings), _octopus(settings)) if config is not None]


def _voodoo(settings: Settings) -> VoodooConfig | None:
    if settings.voodoo_api_key is None:
        return None
    try:
        return VoodooConfig(
            api_key=settings.voodoo_api_key.get_secret_value(),
            api_url=settings.voodoo_api_url,
            webhook_secrets=tuple(secret.get_secret_value() for secret in settings.voodoo_webhook_secrets),
            catalog=settings.voodoo_catalog,
            client_id=settings.voodoo_client_id,
            currency=settings.currency,
            field_names=settings.voodoo_catalog_fields,
        )
    except ValueError as error:
        raise CannotBuild(f"VOODOO_CATALOG_FIELDS: {error}") from error


def _octopus(settings: Settings) -> OctopusConfig | None:
    if settings.octopus_api_key is None or settings.octopus_api_secret is None:
        return None
    return OctopusConfig(
        api_key=settings.octopus_api_key.get_secret_value(),
        api_secret=settings.octopus_api_secret.get_secret_value(),
        api_url=settings.octopus_api_url,
        webhook_secrets=tuple(secret.get_secret_value() for secret in settings.octopus_webhook_secrets),
        wallet_id=settings.octopus_wallet_id,
        currency=settings.currency,
    )


def ordering_policy(settings: Settings) -> OrderingPolicy:
    """The intervals and limits of the order's life, with what the operator set."""
    usual = OrderingPolicy()
    chosen = None if settings.follow_after is None else timedelta(seconds=settings.follow_after)
    return OrderingPolicy(
        follow_after=chosen or usual.follow_after,
        follow_after_unpushed=chosen or usual.follow_after_unpushed,
        find_for=timedelta(seconds=settings.find_for),
        place_within=timedelta(seconds=settings.place_within),
        unconfirmed_alert_after=timedelta(seconds=settings.unconfirmed_alert_after),
        low_balance=settings.low_balance,
        low_balances=settings.low_balances,
    )


def shop_limits(settings: Settings) -> ShopLimits:
    """What bounds the orders of resellers that have no limits of their own."""
    return ShopLimits(
        settings.orders_per_minute, settings.spend_per_day, settings.largest_order, settings.reseller_low_balance
    )


def catalog_policy(settings: Settings) -> CatalogPolicy:
    """How catalogs are kept fresh."""
    return CatalogPolicy(
        refresh_every=timedelta(minutes=settings.catalog_refresh_minutes), max_drop=settings.catalog_max_drop
    )
