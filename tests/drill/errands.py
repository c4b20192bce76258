"""One wish after another, ordered as people do it, whatever happens around them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tests.drill.evidence import HEADLINE, Confirmation
from tests.drill.shoppers import Abandoned, Hindered, Message, Shopper, Ware, shown_in

PATIENCE = (2.0, 5.0)
"""Seconds without an answer after which people do again what they did."""

PATIENCE_OF_GROUPS = (12.0, 25.0)
"""There a bot may say twenty things a minute to all of them together."""

GIVE_UP_AFTER = 12
"""So many times in a row."""

NONSENSE = ("abc", "0", "-3", "999999999999", "1,000,000", "½", "🙂")


@dataclass
class Errand:
    """One wish of a person: they look at what the bot shows last and do what one does there."""

    shopper: Shopper
    ware: Ware
    started: bool = False
    nonsense: bool = False
    card: Message | None = None
    draft: str = ""
    bored: int = 0
    done_with: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])
    again: Callable[[], None] = field(init=False)

    def run(self) -> None:
        """Order it; raises ``Abandoned`` or ``Hindered``."""
        shopper = self.shopper
        if shopper.private and shopper.mood("blocked the bot", 0.03):
            shopper.is_away("block", "unblock")
        if shopper.private and shopper.mood("was banned from Telegram", 0.01):
            shopper.is_away("deactivate", "reactivate")
        self._act(self._search)
        while not self._done():
            shown = self._look()
            if shown is None:
                self._insist()
            else:
                self.bored = 0
                self._react(shown)
        if shopper.mood("looked at their orders", 0.1):
            shopper.says("/orders")
            shopper.heard(2, "/order_")
        if shopper.mood("waited for the result", 0.3):
            shopper.heard(6, "^(✅|⚠️|❌)")

    def _act(self, action: Callable[[], None]) -> None:
        self.again = action
        action()

    def _search(self) -> None:
        self.shopper.says(f"/find {self.ware.good.name}")

    def _look(self) -> Message | None:
        """The latest message that asks something of them."""
        patience = self.shopper.chance.uniform(*(PATIENCE if self.shopper.private else PATIENCE_OF_GROUPS))
        return self.shopper.heard(patience, "|".join(SCREENS), self.done_with)

    def _insist(self) -> None:
        if self.shopper.over.is_set():
            raise Abandoned
        self.bored += 1
        if self.bored >= GIVE_UP_AFTER:
            self.shopper.moods["gave up"] += 1
            raise Abandoned
        try:
            self.again()
        except Hindered:
            # The button is gone: what it led to came meanwhile, or the message did not reach them.
            self._act(self._search)

    def _react(self, shown: Message) -> None:
        if self.shopper.over.is_set() and not self.draft:
            raise Abandoned
        if not self.draft and self.shopper.mood("cancelled", 0.02):
            self.shopper.says("/cancel")
            raise Abandoned
        self.done_with.add((shown["id"], shown["text"]))
        reaction = next(reaction for pattern, reaction in SCREENS.items() if re.search(pattern, shown_in(shown)))
        reaction(self, shown)

    def finds(self, shown: Message) -> None:
        """Open the item in the list."""
        label = self.ware.good.name
        data = next((data for text, data in _buttons(shown) if label in text), "")
        if not data:
            raise Abandoned
        self._act(lambda: self.shopper.taps(shown, data))

    def buys(self, shown: Message) -> None:
        """Tap Buy on the item's card."""
        data = next((data for text, data in _buttons(shown) if "Buy" in text), "")
        if not data:
            raise Abandoned
        self._act(lambda: self.shopper.taps(shown, data))

    def counts(self, shown: Message) -> None:
        """Say how many, at times nonsense first."""
        if not self.nonsense and self.shopper.mood("answered nonsense", 0.08):
            self.nonsense = True
            self._answers(shown, self.shopper.chance.choice(NONSENSE))
        else:
            self._answers(shown, self.shopper.chance.choice(self.ware.quantities))

    def values(self, shown: Message) -> None:
        """Say which face value."""
        self._answers(shown, self.shopper.chance.choice(self.ware.values or ("25",)))

    def fills_in(self, shown: Message) -> None:
        """Type an answer that nobody else gives."""
        answer = f"acct.{self.shopper.user}.{self.shopper.chance.randrange(10**9)}@example.com"
        self.shopper.answered.add(answer)
        self._answers(shown, answer)

    def chooses(self, shown: Message) -> None:
        """Tap one of the choices."""
        offered = [data for text, data in _buttons(shown) if not re.search("Back|Cancel|Skip|›|‹", text)]
        if not offered:
            raise Abandoned
        data = self.shopper.chance.choice(offered)
        self._act(lambda: self.shopper.taps(shown, data))

    def asks_again(self, shown: Message) -> None:
        """Ask for the price once more."""
        data = next((data for text, data in _buttons(shown) if "Try again" in text), "")
        if not data:
            raise Abandoned
        self.shopper.over.wait(0.5)
        self._act(lambda: self.shopper.taps(shown, data))

    def confirms(self, shown: Message) -> None:
        """Tap Confirm, at times more than once; what the card says is what they agree to."""
        label, data = next((one for one in _buttons(shown) if one[0].startswith("Confirm")), ("", ""))
        if not data:
            raise Abandoned
        self.card, self.draft = shown, data.split("|")[1]
        self.shopper.confirmed[self.draft] = self._agreed(shown["text"], label)
        times = self.shopper.chance.choice((2, 3)) if self.shopper.mood("tapped twice", 0.25) else 1
        self._act(lambda: self.shopper.taps(shown, data, times))

    def gives_up(self, _shown: Message) -> None:
        """Nothing can be done about it."""
        raise Abandoned

    def starts_over(self, _shown: Message) -> None:
        """That question is no longer open: begin again, unless the order was made."""
        if self.draft:
            raise Abandoned
        self._act(self._search)

    def reads(self, shown: Message) -> None:
        """Something about an order: what came of this wish, or of an earlier one."""
        # What else came since is for the next look.
        self.shopper.mark = shown["version"]

    def _answers(self, shown: Message, text: str) -> None:
        reply = None if self.shopper.private else shown["id"]
        self._act(lambda: self.shopper.says(text, reply))

    def _agreed(self, text: str, label: str) -> Confirmation:
        # It may be the card of an earlier wish, which a late answer brought back.
        ware = next(ware for ware in self.shopper.wares if f"\n{ware.good.name}\n" in text)
        price = Decimal(label.rpartition("$")[2].replace(",", "")) if self.shopper.price_shown else None
        quantity = re.search(r"^Quantity: ([\d.,]+)$", text, re.MULTILINE)
        value = re.search(r"^Value: ([\d.,]+) USD$", text, re.MULTILINE)
        return Confirmation(
            chat=self.shopper.chat,
            user=self.shopper.user,
            topic=self.shopper.topic,
            supplier=ware.supplier,
            item=ware.good.id,
            quantity=_decimal(quantity[1]) if quantity else Decimal(1),
            value=_decimal(value[1]) if value else None,
            price=price,
        )

    def _done(self) -> bool:
        """Whether the card has turned into an order that they can name."""
        if self.card is None:
            return False
        shown = self.shopper.message(self.card["id"])
        named = HEADLINE.search(shown["text"].partition("\n")[0])
        if named:
            mine = self.shopper.confirmed[self.draft]
            self.shopper.confirmed[self.draft] = replace(mine, reference=named[1] + named[2])
        return named is not None


SCREENS: Mapping[str, Callable[[Errand, Message], None]] = {
    r"^(⏳|❔|✅|⚠️|❌) [^\n]+ · \w{4}-\w{4}\n": Errand.reads,
    "Please check your order": Errand.confirms,
    "price cannot be had right now": Errand.asks_again,
    "Which value\\?": Errand.values,
    "How many\\?|What amount\\?": Errand.counts,
    "Type your answer|Reply to this message with your answer": Errand.fills_in,
    "no longer open": Errand.starts_over,
    "no longer available|You do not have access|Nothing was ordered and|Put aside": Errand.gives_up,
    "This is what the catalog has": Errand.finds,
    "\\[[^\\]]*Buy\\]": Errand.buys,
    "Choose": Errand.chooses,
}
"""What people do where; the first pattern that fits says where they are."""


def _buttons(message: Message) -> list[tuple[str, str]]:
    return [(b["text"], b["callback_data"]) for row in message["buttons"] for b in row if "callback_data" in b]


def _decimal(shown: str) -> Decimal:
    return Decimal(shown.replace(",", ""))


def live(shopper: Shopper) -> None:
    """Order until the storm is over."""
    while not shopper.over.is_set():
        try:
            Errand(shopper, shopper.chance.choice(shopper.wares)).run()
        except Hindered:
            shopper.finds_the_way_back()
        except Abandoned:
            pass
        shopper.over.wait(shopper.chance.uniform(0, 1.5))
