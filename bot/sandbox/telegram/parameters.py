"""The parameters of one Bot API call: query, url-encoded, multipart or JSON, read as the types the method wants."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.parser import HeaderParser
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.shapes import as_object


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent along with a call."""

    name: str
    mime_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What was sent, by name. Strings may hold JSON, as form encodings have no other way."""

    values: Mapping[str, Any]
    files: Mapping[str, Upload] = field(default_factory=dict[str, Upload])

    def text(self, name: str) -> str:
        """Return a string, empty when it was not sent."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number; raises ``BadRequest`` for anything else."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError) as error:
            raise BadRequest(f"{name.replace('_', ' ')} must be an integer") from error

    def flag(self, name: str) -> bool:
        """Return a truth value the way Telegram reads one."""
        return str(self.values.get(name, "")).lower() in {"true", "yes", "1"}

    def structure(self, name: str) -> Any:
        """Return a JSON value, or None when it was not sent; raises ``BadRequest`` for broken JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise BadRequest(f"can't parse {name.replace('_', ' ')} JSON object") from error


async def read_parameters(request: Request) -> Parameters:
    """Read every encoding the Bot API takes; raises ``BadRequest`` for a body that is not what it says."""
    body = await request.body()
    values: dict[str, Any] = dict(request.query_params)
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("multipart/form-data"):
        return _multipart(body, content_type, values)
    if content_type.startswith("application/json"):
        return Parameters(values | _json_object(body))
    return Parameters(values | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)))


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        values: Any = json.loads(body or b"{}")
    except ValueError as error:
        raise BadRequest("can't parse JSON-encoded request") from error
    fields = as_object(values)
    if fields is None:
        raise BadRequest("can't parse JSON-encoded request: Object expected")
    return fields


def _multipart(body: bytes, content_type: str, values: dict[str, Any]) -> Parameters:
    header = HeaderParser().parsestr(f"Content-Type: {content_type}\r\n\r\n")
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str):
        raise BadRequest("can't parse multipart request: no boundary")
    files: dict[str, Upload] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:-1]:
        _read_part(part, values, files)
    return Parameters(values, files)


def _read_part(part: bytes, values: dict[str, Any], files: dict[str, Upload]) -> None:
    head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    headers = HeaderParser().parsestr(head.decode("utf-8", "replace"))
    name = headers.get_param("name", header="content-disposition")
    filename = headers.get_filename()
    if not isinstance(name, str):
        raise BadRequest("can't parse multipart request: part without a name")
    if filename is None:
        values[name] = content.decode("utf-8", "replace")
    else:
        files[name] = Upload(filename, headers.get_content_type(), content)
