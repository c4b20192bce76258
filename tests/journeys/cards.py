"""Gift cards of the local Octopus Cards: how a journey orders them, and what became of them."""

from tests.journeys import goods
from tests.journeys.goods import Good
from tests.journeys.octopus import Octopus
from tests.journeys.orders import spoken
from tests.journeys.people import Message, Person
from tests.journeys.supplier import Order

STEAM = Good(123, "Steam Wallet Card")
"""Number and PIN, of 5, 10, 20, 50 or 100 dollars."""

XBOX = Good(130, "Xbox Game Pass (1 month)")
"""A code without PIN, of one value, which is not asked for."""

AMAZON = Good(124, "Amazon.com Gift Card")
"""A code without PIN, of any value from 5 to 500 dollars."""

NETFLIX = Good(127, "Netflix Gift Card (Kuwait)")
"""A claim link alone, of 2.5 to 40 dinars, which have three decimals."""

FLIPKART = Good(128, "Flipkart Gift Card (India)")
"""In rupees, of which no wallet has any."""

NINTENDO = Good(131, "Nintendo eShop Card (Japan)")
"""Of 500 to 30 000 yen, which have no decimals."""

APPLE = Good(132, "Apple Gift Card")
"""A code and a claim link, twenty at most."""

EMIRATES = Good(133, "Emirates Gift Voucher")
"""A code that never expires, with no discount."""

GOOGLE = Good(456, "Google Play Gift Card (UK)")
"""A claim link alone, of 10, 25 or 50 pounds."""

MANY = 6
"""The least of an order that is not answered with its vouchers."""


def asks_for(person: Person, good: Good = XBOX) -> Message:
    """Find a gift card and tap Buy: the first question."""
    person.says(f"/find {good.name}")
    person.sees("This is what the catalog has")
    person.taps(good.name)
    person.sees("Price: ", button="Buy")
    person.taps("Buy")
    return person.sees("How many|Which value")


def orders_cards(person: Person, quantity: int = 1, good: Good = XBOX, value: str = "") -> str:
    """The shortest whole order of gift cards, confirmed; returns its reference."""
    asks_for(person, good)
    if value:
        person.says(value)
        person.sees("How many")
    person.says(str(quantity))
    return goods.confirms(person)


def theirs(octopus: Octopus, reference: str) -> Order:
    """The order in the supplier's books whose reference begins with ours, once it has been taken."""
    (order,) = [order for order in octopus.orders() if str(order["reference"]).startswith(reference)]
    return order


def parts(order: Order) -> list[str]:
    """Every part of an order's vouchers that people need, as in the supplier's own books."""
    names = ("card_number", "pin_code", "claim_url")
    return [str(voucher[name]) for voucher in order["vouchers"] for name in names if voucher[name]]


def sees_cards(person: Person, reference: str, order: Order) -> Message:
    """Every voucher came, exactly as in the supplier's books, in one result."""
    person.mark = 0
    message = person.sees(f"Delivered · {spoken(reference)}.*{parts(order)[0]}")
    assert order["vouchers"]
    assert all(part in message["text"] for part in parts(order)), message["text"]
    found = [text for text in person.bot_texts() if parts(order)[0] in text and "Delivered" in text]
    assert len(found) == 1, "one result"
    return message


def resolves(operator: Person, reference: str, supplier_order: str) -> str:
    """Send /resolve; returns the answer."""
    operator.says(f"/resolve {reference} {supplier_order}")
    return operator.sees()["text"]
