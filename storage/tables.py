"""The repositories bound to one transaction."""

from storage.repositories.access import Groups, Invites, Members, Requests
from storage.repositories.base import Unit
from storage.repositories.chats import Chats
from storage.repositories.copies import Copies
from storage.repositories.drafts import Drafts
from storage.repositories.figures import Figures
from storage.repositories.ledgers import Audit, Balances, Journal
from storage.repositories.money import Ledger
from storage.repositories.orders import Orders
from storage.repositories.outbox import Outbox
from storage.repositories.queues import Events, Updates
from storage.repositories.resellers import Resellers
from storage.repositories.spending import Spending
from storage.repositories.times import Times
from storage.signals import Topic


class Tables:
    """What a unit of work is given."""

    __slots__ = (
        "_unit",
        "audit",
        "balances",
        "chats",
        "copies",
        "drafts",
        "events",
        "figures",
        "groups",
        "invites",
        "journal",
        "ledger",
        "members",
        "orders",
        "outbox",
        "requests",
        "resellers",
        "spending",
        "times",
        "updates",
    )

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.chats = Chats(unit)
        self.copies = Copies(unit)
        self.drafts = Drafts(unit)
        self.orders = Orders(unit)
        self.events = Events(unit)
        self.outbox = Outbox(unit)
        self.updates = Updates(unit)
        self.journal = Journal(unit)
        self.audit = Audit(unit)
        self.balances = Balances(unit)
        self.resellers = Resellers(unit)
        self.members = Members(unit)
        self.groups = Groups(unit)
        self.invites = Invites(unit)
        self.requests = Requests(unit)
        self.ledger = Ledger(unit)
        self.figures = Figures(unit)
        self.spending = Spending(unit)
        self.times = Times(unit)

    def wake(self, topic: Topic) -> None:
        """Signal ``topic`` if and when this unit is committed."""
        self._unit.wake(topic)
