"""Words for what happened to an order: states, refusals, failures, and what needs a human."""

from collections.abc import Mapping

from markupsafe import Markup

from bot.presentation.cards import clip
from bot.presentation.speech import Speech, marked
from storage.records.orders import Attention, Order, OrderFilter, OrderState, RejectReason

SUPPLIER_WORDS_LENGTH = 300

MARKS: Mapping[OrderState, str] = {
    OrderState.PLACING: "⏳",
    OrderState.UNCONFIRMED: "❔",
    OrderState.ACCEPTED: "⏳",
    OrderState.COMPLETED: "✅",
    OrderState.PARTIAL: "⚠️",
    OrderState.FAILED: "❌",
    OrderState.REJECTED: "❌",
}

STATES: Mapping[OrderState, str] = {
    OrderState.PLACING: marked("being placed"),
    OrderState.UNCONFIRMED: marked("waiting for the supplier's word"),
    OrderState.ACCEPTED: marked("in progress"),
    OrderState.COMPLETED: marked("delivered"),
    OrderState.PARTIAL: marked("partly delivered"),
    OrderState.FAILED: marked("failed"),
    OrderState.REJECTED: marked("not placed"),
}

FILTERS: Mapping[OrderFilter, str] = {
    OrderFilter.ALL: marked("All"),
    OrderFilter.OPEN: marked("Open"),
    OrderFilter.ATTENTION: marked("Need attention"),
    OrderFilter.FAILED: marked("Failed"),
}

REJECTIONS: Mapping[RejectReason, str] = {
    RejectReason.REFUSED: marked("The supplier did not accept the order."),
    RejectReason.INSUFFICIENT_FUNDS: marked("The account at the supplier holds too little money for it."),
    RejectReason.MISCONFIGURED: marked("The supplier does not accept our orders at the moment."),
    RejectReason.UNREACHABLE: marked("The supplier could not be reached for a long time."),
    RejectReason.NOT_THERE: marked("The order never reached the supplier; the operator has looked."),
}

NEXT_STEPS: Mapping[RejectReason, str] = {
    RejectReason.REFUSED: marked("Look at the item again: it may have sold out, or a detail may be wrong."),
    RejectReason.INSUFFICIENT_FUNDS: marked("Top the account up and order again."),
    RejectReason.MISCONFIGURED: marked("The operator has to see to it; then order again."),
    RejectReason.UNREACHABLE: marked("Please order again later."),
    RejectReason.NOT_THERE: marked("If you still need it, you can order it again."),
}

CLOSED_BY_OPERATOR = "closed_by_operator"
"""The error of an order that the operator closed with what had come of it."""

FAILURES: Mapping[str, str] = {
    "OUT_OF_STOCK": marked("It sold out before it could be delivered."),
    "FAILED": marked("The supplier could not deliver it."),
    "CANCELLED": marked("The supplier cancelled it."),
    CLOSED_BY_OPERATOR: marked("The operator has closed it: the supplier never handed over what is missing."),
}
"""By the supplier's error code; the set is open (Voodoo ORDERS page)."""

ATTENTIONS: Mapping[Attention, str] = {
    Attention.OUTCOME_UNKNOWN: marked(
        "The supplier may or may not have this order. Look for it in the supplier's dashboard; "
        "if it is there, send /resolve {reference} and the supplier's order id, else /resolve {reference} none."
    ),
    Attention.REFERENCE_TAKEN: marked(
        "The supplier already knew our reference at the first attempt: something else may be using this account. Look "
        "for it in the dashboard of {supplier}; if that order is ours, send /resolve {reference} and the supplier's "
        "order id, else /resolve {reference} none."
    ),
    Attention.ID_MISMATCH: marked(
        "The supplier reported this order under a second id of its own: compare the two in the dashboard of "
        "{supplier}, it may have been bought twice."
    ),
    Attention.CODES_MISSING: marked(
        "The supplier calls it delivered, but sent fewer codes than it counts. Ask {supplier} for the rest of order "
        "{their_id}. /resolve {reference} {their_id} looks once more; /resolve {reference} none closes the order with "
        "what is here."
    ),
    Attention.CODES_HIDDEN: marked(
        "The supplier delivered it but shows the codes hidden. Do not order it again. Ask {supplier}: "
        "“Please send the codes of order {their_id} again, our reference is {id}.” "
        "/resolve {reference} {their_id} looks once more; /resolve {reference} none closes the order with what is here."
    ),
    Attention.OTHER_GOODS: marked(
        "The supplier's order under our reference is for something else than was ordered, so nothing of it was given "
        "out. Compare the two in the dashboard of {supplier}; our reference there is {id}. If our own order was never "
        "made there, /resolve {reference} none closes it."
    ),
    Attention.LATE_CHANGE: marked("The supplier contradicted the final result it had reported before."),
    Attention.COST_DIFFERS: marked("The supplier charged {charged}, more than the {confirmed} that was confirmed."),
    Attention.NOT_FOUND: marked(
        "The supplier accepted this order and now says that it does not exist. Ask {supplier} about order {their_id}. "
        "If it has another id there, send /resolve {reference} and that id; if it is gone for good, "
        "/resolve {reference} none closes it with what is here."
    ),
    Attention.UNKNOWN_STATUS: marked("The supplier reports a status that we do not know; we keep following the order."),
    Attention.UNREADABLE_REPLY: marked("A reply of the supplier could not be read. It is kept for inspection."),
}

SAID_ALREADY = frozenset({Attention.COST_DIFFERS, Attention.CODES_MISSING})
"""Causes whose sentence leaves nothing to add."""


def state_words(state: OrderState, speech: Speech) -> str:
    """The state in a word or two, with its mark."""
    return f"{MARKS[state]} {speech.plain(STATES[state])}"


def rejection(order: Order, speech: Speech) -> Markup:
    """Why the supplier certainly did not take the order, with its own sentence where it gave one."""
    reason = order.reject_reason or RejectReason.REFUSED
    sentence = speech.text(REJECTIONS[reason])
    return sentence if reason is not RejectReason.REFUSED else sentence + _quoted(order.error_message, speech)


def next_step(order: Order, speech: Speech) -> Markup:
    """What to do about a refused order."""
    return speech.text(NEXT_STEPS[order.reject_reason or RejectReason.REFUSED])


def failure(order: Order, speech: Speech) -> Markup:
    """Why nothing came, in words where the supplier's code is known, else in the supplier's own."""
    known = FAILURES.get(order.error)
    if known:
        return speech.text(known)
    return speech.text("The supplier could not deliver it.") + _quoted(order.error_message or order.error, speech)


def attention(order: Order, speech: Speech) -> Markup | None:
    """What a human must look at, and how; None when there is nothing."""
    if order.attention is None:
        return None
    needed = speech.text(
        ATTENTIONS[order.attention],
        reference=order.reference,
        supplier=supplier_name(order),
        their_id=Markup("<code>{}</code>").format(clip(order.supplier_order_id or "?", 100)),
        id=Markup("<code>{}</code>").format(order.id),
        charged=speech.money(order.charged or order.expected, order.currency),
        confirmed=speech.money(order.expected, order.currency),
    )
    if order.attention is Attention.LATE_CHANGE and order.reseller_id is not None:
        # An end is charged once; what comes after it is a human's to judge.
        needed += Markup(" ") + speech.text("What the reseller paid stays: correct it with /credit or /debit.")
    return needed + Markup("\n") + _when_seen_to(order, speech) if order.state.terminal else needed


def _when_seen_to(order: Order, speech: Speech) -> Markup:
    """How an order that ended leaves the list of those that need attention: nothing else ever takes it off."""
    command = Markup("<code>/resolve {} none</code>").format(order.reference)
    return speech.text("When you have seen to it, {command} takes it off the list.", command=command)


def attention_detail(detail: str, order: Order) -> str:
    """What is known beyond the sentence, which names the supplier's order id already, and amounts with currency."""
    return "" if order.attention in SAID_ALREADY or detail == order.supplier_order_id else detail


def supplier_name(order: Order) -> str:
    """Who sells it, for operators."""
    return order.item.key.supplier.capitalize()


def _quoted(words: str, speech: Speech) -> Markup:
    if not words:
        return Markup()
    return Markup(" ") + speech.text("In its words: “{words}”", words=clip(words, SUPPLIER_WORDS_LENGTH))
