"""Telling what a parsed JSON value is, in one typed place."""

from typing import Any, cast

JsonObject = dict[str, Any]


def as_object(value: Any) -> JsonObject | None:
    """Return a JSON object, or None for anything else."""
    return cast("JsonObject", value) if isinstance(value, dict) else None


def as_list(value: Any) -> list[Any] | None:
    """Return a JSON array, or None for anything else."""
    return cast("list[Any]", value) if isinstance(value, list) else None
