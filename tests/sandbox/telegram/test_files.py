"""Documents and photos: what Telegram takes, keeps and refuses."""

import struct

import pytest
from telegram.error import TelegramError

from tests.sandbox.telegram.lab import ADA, Lab, refusing


def png(width: int, height: int) -> bytes:
    """What a PNG of this size begins with."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(40)


async def test_a_document_arrives_byte_for_byte(lab: Lab):
    content = bytes(range(256)) + b"\r\n--boundary\r\n\r\n--"
    sent = await lab.bot.send_document(ADA, content, filename="коды.txt", caption="<b>2</b> codes", parse_mode="HTML")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size, sent.caption) == ("коды.txt", len(content), "2 codes")
    downloaded = await (await lab.bot.get_file(sent.document.file_id)).download_as_bytearray()
    assert bytes(downloaded) == content


async def test_a_document_can_be_sent_again_by_its_id(lab: Lab):
    sent = await lab.bot.send_document(ADA, b"codes", filename="a.txt")
    assert sent.document is not None
    again = await lab.bot.send_document(ADA, sent.document.file_id)
    assert again.document == sent.document


async def test_a_document_that_is_none_is_refused(lab: Lab):
    with refusing("wrong file identifier"):
        await lab.bot.send_document(ADA, "no-such-file-id")
    with refusing("file must be non-empty"):
        await lab.bot.send_document(ADA, b"", filename="a.txt")


async def test_a_photo_has_to_be_a_picture(lab: Lab):
    assert (await lab.bot.send_photo(ADA, png(1, 1))).photo
    with refusing("IMAGE_PROCESS_FAILED"):
        await lab.bot.send_photo(ADA, b"not a picture")


async def test_a_photo_keeps_its_measures_and_its_caption(lab: Lab):
    sent = await lab.bot.send_photo(ADA, png(1080, 1450), caption="<b>Last</b> days", parse_mode="HTML")
    assert [(size.width, size.height) for size in sent.photo] == [(1080, 1450)]
    assert sent.caption == "Last days"


@pytest.mark.parametrize(("width", "height"), [(0, 10), (6000, 4001), (210, 10), (10, 210)])
async def test_a_photo_whose_measures_telegram_does_not_take_is_refused(lab: Lab, width: int, height: int):
    with refusing("PHOTO_INVALID_DIMENSIONS"):
        await lab.bot.send_photo(ADA, png(width, height))


async def test_a_photo_may_have_ten_megabytes_and_a_document_more(lab: Lab):
    padded = png(10, 10).ljust(10_000_001, b"\0")
    with pytest.raises(TelegramError, match="Too Large"):
        await lab.bot.send_photo(ADA, padded)
    assert (await lab.bot.send_photo(ADA, padded[:-1])).photo
    assert (await lab.bot.send_document(ADA, padded, filename="large.png")).document
