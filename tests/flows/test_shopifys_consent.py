"""What people agreed to is the same here and at Shopify, whoever heard of it first."""

import json
import time
from datetime import timedelta
from hashlib import sha256
from itertools import permutations

import pytest
from sqlalchemy import text

from core.errors import TryLater
from core.values import Act, Phone, Scope, ShopDomain
from notifications.privacy import stores
from notifications.telling_consent import tell_shopify
from storage import ledger, people, shops
from storage.ledger import Word
from storage.tenancy import Crossing
from tests.flows.terminal import without_waiting
from tests.world import PHONE as GERMAN
from wiring import doctor
from wiring.outside import brief_store_at

TOPIC = "customers_whats_app_marketing_consent/update"
SECOND = timedelta(seconds=1)
PHONE = "+33612345678"
"""Of a country where one yes will do."""


class Store:
    """A simulated store, of whose webhooks only those arrive that are passed on."""

    def __init__(self, world, terminal, shopify, domain, phone=PHONE, **opened):
        self.world, self.terminal, self.shopify = world, terminal, shopify
        self.domain, self.phone = domain, phone
        shopify.post("shops", {"domain": domain, "token": "shpat_test"})
        self.shop_id = world.open_shop(domain, **opened)
        store = brief_store_at(terminal.settings, world.services)
        self.at_shopify = without_waiting(store)
        if phone is not None:
            sold = self.does("orders", phone=phone)["order"]
            self.customer_id = sold["customer"]["id"]

    def does(self, what, **told):
        return self.shopify.post(what, {"shop": self.domain, **told})

    def writes(self, state, at=None, level="SINGLE_OPT_IN"):
        """The store's owner writes a consent into it, and its webhook arrives."""
        at = at or self.world.now
        wish = {"state": state, "updatedAt": stamp(at), "optInLevel": level}
        self.does("consent", customer_id=self.customer_id, **wish)
        self.tells(state, at, level)

    def tells(self, state, at, level="SINGLE_OPT_IN"):
        body = {
            "customer_id": self.customer_id,
            "phone_number": self.phone,
            "whats_app_marketing_consent": {
                "state": state.lower(),
                "opt_in_level": level.lower(),
                "updated_at": stamp(at),
                "collected_from": "other",
            },
        }
        named = sha256(
            f"{self.phone} {state} {at} {self.world.now} {level}".encode()
        ).hexdigest()
        told = {"domain": self.domain, "webhook_id": named[:32]}
        assert self.world.shopify_says(TOPIC, body, **told) == 200
        self.world.work()

    def tells_what_it_has(self, at=None):
        """The webhook that Shopify sends after a consent was written."""
        kept = self.consent
        self.tells(kept["state"], at or kept["updatedAt"], kept["optInLevel"])

    def hears(self, act, scope=Scope.MARKETING, phone=None):
        phone = phone or self.phone
        self.world.agree(phone, act=act, scope=scope, domain=self.domain)

    def has(self, phone, story):
        """Somebody else is looked at; Shopify has the newest of its own words."""
        self.phone = phone
        self.customer_id = self.does("orders", phone=phone)["order"]["customer"]["id"]
        own = [(ago, is_yes) for source, ago, is_yes in story if source == "shopify"]
        ago, is_yes = min(own)
        wish = {
            "state": "SUBSCRIBED" if is_yes else "UNSUBSCRIBED",
            "updatedAt": stamp(self.world.now - timedelta(minutes=ago)),
        }
        self.does("consent", customer_id=self.customer_id, **wish)

    def comes(self, source, ago, is_yes):
        """A word arrives that was said so many minutes ago."""
        at = self.world.now - timedelta(minutes=ago)
        if source == "shopify":
            self.tells("SUBSCRIBED" if is_yes else "UNSUBSCRIBED", at)
            return
        services = self.world.services
        with services.transactions.for_shop(self.shop_id) as tx:
            person = (self.shop_id, Phone(self.phone))
            found = people.contacts_of(
                tx, [person], book=services.book, now=self.world.now
            )
            word = Word(
                shop_id=self.shop_id,
                contact_id=found[person],
                scope=Scope.MARKETING,
                act=Act.GRANTED if is_yes else Act.REVOKED,
                source=source,
                happened_at=at,
            )
            ledger.record(tx, [word], now=self.world.now, sealer=services.sealer)

    def is_told(self):
        return tell_shopify(self.at_shopify, services=self.world.services)

    def asks(self, document, **asked):
        client = self.at_shopify.client
        return client.run(ShopDomain(self.domain), "shpat_test", document, asked)

    @property
    def consent(self):
        node = self.asks("customer_consent", phone=self.phone)
        return node["customerByIdentifier"]["defaultPhoneNumber"][
            "whatsAppMarketingConsent"
        ]

    @property
    def state(self):
        return self.consent["state"]

    @property
    def rows(self):
        return [
            row
            for row in self.world.rows("consent_pushes")
            if row.shop_id == self.shop_id
        ]

    @property
    def row(self):
        [row] = self.rows
        return row

    @property
    def said(self):
        return [
            (row.source, row.scope, row.act)
            for row in self.world.rows("consents")
            if row.shop_id == self.shop_id
        ]

    @property
    def standing(self):
        """The newest word about offers."""
        shown = self.terminal.json("consent", "show", self.domain, self.phone)
        return shown["now"]["marketing"]


def stamp(moment):
    return moment if isinstance(moment, str) else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def open_store(world, terminal, shopify, request):
    """Stores of this test's own: what others have sold stays in the simulator."""
    made = []

    def opened(**wish):
        named = f"{request.node.name} {len(made)}".encode()
        domain = f"agreed-{sha256(named).hexdigest()[:16]}.myshopify.com"
        made.append(Store(world, terminal, shopify, domain, number=None, **wish))
        return made[-1]

    return opened


@pytest.fixture
def store(open_store):
    return open_store()


def test_a_stop_is_at_shopify_within_seconds(world, store):
    store.writes("SUBSCRIBED")
    world.now += SECOND
    began = time.monotonic()

    store.hears(Act.REVOKED)
    store.is_told()

    assert store.state == "UNSUBSCRIBED"
    assert time.monotonic() - began < 3
    assert store.consent["updatedAt"] == stamp(world.now)
    assert store.row.due_at is None
    assert store.row.because is None


@pytest.mark.parametrize(
    ("act", "level"),
    [
        (Act.GRANTED, "SINGLE_OPT_IN"),
        (Act.CONFIRMED, "CONFIRMED_OPT_IN"),
        (Act.IMPORTED, "UNKNOWN"),
    ],
)
def test_a_yes_is_written_with_how_it_was_given(store, act, level):
    store.hears(act)
    store.is_told()

    assert store.state == "SUBSCRIBED"
    assert store.consent["optInLevel"] == level


def test_a_yes_that_is_confirmed_later_is_written_again(world, store):
    store.hears(Act.GRANTED)
    store.is_told()
    world.now += SECOND

    store.hears(Act.CONFIRMED)
    store.is_told()

    assert store.consent["optInLevel"] == "CONFIRMED_OPT_IN"


def pending(store):
    return (store.consent["state"], store.consent["optInLevel"])


def test_a_yes_that_has_yet_to_be_confirmed_is_pending_at_shopify(world, open_store):
    store = open_store(phone=GERMAN)
    store.hears(Act.GRANTED)
    store.is_told()
    assert pending(store) == ("PENDING", "CONFIRMED_OPT_IN")
    before = store.said

    store.tells_what_it_has()
    assert store.said == before
    assert store.is_told() == 0

    world.now += SECOND
    store.hears(Act.CONFIRMED)
    store.is_told()
    assert pending(store) == ("SUBSCRIBED", "CONFIRMED_OPT_IN")
    store.tells_what_it_has()
    assert store.said == [*before, ("test", "marketing", "confirmed")]


def test_it_is_pending_wherever_the_owner_wants_two_yeses(store, terminal):
    terminal.run("caps", "set", store.domain, "double_opt_in=FR")
    store.hears(Act.IMPORTED)
    store.is_told()

    assert store.state == "PENDING"


def test_who_has_confirmed_before_is_not_pending_again(world, open_store):
    store = open_store(phone=GERMAN)
    store.hears(Act.CONFIRMED)
    world.now += SECOND
    store.hears(Act.GRANTED)
    store.is_told()

    assert pending(store) == ("SUBSCRIBED", "CONFIRMED_OPT_IN")


def test_a_stop_ends_what_was_pending(world, open_store):
    store = open_store(phone=GERMAN)
    store.hears(Act.GRANTED)
    store.is_told()
    world.now += SECOND
    store.hears(Act.REVOKED)
    store.is_told()
    assert store.state == "UNSUBSCRIBED"

    world.now += SECOND
    store.hears(Act.GRANTED)
    store.is_told()
    assert store.state == "PENDING"


def test_a_yes_at_shopify_is_not_made_pending(world, open_store):
    """It is a word of the store's own, and this is none that says more."""
    store = open_store(phone=GERMAN)
    store.writes("SUBSCRIBED")
    world.now += SECOND
    store.hears(Act.GRANTED)
    store.is_told()

    assert store.state == "SUBSCRIBED"
    assert store.row.because == "shopify_knows"


def test_what_came_from_shopify_is_not_written_back(store):
    store.writes("SUBSCRIBED")

    assert store.rows == []
    assert store.is_told() == 0
    assert store.standing == "granted"


def test_news_of_orders_is_nothing_that_shopify_keeps(store):
    store.hears(Act.REVOKED, scope=Scope.TRANSACTIONAL)

    assert store.rows == []


@pytest.mark.parametrize("is_written_time", [False, True])
def test_the_echo_of_our_own_writing_is_nobodys_word(world, store, is_written_time):
    """Whether Shopify keeps the time that it is given, or that of the writing."""
    store.hears(Act.REVOKED, scope=Scope.TRANSACTIONAL)
    store.hears(Act.GRANTED)
    world.now += timedelta(minutes=5)
    store.is_told()
    before = store.said

    store.tells_what_it_has(world.now if is_written_time else None)

    assert store.said == before
    assert store.standing == "granted"


def test_an_echo_that_comes_after_a_stop_undoes_nothing(world, store):
    """Even where Shopify takes the time of the writing for that of the word."""
    store.hears(Act.GRANTED)
    world.now += timedelta(seconds=20)
    store.is_told()
    world.now -= timedelta(seconds=10)
    store.hears(Act.REVOKED)
    world.now += timedelta(seconds=20)

    store.tells("SUBSCRIBED", world.now - timedelta(seconds=10))
    store.is_told()

    assert store.standing == "revoked"
    assert store.state == "UNSUBSCRIBED"


def test_a_newer_yes_at_shopify_counts(world, store):
    store.hears(Act.REVOKED)
    store.is_told()
    world.now += timedelta(days=1)

    store.writes("SUBSCRIBED")
    store.is_told()

    assert store.standing == "granted"
    assert store.state == "SUBSCRIBED"


def test_a_newer_word_at_shopify_whose_webhook_is_late_is_not_written_over(
    world, store
):
    store.hears(Act.GRANTED)
    wish = {"state": "UNSUBSCRIBED", "updatedAt": stamp(world.now + SECOND)}
    store.does("consent", customer_id=store.customer_id, **wish)
    world.now += timedelta(seconds=2)

    store.is_told()

    assert store.state == "UNSUBSCRIBED"
    assert (store.row.due_at, store.row.because) == (None, "shopify_is_newer")


def test_an_older_yes_at_shopify_that_comes_late_undoes_no_stop(world, store):
    yes_at = world.now
    wish = {"state": "SUBSCRIBED", "updatedAt": stamp(yes_at)}
    store.does("consent", customer_id=store.customer_id, **wish)
    world.now += timedelta(minutes=1)
    store.hears(Act.REVOKED)

    store.tells("SUBSCRIBED", yes_at)
    store.is_told()

    assert store.standing == "revoked"
    assert store.state == "UNSUBSCRIBED"


def test_who_is_no_customer_is_on_record_as_that(open_store):
    store = open_store(phone=None)

    store.hears(Act.REVOKED, phone=PHONE)
    store.is_told()

    assert (store.row.due_at, store.row.because) == (None, "no_customer")


def test_what_shopify_refuses_is_not_said_for_ever(world, store, terminal):
    class Refusing:
        def __getattr__(self, name):
            return getattr(store.at_shopify, name)

        def write_consent(self, shop, token, *, customer_id, act, said_at):
            ahead = world.now + timedelta(days=1)  # as a clock that is wrong has it
            wish = {"customer_id": customer_id, "act": act, "said_at": ahead}
            store.at_shopify.write_consent(shop, token, **wish)

    store.hears(Act.REVOKED)
    tell_shopify(Refusing(), services=world.services)
    world.now += timedelta(days=1)

    assert store.is_told() == 0
    assert (store.row.due_at, store.row.because) == (None, "refused")
    assert consent_finding(store).says.endswith("; Shopify refused 1")


def test_without_the_scope_it_is_held_until_it_is_granted(world, store, shopify):
    scopes(world, store, ["read_customers"])
    store.hears(Act.REVOKED)

    store.is_told()
    assert store.row.because == "no_scope"
    assert store.state == "NEVER_SUBSCRIBED"
    assert consent_finding(store).next_step.startswith("have the store grant")
    shown = store.terminal.json("shop", "show", store.domain)
    assert shown["consent_at_shopify"]["held_because"] == "no_scope"

    scopes(world, store, ["read_customers", "write_customers"])
    world.now += timedelta(hours=1)
    store.is_told()
    assert store.state == "UNSUBSCRIBED"
    assert consent_finding(store).is_well


def test_the_doctor_sees_that_nobody_tells_shopify(world, store):
    store.hears(Act.REVOKED)
    assert consent_finding(store).is_well

    world.now += timedelta(minutes=6)

    finding = consent_finding(store)
    assert not finding.is_well
    assert finding.says == "1 words of consent are not at Shopify yet"


def consent_finding(store):
    settings, now = store.terminal.settings, store.world.now
    found = doctor.findings_with(settings, "test", now=now)
    [finding] = [each for each in found if each.part == "consent"]
    return finding


def scopes(world, store, granted):
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        query = "UPDATE shops SET scopes = CAST(:scopes AS jsonb) WHERE id = :id"
        asked = {"scopes": json.dumps(granted), "id": store.shop_id}
        tx.connection.execute(text(query), asked)


def test_a_disturbance_is_waited_out(world, store, shopify):
    store.hears(Act.REVOKED)
    shopify.post("settings", {"fail_next": 9, "fail_http": 429})

    store.is_told()
    assert store.row.because == "shopify_429"
    assert store.row.attempts == 1

    shopify.post("settings", {"fail_next": 0})
    world.now += timedelta(seconds=2)
    store.is_told()
    assert store.state == "UNSUBSCRIBED"


def test_a_store_in_trouble_holds_up_no_other(world, open_store):
    poor, other = open_store(), open_store()
    poor.hears(Act.REVOKED)
    other.hears(Act.REVOKED)

    class Throttled:
        def __getattr__(self, name):
            return getattr(other.at_shopify, name)

        def consent_of(self, shop, token, *, phone):
            if shop.host == poor.domain:
                raise TryLater("too much", code="shopify_throttled")
            return other.at_shopify.consent_of(shop, token, phone=phone)

    tell_shopify(Throttled(), services=world.services)

    assert poor.row.because == "shopify_throttled"
    assert other.state == "UNSUBSCRIBED"
    assert poor.state == "NEVER_SUBSCRIBED"


def test_a_stop_is_first_in_line(world, open_store):
    store = open_store()
    others = [f"+3361234{number}00" for number in range(20, 27)]
    for phone in others:
        store.hears(Act.GRANTED, phone=phone)
    world.now += SECOND
    store.hears(Act.REVOKED)
    asked = []

    class Watched:
        def __getattr__(self, name):
            return getattr(store.at_shopify, name)

        def consent_of(self, shop, token, *, phone):
            asked.append(phone.e164)
            return store.at_shopify.consent_of(shop, token, phone=phone)

    tell_shopify(Watched(), services=world.services)

    assert asked[0] == store.phone
    assert sorted(asked[1:]) == others


class Crash(BaseException):
    """The process ends here."""


def test_a_crash_between_the_answer_and_our_note_does_no_harm(world, store):
    class Crashing:
        def __getattr__(self, name):
            return getattr(store.at_shopify, name)

        def write_consent(self, shop, token, **wish):
            store.at_shopify.write_consent(shop, token, **wish)
            raise Crash

    store.hears(Act.REVOKED)
    with pytest.raises(Crash):
        tell_shopify(Crashing(), services=world.services)
    before = store.said
    store.tells_what_it_has()
    assert store.said == before
    assert store.is_told() == 0

    world.now += timedelta(minutes=3)
    store.is_told()

    assert store.state == "UNSUBSCRIBED"
    assert store.row.due_at is None
    assert store.is_told() == 0


def test_a_word_that_comes_while_another_is_written_is_written_after_it(world, store):
    class Interrupted:
        def __getattr__(self, name):
            return getattr(store.at_shopify, name)

        def write_consent(self, shop, token, **wish):
            if wish["act"] is Act.GRANTED:
                world.now += SECOND
                store.hears(Act.REVOKED)
                assert store.is_told() == 0  # nobody else writes meanwhile
            store.at_shopify.write_consent(shop, token, **wish)

    store.hears(Act.GRANTED)
    tell_shopify(Interrupted(), services=world.services)

    assert store.state == "UNSUBSCRIBED"
    assert store.row.due_at is None


def test_of_who_was_erased_nothing_is_told(world, store, terminal):
    store.hears(Act.GRANTED)

    terminal.run("contact", "erase", store.domain, PHONE)
    store.is_told()

    assert store.rows == []
    assert store.state == "NEVER_SUBSCRIBED"


def test_a_store_that_has_gone_is_told_nothing(world, store):
    store.hears(Act.REVOKED)
    with world.services.transactions.across(Crossing.SERVING) as tx:
        claim = shops.claim_about(tx, store.domain)

    assert stores.leave(claim, services=world.services)

    assert store.rows == []
    assert store.is_told() == 0


def test_a_store_that_comes_back_tells_nothing_that_was_written_there(world, store):
    store.hears(Act.GRANTED)
    store.is_told()
    with world.services.transactions.across(Crossing.SERVING) as tx:
        claim = shops.claim_about(tx, store.domain)
    assert stores.leave(claim, services=world.services)
    assert store.is_told() == 0

    world.now += timedelta(days=1)
    world.open_shop(store.domain, number=None)
    before = store.said
    store.tells_what_it_has()

    assert store.said == before


def test_each_of_two_stores_hears_its_own_alone(world, open_store):
    ada, bob = open_store(), open_store()

    ada.hears(Act.REVOKED)
    ada.is_told()

    assert ada.state == "UNSUBSCRIBED"
    assert bob.state == "NEVER_SUBSCRIBED"
    assert bob.rows == []


# Each word: where it was said, how many minutes ago, and whether it was a yes.
STORIES = [
    [("shopify", 9, True), ("chat", 8, False), ("shopify", 7, True), ("form", 6, True)],
    [("form", 9, True), ("shopify", 8, False), ("chat", 7, True), ("chat", 6, False)],
    [
        ("shopify", 9, True),
        ("chat", 9, False),
        ("form", 9, True),
        ("shopify", 12, True),
    ],
    [("shopify", 9, False), ("form", 9, True), ("chat", 10, True), ("chat", 11, False)],
]


@pytest.mark.parametrize("story", STORIES)
def test_the_newest_word_is_what_both_have_in_whatever_order_it_comes(
    world, store, story
):
    world.now += timedelta(minutes=20)
    newest = max(story, key=lambda word: (-word[1], not word[2]))
    orders = list(permutations(story))
    for number, arrivals in enumerate(orders):
        store.has(f"+33612340{number:03}", story)

        for word in arrivals:
            store.comes(*word)
            store.is_told()

        assert (store.standing == "granted") is newest[2], arrivals
        assert (store.state == "SUBSCRIBED") is newest[2], arrivals
