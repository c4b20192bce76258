"""Reply markups and command menus against Telegram's limits."""

from typing import Any

import pytest
from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatMember,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MenuButtonCommands,
)

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.keyboards import parse_markup
from tests.sandbox.telegram.lab import ADA, BORIS, GROUP, Lab, refusing


def inline(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def button(**fields: Any) -> dict[str, Any]:
    return {"text": "x", **fields}


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        (inline([button(callback_data="")]), "BUTTON_DATA_INVALID"),
        (inline([button(callback_data="x" * 65)]), "BUTTON_DATA_INVALID"),
        (inline([button(callback_data="я" * 33)]), "BUTTON_DATA_INVALID"),
        (inline([button(copy_text={"text": ""})]), "BUTTON_COPY_TEXT_INVALID"),
        (inline([button(copy_text={"text": "x" * 257})]), "BUTTON_COPY_TEXT_INVALID"),
        (inline([button(url="not a link")]), "Wrong HTTP URL"),
        (inline([button(callback_data="a", style="rainbow")]), "Invalid button style specified"),
        (inline([button()]), "Text buttons are unallowed in the inline keyboard"),
        (inline([{"callback_data": "a"}]), 'Field "text" must be of type String'),
        (inline([{"text": " ", "callback_data": "a"}]), "Button text must be non-empty"),
        (inline([button(callback_data="a")] * 9), "REPLY_MARKUP_TOO_LONG"),
        (inline(*[[button(callback_data="a")] * 8] * 13), "REPLY_MARKUP_TOO_LONG"),
        ({"inline_keyboard": "x"}, "must be of type Array"),
        ({"force_reply": True, "input_field_placeholder": "x" * 65}, "INPUT_FIELD_PLACEHOLDER_TOO_LONG"),
        ("keyboard", "can't parse reply keyboard markup JSON object"),
    ],
)
def test_what_telegram_refuses_is_refused(markup: object, complaint: str):
    with pytest.raises(BadRequest) as refusal:
        parse_markup(markup)
    assert complaint in refusal.value.description


@pytest.mark.parametrize(
    "markup",
    [
        inline([button(callback_data="x" * 64)]),
        inline([button(callback_data="я" * 32)]),
        inline([button(copy_text={"text": "x" * 256}, style="primary")]),
        inline([button(url="https://t.me/orderline_demo_bot?start=a")]),
        inline([button(callback_data="a")] * 8),
        inline(*[[button(callback_data="a")] * 5] * 20),
    ],
)
def test_what_is_just_within_the_limits_is_taken(markup: object):
    assert parse_markup(markup) is not None


async def test_styles_and_copy_buttons_survive_the_library(lab: Lab):
    rows = [
        [InlineKeyboardButton("Buy", callback_data="b", style="primary")],
        [InlineKeyboardButton("Copy", copy_text=CopyTextButton("ABCD"))],
    ]
    sent = await lab.bot.send_message(ADA, "card", reply_markup=InlineKeyboardMarkup(rows))
    assert sent.reply_markup == InlineKeyboardMarkup(rows)
    assert (await lab.message(sent.message_id))["buttons"][0][0]["style"] == "primary"


async def shown(lab: Lab, viewer: int, chat_id: int) -> list[str]:
    chats = (await lab.look("page", viewer=viewer))["chats"]
    chat = next(chat for chat in chats if chat["id"] == chat_id)
    return [command["description"] for command in chat["commands"]]


async def test_the_narrowest_commands_menu_wins(lab: Lab):
    await lab.bot.set_my_commands([BotCommand("help", "default")])
    assert await shown(lab, BORIS, GROUP) == ["default"]
    await lab.bot.set_my_commands([BotCommand("help", "groups")], BotCommandScopeAllGroupChats())
    await lab.bot.set_my_commands([BotCommand("help", "private")], BotCommandScopeAllPrivateChats())
    await lab.bot.set_my_commands([BotCommand("help", "Ada's")], BotCommandScopeChat(ADA))
    await lab.bot.set_my_commands([BotCommand("help", "Boris here")], BotCommandScopeChatMember(GROUP, BORIS))
    assert await shown(lab, ADA, GROUP) == ["groups"]
    assert await shown(lab, ADA, ADA) == ["Ada's"]
    assert await shown(lab, BORIS, BORIS) == ["private"]
    assert await shown(lab, BORIS, GROUP) == ["Boris here"]


async def test_a_menu_speaks_the_persons_language_when_it_can(lab: Lab):
    await lab.bot.set_my_commands([BotCommand("help", "Help")])
    await lab.bot.set_my_commands([BotCommand("help", "Помощь")], language_code="ru")
    assert (await shown(lab, ADA, ADA), await shown(lab, BORIS, BORIS)) == (["Help"], ["Помощь"])
    await lab.do(f"users/{ADA}", language_code="ru")
    assert await shown(lab, ADA, ADA) == ["Помощь"]


async def test_commands_are_kept_by_scope_and_language_and_can_be_forgotten(lab: Lab):
    commands = (BotCommand("help", "Help"),)
    await lab.bot.set_my_commands(commands, language_code="en")
    assert await lab.bot.get_my_commands(language_code="en") == commands
    assert await lab.bot.get_my_commands() == ()
    await lab.bot.delete_my_commands(language_code="en")
    assert await lab.bot.get_my_commands(language_code="en") == ()


@pytest.mark.parametrize(
    ("commands", "complaint"),
    [
        ([{"command": "Help", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "x" * 33, "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "help", "description": ""}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "help", "description": "x" * 257}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": f"c{n}", "description": "x"} for n in range(101)], "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_commands_have_limits(lab: Lab, commands: list[dict[str, str]], complaint: str):
    answer = await lab.raw("setMyCommands", commands=commands)
    assert answer["description"] == f"Bad Request: {complaint}"


async def test_a_scope_of_a_chat_that_is_not_there_is_refused(lab: Lab):
    with refusing("chat not found"):
        await lab.bot.set_my_commands([BotCommand("help", "Help")], BotCommandScopeChat(-5))


async def test_the_menu_button_and_the_descriptions_are_kept(lab: Lab):
    await lab.bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    await lab.bot.set_my_description("Cards and top-ups")
    await lab.bot.set_my_short_description("Кратко", language_code="ru")
    assert await lab.bot.get_chat_menu_button() == MenuButtonCommands()
    assert (await lab.bot.get_my_description()).description == "Cards and top-ups"
    assert (await lab.bot.get_my_short_description("ru")).short_description == "Кратко"
    with refusing("description is too long"):
        await lab.bot.set_my_description("x" * 513)
