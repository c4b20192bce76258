"""Typed callback data: what a button means, packed into Telegram's 64 bytes.

Each field declares how many bytes it may take: a class fits by construction. One that may hold the separator is last.
"""

from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cache
from typing import Annotated, ClassVar, Self, get_args, get_type_hints

from telegram.constants import InlineKeyboardButtonLimit

from bot.presentation.packing import READERS, written
from storage.records.catalog import ItemKey
from storage.records.orders import OrderFilter

SEPARATOR = "|"
LIMIT = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)


class ButtonError(ValueError):
    """Callback data that is not ours, is from an older version, or a value too long for its place."""


@dataclass(frozen=True, slots=True)
class Width:
    """How many bytes a field's packed form may take."""

    bytes: int


Key = Annotated[ItemKey, Width(40)]
CategoryId = Annotated[str, Width(12)]
DraftId = Annotated[str, Width(36)]
Reference = Annotated[str, Width(8)]
Offset = Annotated[int, Width(7)]
Index = Annotated[int, Width(3)]
ChoiceId = Annotated[int, Width(16)]
Number = Annotated[int, Width(12)]
Amount = Annotated[Decimal, Width(20)]
Filter = Annotated[OrderFilter, Width(9)]
LanguageCode = Annotated[str, Width(8)]


@cache
def _layout(kind: type["Button"]) -> tuple[tuple[str, type, int], ...]:
    """Name, type and width of each field of a button class."""
    hints = get_type_hints(kind, include_extras=True)
    layout: list[tuple[str, type, int]] = []
    for field in fields(kind):  # pyright: ignore[reportArgumentType] every subclass is a dataclass
        plain, width = get_args(hints[field.name])
        layout.append((field.name, plain, width.bytes))
    return tuple(layout)


class Button:
    """What tapping a button means. Subclasses are frozen dataclasses with ``Annotated[..., Width(n)]`` fields."""

    __slots__ = ()
    prefix: ClassVar[str]

    @classmethod
    def widest(cls) -> int:
        """The most bytes that any value of this class packs into."""
        return len(cls.prefix) + sum(1 + width for _, _, width in _layout(cls))

    @classmethod
    def owns(cls, data: str) -> bool:
        """Whether callback data begins as this class packs it."""
        return data.split(SEPARATOR, 1)[0] == cls.prefix

    def pack(self) -> str:
        """Write as callback data; raises ``ButtonError`` for a value that is wider than its place."""
        parts = [self.prefix]
        for name, _, width in _layout(type(self)):
            part = written(getattr(self, name))
            if len(part.encode()) > width:
                raise ButtonError(f"{type(self).__name__}.{name} takes more than {width} bytes")
            parts.append(part)
        return SEPARATOR.join(parts)

    @classmethod
    def unpack(cls, data: str) -> Self:
        """Read callback data; raises ``ButtonError`` unless prefix, number, widths and types of the values fit."""
        layout = _layout(cls)
        prefix, *parts = data.split(SEPARATOR, len(layout))
        ours = prefix == cls.prefix and len(parts) == len(layout)
        if not ours or any(len(part.encode()) > width for (_, _, width), part in zip(layout, parts, strict=True)):
            raise ButtonError(f"not a {cls.__name__}")
        try:
            return cls(*(READERS.get(kind, kind)(part) for (_, kind, _), part in zip(layout, parts, strict=True)))
        except ValueError as error:
            raise ButtonError(f"not a {cls.__name__}") from error


@dataclass(frozen=True, slots=True)
class OpenCategories(Button):
    """The list of categories, from ``offset`` on."""

    prefix: ClassVar[str] = "C"
    offset: Offset


@dataclass(frozen=True, slots=True)
class OpenCategory(Button):
    """A page of one category's items."""

    prefix: ClassVar[str] = "c"
    category: CategoryId
    offset: Offset


@dataclass(frozen=True, slots=True)
class OpenResults(Button):
    """A page of search results; the search text stands in the message that carries the button."""

    prefix: ClassVar[str] = "s"
    offset: Offset


@dataclass(frozen=True, slots=True)
class OpenItem(Button):
    """An item's card; Back leads to ``category`` at ``offset``, or to the search results when it is empty."""

    prefix: ClassVar[str] = "i"
    category: CategoryId
    offset: Offset
    key: Key


@dataclass(frozen=True, slots=True)
class ShowItem(Button):
    """An item's card as a message of its own, so that the one with the button stays: it may hold codes."""

    prefix: ClassVar[str] = "I"
    key: Key


@dataclass(frozen=True, slots=True)
class Buy(Button):
    """Begin an order of an item."""

    prefix: ClassVar[str] = "b"
    key: Key


@dataclass(frozen=True, slots=True)
class PickDenomination(Button):
    """A face value, as the answer of a draft's first question."""

    prefix: ClassVar[str] = "v"
    draft: DraftId
    amount: Amount


@dataclass(frozen=True, slots=True)
class OpenDenominations(Button):
    """A page of the face values that a draft's item offers."""

    prefix: ClassVar[str] = "V"
    draft: DraftId
    offset: Offset


@dataclass(frozen=True, slots=True)
class PickQuantity(Button):
    """A suggested quantity, as the answer of a draft's quantity question."""

    prefix: ClassVar[str] = "q"
    draft: DraftId
    quantity: Amount


@dataclass(frozen=True, slots=True)
class PickChoice(Button):
    """A choice of the draft's field number ``index``."""

    prefix: ClassVar[str] = "p"
    draft: DraftId
    index: Index
    choice: ChoiceId


@dataclass(frozen=True, slots=True)
class SkipField(Button):
    """Leave out the draft's field number ``index``, which is not required."""

    prefix: ClassVar[str] = "n"
    draft: DraftId
    index: Index


@dataclass(frozen=True, slots=True)
class OpenChoices(Button):
    """A page of the choices of the draft's field number ``index``."""

    prefix: ClassVar[str] = "P"
    draft: DraftId
    index: Index
    offset: Offset


@dataclass(frozen=True, slots=True)
class GoBack(Button):
    """Return to the draft's question before this one."""

    prefix: ClassVar[str] = "k"
    draft: DraftId


@dataclass(frozen=True, slots=True)
class Cancel(Button):
    """Drop the draft."""

    prefix: ClassVar[str] = "x"
    draft: DraftId


@dataclass(frozen=True, slots=True)
class Confirm(Button):
    """Turn the draft into an order, as the card ``shown`` describes it: after the update that made it so."""

    prefix: ClassVar[str] = "y"
    draft: DraftId
    shown: Number


@dataclass(frozen=True, slots=True)
class AskPrice(Button):
    """Ask the supplier once more what the draft would cost."""

    prefix: ClassVar[str] = "t"
    draft: DraftId


@dataclass(frozen=True, slots=True)
class OpenOrders(Button):
    """A page of orders older than number ``before``; 0 means the newest."""

    prefix: ClassVar[str] = "O"
    filter: Filter
    before: Number


@dataclass(frozen=True, slots=True)
class SendCodes(Button):
    """Send an order's codes again as a message or document of their own."""

    prefix: ClassVar[str] = "d"
    reference: Reference


@dataclass(frozen=True, slots=True)
class RefreshCatalog(Button):
    """Read the suppliers' catalogs anew."""

    prefix: ClassVar[str] = "r"


@dataclass(frozen=True, slots=True)
class PickLanguage(Button):
    """Speak this language from now on."""

    prefix: ClassVar[str] = "l"
    language: LanguageCode


ALL: tuple[type[Button], ...] = (
    OpenCategories, OpenCategory, OpenResults, OpenItem, ShowItem, Buy, PickDenomination, OpenDenominations,
    PickQuantity, PickChoice, SkipField, OpenChoices, GoBack, Cancel, Confirm, AskPrice, OpenOrders, SendCodes,
    RefreshCatalog, PickLanguage,
)  # fmt: skip
