"""The supplier panel: passes the page's requests on to each supplier sandbox's control API."""

import json
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.telegram.config import SandboxConfig

PANEL_PATH = "/sandbox/panel"
PATIENCE = 10.0


class SupplierPanel:
    """Reaches supplier sandboxes over HTTP; a supplier that is down is shown as such, never as an error page."""

    def __init__(self, config: SandboxConfig) -> None:
        self._suppliers = {name: url.rstrip("/") for name, url in config.suppliers.items()}

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/panel/suppliers", self.all_panels),
            Route("/panel/suppliers/{name}/{path:path}", self.forward, methods=["GET", "POST"]),
        ]

    async def all_panels(self, _request: Request) -> Response:
        """Return every supplier's panel."""
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            panels = [await self._panel(client, name, url) for name, url in self._suppliers.items()]
        return JSONResponse({"suppliers": panels})

    async def _panel(self, client: httpx.AsyncClient, name: str, url: str) -> dict[str, Any]:
        try:
            response = await client.get(url + PANEL_PATH)
            response.raise_for_status()
            return {"name": name, "available": True, "panel": response.json()}
        except (httpx.HTTPError, json.JSONDecodeError) as error:
            return {"name": name, "available": False, "reason": type(error).__name__}

    async def forward(self, request: Request) -> Response:
        """Pass one request on to a supplier and its answer back."""
        url = self._suppliers.get(request.path_params["name"])
        if url is None:
            return JSONResponse({"error": "there is no such supplier"}, 404)
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            try:
                response = await client.request(
                    request.method,
                    f"{url}/{request.path_params['path']}",
                    params=request.query_params,
                    content=await request.body(),
                    headers={"Content-Type": request.headers.get("content-type", "application/json")},
                )
            except httpx.HTTPError as error:
                return JSONResponse({"error": f"the supplier does not answer ({type(error).__name__})"}, 502)
        return Response(response.content, response.status_code, media_type=response.headers.get("content-type"))
