"""The error envelope and its codes (ERRORS page)."""

from collections.abc import Mapping

from starlette.responses import Response

from bot.sandbox.shop.exact import json_reply

NAMES = {
    400: ("BadRequestError", "BAD_REQUEST"),
    401: ("UnauthorizedError", "UNAUTHORIZED"),
    402: ("PaymentRequiredError", "PAYMENT_REQUIRED"),
    403: ("ForbiddenError", "FORBIDDEN"),
    404: ("NotFoundError", "NOT_FOUND"),
    405: ("MethodNotAllowedError", "METHOD_NOT_ALLOWED"),
    409: ("ConflictError", "CONFLICT"),
    429: ("TooManyRequestsError", "TOO_MANY_REQUESTS"),
    500: ("InternalServerError", "INTERNAL_SERVER_ERROR"),
    502: ("BadGatewayError", "BAD_GATEWAY"),
    503: ("ServiceUnavailableError", "SERVICE_UNAVAILABLE"),
    504: ("GatewayTimeoutError", "GATEWAY_TIMEOUT"),
}


class Refused(Exception):
    """The call is refused and nothing has changed; the status and the envelope say why."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str | None = None,
        name: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.name = name
        self.headers = headers


def invalid(message: str) -> Refused:
    """A field that is missing or wrong."""
    return Refused(400, message, "VALIDATION_FAILURE", "ValidationException")


def invalid_field(field: str, reason: str) -> Refused:
    """A field of a create or quote that is missing or wrong (CREATE page: "Invalid product_id: required")."""
    return invalid(f"Invalid {field}: {reason}")


def against_the_rules(message: str) -> Refused:
    """A business rule that the call breaks."""
    return Refused(400, message)


def absent(what: str) -> Refused:
    """Something that is not there, or not for this account."""
    return Refused(404, f"{what} not found")


def unauthorized(message: str) -> Refused:
    """A token or credentials that do not open the door."""
    return Refused(401, message)


def envelope(
    status: int,
    message: str,
    code: str | None = None,
    name: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An error reply; the name and code are those of the status unless said."""
    usual_name, usual_code = NAMES.get(status, ("Error", "ERROR"))
    error = {"name": name or usual_name, "code": code or usual_code, "message": message}
    return json_reply({"error": error}, status, headers)


def refusal_reply(refusal: Refused) -> Response:
    """The reply that says a refusal."""
    return envelope(refusal.status, refusal.message, refusal.code, refusal.name, refusal.headers)
