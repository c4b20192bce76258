"""Who may do what: the roles of people, by their Telegram user ids."""

from collections.abc import Iterable
from enum import StrEnum

from storage.records.orders import Place
from storage.records.queues import Chat, ChatKind


class Role(StrEnum):
    """What somebody is to the shop."""

    ADMIN = "admin"
    STRANGER = "stranger"

    @property
    def may_order(self) -> bool:
        """Whether the catalog and ordering are open to this person."""
        return self is Role.ADMIN

    @property
    def operates(self) -> bool:
        """Whether the operator's commands are open to this person."""
        return self is Role.ADMIN


class Access:
    """Knows everybody's role. It is asked with every update, so it answers from memory."""

    def __init__(self, admin_ids: Iterable[int]) -> None:
        self._admin_ids = frozenset(admin_ids)

    def role(self, user_id: int) -> Role:
        """The role of a person, wherever they speak."""
        return Role.ADMIN if user_id in self._admin_ids else Role.STRANGER


def is_private(chat: Chat) -> bool:
    """Whether nobody else reads along."""
    return chat.kind is ChatKind.PRIVATE


def same_person(place: Place, other: Place) -> bool:
    """Whether two places are the same person in the same chat, whatever the topic."""
    return (place.chat_id, place.user_id) == (other.chat_id, other.user_id)
