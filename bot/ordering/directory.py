"""The suppliers at hand, by the short names that orders carry."""

from collections.abc import Iterator, Mapping

from bot.suppliers.protocol import Supplier


class Suppliers:
    """Finds the supplier of an order; one that was switched off since is simply not there."""

    def __init__(self, suppliers: Mapping[str, Supplier]) -> None:
        self._suppliers = dict(suppliers)

    def __iter__(self) -> Iterator[Supplier]:
        return iter(self._suppliers.values())

    def get(self, name: str) -> Supplier | None:
        """The supplier with this short name."""
        return self._suppliers.get(name)

    def title(self, name: str) -> str:
        """What people call it."""
        supplier = self._suppliers.get(name)
        return name if supplier is None else supplier.title

    def pushes(self, name: str) -> bool:
        """Whether its results normally arrive without asking."""
        supplier = self._suppliers.get(name)
        return supplier is not None and supplier.pushes
