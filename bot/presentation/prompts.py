"""Questions to an operator that are answered by replying, and the mark by which a reply is recognised.

A question names its reseller in a link; what the link's address carries says what was asked, of whom, and about
whom. Nothing else remembers the question, so it survives a restart, and nothing that people write can look like one:
such links stand in the bot's own messages only, whose texts are escaped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from markupsafe import Markup
from telegram import ForceReply
from telegram.constants import ReplyLimit

from bot.presentation.cards import Card, clip, lines
from bot.presentation.desk_buttons import Wanted
from bot.presentation.speech import Speech, marked
from storage.records.resellers import Reseller

ADDRESS = "https://t.me/{bot}?ask={mark}"
SIGN = "ask="

QUESTIONS: Mapping[Wanted, str] = {
    Wanted.CREDIT: marked("How much shall be credited to {name}? A note may follow the amount."),
    Wanted.DEBIT: marked("How much shall be debited from {name}? A note may follow the amount."),
    Wanted.MARKUP: marked("Which markup, in percent, shall {name} pay? It may be for one category or item alone:"),
    Wanted.LIMIT: marked("How far may the balance of {name} go below zero? 0 means not at all."),
    Wanted.PER_MINUTE: marked("How many orders a minute may each person of {name} make?"),
    Wanted.PER_DAY: marked("For how much may {name} order in a day (UTC)?"),
    Wanted.PER_ORDER: marked("How much may one order of {name} cost?"),
    Wanted.LOW: marked("Below which available amount shall the owners of {name} be told? 0 means never."),
    Wanted.RENAME: marked("What shall {name} be called from now on?"),
    Wanted.NEW: marked("What shall the {name} be called?"),
}
EXAMPLES: Mapping[Wanted, str] = {
    Wanted.CREDIT: "50 note",
    Wanted.DEBIT: "50 note",
    Wanted.MARKUP: "7.5",
    Wanted.LIMIT: "100",
    Wanted.PER_MINUTE: "5",
    Wanted.PER_DAY: "500",
    Wanted.PER_ORDER: "100",
    Wanted.LOW: "20",
    Wanted.RENAME: "Nova Games",
    Wanted.NEW: "Nova Games",
}
MARKUP_EXAMPLES = Markup("\n").join(
    Markup("<code>{}</code>").format(example)
    for example in ("7.5", "5 category Steam", "12 item voodoo:4711", "off item voodoo:4711")
)
BOUNDS = frozenset({Wanted.PER_MINUTE, Wanted.PER_DAY, Wanted.PER_ORDER, Wanted.LOW})


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question: what is wanted, for which reseller (0 for one that is yet to be), and which person is asked."""

    wanted: Wanted
    reseller: int
    person: int

    def address(self, bot: str) -> str:
        """The link that carries it; opened, it leads to the ``bot`` itself."""
        return ADDRESS.format(bot=bot, mark=f"{self.wanted}-{self.reseller}-{self.person}")

    @classmethod
    def read(cls, address: str) -> "Prompt | None":
        """The question that a link carries; None for any other link."""
        query = urlsplit(address).query
        parts = query.removeprefix(SIGN).split("-")
        if not query.startswith(SIGN) or len(parts) != 3:
            return None
        try:
            return cls(Wanted(parts[0]), int(parts[1]), int(parts[2]))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Asking:
    """How a question is asked: the bot's own name for its link, and the person's mention where others read along."""

    bot: str
    currency: str
    speech: Speech
    mention: Markup | None = None


def prompt_card(prompt: Prompt, reseller: Reseller | None, asking: Asking, *, problem: Markup | None = None) -> Card:
    """The question, with what it would change as it is now; ``problem`` says why it is asked again."""
    speech = asking.speech
    named = reseller.name if reseller else speech.plain("new reseller")
    link = Markup('<b><a href="{}">{}</a></b>').format(prompt.address(asking.bot), named)
    before: list[Markup | str] = ["⚠️ " + problem, ""] if problem else []
    text = lines(
        [
            *before,
            asking.mention,
            speech.text(QUESTIONS[prompt.wanted], name=link),
            MARKUP_EXAMPLES if prompt.wanted is Wanted.MARKUP else None,
            _no_bound(speech) if prompt.wanted in BOUNDS else None,
            _present(prompt.wanted, reseller, asking) if reseller else None,
            "",
            speech.text("Reply to this message with your answer."),
        ]
    )
    hint = clip(EXAMPLES[prompt.wanted], int(ReplyLimit.MAX_INPUT_FIELD_PLACEHOLDER))
    return Card(text, force_reply=ForceReply(selective=True, input_field_placeholder=hint))


def not_yours_card(speech: Speech) -> Card:
    """A reply to a question that somebody else was asked."""
    return Card(lines([speech.text("Somebody else was asked this. Please use your own button; nothing was changed.")]))


def _present(wanted: Wanted, reseller: Reseller, asking: Asking) -> Markup | None:
    """What the answer would change."""
    speech = asking.speech

    def money(amount: Decimal) -> str:
        return speech.money(amount, asking.currency)

    match wanted:
        case Wanted.CREDIT | Wanted.DEBIT:
            balance, available = money(reseller.balance), money(reseller.available)
            return speech.text("Balance now: {balance}, available: {available}", balance=balance, available=available)
        case Wanted.LIMIT:
            return speech.text("Now: {what}", what=money(reseller.credit_limit))
        case Wanted.MARKUP:
            return speech.text("Now: {what}", what=speech.percent(reseller.markup))
        case _:
            return None


def _no_bound(speech: Speech) -> Markup:
    return speech.text("{word} takes the bound of its own away.", word=Markup("<code>off</code>"))
