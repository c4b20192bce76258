"""Why a supplier gave no answer that could be used."""


class SupplierError(Exception):
    """A call that changes nothing did not get its answer; it may be repeated."""

    @property
    def for_log(self) -> str:
        """The reason in our own words: a supplier's may repeat a code or what somebody typed."""
        return str(self)


class SupplierUnavailable(SupplierError):
    """The supplier could not be reached, was busy or broken. ``retry_after`` is in seconds, where it named one."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class SupplierMisconfigured(SupplierError):
    """Our key or account is refused: trying again is useless until a human changes a setting.

    ``said`` is how the supplier puts it, for the operators' eyes.
    """

    def __init__(self, reason: str, said: str = "") -> None:
        super().__init__(f"{reason}: {said}" if said else reason)
        self._reason = reason

    @property
    def for_log(self) -> str:
        """What is refused, without the supplier's words."""
        return self._reason


class MalformedReport(SupplierError):
    """A supplier's body is not what its documentation describes. ``journal_id`` names the reply, where it was kept."""

    def __init__(self, reason: str, journal_id: int | None = None) -> None:
        super().__init__(reason)
        self.journal_id = journal_id
