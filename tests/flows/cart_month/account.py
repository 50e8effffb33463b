"""What may be sent to whom, worked out from what the store had told by then.

It knows nothing of the program: each telling is written down at the moment at which it
was acknowledged, and each message is held against all of them when it leaves.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WEEK, QUARTER = timedelta(days=7), timedelta(days=90)
MOST, MOST_OF_FREQUENT = 2, 3
OPENS, CLOSES = 9, 20
TWO_YESES = frozenset({"DE"})
NEVER = frozenset({"US"})


@dataclass(slots=True)
class Known:
    """What has been told of one checkout: its newest word counts."""

    changed_at: datetime
    token: str
    cart_token: str
    phone: str
    email: str
    customer_id: int | None
    is_completed: bool = False


@dataclass(slots=True)
class Account:
    carts: dict[str, Known] = field(default_factory=dict)
    orders: list = field(default_factory=list)
    words: dict[str, list] = field(default_factory=lambda: defaultdict(list))
    sent: dict[str, list] = field(default_factory=lambda: defaultdict(list))
    steps: Counter = field(default_factory=Counter)
    held_out: set = field(default_factory=set)

    # What is told

    def cart_is_told(self, cart, *, changed_at, completed_at, customer_id):
        known = self.carts.get(cart.token)
        if known is not None and changed_at < known.changed_at:
            return
        self.carts[cart.token] = Known(
            changed_at=changed_at,
            token=cart.token,
            cart_token=cart.cart_token,
            phone=cart.person.phone,
            email=cart.person.email,
            customer_id=customer_id,
            is_completed=completed_at is not None,
        )

    def order_is_told(self, order):
        self.orders.append(order)

    def word_is_told(self, person, *, is_yes, is_confirmed, at):
        self.words[person.phone].append((at, is_yes, is_confirmed))

    # What leaves

    def leaves(self, person, token, step, now):
        """A message of the flow is taken by Meta."""
        self.steps[token, step] += 1
        assert self.steps[token, step] == 1, f"step {step} of {token} came again"
        assert person.country not in NEVER, f"to {person.country}"
        self._has_not_bought(token)
        self._has_agreed(person)
        hour = now.astimezone(person.clock).hour
        assert OPENS <= hour < CLOSES, f"at {hour} o'clock in {person.country}"
        lately = [at for at in self.sent[person.phone] if at > now - WEEK]
        most = self._most(person, now)
        assert len(lately) < most, f"{len(lately) + 1} in a week, of {most}"
        self.sent[person.phone].append(now)

    def _has_not_bought(self, token):
        """By all that was acknowledged, read or not: from this checkout or its cart at
        any time, and by the same person since its last change."""
        cart = self.carts[token]
        assert not cart.is_completed, f"{token} is completed"
        for order in self.orders:
            is_own = order.token == token or order.cart_token == cart.cart_token
            assert not is_own, f"{token} is bought by order {order.number}"
            is_theirs = (
                order.phone == cart.phone
                or order.email == cart.email
                or (
                    order.customer_id is not None
                    and order.customer_id == cart.customer_id
                )
            )
            is_since = order.placed_at >= cart.changed_at
            assert not (is_theirs and is_since), (
                f"whoever left {token} has bought: {order}"
            )

    def _has_agreed(self, person):
        words = sorted(self.words[person.phone])
        assert words, "nothing was ever said"
        _, is_yes, is_confirmed = words[-1]
        assert is_yes, "the last word is a no"
        must_confirm = person.country in TWO_YESES
        assert is_confirmed or not must_confirm, "the yes is not confirmed"

    def _most(self, person, now):
        theirs = [
            order
            for order in self.orders
            if order.phone == person.phone and order.placed_at > now - QUARTER
        ]
        return MOST_OF_FREQUENT if len(theirs) >= MOST_OF_FREQUENT else MOST
