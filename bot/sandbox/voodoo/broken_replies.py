"""The errors that armed faults answer with."""

from starlette.responses import JSONResponse, Response

from bot.sandbox.shop.replies import gateway_page
from bot.sandbox.voodoo.faults import Endpoint, Fault
from bot.sandbox.voodoo.wire import envelope

_CODES = {
    400: "validation_error",
    401: "not_authenticated",
    403: "forbidden",
    404: "not_found",
    409: "already_exists",
    429: "too_many_requests",
}


def planned(fault: Fault) -> Response:
    """The error that a ``reply`` fault answers with."""
    headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else None
    if not fault.json:
        return gateway_page(fault.status, headers)
    if fault.endpoint is Endpoint.TOKEN:
        return JSONResponse({"error": fault.message}, fault.status, headers)
    code = _CODES.get(fault.status, "internal_error" if fault.status >= 500 else "error")
    return envelope(fault.status, code, fault.message, headers)
