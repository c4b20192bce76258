"""The chat page's files, served with an ETag and checked on every load."""

import hashlib
import mimetypes
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PAGE = files("bot.sandbox.telegram") / "page"
SECURITY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def page_routes() -> list[Route]:
    """Return the routes of the page and its modules."""
    return [Route("/", serve), Route("/page/{name}", serve)]


async def serve(request: Request) -> Response:
    """Serve one file of the page."""
    name = str(request.path_params.get("name", "index.html"))
    # The name is compared with what is there, so that no path can lead out of the folder.
    found = next((entry for entry in PAGE.iterdir() if entry.name == name and entry.is_file()), None)
    if found is None:
        return Response("Not found", 404)
    content = found.read_bytes()
    headers = SECURITY | {"ETag": f'"{hashlib.sha256(content).hexdigest()[:20]}"', "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(content, headers=headers, media_type=media_type)
