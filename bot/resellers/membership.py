"""Who belongs to resellers: the parts that let people and groups in, show them, and put them out."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.resellers.admission import Admission
from bot.resellers.buyers import Buyers
from bot.resellers.invitations import INVITE_HOURS, Invitations
from bot.resellers.team import Team
from bot.resellers.telling import Operator
from storage.clock import Clock
from storage.store import Store

TOKEN_BYTES = 24


def new_token() -> str:
    """An unguessable token of 32 characters that a start link may carry."""
    return secrets.token_urlsafe(TOKEN_BYTES)


@dataclass(frozen=True, slots=True)
class Membership:
    """Invites, teams, and questions for access."""

    invitations: Invitations
    team: Team
    admission: Admission


def build_membership(
    store: Store,
    buyers: Buyers,
    operator: Operator,
    clock: Clock,
    *,
    tokens: Callable[[], str] = new_token,
    invite_hours: float = INVITE_HOURS,
    desk_chats: frozenset[int] = frozenset(),
) -> Membership:
    """Put membership together; ``desk_chats`` are the operator's own, which no reseller can have."""
    lifetime = timedelta(hours=invite_hours)
    return Membership(
        Invitations(store, buyers, clock, tokens, lifetime, desk_chats),
        Team(store, buyers, clock),
        Admission(store, buyers, clock, operator),
    )
