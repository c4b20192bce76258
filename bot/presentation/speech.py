"""What is said in which language: gettext texts, and numbers, money and times as that language writes them."""

import gettext
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import cast

from babel import Locale
from babel.dates import format_date, format_datetime, format_interval, format_skeleton, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent
from markupsafe import Markup

from storage.records.queues import Chat

DOMAIN = "orderline"
DEFAULT_LANGUAGE = "en"
CLDR_ZONES = {"Europe/Kyiv": "Europe/Kiev", "Asia/Kolkata": "Asia/Calcutta"}
"""Unicode CLDR never renames a time zone that it has names for."""


def _territories(locale: Locale) -> Mapping[str, str]:
    return cast("Mapping[str, str]", locale.territories)


WORLD = "001"
"""Unicode CLDR's code for all of it."""

REGIONS = {name.casefold(): code for code, name in _territories(Locale("en")).items()} | {"global": WORLD}
"""Codes of countries and of larger regions by their English names, which is what suppliers write."""

LOCALES = Path(__file__).parents[2] / "locales"


def marked(message: str) -> str:
    """Mark a text for extraction where it is not yet translated, such as in a table."""
    return message


class Speech:
    """One language's voice. Texts are HTML with named values; every value is escaped here, once."""

    def __init__(self, language: str, translations: gettext.NullTranslations) -> None:
        self.language = language
        self._locale = Locale.parse(language)
        self._translations = translations

    @property
    def own_name(self) -> str:
        """The language's name in itself, such as ``Русский``."""
        return (self._locale.get_display_name(self._locale) or self.language).capitalize()

    def text(self, message: str, /, **values: object) -> Markup:
        """Translate ``message``, keep its markup, and put in ``values``, escaped unless they are ``Markup``."""
        return Markup(self._translations.gettext(message)).format(**values)  # noqa: S704 the catalog is our own

    def plural(self, one: str, many: str, count: int, /, **values: object) -> Markup:
        """Translate by ``count``, which the text may name as ``{count}``."""
        message = self._translations.ngettext(one, many, count)
        return Markup(message).format(count=self.number(count), **values)  # noqa: S704 the catalog is our own

    def plain(self, message: str, /, **values: object) -> str:
        """Translate for places that know no markup: button labels, callback answers, command menus."""
        return self._translations.gettext(message).format(**values)

    def plain_plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        """Translate by ``count`` for places that know no markup."""
        return self._translations.ngettext(one, many, count).format(count=self.number(count), **values)

    def number(self, value: Decimal | int) -> str:
        """Write a number exactly, without trailing zeros."""
        exact = Decimal(value)
        exact = exact.to_integral_value() if exact == exact.to_integral_value() else exact.normalize()
        return format_decimal(exact, locale=self._locale, decimal_quantization=False)

    def money(self, amount: Decimal, currency: str) -> str:
        """Write an amount with its currency, exactly: at least the currency's minor digits, more where it has more."""
        digits = amount.normalize()
        return format_currency(digits, currency, locale=self._locale, decimal_quantization=False)

    def compact_money(self, amount: Decimal, currency: str) -> str:
        """Write an amount in as few digits as a scale needs: ``$1.5K``."""
        return format_compact_currency(amount, currency, locale=self._locale, fraction_digits=1)

    def face(self, amount: Decimal, currency: str) -> str:
        """Write a face value with its currency's code, as cards print it: ``50 USD``."""
        return f"{self.number(amount)} {currency}"

    def region(self, name: str) -> str:
        """Name a country or a larger region in this language; what is none in English stays as it was written."""
        code = REGIONS.get(name.casefold())
        # English has no word of its own for where "Global" cards are good.
        as_written = code is None or (code == WORLD and self.language == DEFAULT_LANGUAGE)
        return name if as_written else _territories(self._locale).get(code or "", name)

    def percent(self, value: Decimal) -> str:
        """Write a percentage (3.5 for 3.5 %), with two decimals at most."""
        share = value.quantize(Decimal("0.01")) / 100
        return format_percent(share, locale=self._locale, decimal_quantization=False)

    def moment(self, when: datetime) -> str:
        """Write a date and time, in UTC and saying so."""
        return f"{format_datetime(when, 'd MMM y, HH:mm', tzinfo=UTC, locale=self._locale)} UTC"

    def clock_time(self, when: datetime) -> str:
        """Write the time of day, in UTC and saying so."""
        return f"{format_datetime(when, 'HH:mm', tzinfo=UTC, locale=self._locale)} UTC"

    def day(self, when: datetime) -> str:
        """Write a date as the language does, that of UTC: ``May 1, 2027``."""
        return format_date(when.astimezone(UTC), "long", locale=self._locale)

    def short_day(self, day: date) -> str:
        """Write a day without its year: ``May 1``."""
        return format_skeleton("MMMd", day, locale=self._locale)

    def week_day(self, day: date) -> str:
        """Write a day with its name: ``Friday, May 1``."""
        return format_skeleton("MMMMEEEEd", day, locale=self._locale)

    def days(self, first: date, last: date) -> str:
        """Write a span of days: ``May 1 - 14, 2027``."""
        return format_interval(first, last, "yMMMd", locale=self._locale)

    def ago(self, age: timedelta) -> str:
        """Write how long ago something was, roughly: ``3 minutes ago``."""
        return format_timedelta(-max(age, timedelta(seconds=1)), add_direction=True, locale=self._locale)

    def city(self, zone: str) -> str:
        """Write the place that a time zone is named after: ``Kyiv`` for ``Europe/Kyiv``."""
        # Babel's own function looks its aliases up the wrong way round, and does not find the renamed ones.
        zones = cast("Mapping[str, Mapping[str, str]]", self._locale.time_zones)
        named = zones.get(CLDR_ZONES.get(zone, zone), {}).get("city")
        return named or zone.rsplit("/", 1)[-1].replace("_", " ")

    def span(self, length: timedelta) -> str:
        """Write a length of time, roughly: ``3 minutes``."""
        return format_timedelta(length, locale=self._locale)


def _load(language: str, path: Path) -> Speech:
    with path.open("rb") as file:
        catalog = read_po(file, locale=language, domain=DOMAIN)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Speech(language, gettext.GNUTranslations(compiled))


@cache
def languages() -> Mapping[str, Speech]:
    """Every language there is a catalog for, by its code; read once."""
    files = sorted(LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return MappingProxyType({path.parts[-3]: _load(path.parts[-3], path) for path in files})


def speech_in(language: str) -> Speech:
    """The voice of one language; raises ``KeyError`` when there is no catalog for it."""
    return languages()[language]


def speech_for(chat: Chat | None, default: str = DEFAULT_LANGUAGE) -> Speech:
    """The voice for a chat: what its people chose, else what Telegram says of them, else ``default``."""
    for wanted in (chat.language, chat.language_hint) if chat else ():
        known = languages().get((wanted or "").split("-")[0].lower())
        if known:
            return known
    return languages()[default]
