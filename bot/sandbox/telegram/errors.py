"""What the Bot API answers when it refuses, in Telegram's own words."""

from typing import Any


class ApiError(Exception):
    """A refusal: an HTTP status, a description, and ``parameters`` such as ``retry_after``."""

    status = 400
    title = "Bad Request"

    def __init__(self, reason: str = "", **parameters: int) -> None:
        super().__init__(reason)
        self.description = f"{self.title}: {reason}" if reason else self.title
        self.parameters = parameters

    def to_api(self) -> dict[str, Any]:
        """Return the JSON body that Telegram sends with this refusal."""
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


class BadRequest(ApiError):
    """The request cannot be carried out as it was written."""


class Unauthorized(ApiError):
    """The token belongs to no bot."""

    status = 401
    title = "Unauthorized"


class Forbidden(ApiError):
    """The bot may not write there: blocked, kicked, deactivated."""

    status = 403
    title = "Forbidden"


class NotFound(ApiError):
    """There is no such method."""

    status = 404
    title = "Not Found"


class Conflict(ApiError):
    """Somebody else is receiving the updates."""

    status = 409
    title = "Conflict"


class TooLarge(ApiError):
    """The upload exceeds what Telegram takes."""

    status = 413
    title = "Request Entity Too Large"


class TooManyRequests(ApiError):
    """The bot is flooding; ``retry_after`` is in seconds."""

    status = 429
    title = "Too Many Requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after}", retry_after=retry_after)


class Outage(ApiError):
    """Telegram itself is down."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.title = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}.get(
            status, "Gateway Timeout"
        )
        super().__init__()
