"""Links that open the bot: ``t.me/BOT?start=...`` for a person, ``?startgroup=...`` for a group."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

HOSTS = frozenset({"t.me", "telegram.me", "www.t.me"})


class LinkKind(StrEnum):
    """What a link asks its opener for."""

    PERSON = "start"
    GROUP = "startgroup"


@dataclass(frozen=True, slots=True)
class BotLink:
    """A link of the bot and the parameter that it hands over (core.telegram.org/api/links#bot-links)."""

    kind: LinkKind
    parameter: str


def read_link(link: str, bot_username: str) -> BotLink | None:
    """Read ``https://t.me/BOT?...``, with or without scheme, or ``tg://resolve?domain=BOT&...``; None if another's."""
    parts = urlsplit(link if "://" in link else f"https://{link}")
    said = parse_qs(parts.query, keep_blank_values=True)
    if parts.scheme == "tg" and parts.netloc == "resolve":
        bot = said.get("domain", [""])[0]
    elif parts.scheme in {"http", "https"} and parts.netloc.lower() in HOSTS:
        bot = parts.path.strip("/")
    else:
        return None
    if bot.lower() != bot_username.lower():
        return None
    kind = LinkKind.GROUP if LinkKind.GROUP in said else LinkKind.PERSON
    return BotLink(kind, said.get(kind, [""])[0])
