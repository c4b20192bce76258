"""What can go wrong with the store, each as one sentence an operator can act on."""


class StoreError(Exception):
    """The store cannot do what was asked; the message is one clear line."""


class Outage(StoreError):
    """The store takes nothing at the moment, for a reason outside of it; the same may succeed later."""


class BadDatabaseUrl(StoreError):
    """``DATABASE_URL`` names something that Orderline cannot use."""


class NewerSchema(StoreError):
    """The database was written by a newer Orderline than this one."""


class WrongKeys(StoreError):
    """What is stored was sealed with other keys than those given."""


class StoreBusy(Outage):
    """Another process holds the database."""


class NotWritable(Outage):
    """The database, or the directory it lives in, cannot be written."""


class DiskFull(Outage):
    """There is no room left to write."""


class DamagedDatabase(StoreError):
    """The file is not a database that SQLite can read."""


class CommitFailed(StoreError):
    """A unit's work could not be made durable; none of it happened."""


class StoreClosed(StoreError):
    """The store was closed before the unit could run."""


class OrderExists(StoreError):
    """An order with this id, reference or draft is already there."""


class UnknownOrder(StoreError):
    """No order has this id."""
