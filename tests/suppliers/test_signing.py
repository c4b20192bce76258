"""Signatures of webhooks, in each supplier's form."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suppliers.octopus import webhooks as octopus
from bot.suppliers.signing import Signing
from bot.suppliers.voodoo import webhooks as voodoo

BODY: Final = b'{"id":"evt_1"}'
SIGNINGS: Final = (octopus.SIGNING, voodoo.SIGNING)

either = pytest.mark.parametrize("signing", SIGNINGS, ids=lambda signing: signing.header)


@either
def test_the_previous_secret_still_verifies(signing: Signing) -> None:
    headers = {signing.header: signing.signature("previous", BODY)}
    assert signing.signed_by(["new", "previous"], headers, BODY)


@either
def test_header_name_and_hex_are_read_in_any_case(signing: Signing) -> None:
    digest = signing.signature("secret", BODY).removeprefix(signing.prefix)
    headers = {signing.header.title(): f" {signing.prefix}{digest.upper()} "}
    assert signing.signed_by(["secret"], headers, BODY)


@either
def test_without_a_secret_nothing_verifies(signing: Signing) -> None:
    assert not signing.signed_by([], {signing.header: signing.signature("secret", BODY)}, BODY)


@given(st.sampled_from(SIGNINGS), st.binary(), st.text(min_size=1), st.integers(0))
def test_a_changed_body_does_not_verify(signing: Signing, body: bytes, secret: str, position: int) -> None:
    headers = {signing.header: signing.signature(secret, body)}
    assert signing.signed_by([secret], headers, body)
    assert not signing.signed_by([secret], headers, body + b" ")
    if body:
        changed = bytearray(body)
        changed[position % len(body)] ^= 1
        assert not signing.signed_by([secret], headers, bytes(changed))
