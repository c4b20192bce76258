"""Orders at Octopus: created once, read by its id or by ours. Replies are journaled before anything reads them."""

import re
from urllib.parse import urlencode

from bot.suppliers.errors import MalformedReport, SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.http import Lost, NotSent, Reply
from bot.suppliers.octopus.accounts import Accounts
from bot.suppliers.octopus.calls import ORDERS_PATH, Calls
from bot.suppliers.octopus.config import NAME
from bot.suppliers.octopus.errors import NOT_FOUND, refusal_of, unavailable
from bot.suppliers.octopus.orders import NotOctopus, create_body, refusal
from bot.suppliers.octopus.paging import records_of
from bot.suppliers.octopus.reports import ORDER_ID, read_order
from bot.suppliers.octopus.session import Session
from bot.suppliers.outcomes import (
    Accepted,
    Deferred,
    FetchOutcome,
    Found,
    Missing,
    PlaceOutcome,
    PlaceRequest,
    Rejected,
    Report,
    ReportedStatus,
    Unknown,
)
from bot.suppliers.protocol import RecordReply
from storage.records.orders import Code, RejectReason

_HIDDEN = re.compile(r"[*•●∙█]")


class Buying:
    """Creates and reads orders. Reading one may use up the only clear view of its codes."""

    def __init__(
        self, session: Session, calls: Calls, accounts: Accounts, record_reply: RecordReply, wallet_id: int | None
    ) -> None:
        self._session = session
        self._calls = calls
        self._accounts = accounts
        self._record = record_reply
        self._wallet_id = wallet_id

    async def place(self, request: PlaceRequest) -> PlaceOutcome:
        """Create the order, once. Only what ``record_reply`` raises gets out of here."""
        try:
            body = create_body(request, self._wallet_id)
            reply = await self._session.send(self._calls.create, "POST", ORDERS_PATH, body)
        except NotOctopus as error:
            return Rejected(RejectReason.REFUSED, str(error))
        except SupplierMisconfigured as error:
            return Rejected(RejectReason.MISCONFIGURED, str(error))
        except (NotSent, SupplierUnavailable) as error:
            return Deferred(str(error), error.retry_after)
        except Lost as error:
            return Unknown(str(error))
        return await self._placed(request, reply) if reply.ok else refusal(reply)

    async def _placed(self, request: PlaceRequest, reply: Reply) -> Accepted | Unknown:
        journal_id = await self._record(NAME, request.order_id, reply.body)
        try:
            report = read_order(reply.body, created=True)
        except MalformedReport as error:
            return Unknown(f"the answer cannot be read: {error}", journal_id)
        if report.order_id not in {None, request.order_id}:
            return Unknown("the answer names another order of ours", journal_id)
        return Accepted(await self._accounts.reconciled(report, request.expected), journal_id)

    async def fetch(self, supplier_order_id: str, order_id: str) -> FetchOutcome:
        """Read one order; ids that Octopus cannot know are ``Missing``. Raises ``SupplierError``."""
        if not ORDER_ID.fullmatch(supplier_order_id):
            return Missing()
        reply = await self._session.ask(self._calls.fetch, "GET", f"{ORDERS_PATH}/{int(supplier_order_id)}")
        if reply.ok:
            return await self._found(reply.body, order_id, supplier_order_id)
        if reply.status == 404 and refusal_of(reply).code == NOT_FOUND:
            return Missing()
        # A 404 without Octopus's envelope is some proxy's word on a URL, not Octopus's on an order.
        raise unavailable(reply)

    async def find(self, order_id: str) -> FetchOutcome:
        """Read one order by our id, with its codes even where lists have none; raises ``SupplierError``."""
        query = urlencode({"client_reference": order_id})
        reply = await self._session.ask(self._calls.find, "GET", f"{ORDERS_PATH}?{query}")
        if not reply.ok:
            raise unavailable(reply)
        record = await self._ours(reply.body, order_id)
        if record is None:
            return Missing()
        report = read_order(record)
        if _lacks_goods(report):
            found = await self.fetch(report.supplier_order_id, order_id)
            if isinstance(found, Found):
                return found
        return await self._found(record, order_id, report.supplier_order_id)

    async def _ours(self, body: bytes, order_id: str) -> bytes | None:
        """The one record under our id as it was written, None for an empty list; raises ``MalformedReport``.

        An answer about other orders shows that the filter was not obeyed: then ours may exist all the same.
        """
        try:
            records = records_of(body)
            ours = [record for record in records if read_order(record).order_id == order_id]
        except MalformedReport as error:
            raise MalformedReport(f"look-up: {error}", await self._record(NAME, order_id, body)) from None
        if len(ours) == 1:
            return ours[0]
        if len(ours) > 1:
            raise MalformedReport(f"{len(ours)} orders have our id", await self._record(NAME, order_id, body))
        if records:
            raise MalformedReport("the look-up was answered with other orders")
        return None

    async def _found(self, body: bytes, order_id: str, supplier_order_id: str) -> Found:
        journal_id = await self._record(NAME, order_id, body)
        try:
            report = read_order(body)
        except MalformedReport as error:
            raise MalformedReport(str(error), journal_id) from None
        if int(report.supplier_order_id) != int(supplier_order_id):
            raise MalformedReport("the answer is about another order", journal_id)
        return Found(await self._accounts.reconciled(report), journal_id)


def _lacks_goods(report: Report) -> bool:
    """Whether a list's record says delivered but leaves out or hides what was: then the order itself must be read.

    One that shows a code beside hidden ones is taken as it is: this may have been that code's only clear view.
    """
    delivered = report.status in {ReportedStatus.COMPLETED, ReportedStatus.DELIVERING}
    return delivered and all(map(_hides, report.codes))


def _hides(code: Code) -> bool:
    goods = f"{code.value}{code.pin}{code.link}"
    return not goods or bool(_HIDDEN.search(goods))
