"""How what has no column of its own lies in a row: items as JSON, answers and codes sealed."""

import msgspec

from storage.crypto import Vault
from storage.records.catalog import Item
from storage.records.orders import Code, FieldValue

PARTS = b"\0"
"""Begins a code that is more than its value; no usual code begins with a control character."""


def pack_item(item: Item) -> str:
    """The item as it was ordered, as JSON with decimals as strings."""
    return msgspec.json.encode(item).decode()


def unpack_item(text: str) -> Item:
    """Read what ``pack_item`` wrote."""
    return msgspec.json.decode(text, type=Item)


def seal_values(vault: Vault, values: tuple[FieldValue, ...]) -> bytes:
    """Encrypt what people typed."""
    return vault.seal(msgspec.json.encode(values))


def open_values(vault: Vault, sealed: bytes) -> tuple[FieldValue, ...]:
    """Read what ``seal_values`` wrote; raises ``Unreadable``."""
    return msgspec.json.decode(vault.open(sealed), type=tuple[FieldValue, ...])


def seal_code(vault: Vault, code: Code) -> bytes:
    """Encrypt a code: a plain one as itself, any other as JSON."""
    plain = code.value.encode()
    whole = code != Code(code.value) or plain.startswith(PARTS)
    return vault.seal(PARTS + msgspec.json.encode(code) if whole else plain)


def open_code(vault: Vault, sealed: bytes) -> Code:
    """Read what ``seal_code`` wrote; raises ``Unreadable``."""
    packed = vault.open(sealed)
    if packed.startswith(PARTS):
        return msgspec.json.decode(packed.removeprefix(PARTS), type=Code)
    return Code(packed.decode())
