"""A supplier's sandbox that has a panel and nothing behind it."""

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


def supplier(received: list[Any]) -> Starlette:
    """A supplier sandbox with one order and three switches, noting what it is told."""
    order = {
        "id": "o1",
        "reference": "7KQ2-M9XF",
        "item": "Steam 20 USD",
        "quantity": "2",
        "status": "processing",
        "price": "36.80",
        "refund": "0",
        "created_at": "2026-01-01T10:00:00Z",
        "actions": [{"label": "Complete", "path": "/sandbox/settle", "body": {"as": "completed"}}],
    }
    switches = [
        {"name": "extra", "label": "Extra fields", "kind": "toggle", "value": False, "path": "/sandbox/set"},
        {"name": "delay", "label": "Delay, s", "kind": "number", "value": 3, "path": "/sandbox/set"},
        {
            "name": "end",
            "label": "Ends as",
            "kind": "choice",
            "value": "a",
            "choices": ["a", "b"],
            "path": "/sandbox/set",
        },
    ]

    async def panel(_request: Request) -> JSONResponse:
        facts = [{"label": "Balance", "value": "5,000.00"}]
        return JSONResponse({"title": "Voodoo Center", "facts": facts, "orders": [order], "switches": switches})

    async def take(request: Request) -> JSONResponse:
        received.append(await request.json())
        order["status"] = "completed" if request.url.path.endswith("settle") else order["status"]
        return JSONResponse({})

    methods = ["POST"]
    return Starlette(
        routes=[
            Route("/sandbox/panel", panel),
            Route("/sandbox/settle", take, methods=methods),
            Route("/sandbox/set", take, methods=methods),
        ]
    )
