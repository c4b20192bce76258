"""Which chats are private, and which places are one person's."""

from storage.records.orders import Place
from storage.records.queues import Chat, ChatKind


def is_private(chat: Chat) -> bool:
    """Whether nobody else reads along."""
    return chat.kind is ChatKind.PRIVATE


def same_person(place: Place, other: Place) -> bool:
    """Whether two places are the same person in the same chat, whatever the topic."""
    return (place.chat_id, place.user_id) == (other.chat_id, other.user_id)
