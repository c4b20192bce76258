"""A small memory: the latest few of what was noted, for conveniences that may be forgotten."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(dict[int, T], Generic[T]):
    """Values by a chat's or person's id; beyond ``most`` the ones noted longest ago are forgotten."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: int, value: T) -> None:
        """Note a value as the latest."""
        self.pop(key, None)
        super().__setitem__(key, value)
        if len(self) > self._most:
            del self[next(iter(self))]
