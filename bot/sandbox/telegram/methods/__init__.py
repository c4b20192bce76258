"""The Bot API's methods, by their names."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.methods import chats, editing, files, profile, receiving, sending
from bot.sandbox.telegram.parameters import Parameters

Method = Callable[[LocalTelegram, Parameters], Awaitable[Any]]

METHODS: Mapping[str, Method] = {
    name.lower(): method
    for name, method in {
        "getMe": profile.get_me,
        "setMyCommands": profile.set_my_commands,
        "getMyCommands": profile.get_my_commands,
        "deleteMyCommands": profile.delete_my_commands,
        "setChatMenuButton": profile.set_chat_menu_button,
        "getChatMenuButton": profile.get_chat_menu_button,
        "setMyName": profile.set_my_name,
        "getMyName": profile.get_my_name,
        "setMyDescription": profile.set_my_description,
        "getMyDescription": profile.get_my_description,
        "setMyShortDescription": profile.set_my_short_description,
        "getMyShortDescription": profile.get_my_short_description,
        "getUpdates": receiving.get_updates,
        "setWebhook": receiving.set_webhook,
        "deleteWebhook": receiving.delete_webhook,
        "getWebhookInfo": receiving.get_webhook_info,
        "answerCallbackQuery": receiving.answer_callback_query,
        "sendMessage": sending.send_message,
        "sendChatAction": sending.send_chat_action,
        "sendDocument": files.send_document,
        "sendPhoto": files.send_photo,
        "getFile": files.get_file,
        "editMessageText": editing.edit_message_text,
        "editMessageCaption": editing.edit_message_caption,
        "editMessageReplyMarkup": editing.edit_message_reply_markup,
        "deleteMessage": editing.delete_message,
        "getChat": chats.get_chat,
        "getChatMember": chats.get_chat_member,
        "getChatMemberCount": chats.get_chat_member_count,
        "getChatAdministrators": chats.get_chat_administrators,
        "leaveChat": chats.leave_chat,
    }.items()
}
"""Every method that the sandbox offers; Telegram looks names up without regard to case."""
