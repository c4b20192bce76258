"""What others wrote down: the suppliers' orders and Telegram's messages, as plain records to judge by."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tests.journeys.processes import Server
from tests.journeys.world import World

Json = dict[str, Any]
REFERENCE_LENGTH = 8
CODE_PARTS = ("card_number", "pin_code", "claim_url")


class Ending(StrEnum):
    """How an order stands at its supplier, in one vocabulary for all of them."""

    OPEN = "open"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"


ENDINGS = {
    "completed": Ending.COMPLETED,
    "partial": Ending.PARTIAL,
    "failed": Ending.FAILED,
    "DELIVERED": Ending.COMPLETED,
    "FAILED": Ending.FAILED,
    "CANCELLED": Ending.FAILED,
}
"""By the supplier's own word; every other word leaves the order open (a part of Octopus Cards' may still grow)."""


@dataclass(frozen=True, slots=True)
class SupplierOrder:
    """One order in a supplier's books. ``codes`` has the parts of each code; ``value`` is the face value of one.

    ``told`` says that a genuine webhook of its final state was acknowledged; ``unseen`` is how many of its codes the
    supplier would still show in clear to whoever looks.
    """

    supplier: str
    id: str
    our_id: str
    item: int
    quantity: Decimal
    value: Decimal | None
    ending: Ending
    delivered: int
    charged: Decimal
    refunded: Decimal
    create_calls: int
    told: bool
    unseen: int = 0
    codes: tuple[tuple[str, ...], ...] = field(default=(), repr=False)

    @property
    def reference(self) -> str:
        """The reference that people know it by, which our ids begin with."""
        return self.our_id[:REFERENCE_LENGTH]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as its chat shows it; ``content`` is that of its document, ``links`` are those behind its buttons."""

    chat: int
    topic: int | None
    id: int
    version: int
    from_bot: bool
    edits: int = 0
    deleted: bool = False
    text: str = field(default="", repr=False)
    links: tuple[str, ...] = field(default=(), repr=False)
    content: str = field(default="", repr=False)

    def shows(self, word: str) -> bool:
        """Whether somebody who has this message has the word, whole."""
        return word in self.text or word in self.content or word in self.links


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat of the local Telegram."""

    id: int
    private: bool
    migrated_to: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the books had come at a moment: what is older is somebody else's."""

    version: int = 0
    voodoo: int = 0
    octopus: int = 0


BEGINNING = Mark()
NOTHING = Mark(version=10**12)
"""Later than everything."""


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that the others know. Messages are in the order in which they last changed."""

    orders: tuple[SupplierOrder, ...]
    messages: tuple[Message, ...]
    chats: tuple[Chat, ...] = ()

    def home(self, chat: int) -> int:
        """Where a chat lives now: a group may have become a supergroup."""
        moved = {one.id: one.migrated_to for one in self.chats if one.migrated_to is not None}
        while chat in moved:
            chat = moved[chat]
        return chat


def mark_of(world: World) -> Mark:
    """The present moment, to read only what comes later."""
    seen: Any = world.telegram.get("messages", after=NOTHING.version)
    return Mark(seen["version"], _count(world.voodoo.server), _count(world.octopus.server))


def read_books(world: World, since: Mark = BEGINNING) -> Books:
    """Read the books as they are now."""
    voodoo = [_voodoo_order(order) for order in world.voodoo.orders()[since.voodoo :]]
    octopus = [_octopus_order(order) for order in world.octopus.orders()[since.octopus :]]
    return Books((*voodoo, *octopus), _messages(world.telegram, since.version), _chats(world.telegram))


def _count(server: Server) -> int:
    state: Any = server.get("state")
    return int(state["orders"])


def _voodoo_order(order: Json) -> SupplierOrder:
    return _order("voodoo", order, None, tuple((code,) for code in order["codes"]))


def _octopus_order(order: Json) -> SupplierOrder:
    codes = tuple(tuple(str(one[part]) for part in CODE_PARTS if one[part]) for one in order["vouchers"])
    return _order("octopus", order, Decimal(str(order["denomination"])), codes)


def _order(supplier: str, order: Json, value: Decimal | None, codes: tuple[tuple[str, ...], ...]) -> SupplierOrder:
    ending = ENDINGS.get(order["status"], Ending.OPEN)
    return SupplierOrder(
        supplier=supplier,
        id=str(order["id"]),
        our_id=order["reference"] or "",
        item=order["item"],
        quantity=Decimal(str(order["quantity"])),
        value=value,
        ending=ending,
        delivered=order["delivered"],
        charged=Decimal(str(order["charged"])),
        refunded=Decimal(str(order["refunded"])),
        create_calls=order["create_calls"],
        told=ending is not Ending.OPEN and any(_acknowledged(order, webhook) for webhook in order["webhooks"]),
        unseen=len(codes) - order.get("shown", len(codes)),
        codes=codes,
    )


def _acknowledged(order: Json, webhook: Json) -> bool:
    """Whether the bot took a true event; those of Voodoo Center are all about the end."""
    final = webhook.get("event", "") in {"", f"order.{str(order['status']).lower()}"}
    return final and webhook["state"] == "delivered" and not webhook["mis_signed"]


def _messages(telegram: Server, after: int) -> tuple[Message, ...]:
    found: Any = telegram.get("messages", after=after)
    return tuple(_message(telegram, message) for message in found["messages"])


def _message(telegram: Server, message: Json) -> Message:
    document = message["document"]
    return Message(
        chat=message["chat_id"],
        topic=message["topic"],
        id=message["id"],
        version=message["version"],
        from_bot=message["from"]["is_bot"],
        edits=message["edits"],
        deleted=message["deleted"],
        text=message["text"],
        links=tuple(button["url"] for row in message["buttons"] for button in row if "url" in button),
        content=telegram.control.get(document["url"]).text if document else "",
    )


def _chats(telegram: Server) -> tuple[Chat, ...]:
    found: Any = telegram.get("chats")
    return tuple(Chat(one["id"], one["kind"] == "private", one["migrated_to"]) for one in found["chats"])
