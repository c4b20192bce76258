"""What a picture must be for Telegram to take it as a photo (Bot API, ``sendPhoto``)."""

from dataclasses import replace
from struct import unpack
from typing import Final

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.model import StoredFile

PNG: Final = b"\x89PNG\r\n\x1a\n"
SIGNATURES: Final = (PNG, b"\xff\xd8\xff", b"GIF8", b"RIFF")
HEADER: Final = 24
"""A PNG's signature and the part of its first chunk that ends with width and height (PNG, section 11.2.1)."""

LARGEST_SUM: Final = 10_000
LARGEST_RATIO: Final = 20


def as_photo(file: StoredFile) -> StoredFile:
    """The file with its measures, where they are known; raises ``BadRequest`` for what is no photo."""
    if not file.content.startswith(SIGNATURES):
        raise BadRequest("IMAGE_PROCESS_FAILED")
    if not file.content.startswith(PNG):
        return file
    if len(file.content) < HEADER:
        raise BadRequest("IMAGE_PROCESS_FAILED")
    width, height = unpack(">II", file.content[16:HEADER])
    sides = sorted((width, height))
    if not sides[0] or sum(sides) > LARGEST_SUM or sides[1] > sides[0] * LARGEST_RATIO:
        raise BadRequest("PHOTO_INVALID_DIMENSIONS")
    return replace(file, width=width, height=height)
