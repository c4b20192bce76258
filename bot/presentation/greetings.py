"""First words, help, language, refusals, and the menus that Telegram shows beside the input field."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from telegram import BotCommand

from bot.presentation.buttons import OpenCategories, PickLanguage
from bot.presentation.cards import Card, button, grid, keyboard, lines
from bot.presentation.orders import order_link, spoken_reference
from bot.presentation.speech import Speech, languages, marked
from storage.records.orders import Order


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """A command, what follows it, and what it does."""

    name: str
    does: str
    arguments: str = ""


STRANGERS: Sequence[CommandHelp] = (CommandHelp("start", marked("begin, and ask for access")),)
"""What Telegram shows to those whom it knows nothing better for."""

EVERYBODY: Sequence[CommandHelp] = (
    CommandHelp("order", marked("look at the catalog and order")),
    CommandHelp("find", marked("search the catalog"), marked("words")),
    CommandHelp("orders", marked("past orders and their codes")),
    CommandHelp("cancel", marked("drop the order being put together")),
    CommandHelp("notify", marked("what this chat is told, and when")),
    CommandHelp("language", marked("choose the language")),
    CommandHelp("help", marked("what the bot can do")),
)

MEMBERS: Sequence[CommandHelp] = (
    CommandHelp("balance", marked("what you hold, and the last entries")),
    CommandHelp("team", marked("whom you order for")),
)

OWNERS: Sequence[CommandHelp] = (
    CommandHelp("team", marked("your people and groups, and invites")),
    CommandHelp("statement", marked("your ledger as a file"), marked("days or dates")),
)

ADMINS: Sequence[CommandHelp] = (
    CommandHelp("admin", marked("everything an operator can do, as buttons")),
    CommandHelp("balance", marked("what the supplier accounts and the resellers hold")),
    CommandHelp("resellers", marked("the resellers' accounts")),
    CommandHelp("reseller", marked("one reseller's account"), marked("name")),
    CommandHelp("invite", marked("links into a reseller, also into a new one"), marked("name")),
    CommandHelp("credit", marked("add money to an account"), marked("name amount note")),
    CommandHelp("debit", marked("take money from an account"), marked("name amount note")),
    CommandHelp("markup", marked("what a reseller pays above cost"), marked("name percent")),
    CommandHelp("limit", marked("how far an account may go below zero"), marked("name amount")),
    CommandHelp("limits", marked("what bounds a reseller's orders"), marked("name bounds")),
    CommandHelp("suspend", marked("let a reseller look, and order nothing"), marked("name")),
    CommandHelp("resume", marked("let it order again"), marked("name")),
    CommandHelp("audit", marked("who did what")),
    CommandHelp("status", marked("how the bot is doing")),
    CommandHelp("catalog", marked("the catalog's age and size, and a fresh copy")),
    CommandHelp("stats", marked("orders, turnover and margin of a period"), marked("days")),
    CommandHelp("export", marked("orders and ledger as files"), marked("days or dates")),
    CommandHelp("resolve", marked("settle an order that waits for a human"), marked("reference supplier-id")),
)


IN_GROUPS: Sequence[CommandHelp] = tuple(
    entry for entry in EVERYBODY if entry.name in {"order", "find", "orders", "cancel", "notify", "language", "help"}
)
"""What is shown in groups, to everybody."""


def welcome_card(name: str, speech: Speech, *, private: bool) -> Card:
    """The first words to somebody who may order."""
    say_it = (
        speech.text("Type a few words to search, or look through the catalog.")
        if private
        else speech.text("Send /order to look through the catalog, or /find with a few words.")
    )
    text = lines(
        [
            speech.text("<b>Hello, {name}!</b>", name=name),
            "",
            speech.text("Here you order gift cards, top-ups and game services. The codes arrive in this chat."),
            say_it,
            "",
            speech.text("All commands: /help"),
        ]
    )
    return Card(text, keyboard([button(speech.plain("Open the catalog"), OpenCategories(0))]))


def help_card(speech: Speech, own: Sequence[CommandHelp], operators: Sequence[CommandHelp] = ()) -> Card:
    """Every command this person has: their own, and those of operators."""
    shown: list[str | Markup | None] = [
        speech.text("<b>What you can do</b>"),
        "",
        *(_help_line(entry, speech) for entry in own),
    ]
    if operators:
        shown += ["", speech.text("<b>For the operator</b>"), *(_help_line(entry, speech) for entry in operators)]
    shown += ["", speech.text("In a private chat any text searches the catalog.")]
    return Card(lines(shown))


def language_card(speech: Speech) -> Card:
    """Which languages there are; the present one is marked."""
    buttons = [
        button(("• " if code == speech.language else "") + voice.own_name, PickLanguage(code))
        for code, voice in languages().items()
    ]
    return Card(lines([speech.text("Which language shall I speak here?")]), keyboard(*grid(buttons, 2)))


def language_chosen_card(speech: Speech) -> Card:
    """Said in the language that was just chosen."""
    return Card(lines([speech.text("From now on I speak English. /help shows what I can do.")]))


def ownerless_group_card(speech: Speech) -> Card:
    """A reseller's member in a group that belongs to no reseller."""
    return Card(lines([speech.text("This group belongs to nobody yet: an owner adds it with the link from /team.")]))


def members_only_card(speech: Speech) -> Card:
    """An operator in a reseller's group, where the catalog has the reseller's prices."""
    return Card(lines([speech.text("This group belongs to a reseller: only its members order here.")]))


def outsider_card(speech: Speech) -> Card:
    """Somebody in a reseller's group who does not belong to that reseller."""
    return Card(
        lines(
            [
                speech.text("This group belongs to a reseller: only its members order here."),
                speech.text("One of its owners can invite you."),
            ]
        )
    )


def unknown_command_card(speech: Speech) -> Card:
    """A command that does not exist."""
    return Card(lines([speech.text("I do not know this command. /help shows those I do.")]))


def admins_only_card(speech: Speech) -> Card:
    """A command that this person may not use."""
    return Card(lines([speech.text("This command is for the operator.")]))


def ask_in_private_card(speech: Speech) -> Card:
    """An operator's command where customers read along."""
    return Card(lines([speech.text("Others read along here. Please send me this in our private chat.")]))


def words_please_card(speech: Speech) -> Card:
    """A photo, a voice message or the like, where only words mean something."""
    return Card(lines([speech.text("I only understand text. Type what you are looking for, or send /order.")]))


def search_how_card(speech: Speech) -> Card:
    """``/find`` without words."""
    return Card(lines([speech.text("What are you looking for? Write it after the command: /find steam 10")]))


def no_such_order_card(speech: Speech) -> Card:
    """An order that does not exist, or that this chat may not see."""
    return Card(lines([speech.text("There is no such order here. Your orders: /orders")]))


def already_ordered_card(order: Order, speech: Speech) -> Card:
    """The place of a confirm card whose order lives in another message."""
    text = speech.text(
        "This was already ordered: {reference}. {link}",
        reference=spoken_reference(order.reference),
        link=order_link(order.reference),
    )
    return Card(lines([text]))


def trouble_card(speech: Speech) -> Card:
    """Something failed on our side."""
    return Card(
        lines([speech.text("Something went wrong on our side. Please try again; your orders are safe: /orders")])
    )


def lost_answer_card(speech: Speech) -> Card:
    """Telegram took no answer from us, or did not say that it did: what was asked for may well be done."""
    return Card(
        lines(
            [
                speech.text("My answer may not have reached you, and what you asked for may be done."),
                speech.text("Please look before you ask again. Orders: /orders"),
            ]
        )
    )


def menu(entries: Sequence[CommandHelp], speech: Speech) -> list[BotCommand]:
    """The commands as Telegram's menu takes them."""
    return [BotCommand(entry.name, speech.plain(entry.does)) for entry in entries]


def descriptions(speech: Speech) -> tuple[str, str]:
    """What the bot's empty chat and its profile say."""
    return (
        speech.plain("Order gift cards, top-ups and game services; the codes arrive here in the chat. Press Start."),
        speech.plain("Gift cards, top-ups and game services, ordered in a chat."),
    )


def _help_line(entry: CommandHelp, speech: Speech) -> Markup:
    words = f" {speech.plain(entry.arguments).upper()}" if entry.arguments else ""
    return Markup("/{}{} · {}").format(entry.name, words, speech.plain(entry.does))
