"""Typed buttons of getting in: questions for access, invites, and a reseller's team."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.presentation.buttons import Button, Offset, Width
from storage.records.resellers import MemberRole

PersonId = Annotated[int, Width(16)]
ChatId = Annotated[int, Width(20)]
ResellerId = Annotated[int, Width(12)]
Token = Annotated[str, Width(48)]
RoleName = Annotated[MemberRole, Width(5)]


@dataclass(frozen=True, slots=True)
class AskAccess(Button):
    """A stranger asks to be let in."""

    prefix: ClassVar[str] = "jA"


@dataclass(frozen=True, slots=True)
class JoinAnyway(Button):
    """An admin becomes a reseller's member, too, by the invite of this token."""

    prefix: ClassVar[str] = "jJ"
    token: Token


@dataclass(frozen=True, slots=True)
class OpenRequests(Button):
    """The questions for access that wait."""

    prefix: ClassVar[str] = "jL"


@dataclass(frozen=True, slots=True)
class OpenRequest(Button):
    """A person's question for access."""

    prefix: ClassVar[str] = "jO"
    person: PersonId


@dataclass(frozen=True, slots=True)
class PickReseller(Button):
    """Choose the reseller that a person shall belong to, from ``offset`` on."""

    prefix: ClassVar[str] = "jP"
    person: PersonId
    offset: Offset


@dataclass(frozen=True, slots=True)
class ApproveAs(Button):
    """Let a person in as one of this reseller's."""

    prefix: ClassVar[str] = "jR"
    person: PersonId
    reseller: ResellerId


@dataclass(frozen=True, slots=True)
class ApproveNew(Button):
    """Let a person in as the owner of a new reseller with their name."""

    prefix: ClassVar[str] = "jN"
    person: PersonId


@dataclass(frozen=True, slots=True)
class DeclineAccess(Button):
    """Answer a person's question for access with no."""

    prefix: ClassVar[str] = "jD"
    person: PersonId


@dataclass(frozen=True, slots=True)
class OpenTeam(Button):
    """A reseller's people and groups, from ``offset`` on."""

    prefix: ClassVar[str] = "tT"
    reseller: ResellerId
    offset: Offset


@dataclass(frozen=True, slots=True)
class OpenMember(Button):
    """One of a reseller's people."""

    prefix: ClassVar[str] = "tM"
    reseller: ResellerId
    person: PersonId


@dataclass(frozen=True, slots=True)
class OpenGroup(Button):
    """One of a reseller's groups."""

    prefix: ClassVar[str] = "tG"
    reseller: ResellerId
    chat: ChatId


@dataclass(frozen=True, slots=True)
class MakeRole(Button):
    """Make a member of this reseller an owner or a buyer."""

    prefix: ClassVar[str] = "tO"
    reseller: ResellerId
    person: PersonId
    role: RoleName


@dataclass(frozen=True, slots=True)
class AskRemoval(Button):
    """Remove a member, if that is really meant; of oneself: leave."""

    prefix: ClassVar[str] = "tr"
    reseller: ResellerId
    person: PersonId


@dataclass(frozen=True, slots=True)
class RemoveMember(Button):
    """Remove a member of this reseller."""

    prefix: ClassVar[str] = "tR"
    reseller: ResellerId
    person: PersonId


@dataclass(frozen=True, slots=True)
class RemoveGroup(Button):
    """Take a group away from this reseller."""

    prefix: ClassVar[str] = "tg"
    reseller: ResellerId
    chat: ChatId


@dataclass(frozen=True, slots=True)
class InviteMore(Button):
    """Make new links of a reseller."""

    prefix: ClassVar[str] = "tI"
    reseller: ResellerId


@dataclass(frozen=True, slots=True)
class WithdrawLinks(Button):
    """End the links of a reseller that nobody has used yet."""

    prefix: ClassVar[str] = "tW"
    reseller: ResellerId


TEAM: tuple[type[Button], ...] = (
    AskAccess, JoinAnyway, OpenRequests, OpenRequest, PickReseller, ApproveAs, ApproveNew, DeclineAccess, OpenTeam,
    OpenMember, OpenGroup, MakeRole, AskRemoval, RemoveMember, RemoveGroup, InviteMore, WithdrawLinks,
)  # fmt: skip
