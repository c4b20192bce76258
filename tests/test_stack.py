"""Tracebacks say where and what, and quote nothing."""

import asyncio
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stack import CUT, told, without_bytes, without_quotes
from storage.columns import InexactMoney

CODE = "ABCD-EFGH-JKLM"


def caught(work: object, *arguments: object) -> BaseException:
    assert callable(work)
    with pytest.raises(Exception) as failure:  # noqa: PT011 - any will do
        work(*arguments)
    return failure.value


def wrapped() -> None:
    hidden = CODE
    try:
        int(hidden)
    except ValueError as error:
        raise KeyError(hidden) from error


def test_a_traceback_names_file_function_kind_and_cause_but_neither_locals_nor_quoted_values() -> None:
    text = told(caught(wrapped))
    assert CODE not in text
    assert "in wrapped" in text
    assert "ValueError: invalid literal for int() with base 10: …" in text
    assert text.index("ValueError") < text.index("and that was the cause of:") < text.index("KeyError")


@pytest.mark.parametrize(
    "work",
    [
        lambda: int(CODE),
        lambda: {"A": 1}[CODE],
        lambda: getattr(Decimal(1), CODE),
        lambda: bytes.fromhex(CODE),
        lambda: CODE.encode().decode("utf-16").encode("ascii"),
        lambda: msgspec.convert({CODE: 1}, dict[int, int]),
        lambda: open(f"/nowhere/{CODE}"),  # noqa: PTH123, SIM115
    ],
)
def test_what_python_and_libraries_quote_is_left_out(work: object) -> None:
    assert CODE not in told(caught(work))


def test_a_message_of_our_own_stays_whole() -> None:
    assert told(InexactMoney("'1.23456' has too many places")).endswith("InexactMoney: '1.23456' has too many places")


def test_every_error_of_a_group_is_told() -> None:
    group = ExceptionGroup("two", [ValueError(f"'{CODE}'"), OSError(2, "no such file")])
    text = told(group)
    assert CODE not in text
    assert "one of them" in text
    assert "no such file" in text


def test_an_error_that_cannot_say_what_it_is_is_told_all_the_same() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise ValueError(CODE)

    assert told(Mute()).endswith("Mute: it cannot say what it is")


def test_a_chain_that_bites_its_tail_ends() -> None:
    one, two = ValueError("one"), ValueError("two")
    one.__context__, two.__context__ = two, one
    assert "one" in told(one)


@pytest.mark.parametrize(
    "words",
    [
        f"illegal status line: bytearray(b'{CODE}')",
        f'Illegal header value b"Bearer {CODE}\'s"',
        f'cut short: bytearray(b\'{{"code": "{CODE}',
        f"two: b'{CODE}' and b'{CODE}'",
        f"escaped: b'it\\'s {CODE}'",
    ],
)
def test_bytes_that_a_library_quotes_are_left_out_whole_or_cut_short(words: str) -> None:
    assert CODE not in without_bytes(words)


@given(st.text())
def test_whatever_python_quotes_is_cut(value: str) -> None:
    message = f"no such thing: {value!r}"
    assert without_quotes(message) == f"no such thing: {CUT}"


def test_an_apostrophe_is_no_quotation() -> None:
    assert without_quotes("the chat can't be found, don't ask") == "the chat can't be found, don't ask"


async def test_a_task_that_nobody_asked_is_told_by_asyncio_without_its_error() -> None:
    async def fail() -> None:
        raise ValueError(CODE)

    task = asyncio.create_task(fail())
    await asyncio.wait({task})
    assert CODE not in without_quotes(f"Task exception was never retrieved\nfuture: {task!r}")
    assert task.exception() is not None
