"""What people do at a store in a month, and how the store tells of it."""

import heapq
from datetime import timedelta
from itertools import count

from core.values import Act, Scope
from tests.flows.cart_month.people import Cart, Order, person

SECOND, MINUTE, HOUR, DAY = (
    timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days")
)
AFTER = {
    "a": timedelta(minutes=60),
    "b": timedelta(minutes=300),
    "c": timedelta(minutes=900),
    "d": timedelta(minutes=1440),
}
"""The times of the steps, at which it is sharp."""
WITH_CODE = ("b", "d")
_CARTS_OF_A_PERSON = 2
_FATES = {
    "stays": 38,
    "completes": 16,
    "buys_the_cart": 10,
    "buys_by_phone": 6,
    "buys_by_mail": 6,
    "buys_by_account": 6,
    "buys_sharply": 18,
}

_WAYS = ("buys_the_cart", "buys_by_phone", "buys_by_mail", "buys_by_account")


class Life:
    """Everything that is to come, by its moment. ``world`` hears of it when that has
    come; ``account`` writes down what is told."""

    def __init__(self, world, account, chance, *, checkouts, days):
        self.world, self.account, self.chance = world, account, chance
        self.begins_at, self.ends_at = world.now, world.now + timedelta(days=days)
        self._coming, self._serial = [], count(1)
        self.figures = {"told": 0, "lost": 0, "late": 0, "again": 0}
        self.people = [
            person(number, chance, begins_at=self.begins_at, ends_at=self.ends_at)
            for number in range(max(8, checkouts // _CARTS_OF_A_PERSON))
        ]
        self.of_token = {}
        for each in self.people:
            self._draw_words(each)
        for number in range(checkouts):
            self._draw_cart(number)

    # The calendar

    def at(self, moment, do):
        heapq.heappush(self._coming, (moment, next(self._serial), do))

    @property
    def next_at(self):
        return self._coming[0][0] if self._coming else None

    def happens(self, now):
        """All whose moment has come; answer how much that was."""
        done = 0
        while self._coming and self._coming[0][0] <= now:
            heapq.heappop(self._coming)[2]()
            done += 1
        return done

    def _some_time(self):
        span = (self.ends_at - self.begins_at).total_seconds()
        return self.begins_at + timedelta(seconds=int(self.chance.random() * span))

    # Words

    def _draw_words(self, person):
        first = self.chance.choices(["confirmed", "granted", None], [75, 10, 15])[0]
        if first is not None:
            is_confirmed = first == "confirmed"
            self.at(self.begins_at, lambda: self._says_yes(person, is_confirmed))
        for _ in range(self.chance.choice((0, 0, 0, 1, 2))):
            moment = self._some_time()
            self.at(moment, lambda: self._says_no(person))
            again = moment + self.chance.random() * 4 * DAY
            again = again.replace(microsecond=0)
            self.at(again, lambda: self._says_yes(person, True))

    def _says_yes(self, person, is_confirmed):
        act = Act.CONFIRMED if is_confirmed else Act.GRANTED
        self.world.agree(person.phone, scope=Scope.MARKETING, act=act)
        self._word(person, True, is_confirmed)

    def _says_no(self, person):
        """At the store, or on the phone."""
        if self.chance.random() < 0.5:
            self.world.agree(person.phone, scope=Scope.MARKETING, act=Act.REVOKED)
        else:
            assert self.world.person_says("STOP", phone=person.phone) == 200
        self._word(person, False, False)

    def _word(self, person, is_yes, is_confirmed):
        self.account.word_is_told(
            person, is_yes=is_yes, is_confirmed=is_confirmed, at=self.world.now
        )

    # Carts

    def _draw_cart(self, number):
        chance, begun_at = self.chance, self._some_time()
        cart = Cart(
            token=f"token{number}",
            person=chance.choice(self.people),
            worth=f"{chance.randrange(1_000, 7_000) / 100:.2f}",
            begun_at=begun_at,
            changed_at=begun_at,
        )
        self.of_token[cart.token] = cart
        moments = [begun_at]
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            gap = chance.choice((7, 90, 1_500, 4_000, 20_000))
            moments.append(moments[-1] + timedelta(seconds=chance.randint(1, gap)))
        for moment in moments:
            self.at(moment, lambda: self._changes(cart))
        fate = chance.choices(list(_FATES), list(_FATES.values()))[0]
        if fate == "stays":
            return
        bought_at = moments[-1] + timedelta(seconds=chance.randint(1, 100_000))
        if fate == "buys_sharply":
            step = chance.choice(list(AFTER))
            # A code takes no time or two seconds: what comes between nobody can know.
            offset = chance.choice((-1, 0, 4 if step in WITH_CODE else 1))
            bought_at = moments[-1] + AFTER[step] + offset * SECOND
            fate = chance.choice(_WAYS)
        self.at(bought_at, lambda: getattr(self, fate)(cart))

    def _changes(self, cart):
        if cart.is_over:
            return
        topic = "checkouts/update"
        if cart.begun_at == self.world.now:
            topic = "checkouts/create"
        cart.changed_at = self.world.now
        self._tells_of_cart(cart, topic)

    def completes(self, cart):
        cart.is_over = True
        cart.changed_at = cart.completed_at = self.world.now
        self._tells_of_cart(cart, "checkouts/update")
        self._orders(cart, token=cart.token, **self._names(cart))

    def buys_the_cart(self, cart):
        cart.is_over = True
        self._orders(cart, cart_token=cart.cart_token, **self._names(cart))

    def buys_by_phone(self, cart):
        self._orders(cart, phone=cart.person.phone)

    def buys_by_mail(self, cart):
        self._orders(cart, email=cart.person.email)

    def buys_by_account(self, cart):
        """Who was a guest when the cart was left is known by their mail address."""
        account = cart.person.customer_id(self.world.now)
        self._orders(cart, email=cart.person.email, customer_id=account)

    def _names(self, cart):
        person = cart.person
        account = person.customer_id(self.world.now)
        return {"phone": person.phone, "email": person.email, "customer_id": account}

    def _orders(self, cart, **names):
        order = Order(
            number=10_000 + next(self._serial), placed_at=self.world.now, **names
        )
        body = order.body(cart.person)
        self._tell(
            *(cart.person, "orders/create", body),
            lambda: self.account.order_is_told(order),
        )

    def _tells_of_cart(self, cart, topic):
        body = cart.body(topic)
        changed_at, completed_at = cart.changed_at, cart.completed_at
        customer_id = cart.person.customer_id(cart.begun_at)

        def told():
            self.account.cart_is_told(
                cart,
                changed_at=changed_at,
                completed_at=completed_at,
                customer_id=customer_id,
            )

        self._tell(cart.person, topic, body, told)

    # Telling

    def _tell(self, person, topic, body, told):
        """At once, or late, in any order, or never: but twice, where it is told."""
        chance, name = self.chance, f"w{next(self._serial)}"
        triggered_at = self.world.now

        def tell():
            said = self.world.shopify_says(
                topic, body, webhook_id=name, triggered_at=triggered_at
            )
            assert said == 200
            self.figures["told"] += 1
            told()

        lost, late = (0, 0) if person.is_calm else (0.04, 0.3)
        if chance.random() < lost:
            self.figures["lost"] += 1
        elif chance.random() < late:
            self.figures["late"] += 1
            wait = chance.choice((2, 60, 1_800, 5_000, 40_000))
            self.at(triggered_at + timedelta(seconds=chance.randint(1, wait)), tell)
        else:
            tell()
        if chance.random() < 0.1:
            self.figures["again"] += 1
            self.at(self.world.now + chance.randint(0, 3_000) * SECOND, tell)
