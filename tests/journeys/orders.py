"""What people see of their orders: living messages, results and cards."""

from tests.journeys.people import Message, Person
from tests.journeys.supplier import Order


def spoken(reference: str) -> str:
    """A reference as people see it."""
    return f"{reference[:4]}-{reference[4:]}"


def sees_order(person: Person, reference: str, headline: str) -> Message:
    """See the order's living message, its result or its card with this headline."""
    return person.sees(rf"{headline} · {spoken(reference)}")


def card_of(person: Person, reference: str) -> str:
    """What an order's card says now."""
    person.says(f"/order_{reference}")
    return person.sees(f"Order {spoken(reference)}")["text"]


def results(person: Person, reference: str) -> list[str]:
    """The messages in which the codes of an order came; its living message and its cards have no copy buttons."""
    title = f"Delivered · {spoken(reference)}"
    return [message["text"] for message in person.all_messages() if title in message["text"] and has_codes(message)]


def has_codes(message: Message) -> bool:
    """Whether a message has buttons that copy codes."""
    return any("copy_text" in button for row in message["buttons"] or () for button in row)


def sees_result(person: Person, reference: str, order: Order) -> None:
    """The order was delivered with the supplier's own codes, once."""
    person.mark = 0
    person.sees(order["codes"][0])
    found = results(person, reference)
    assert len(found) == 1
    assert all(code in found[0] for code in order["codes"])
