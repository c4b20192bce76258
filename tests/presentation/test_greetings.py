"""First words: what people are told before they order."""

from html import unescape

from bot.presentation.greetings import ADMINS, EVERYBODY, help_card
from bot.presentation.speech import speech_in

EN = speech_in("en")


def test_help_says_of_each_command_what_it_does_escaped_once() -> None:
    text = help_card(EN, EVERYBODY, ADMINS).text
    assert all(f"/{entry.name}" in text and entry.does in unescape(text) for entry in (*EVERYBODY, *ADMINS))
    assert "&amp;" not in text
