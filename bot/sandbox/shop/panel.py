"""The shapes a supplier's panel is made of: facts, controls and actions (what the page's panel reads)."""

from enum import StrEnum

Json = dict[str, object]

SWITCHES_PATH = "/sandbox/switches"


def fact(label: str, value: str) -> Json:
    """One line of what is so."""
    return {"label": label, "value": value}


def action(name: str, label: str, group: str, path: str, body: object = None) -> Json:
    """A button; the page posts its body to its path."""
    return {
        "name": name,
        "label": label,
        "kind": "action",
        "value": None,
        "group": group,
        "path": path,
        "body": body if body is not None else {},
    }


def toggle(name: str, label: str, group: str, value: bool, help_: str = "") -> Json:
    """A switch with two positions."""
    return _control(name, label, "toggle", group, value, help_)


def number(name: str, label: str, group: str, value: object, help_: str = "") -> Json:
    """A switch that takes a number."""
    return _control(name, label, "number", group, value, help_)


def choice(name: str, label: str, group: str, value: StrEnum, kind: type[StrEnum], help_: str = "") -> Json:
    """A switch with several positions."""
    return _control(name, label, "choice", group, value.value, help_) | {"choices": [one.value for one in kind]}


def _control(name: str, label: str, kind: str, group: str, value: object, help_: str) -> Json:
    shown: Json = {
        "name": name,
        "label": label,
        "kind": kind,
        "value": value,
        "group": group,
        "path": SWITCHES_PATH,
    }
    return shown | {"help": help_} if help_ else shown
