"""Whose lane an update belongs to."""

from typing import Any

import msgspec
import pytest

from bot.intake.updates import MalformedUpdate, read_update

ADA: dict[str, Any] = {"id": 1001, "is_bot": False, "first_name": "Ada"}
GROUP: dict[str, Any] = {"id": -100123, "type": "supergroup", "title": "Traders"}


def lane(content: dict[str, Any]) -> tuple[int, int]:
    stored = read_update({"update_id": 7, **content})
    return stored.chat_id, stored.user_id


def test_a_message_belongs_to_its_chat_and_person():
    assert lane({"message": {"message_id": 1, "chat": GROUP, "from": ADA, "text": "hi"}}) == (-100123, 1001)


def test_a_tap_belongs_to_whoever_tapped_and_not_to_the_bot_that_wrote():
    bot = {"id": 5, "is_bot": True, "first_name": "Bot"}
    assert lane({"callback_query": {"id": "1", "from": ADA, "message": {"chat": GROUP, "from": bot}}}) == (
        -100123,
        1001,
    )


def test_a_change_of_our_membership_belongs_to_its_chat():
    assert lane({"my_chat_member": {"chat": GROUP, "from": ADA}}) == (-100123, 1001)


def test_what_has_no_person_shares_its_chats_lane():
    assert lane({"message": {"message_id": 1, "chat": GROUP}}) == (-100123, 0)


def test_a_kind_we_do_not_know_still_has_a_lane():
    assert lane({"poll": {"id": "1"}}) == (0, 0)


def test_the_whole_update_is_kept():
    raw = {"update_id": 7, "message": {"chat": GROUP, "new_field": [1, 2]}}
    assert msgspec.json.decode(read_update(raw).payload) == raw


def test_half_a_character_which_no_store_takes_is_replaced():
    raw = {"update_id": 7, "message": {"chat": GROUP, "from": ADA, "text": "cut \ud83d and 😀"}}
    kept = msgspec.json.decode(read_update(raw).payload)
    assert kept["message"]["text"] == "cut ? and 😀"


@pytest.mark.parametrize("raw", [None, 5, [], "text", {}, {"update_id": "7"}, {"update_id": True}, {"update_id": 1.5}])
def test_anything_else_is_no_update(raw: object):
    with pytest.raises(MalformedUpdate):
        read_update(raw)


@pytest.mark.parametrize("message", [None, 5, [], {"chat": 5}, {"chat": {"id": "x"}, "from": []}])
def test_strange_shapes_inside_an_update_are_nobodys(message: object):
    assert lane({"message": message}) == (0, 0)
