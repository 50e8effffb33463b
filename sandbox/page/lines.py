"""The trace: what happened, line by line, from the webhook to the ticks.

Made anew each time out of what was written down anyway: the webhooks and what they led
to, each message's story, what the simulators did, and what was broken by hand.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from core.words import N_, Words
from integrations.meta.advice import meaning_of
from notifications import reasons
from notifications.replies import Says
from sandbox.page.eras import Eras
from sandbox.page.looking import Rows

MOST_LINES = 160

GOOD, BAD, WAITS, PLAIN, QUIET = "good", "bad", "waits", "plain", "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """``kind`` chooses the sign before it and ``tone`` its colour. ``opens`` is what
    can be looked at: ``webhooks`` or ``messages``, and its id; ``until`` when something
    is looked at again. ``at`` is what the sandbox's clock showed, ``turn`` its place in
    the real order of things, where that is known better than by ``at``."""

    id: str
    at: datetime
    rank: int
    kind: str
    title: str
    detail: str = ""
    tone: str = PLAIN
    order: str | None = None
    opens: tuple[str, str] | None = None
    until: datetime | None = None
    turn: datetime | None = None

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "at": self.at.isoformat(),
            "kind": self.kind,
            "title": self.title,
            "detail": self.detail,
            "tone": self.tone,
            "order": self.order,
            "opens": self.opens,
            "until": None if self.until is None else self.until.isoformat(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All that the trace is made of. ``deliveries`` are what the simulated Shopify
    sent and was answered, ``replies`` what the simulated Meta told of people's words,
    ``notes`` what was done by hand; ``names`` are those of orders by their ids;
    ``eras`` tell when time was moved, ``summaries`` what each automation tells of, in
    plain words."""

    webhooks: Rows
    messages: Rows
    bundles: Rows
    deliveries: Sequence[Mapping[str, Any]]
    replies: Sequence[Mapping[str, Any]]
    notes: Sequence[Mapping[str, Any]]
    names: Mapping[int, str]
    eras: Eras = field(default_factory=Eras)
    summaries: Mapping[str, str] = field(default_factory=dict)


def trace(seen: Seen, words: Words, *, order_id: int | None) -> list[Line]:
    """The newest lines, oldest first; those of one order alone where one is named.

    In the order in which things really happened: what was written down while time was
    moved stands before what came after, though its clock was ahead.
    """
    name = None if order_id is None else seen.names.get(order_id)
    lines = [
        *_of_webhooks(seen, words, order_id),
        *(line for row in seen.messages for line in _of_message(row, seen, words)),
    ]
    if order_id is None:
        lines += _of_replies(seen, words)
        lines += _of_notes(seen.notes, words)
    lines = [line for line in lines if name is None or line.order == name]
    ordered = sorted(
        lines, key=lambda each: (each.turn or seen.eras.really(each.at), each.rank)
    )
    return ordered[-MOST_LINES:]


def _of_webhooks(seen: Seen, words: Words, order_id: int | None) -> Iterator[Line]:
    rows = {row.dedupe_id: row for row in seen.webhooks}
    first = _first_to_propose(seen.webhooks)
    told: set[str] = set()
    for delivery in seen.deliveries:
        if order_id is not None and delivery["order_id"] != order_id:
            continue
        row = rows.get(delivery["webhook_id"])
        told.add(delivery["webhook_id"])
        yield _delivered(delivery, row, seen, words)
    for row in seen.webhooks:
        if row.dedupe_id not in told:
            yield Line(
                id=f"came {row.id}",
                at=row.arrived_at,
                rank=0,
                kind="webhook",
                title=row.topic,
                detail=words.gettext(N_("signature right · written down · 200")),
                order=_name(row, seen.names),
                opens=("webhooks", str(row.id)),
            )
        yield _row(row, seen.names, first, words)


def _delivered(
    delivery: Mapping[str, Any],
    row: Any | None,
    seen: Seen,
    words: Words,
) -> Line:
    at = datetime.fromisoformat(delivery["at"])
    took = timedelta(milliseconds=delivery["milliseconds"])
    status = delivery["status"]
    really = seen.eras.really
    is_repeat = row is not None and really(at) - took > really(row.arrived_at)
    if status == 200 and is_repeat:
        detail, tone = N_("its id is known · 200, and no second row"), QUIET
    elif status == 200:
        detail, tone = N_("signature right · written down · 200"), GOOD
    elif status == 401:
        detail, tone = N_("signature wrong · 401, and nothing is stored"), BAD
    elif status is None:
        detail, tone = N_("no answer · Shopify comes again"), BAD
    else:
        detail, tone = N_("answered %(status)s · Shopify comes again"), BAD
    return Line(
        id=f"d {delivery['webhook_id']} {delivery['at']}",
        at=at if row is None or is_repeat else max(row.arrived_at, at - took),
        rank=0,
        kind="webhook",
        title=delivery["topic"],
        detail=words.gettext(detail, status=status)
        + words.gettext(
            N_(" · %(size)s kB in %(ms)s ms"),
            size=f"{delivery['bytes'] / 1000:.1f}",
            ms=round(delivery["milliseconds"]),
        ),
        tone=tone,
        order=seen.names.get(delivery["order_id"] or 0),
        opens=None if row is None else ("webhooks", str(row.id)),
    )


def _first_to_propose(webhooks: Rows) -> Mapping[str, int]:
    """Each occasion, and the first of these webhooks that called for it."""
    return {
        what: row.id
        for row in sorted(webhooks, key=lambda each: each.id, reverse=True)
        for what in (row.outcome or {}).values()
        if isinstance(what, str)
    }


def _row(
    row: Any, names: Mapping[int, str], first: Mapping[str, int], words: Words
) -> Line:
    is_read = row.state != "pending"
    title = N_("Written down, and read") if is_read else N_("Written down")
    detail, tone = _read(row, first, words)
    return Line(
        id=f"w {row.id}",
        at=row.arrived_at,
        rank=1,
        kind="row",
        title=words.gettext(title),
        detail=detail,
        tone=tone,
        order=_name(row, names),
        opens=("webhooks", str(row.id)),
    )


def _read(row: Any, first: Mapping[str, int], words: Words) -> tuple[str, str]:
    """What reading a webhook led to, in a line, and its tone."""
    if row.state == "pending":
        if row.attempts:
            return words.gettext(N_("could not be read yet, tried again")), BAD
        return words.gettext(N_("waits to be read")), WAITS
    if row.state != "done":
        return _reason(row.reason, words), BAD if row.state == "stuck" else QUIET
    made = [
        _made(automation, str(what), is_first=first.get(what) == row.id, words=words)
        for automation, what in (row.outcome or {}).items()
        if automation != "events"
    ]
    if not made:
        kept = N_("read: the facts are kept, no news for the buyer")
        return words.gettext(kept), QUIET
    said = words.gettext(N_("what came of it: %(made)s"), made=", ".join(made))
    return said, PLAIN


def _made(automation: str, what: str, *, is_first: bool, words: Words) -> str:
    """An occasion names its automation first; a reason for none is a single word."""
    if ":" not in what:
        none = N_("%(automation)s: none (%(reason)s)")
        return words.gettext(none, automation=automation, reason=_reason(what, words))
    if is_first:
        return automation
    return words.gettext(N_("%(automation)s (proposed already)"), automation=automation)


_STEPS: Mapping[str, tuple[str, str, str]] = {
    "proposed": ("propose", N_("%(automation)s proposes a message"), PLAIN),
    "asked": ("propose", N_("Their words are answered"), PLAIN),
    "cart_sent": ("propose", N_("A cart from the chat: the store is asked"), WAITS),
    "cart_written_up": ("propose", N_("The cart is written up as a draft"), PLAIN),
    "product_asked": ("propose", N_("They ask for a product: it is shown"), PLAIN),
    "cart_checked": ("propose", N_("The store has told: the cart is answered"), PLAIN),
    "waiting": ("decide", N_("Decided: wait"), WAITS),
    "skipped": ("decide", N_("Decided: do not send"), PLAIN),
    "taken": ("decide", N_("Decided: send"), GOOD),
    "accepted": ("call", N_("POST /messages: Meta took it"), GOOD),
    "refused": ("call", N_("POST /messages: refused"), BAD),
    "no_answer": ("call", N_("POST /messages: no answer"), BAD),
    "sender_vanished": ("call", N_("Whoever was sending it is gone"), BAD),
    "never_taken": ("decide", N_("Meta never took it: it goes out again"), WAITS),
    "never_confirmed": ("decide", N_("Nobody can tell: a person decides"), BAD),
    "decided_by_person": ("decide", N_("A person has decided"), PLAIN),
    "reported_sent": ("status", N_("sent ✓"), PLAIN),
    "reported_delivered": ("status", N_("delivered ✓✓"), GOOD),
    "reported_read": ("read", N_("read ✓✓"), GOOD),
    "reported_failed": ("status", N_("failed"), BAD),
}


def _of_message(row: Any, seen: Seen, words: Words) -> Iterator[Line]:
    """Meta tells time to the second; no line stands before the one that led to it."""
    turn = datetime.min.replace(tzinfo=UTC)
    for place, entry in enumerate(row.story):
        told_at = datetime.fromisoformat(entry["at"])
        really = seen.eras.really(told_at)
        turn = max(turn, really)
        at = told_at + (turn - really)
        is_last = place == len(row.story) - 1
        kind, title, tone = _STEPS.get(entry["what"], ("decide", entry["what"], PLAIN))
        if kind == "propose":
            title = seen.summaries.get(row.automation, title)
        if entry["what"] == "asked":
            title = _UNDERSTOOD.get((row.told or {}).get("says", ""), title)
        yield Line(
            id=f"m {row.id} {place}",
            at=at,
            rank=2 + place,
            kind=kind,
            title=words.gettext(title, automation=row.automation)
            if "%(automation)s" in title
            else words.gettext(title),
            detail=_detail(row, entry, words, is_last=is_last),
            tone=tone,
            order=row.order_name,
            opens=("messages", row.id),
            until=row.due_at if is_last and row.state == "waiting" else None,
            turn=turn,
        )


def _detail(row: Any, entry: Mapping[str, Any], words: Words, *, is_last: bool) -> str:
    """Whose line it is, and what there is to add to its title."""
    what, more = entry["what"], ""
    code = entry.get("because") or entry.get("code")
    if code is not None:
        more = f"{_reason(str(code), words)} [{code}]"
    elif what == "asked":
        more = words.gettext(N_("in the consent ledger where it is a yes or a no"))
    elif what == "taken" and row.template is None:
        more = words.gettext(
            N_("no rule objected · words of our own in %(language)s"),
            language=entry.get("language", ""),
        )
    elif what == "taken":
        more = words.gettext(
            N_("no rule objected · %(template)s in %(language)s"),
            template=row.template or "",
            language=entry.get("language", ""),
        )
    elif what == "accepted":
        more = str(row.provider_id or "")
    elif what == "proposed":
        more = words.gettext(N_("a message is proposed"))
        if is_last and row.state == "waiting" and row.automation in _ONLY_IF:
            more = words.gettext(_ONLY_IF[row.automation])
    return " · ".join(filter(None, (row.automation, more)))


_ONLY_IF: Mapping[str, str] = {
    "parcel_stale": N_("goes out only if nothing is heard until then"),
    "cart_reminder": N_("goes out only if nobody buys until then"),
}
"""What is proposed long before, and dropped once that has happened."""


_UNDERSTOOD: Mapping[str, str] = {
    Says.STOPPED: N_("STOP understood: no more offers to them, from this moment on"),
    Says.STOPPED_ALL: N_("STOP ALL understood: nothing more goes to them at all"),
    Says.STARTED: N_("START understood: they have agreed to offers"),
    Says.TO_CONFIRM: N_("START understood: in their country a second yes is asked for"),
    Says.WHAT_IS_MEANT: N_("“Cancel” may mean an order: they are asked"),
    Says.HOW_TO_CANCEL: N_("An order is to be cancelled: they are told how"),
    Says.ORDER_CONFIRMED: N_("They want their order: it is tagged at Shopify"),
    Says.ORDER_CANCELLED: N_("They do not want their order: it is cancelled"),
    Says.ON_ITS_WAY: N_("They do not want their order, which is on its way already"),
    Says.WISH_NOTED: N_("They do not want their order: the store sees to it"),
    Says.ANSWERED_LATE: N_("Their answer about the order came late"),
    Says.CART: N_("Their cart is answered with the way to the checkout"),
    Says.PRODUCT: N_("They ask for a product, and are shown it"),
    Says.PRODUCTS: N_("They ask for products, and are shown them"),
    Says.CATALOG: N_("They ask what there is, and are shown the catalog"),
}
"""What was made of somebody's words, by what is answered to them."""


def _of_replies(seen: Seen, words: Words) -> Iterator[Line]:
    rows = {row.dedupe_id: row for row in seen.bundles}
    for reply in seen.replies:
        row = rows.get(reply["digest"])
        for message in reply["messages"]:
            yield Line(
                id=f"r {message['id']}",
                at=datetime.fromtimestamp(reply["at"], UTC),
                rank=0,
                kind="reply",
                title=words.gettext(N_("messages (from WhatsApp)")),
                detail=words.gettext(
                    N_("“%(text)s” · written down · 200")
                    if row is not None
                    else N_("“%(text)s” · on its way"),
                    text=_words_of(message),
                ),
                tone=GOOD if row is not None else WAITS,
                opens=None if row is None else ("webhooks", str(row.id)),
            )


def _words_of(message: Mapping[str, Any]) -> str:
    """What somebody typed, or what stood on the button that they pressed."""
    answer = message.get("interactive") or {}
    said = (
        (message.get("text") or {}).get("body"),
        (message.get("button") or {}).get("text"),
        (answer.get("button_reply") or {}).get("title"),
        _cart(message.get("order")),
    )
    return next((each for each in said if each), "")


def _cart(order: Mapping[str, Any] | None) -> str | None:
    """How many things are in it, as the phone shows it."""
    things = (order or {}).get("product_items") or ()
    return f"🛒 × {sum(each['quantity'] for each in things)}" if things else None


_NOTES: Mapping[str, tuple[str, str]] = {
    "meta_down": (N_("Meta is down: it refuses every connection"), BAD),
    "meta_slow": (N_("Meta is slow: it answers after 3 to 5 seconds"), WAITS),
    "meta_number_limit": (N_("Meta answers 130429: this number sends too fast"), WAITS),
    "meta_pair_limit": (N_("Meta answers 131056: too many to one person"), WAITS),
    "meta_resets": (N_("Meta takes each message and breaks the connection"), BAD),
    "meta_well": (N_("Meta is well again"), GOOD),
    "five_times": (N_("The order's webhook is told five times more"), PLAIN),
    "scattered": (N_("A parcel's whole way is told within seconds, shuffled"), PLAIN),
    "forged": (N_("Somebody forges a webhook"), PLAIN),
    "valkey_emptied": (N_("Valkey was emptied: %(keys)s keys are gone"), BAD),
    "worker_killed": (N_("Worker %(process)s was killed"), BAD),
    "worker_new": (N_("Worker %(process)s has taken its place"), GOOD),
    "travelled": (N_("Time goes by: %(time)s"), PLAIN),
    "home": (N_("Back to now"), PLAIN),
    "rush": (N_("A busy day begins: %(rate)s orders a second"), PLAIN),
    "rush_over": (N_("The busy day was ended"), PLAIN),
    "month_begins": (N_("A month of history is being written"), PLAIN),
    "month": (
        N_("A month of history is there: %(orders)s orders, %(messages)s messages"),
        GOOD,
    ),
    "month_known": (N_("The month of history is there already"), PLAIN),
}
_MEANS: Mapping[str, str] = {
    "valkey_emptied": N_(
        "hints are lost, rows are not: the scheduler looks each second"
    ),
    "worker_killed": N_("what it held is in doubt, and what it had not begun waits"),
    "worker_new": N_("the pool starts another one, which sees to what was held"),
    "five_times": N_("three times under its own id, twice under a new one"),
    "meta_down": N_("messages wait, and are tried after 2 s, 4 s, 8 s ..."),
    "meta_resets": N_("nobody knows, until Meta reports on it by webhook"),
    "meta_number_limit": N_("the number keeps silent for 2 s, and goes on"),
    "meta_pair_limit": N_("this person is left alone for 4 s, 16 s ..."),
    "month_begins": N_("this takes some seconds, in a process of its own"),
    "month": N_(
        "all of it lies before today, so no line of it stands here: %(read)s read, "
        "%(delivered)s delivered, %(failed)s failed, %(skipped)s not sent. "
        "./sosik messages list and ./sosik why tell of it"
    ),
    "meta_slow": N_("many are asked at once, so nobody waits for another"),
}


def _of_notes(notes: Iterable[Mapping[str, Any]], words: Words) -> Iterator[Line]:
    for note in notes:
        title, tone = _NOTES.get(note["what"], (note["what"], PLAIN))
        values = dict(note["values"])
        if "seconds" in values:
            values["time"] = words.span(timedelta(seconds=values["seconds"]))
        means = _MEANS.get(note["what"])
        yield Line(
            id=f"n {note['at']} {note['what']}",
            at=datetime.fromisoformat(note["at"]),
            rank=0,
            kind="hand",
            title=words.gettext(title, **values),
            detail="" if means is None else words.gettext(means, **values),
            tone=tone,
        )


def _name(row: Any, names: Mapping[int, str]) -> str | None:
    found: str | None = row.order_name or names.get(row.order_id or 0)
    return found


def _reason(code: str | None, words: Words) -> str:
    if code is None:
        return ""
    return reasons.explained(code, meaning_of, words).sentence
