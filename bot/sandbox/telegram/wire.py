"""Bot API objects made from the world's records: what the bot gets to read."""

from bot.sandbox.telegram.model import BotStanding, Chat, Message, StoredFile, User
from bot.sandbox.telegram.shapes import JsonObject
from bot.sandbox.telegram.world import World


def chat_to_api(world: World, chat: Chat) -> JsonObject:
    """Return the ``Chat`` object."""
    if chat.is_private:
        user = world.users[chat.id]
        names = {"first_name": user.first_name, "last_name": user.last_name, "username": user.username}
        return {"id": chat.id, "type": "private"} | {key: value for key, value in names.items() if value}
    forum = {"is_forum": True} if chat.is_forum else {}
    return {"id": chat.id, "type": chat.kind.value, "title": chat.title} | forum


def full_chat_to_api(world: World, chat: Chat) -> JsonObject:
    """Return the ``ChatFullInfo`` object."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return chat_to_api(world, chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def message_to_api(world: World, message: Message, *, nested: bool = False) -> JsonObject:
    """Return the ``Message`` object; a message replied to carries no further reply."""
    chat = world.chats[message.chat_id]
    fields: JsonObject = {
        "message_id": message.id,
        "date": int(message.date.timestamp()),
        "chat": chat_to_api(world, chat),
        "from": message.sender.to_api(),
    }
    if message.topic is not None:
        fields |= {"message_thread_id": message.topic, "is_topic_message": True}
    if message.edit_date is not None:
        fields["edit_date"] = int(message.edit_date.timestamp())
    if message.protected:
        fields["has_protected_content"] = True
    if message.keyboard:
        fields["reply_markup"] = message.keyboard.to_api()
    if message.reply_to is not None and not nested:
        fields["reply_to_message"] = message_to_api(world, message.reply_to, nested=True)
    return fields | _content(message) | message.service


def _content(message: Message) -> JsonObject:
    text, entities = ("caption", "caption_entities") if message.has_media else ("text", "entities")
    fields: JsonObject = {text: message.body.text} if message.body.text else {}
    if message.body.spans:
        fields[entities] = message.body.entities()
    if message.document:
        fields["document"] = message.document.to_api()
    if message.photo:
        fields["photo"] = [photo_size_to_api(message.photo)]
    return fields


def photo_size_to_api(photo: StoredFile) -> JsonObject:
    """Return the ``PhotoSize`` object of the one size that the sandbox keeps."""
    document = photo.to_api()
    return {key: document[key] for key in ("file_id", "file_unique_id", "file_size")} | {
        "width": photo.width or 640,
        "height": photo.height or 480,
    }


def member_to_api(world: World, chat: Chat, user: User) -> JsonObject:
    """Return the ``ChatMember`` object of a person or the bot in a group."""
    if user is world.bot:
        return bot_member_to_api(world, chat.standing)
    if user.id not in chat.members:
        return {"user": user.to_api(), "status": "left"}
    if user.id == chat.creator:
        return {"user": user.to_api(), "status": "creator", "is_anonymous": False}
    return {"user": user.to_api(), "status": "member"}


def bot_member_to_api(world: World, standing: BotStanding) -> JsonObject:
    """Return the ``ChatMember`` object of the bot."""
    until = {"until_date": 0} if standing is BotStanding.KICKED else {}
    return {"user": world.bot.to_api(), "status": standing.value} | until
