"""HTTP in: webhooks, health and metrics as one Starlette application."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.intake.intake import Intake
from bot.intake.webhook import PATH
from bot.web.guards import Backlog, BadSignatures
from bot.web.health import Check, Readiness, alive
from bot.web.metrics import CatalogFigures, Metrics
from bot.web.telegram import TelegramWebhook
from bot.web.webhooks import Pushing, SupplierWebhook, WebhookLimits
from storage.store import Store


@dataclass(frozen=True, slots=True)
class TelegramPush:
    """Webhook mode: where updates go, and the secret that Telegram shows."""

    intake: Intake
    secret: str


def build_web(
    store: Store,
    metrics: Metrics,
    *,
    suppliers: Sequence[Pushing] = (),
    telegram: TelegramPush | None = None,
    checks: Mapping[str, Check] | None = None,
    catalog: Callable[[], CatalogFigures] = lambda: CatalogFigures(0, None),
    limits: WebhookLimits | None = None,
    backlog: Backlog | None = None,
) -> Starlette:
    """Build the application. ``suppliers`` are those whose webhook is configured; any other path answers 404."""
    backlog = backlog or Backlog(store)
    bad_signatures = BadSignatures()

    def webhook(supplier: Pushing) -> Route:
        endpoint = SupplierWebhook(
            supplier, store, backlog=backlog, bad_signatures=bad_signatures, limits=limits, count=metrics.webhook
        )
        return Route(f"/webhooks/{supplier.name}", endpoint.receive, methods=["POST"])

    async def figures(_request: Request) -> Response:
        return Response(await metrics.render(store, catalog), media_type=CONTENT_TYPE_LATEST)

    routes = [
        *(webhook(supplier) for supplier in suppliers),
        Route("/healthz", alive),
        Route("/readyz", Readiness(checks or {}).answer),
        Route("/metrics", figures),
    ]
    if telegram is not None:
        receive = TelegramWebhook(telegram.intake, telegram.secret, bad_signatures).receive
        routes.append(Route(PATH, receive, methods=["POST"]))
    return Starlette(routes=routes)
