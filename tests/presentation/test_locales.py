"""Every text in the code has its words in every language, with the same values and the same markup."""

import configparser
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.presentation.speech import DOMAIN, LOCALES, languages

ROOT = LOCALES.parent
LANGUAGES = sorted(path.name for path in LOCALES.iterdir() if path.is_dir())
KEYWORDS = {"marked": None, "text": None, "plain": None, "plural": (1, 2), "plain_plural": (1, 2)}
PLACEHOLDER = re.compile(r"\{(\w+)\}")
TAG = re.compile(r"</?[a-z-]+>")
COMMAND = re.compile(r"(?<![\w<])/[a-z_]+")

Id = str | tuple[str, ...]


def texts(ids: Any) -> tuple[str, ...]:
    """A message's texts: one, or one per plural form."""
    return (ids,) if isinstance(ids, str) else tuple(ids)


@cache
def texts_in_code() -> frozenset[Id]:
    """What extraction finds, in the files that babel.cfg names."""
    config = configparser.ConfigParser()
    config.read_string((ROOT / "babel.cfg").read_text())
    method_map = [tuple(reversed(section.split(": "))) for section in config.sections()]
    assert method_map
    found = extract_from_dir(ROOT, [(pattern, method) for pattern, method in method_map], keywords=KEYWORDS)
    return frozenset(ids if isinstance(ids, str) else tuple(ids) for _, _, ids, _, _ in found)


@cache
def catalog_of(language: str) -> Catalog:
    """One language's catalog."""
    return read_po_of(LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po", language)


def read_po_of(path: Path, language: str) -> Catalog:
    """Read a catalog file."""
    with path.open("rb") as file:
        return read_po(file, locale=language)


def entries(language: str) -> list[Message]:
    """A language's messages without the header."""
    return [message for message in catalog_of(language) if message.id]


def test_english_and_russian_are_spoken() -> None:
    assert set(languages()) == {"en", "ru"} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_in_code_is_in_the_catalog_and_nothing_else(language: str) -> None:
    known = {message.id if isinstance(message.id, str) else tuple(message.id) for message in entries(language)}
    assert known == texts_in_code()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_none_is_fuzzy(language: str) -> None:
    forms = catalog_of(language).num_plurals
    for message in entries(language):
        strings = texts(message.string)
        assert not message.fuzzy, message.id
        assert all(strings), message.id
        assert len(strings) == (forms if message.pluralizable else 1), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_name_the_same_values(language: str) -> None:
    for message in entries(language):
        wanted = set(PLACEHOLDER.findall(" ".join(texts(message.id))))
        for string in texts(message.string):
            # A plural form may leave its number out: "Show the code".
            assert set(PLACEHOLDER.findall(string)) | {"count"} == wanted | {"count"}, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_carry_the_same_markup_and_commands(language: str) -> None:
    for message in entries(language):
        wanted = texts(message.id)[0]
        for string in texts(message.string):
            assert sorted(TAG.findall(string)) == sorted(TAG.findall(wanted)), message.id
            assert sorted(COMMAND.findall(string)) == sorted(COMMAND.findall(wanted)), message.id


def test_english_says_what_the_code_says() -> None:
    for message in entries("en"):
        assert texts(message.string) == texts(message.id)


def test_russian_leaves_no_english_words_but_names_and_commands() -> None:
    allowed = re.compile(r"</?[a-z-]+>|\{\w+\}|/[a-z_]+|refresh|none|steam|Telegram")
    for message in entries("ru"):
        for string in texts(message.string):
            left = allowed.sub("", string)
            assert not re.search(r"[A-Za-z]{2,}", left), message.id


def test_the_template_is_up_to_date() -> None:
    template = read_po_of(LOCALES / f"{DOMAIN}.pot", "en")
    assert {m.id if isinstance(m.id, str) else tuple(m.id) for m in template if m.id} == texts_in_code()
