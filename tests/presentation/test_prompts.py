"""Questions that are recognised by what their own link carries."""

import html
import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.presentation.desk_buttons import Wanted
from bot.presentation.prompts import Asking, Prompt, prompt_card
from bot.presentation.speech import speech_in
from storage.records.resellers import Reseller
from tests.factories import NOW

PROMPTS = st.builds(Prompt, st.sampled_from(Wanted), st.integers(0, 2**62), st.integers(1, 2**52))
ASKING = Asking("orderline_bot", "USD", speech_in("en"))
NOVA = Reseller(7, "Nova <Games>", NOW, Decimal(8), Decimal(50), Decimal("120.5"), Decimal(20))


@given(PROMPTS)
def test_a_question_is_read_back_from_its_link(prompt: Prompt) -> None:
    assert Prompt.read(prompt.address("orderline_bot")) == prompt


@given(st.text(max_size=80))
def test_other_links_ask_nothing(address: str) -> None:
    assert Prompt.read(address) is None or "ask=" in address


def test_links_that_only_look_like_questions_ask_nothing() -> None:
    for mark in ("ask=credit-7", "ask=steal-7-1001", "ask=credit-x-1001", "start=credit-7-1001", "ask=", ""):
        assert Prompt.read(f"https://t.me/orderline_bot?{mark}") is None


def test_every_question_names_its_reseller_escaped_and_expects_a_reply_of_the_one_who_was_asked() -> None:
    for wanted in Wanted:
        card = prompt_card(Prompt(wanted, 7, 1001), NOVA, ASKING)
        assert "Nova &lt;Games&gt;</a>" in card.text
        link = re.search(r'href="([^"]+)"', card.text)
        assert link is not None
        assert Prompt.read(html.unescape(link[1])) == Prompt(wanted, 7, 1001)
        assert card.force_reply is not None
        assert card.force_reply.selective


def test_a_question_asked_again_says_why_first() -> None:
    card = prompt_card(Prompt(Wanted.CREDIT, 7, 1001), NOVA, ASKING, problem=Markup("That is not a number."))
    assert card.text.startswith("⚠️ That is not a number.\n\n")


def test_a_question_tells_what_its_answer_would_change() -> None:
    now = {
        Wanted.CREDIT: "Balance now: $120.50, available: $150.50",
        Wanted.DEBIT: "Balance now: $120.50, available: $150.50",
        Wanted.LIMIT: "Now: $50.00",
        Wanted.MARKUP: "Now: 8%",
    }
    for wanted, words in now.items():
        assert words in prompt_card(Prompt(wanted, 7, 1001), NOVA, ASKING).text


def test_a_new_reseller_is_asked_for_by_no_name() -> None:
    assert "new reseller</a>" in prompt_card(Prompt(Wanted.NEW, 0, 1001), None, ASKING).text
