"""Who somebody is in a chat: what they may do there, who pays, and what they see."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.resellers.buyers import AT_COST, Buyer, Buyers, Role, Sight
from storage.records.orders import Order, Place
from storage.records.resellers import MarkupRule, MarkupScope, Member, MemberRole, Reseller, Standing
from storage.store import Store
from tests.factories import NOW, make_item, make_order
from tests.resellers.people import BUYER, GROUP, OWNER, add_reseller

ADMIN = 9
RESELLERS = (Reseller(1, "Nova", NOW), Reseller(2, "Rival", NOW))
PEOPLE = (7, 8)
GROUPS = (-71, -72)


@st.composite
def buyers(draw: st.DrawFn) -> Buyer:
    """Anybody anywhere."""
    user_id = draw(st.sampled_from(PEOPLE))
    chat_id = draw(st.sampled_from((user_id, *GROUPS)))
    mine = draw(st.sampled_from((None, *RESELLERS)))
    role = draw(st.sampled_from(MemberRole))
    member = None if mine is None else Member(user_id, mine.id, role, "", NOW)
    desk = chat_id != user_id and draw(st.booleans())
    group_of = None if chat_id == user_id else draw(st.sampled_from((None, *RESELLERS)))
    return Buyer(Place(chat_id, user_id), draw(st.booleans()), Standing(member, mine, group_of), desk=desk)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Anybody's order of anywhere."""
    user_id = draw(st.sampled_from(PEOPLE))
    place = Place(draw(st.sampled_from((user_id, *GROUPS))), user_id)
    return make_order(place=place, reseller_id=draw(st.sampled_from((None, 1, 2))))


def within(order: Order, sight: Sight | None) -> bool:
    """Whether a list would hold the order."""
    if sight is None or (sight.at_cost and order.reseller_id is not None):
        return False
    facts = (order.place.chat_id, order.place.user_id, order.reseller_id)
    wanted = (sight.chat_id, sight.user_id, sight.reseller_id)
    return all(want is None or want == fact for want, fact in zip(wanted, facts, strict=True))


@given(buyers(), orders())
def test_lists_and_cards_show_the_same_orders(buyer: Buyer, order: Order) -> None:
    assert within(order, buyer.sight) is buyer.sees(order)


@given(buyers(), orders())
def test_nobody_but_the_operator_sees_anothers_order(buyer: Buyer, order: Order) -> None:
    if buyer.sees(order) and not buyer.admin:
        assert buyer.account is not None
        assert order.reseller_id == buyer.account.id
        assert order.place.user_id == buyer.place.user_id or buyer.role is Role.OWNER or not buyer.private


@given(buyers(), orders())
def test_what_a_group_reads_along_is_only_what_was_ordered_there(buyer: Buyer, order: Order) -> None:
    if buyer.sees(order) and not (buyer.private or (buyer.admin and buyer.desk and buyer.standing.group_of is None)):
        assert order.place.chat_id == buyer.place.chat_id


@given(buyers())
def test_only_the_operator_buys_at_cost_and_never_where_a_reseller_is(buyer: Buyer) -> None:
    if buyer.terms(make_item()) == AT_COST and buyer.may_order:
        assert buyer.at_cost
        assert buyer.admin
        assert buyer.standing.group_of is None


@given(buyers())
def test_somebody_pays_for_whoever_may_order(buyer: Buyer) -> None:
    assert buyer.may_order == (buyer.at_cost or buyer.account is not None)


@pytest.mark.parametrize(
    ("place", "role", "pays"),
    [
        (OWNER, Role.OWNER, True),
        (BUYER, Role.BUYER, True),
        (Place(GROUP, BUYER.user_id), Role.BUYER, True),
        (Place(-999, BUYER.user_id), Role.BUYER, False),
        (Place(5, 5), Role.STRANGER, False),
        (Place(GROUP, 5), Role.STRANGER, False),
        (Place(ADMIN, ADMIN), Role.ADMIN, False),
        (Place(GROUP, ADMIN), Role.ADMIN, False),
    ],
)
async def test_the_store_tells_who_somebody_is_and_who_pays_there(
    store: Store, place: Place, role: Role, pays: bool
) -> None:
    nova = await add_reseller(store)
    buyer = await store.read(lambda tables: Buyers([ADMIN]).here(tables, place))
    assert (buyer.role, buyer.account) == (role, nova if pays else None)


async def test_the_terms_are_the_present_ones(store: Store) -> None:
    nova, item = await add_reseller(store), make_item()
    await store.write(lambda tables: tables.resellers.save(replace(nova, markup=nova.markup + 5)))
    rule = MarkupRule(nova.id, MarkupScope.CATEGORY, "Xbox", nova.markup)
    await store.write(lambda tables: tables.resellers.set_rule(rule))
    buyer = await store.read(lambda tables: Buyers([ADMIN]).here(tables, BUYER))
    assert buyer.terms(item).markup == 15
    assert buyer.terms(replace(item, category="Xbox")).markup == 10
