"""Orders of which only a part came: when the part is final, and what a failure after it means. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.suppliers.outcomes import Report, ReportedStatus
from storage.records.orders import Order


def ripened(order: Order, report: Report, now: datetime, final_after: timedelta, looks: int) -> Report:
    """The report as it counts by now: what was delivered in part for so long is final (octopus.md 16, 13).

    So many ``looks`` must have brought nothing new: a clock that jumps a day ahead alone makes nothing final.
    """
    aged = order.accepted_at is not None and now - order.accepted_at >= final_after
    grown_old = aged and order.checks >= looks
    if report.status is ReportedStatus.DELIVERING and grown_old and (report.delivered or report.codes):
        return replace(report, status=ReportedStatus.PARTIAL)
    return report


def broken_off(order: Order, report: Report, held: int) -> Report:
    """The report as it counts after what came before: a failure takes nothing back that was delivered.

    ``held`` is how many codes we have, with those of the report.
    """
    delivered = max(order.delivered, report.delivered, held)
    if report.status is ReportedStatus.FAILED and delivered:
        return replace(report, status=ReportedStatus.PARTIAL, delivered=delivered)
    return report
