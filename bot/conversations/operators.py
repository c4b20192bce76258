"""The map of what operators alone may do; each is guarded where it acts."""

from bot.conversations.admin import Administration
from bot.conversations.desk_map import Administering
from bot.conversations.handlers import Handler, Said, command
from bot.conversations.history import History
from bot.conversations.notifying import Notifying
from bot.conversations.reports import Reports
from bot.conversations.requests import RequestPages
from bot.conversations.talk import Talk
from bot.conversations.taps import Tap
from bot.presentation.buttons import OpenOrders, RefreshCatalog
from bot.presentation.desk_buttons import DeskPage
from bot.presentation.report_buttons import OpenStats, SendExport
from storage.records.orders import OrderFilter

Pages = dict[DeskPage, Said]


def operator_handlers(administration: Administration, reports: Reports, desk: Administering) -> list[Handler]:
    """Commands and buttons; the desk's replies go elsewhere, before everything else."""
    commands = {
        "status": administration.status,
        "catalog": administration.catalog,
        "resolve": administration.resolve,
        "stats": reports.stats,
        "export": reports.export,
    }
    return [
        *(command(name, administration.guarded(callback)) for name, callback in commands.items()),
        *(command(name, callback) for name, callback in desk.commands.items()),
        Tap(RefreshCatalog, administration.tap_refresh),
        *_report_taps(reports, administration),
        *desk.taps,
    ]


def desk_pages(
    administration: Administration, history: History, requests: RequestPages, notifying: Notifying, reports: Reports
) -> Pages:
    """What ``/admin`` leads to, beside the desk's own pages."""

    async def orders(talk: Talk) -> None:
        await history.page(talk, OpenOrders(OrderFilter.ALL, 0))

    async def attention(talk: Talk) -> None:
        await history.page(talk, OpenOrders(OrderFilter.ATTENTION, 0))

    return {
        DeskPage.REQUESTS: requests.list,
        DeskPage.ORDERS: orders,
        DeskPage.RESOLVE: attention,
        DeskPage.BALANCE: administration.balance,
        DeskPage.STATUS: administration.status,
        DeskPage.CATALOG: administration.catalog,
        DeskPage.STATS: reports.stats,
        DeskPage.EXPORT: reports.export,
        DeskPage.NOTIFY: notifying.open,
    }


def _report_taps(reports: Reports, administration: Administration) -> list[Handler]:
    async def stats(talk: Talk, button: OpenStats) -> None:
        await administration.guarded(lambda allowed: reports.tap_stats(allowed, button))(talk)

    async def export(talk: Talk, button: SendExport) -> None:
        await administration.guarded(lambda allowed: reports.tap_export(allowed, button))(talk)

    return [Tap(OpenStats, stats), Tap(SendExport, export)]
