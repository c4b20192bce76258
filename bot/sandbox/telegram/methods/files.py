"""Documents and photos, up and down."""

from telegram.constants import FileSizeLimit

from bot.sandbox.telegram.errors import BadRequest, TooLarge
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.methods.content import caption, read_place, writable_chat
from bot.sandbox.telegram.methods.sending import post
from bot.sandbox.telegram.model import StoredFile
from bot.sandbox.telegram.parameters import Parameters, Upload
from bot.sandbox.telegram.pictures import as_photo
from bot.sandbox.telegram.shapes import JsonObject
from bot.sandbox.telegram.wire import message_to_api


async def send_document(telegram: LocalTelegram, sent: Parameters) -> JsonObject:
    """Send a file, uploaded or by its id."""
    chat = writable_chat(telegram, sent)
    body, place = caption(sent), read_place(chat, sent)
    document = take_file(telegram, sent, "document", FileSizeLimit.FILESIZE_UPLOAD)
    return message_to_api(telegram.world, post(telegram, chat, place, body, sent, document=document))


async def send_photo(telegram: LocalTelegram, sent: Parameters) -> JsonObject:
    """Send a picture, uploaded or by its id."""
    chat = writable_chat(telegram, sent)
    body, place = caption(sent), read_place(chat, sent)
    photo = as_photo(take_file(telegram, sent, "photo", FileSizeLimit.PHOTOSIZE_UPLOAD))
    return message_to_api(telegram.world, post(telegram, chat, place, body, sent, photo=photo))


def take_file(telegram: LocalTelegram, sent: Parameters, name: str, limit: int) -> StoredFile:
    """Store the upload called ``name``, or find the file by id; raises ``BadRequest`` or ``TooLarge``."""
    written = sent.text(name)
    upload = sent.files.get(written.removeprefix("attach://")) if written else sent.files.get(name)
    if upload is not None:
        return _store(telegram, upload, limit)
    if not written:
        raise BadRequest(f"there is no {name} in the request")
    if written not in telegram.world.files:
        raise BadRequest("wrong file identifier/HTTP URL specified")
    return telegram.world.files[written]


def _store(telegram: LocalTelegram, upload: Upload, limit: int) -> StoredFile:
    if not upload.content:
        raise BadRequest("file must be non-empty")
    if len(upload.content) > limit:
        raise TooLarge
    return telegram.world.store_file(upload.name or "file", upload.mime_type, upload.content)


async def get_file(telegram: LocalTelegram, sent: Parameters) -> JsonObject:
    """Say where a file can be downloaded."""
    stored = telegram.world.files.get(sent.text("file_id"))
    if stored is None:
        raise BadRequest("invalid file_id")
    if len(stored.content) > FileSizeLimit.FILESIZE_DOWNLOAD:
        raise BadRequest("file is too big")
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
        "file_path": stored.path,
    }
