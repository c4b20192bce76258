"""Pages of a list and the six headers that describe them (CONVENTIONS page)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from starlette.requests import Request

from bot.sandbox.octopus.errors import invalid_field

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    number: int
    size: int

    def of(self, items: Sequence[T]) -> Sequence[T]:
        """The items of this page."""
        return items[(self.number - 1) * self.size : self.number * self.size]

    def headers(self, total: int, shown: int) -> dict[str, str]:
        """What is said about it."""
        pages = -(-total // self.size)
        return {
            "X-Page": str(self.number),
            "X-Per-Page": str(self.size),
            "X-Total-Count": str(total),
            "X-Total-Pages": str(pages),
            "X-Page-Size": str(shown),
            "X-Has-More": "true" if self.number < pages else "false",
        }


def page_of(request: Request, usual: int, most: int) -> Page:
    """The page a request asks for, by ``limit`` or its other name ``per_page``; raises ``Refused``."""
    size_name = "limit" if "limit" in request.query_params else "per_page"
    return Page(_number(request, "page", 1, 10**9), _number(request, size_name, usual, most))


def _number(request: Request, name: str, usual: int, most: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:12]) <= most:
        raise invalid_field(name, f"must be between 1 and {most}")
    return int(text)
