"""Bad weather over Telegram."""

from random import Random
from typing import Any

from tests.drill.sky import Sky

BOT_METHODS = ("sendMessage", "editMessageText", "answerCallbackQuery", "sendDocument", "getUpdates", "*")


def flooded_bot(sky: Sky, chance: Random) -> bool:
    """429 for everything."""
    return sky.telegram("flood", seconds=chance.uniform(1, 4))


def flooded_chat(sky: Sky, chance: Random) -> bool:
    """429 for one chat."""
    return sky.telegram("flood", chat_id=chance.choice(sky.chats), seconds=chance.uniform(1, 8))


def telegram_away(sky: Sky, chance: Random) -> bool:
    """Connections that break, or an error page."""
    how = chance.choice(("drop", "status"))
    return sky.telegram("outage", how=how, seconds=chance.uniform(1, sky.longest))


def telegram_slow(sky: Sky, chance: Random) -> bool:
    """Late answers."""
    method = chance.choice(BOT_METHODS)
    return sky.telegram("slow", delay=chance.uniform(0.2, 3), seconds=chance.uniform(1, 6), method=method)


def telegram_reply_lost(sky: Sky, chance: Random) -> bool:
    """Carried out, and never answered."""
    return sky.telegram("drop-reply", method=chance.choice(BOT_METHODS), calls=chance.randint(1, 4))


def updates_again(sky: Sky, chance: Random) -> bool:
    """Confirmed updates come once more."""
    return sky.telegram("redeliver", count=chance.randint(1, 25))


def taps_too_old(sky: Sky, _chance: Random) -> bool:
    """No tap can be answered any more."""
    return sky.telegram("expire-taps")


def telegram_strict(sky: Sky, chance: Random) -> bool:
    """Telegram's own limits of how much a bot may say."""
    sky.after(chance.uniform(2, 8), lambda: sky.telegram("rate-limits", on=False))
    return sky.telegram("rate-limits", on=True)


def message_deleted(sky: Sky, chance: Random) -> bool:
    """Somebody deletes the message in which an order lives."""
    chat = chance.choice(sky.chats)
    found: Any = sky.world.telegram.get(f"chats/{chat}/messages")
    living = [one for one in found["messages"] if one["text"].startswith(("⏳", "❔")) and not one["deleted"]]
    return bool(living) and sky.telegram("delete-message", chat_id=chat, message_id=living[-1]["id"])


def bot_kicked(sky: Sky, chance: Random) -> bool:
    """The bot is put out of a group, and brought back."""
    group = chance.choice(sky.groups)
    sky.after(chance.uniform(1, 6), lambda: sky.telegram("restore", chat_id=group))
    return sky.telegram("kick", chat_id=group)


def group_migrated(sky: Sky, _chance: Random) -> bool:
    """A group becomes a supergroup, once."""
    if not sky.migrating:
        return False
    old = sky.migrating.pop()
    moved: Any = sky.world.telegram.post("faults/migrate", chat_id=old)
    for known in (sky.groups, sky.chats):
        known[:] = [moved["chat_id"] if chat == old else chat for chat in known]
    return True
