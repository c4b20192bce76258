"""The chat page's view of the world: one person's chats, and what changed in them."""

from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.model import Chat, User
from bot.sandbox.telegram.shapes import JsonObject


def page_delta(telegram: LocalTelegram, viewer: User, since: int) -> JsonObject:
    """Return everything small in full, and of messages and callback answers what is newer than ``since``."""
    world = telegram.world
    chats = chats_of(telegram, viewer)
    changed = (message for chat in chats for message in chat.messages.values() if message.version > since)
    answers = (popup for popup in world.popups if popup.version > since and popup.user_id == viewer.id)
    return {
        "epoch": telegram.epoch,
        "version": world.changes.version,
        "now": world.now().isoformat(),
        "panel_only": telegram.config.panel_only,
        "suppliers": list(telegram.config.suppliers),
        "bot": world.bot.to_api() | {"description": _description(telegram, viewer)},
        "joinable": [{"id": chat.id, "title": chat.title} for chat in _joinable(telegram, viewer)],
        "people": [_person(user) for user in world.users.values()],
        "chats": [_chat(telegram, chat, viewer) for chat in chats],
        "messages": [message.to_page() for message in changed if since or not message.deleted],
        "answers": [
            {"text": answer.text, "show_alert": answer.show_alert, "url": answer.url, "query_id": answer.query_id}
            for answer in answers
        ],
        "faults": telegram.faults.describe(),
        "rate_limits": telegram.rate_limits,
    }


def chats_of(telegram: LocalTelegram, viewer: User) -> list[Chat]:
    """Return the private chat of a person and the groups they are in."""
    return [chat for chat in telegram.world.chats.values() if viewer.id in chat.members]


def _joinable(telegram: LocalTelegram, viewer: User) -> list[Chat]:
    chats = telegram.world.chats.values()
    return [chat for chat in chats if not chat.is_private and not chat.migrated_to and viewer.id not in chat.members]


def _description(telegram: LocalTelegram, viewer: User) -> str:
    said = telegram.profile
    return said.get(("description", viewer.language_code)) or said.get(("description", "")) or ""


def _person(user: User) -> JsonObject:
    return user.to_api() | {
        "is_admin": user.is_admin,
        "note": user.note,
        "blocks_bot": user.blocks_bot,
        "deactivated": user.deactivated,
    }


def _chat(telegram: LocalTelegram, chat: Chat, viewer: User) -> JsonObject:
    world = telegram.world
    return {
        "id": chat.id,
        "kind": chat.kind,
        "title": world.bot.first_name if chat.is_private else chat.title,
        "is_forum": chat.is_forum,
        "topics": [{"id": topic, "name": name} for topic, name in chat.topics.items()],
        "members": len(chat.members) + 1,
        "standing": chat.standing,
        "started": chat.started,
        "blocked": chat.is_private and viewer.blocks_bot,
        "migrated_to": chat.migrated_to,
        "typing": world.is_typing(chat),
        "commands": telegram.menus.shown(chat, viewer),
    }
