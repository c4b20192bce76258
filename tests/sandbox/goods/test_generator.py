"""The invented catalog: the same from the same seed, and holding one of everything."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.goods import landmarks
from bot.sandbox.goods.generator import generate
from bot.sandbox.goods.items import CodeShape, Good, Kind
from bot.sandbox.goods.landmarks import LANDMARKS

GOODS = tuple(generate(5_000))
CYRILLIC = range(0x400, 0x500)


def landmark(good_id: int) -> Good:
    """The landmark with this id."""
    return next(good for good in LANDMARKS if good.id == good_id)


@settings(deadline=None)
@given(st.integers(0, 400), st.integers(0, 400), st.integers())
def test_a_longer_catalog_begins_with_the_shorter_one(one: int, other: int, seed: int) -> None:
    shorter, longer = sorted((one, other))
    assert tuple(generate(longer, seed))[:shorter] == tuple(generate(shorter, seed))


def test_another_seed_gives_other_goods() -> None:
    assert tuple(generate(200, 1)) != tuple(generate(200, 2))


def test_there_are_as_many_goods_as_asked_for() -> None:
    assert len(GOODS) == 5_000


def test_ids_ascend() -> None:
    assert all(before.id < after.id for before, after in pairwise(GOODS))


def test_names_are_unique() -> None:
    assert len({good.name for good in GOODS}) == len(GOODS)


def test_there_are_a_dozen_categories_and_every_kind() -> None:
    assert len({good.category for good in GOODS}) >= 12
    assert {good.kind for good in GOODS} == set(Kind)


def test_prices_are_above_zero_and_subscribers_pay_no_more() -> None:
    assert all(0 < good.subscriber_price <= good.price for good in GOODS)


def test_keys_ask_nothing_and_everything_else_does() -> None:
    assert all(bool(good.questions) is (good.kind is not Kind.KEY) for good in GOODS)


def test_bounds_are_in_order() -> None:
    bounded = [(good.min_quantity, good.max_quantity) for good in GOODS]
    assert all(least <= most for least, most in bounded if least is not None and most is not None)
    assert {(least is None, most is None) for least, most in bounded} >= {(True, True), (False, True), (False, False)}


def test_some_bounds_are_decimals() -> None:
    assert any(good.min_quantity is not None and good.min_quantity % 1 for good in GOODS)


def test_stock_is_a_number_or_a_flag_or_nothing() -> None:
    assert {type(good.stock) for good in GOODS} == {int, bool, type(None)}
    assert {repr(good.stock) for good in GOODS} >= {"0", "False", "True", "None"}


def test_names_come_in_latin_and_cyrillic_and_with_markup() -> None:
    text = "".join(good.name for good in GOODS)
    assert set("<>&_+«»") <= set(text)
    assert any(ord(letter) in CYRILLIC for letter in text)
    assert any(len(good.name) > 150 for good in GOODS)


def test_some_choices_are_long_and_every_choice_id_is_its_own() -> None:
    choices = [question.options for good in GOODS for question in good.questions if question.options]
    assert max(map(len, choices)) >= 60
    assert all(len({option.id for option in options}) == len(options) for options in choices)


def test_codes_of_every_shape_can_be_bought() -> None:
    assert {good.code_shape for good in GOODS if good.kind is Kind.KEY} == set(CodeShape)


def test_the_landmarks_are_what_they_are_called() -> None:
    assert landmark(landmarks.SAMPLE_KEY).kind is Kind.KEY
    assert landmark(landmarks.SAMPLE_TOPUP).kind is Kind.TOPUP
    assert landmark(landmarks.SAMPLE_SERVICE).kind is Kind.SERVICE
    assert (landmark(landmarks.SOLD_OUT).stock, landmark(landmarks.UNTRACKED).stock) == (0, None)
    assert landmark(landmarks.SOLD_OUT_FLAG).stock is False
    assert landmark(landmarks.LIMITED_KEY).max_quantity == 5
    assert landmark(landmarks.UNLIMITED_TOPUP).max_quantity is None
    assert max(len(question.options) for question in landmark(landmarks.MANY_CHOICES).questions) == 64
    assert not all(question.required for question in landmark(landmarks.OPTIONAL_FIELD).questions)


def test_the_documented_server_choice_is_where_the_pages_have_it() -> None:
    server = landmark(landmarks.SAMPLE_TOPUP).questions[1]
    assert [option.name for option in server.options if option.id == 17] == ["Europe (EU-West)"]
