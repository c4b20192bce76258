"""The errors that armed faults answer with."""

from starlette.responses import Response

from bot.sandbox.octopus.errors import envelope
from bot.sandbox.octopus.faults import Fault
from bot.sandbox.shop.replies import gateway_page

_MESSAGES = {
    401: "Invalid token",
    403: "IP address not authorized",
    404: "Resource not found",
    429: "Rate limit exceeded",
    500: "Internal server error",
}


def planned(fault: Fault) -> Response:
    """The error that a ``reply`` fault answers with."""
    headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else None
    if not fault.json:
        return gateway_page(fault.status, headers)
    return envelope(fault.status, _message(fault), fault.code, headers=headers)


def _message(fault: Fault) -> str:
    if fault.message is not None:
        return fault.message
    message = _MESSAGES.get(fault.status, "Service trouble")
    if fault.status == 429 and fault.retry_after is not None:
        return f"{message}, retry after {fault.retry_after} seconds"
    return message
