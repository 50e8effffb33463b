"""The store lets us in for as long as it means to: tokens are renewed in time, once for
everybody, and nothing that dies on the way loses a shop."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from core.errors import NotPossible, TryLater, WillNotWork
from core.guard import NetworkInsideTransaction
from core.values import ShopDomain
from notifications import installing
from notifications.access import LEASE, LiveTokens, keep_up_access
from notifications.keeping import forget_what_is_old
from storage import access, leases, shops
from storage.session import TransactionsOn, open_engine
from storage.tenancy import Crossing
from tests import samples
from tests.flows.terminal import subscriptions
from tests.shopify_signs import id_token
from tests.world import NOON, SHOP
from wiring.outside import store_at

ADA = ShopDomain(SHOP)
HOUR = timedelta(hours=1)
ROOT = Path(__file__).parents[2]


@dataclass
class Shopify:
    """The simulated one, as the program knows it, and what it has been asked for."""

    store: Any
    control: Any
    services: Any
    before: dict[str, int] = field(default_factory=dict)

    @property
    def tokens(self) -> LiveTokens:
        return LiveTokens(self.store, self.services)

    def granted(self, kind: str) -> int:
        return self._count(f"granted_{kind}")

    def refused(self, kind: str) -> int:
        return self._count(f"refused_{kind}")

    def install(self, at=NOON) -> int:
        return installing.open_app(
            ADA, id_token(at=at), store=self.store, services=self.services
        )

    def name_of(self, token: str) -> str:
        return self.store.profile(ADA, token).name

    def _count(self, name: str) -> int:
        return self.control.get("state")["counts"].get(name, 0) - self.before[name]


@pytest.fixture
def store(world, terminal, shopify):
    counts = shopify.get("state")["counts"]
    before = {
        f"{what}_{kind}": counts.get(f"{what}_{kind}", 0)
        for what in ("granted", "refused")
        for kind in ("refresh_token", "token_exchange", "client_credentials")
    }
    return Shopify(
        store_at(terminal.settings, world.services), shopify, world.services, before
    )


def forget_leases(world):
    with world.services.transactions.across(Crossing.KEEPING) as tx:
        leases.forget(tx, before=world.now + timedelta(days=999), limit=1000)


def access_of(world, shop_id):
    with world.services.transactions.for_shop(shop_id) as tx:
        return access.of_shop(tx, shop_id)


# In time


def test_is_the_same_for_an_hour_and_another_before_that_is_over(world, store):
    shop_id = store.install()
    first, again = store.tokens.of(shop_id), store.tokens.of(shop_id)

    world.now += timedelta(minutes=56)
    renewed = store.tokens.of(shop_id)

    assert first == again
    assert renewed != first
    assert store.tokens.of(shop_id) == renewed
    assert store.granted("refresh_token") == 1
    assert store.name_of(renewed) == "Ada's Things"


def test_an_app_of_the_store_gets_another_before_its_day_is_over(
    world, terminal, store
):
    domain = "own-app.myshopify.com"
    own = {"domain": domain, "client_id": "own", "client_secret": "s3"}
    store.control.post("shops", own)
    terminal.run(
        *("shop", "add", domain, "--client-id", "own", "--client-secret", "-"),
        stdin="s3\n",
    )
    [row] = world.rows("shops")
    first, again = store.tokens.of(row.id), store.tokens.of(row.id)

    world.now += timedelta(hours=23, minutes=55)
    renewed = store.tokens.of(row.id)

    assert row.token_kind == "client_credentials"
    assert row.token_expires_at == NOON + timedelta(seconds=86_399)
    assert first == again
    assert renewed != first
    assert store.tokens.of(row.id) == renewed


def test_a_token_without_an_end_is_never_renewed(world, store):
    shop_id = world.open_shop()

    world.now += timedelta(days=400)

    assert store.tokens.of(shop_id) == "shpat_test"
    assert store.granted("refresh_token") == 0


def test_a_store_that_nobody_asks_for_a_year_is_kept_up(world, store):
    shop_id = store.install()

    for _ in range(13):
        world.now += timedelta(days=31)
        keep_up_access(store.tokens)

    assert store.granted("refresh_token") == 13
    assert store.name_of(store.tokens.of(shop_id)) == "Ada's Things"


def test_what_is_good_for_longer_is_not_kept_up(world, store):
    store.install()

    world.now += timedelta(days=29)

    assert keep_up_access(store.tokens) == 0
    assert store.granted("refresh_token") == 0


def test_nothing_of_it_can_be_read_in_the_database(world, store):
    shop_id = store.install()
    token = store.tokens.of(shop_id)

    [row] = world.rows("shops")

    assert token.encode() not in row.token
    assert b"shprt_" not in row.refresh_token
    assert row.token_kind == "expiring"


def test_shopify_is_never_asked_inside_a_transaction(world, store):
    shop_id = store.install()
    world.now += HOUR

    with (
        pytest.raises(NetworkInsideTransaction),
        world.services.transactions.for_shop(shop_id),
    ):
        store.tokens.of(shop_id)
    forget_leases(world)


def test_whoever_asks_a_store_has_its_token_from_here():
    """By type: only a token that was just given out, by Shopify or by hand, or that
    was opened here, is one to ask with."""
    rooms = ("core", "integrations", "notifications", "webapp", "wiring", "workers")
    files = (file for room in rooms for file in (ROOT / room).rglob("*.py"))
    vouching = {
        file.relative_to(ROOT).as_posix()
        for file in files
        if "LiveToken(" in file.read_text(encoding="utf-8")
    }

    assert vouching == {
        "notifications/access.py",
        "notifications/connecting.py",
        "wiring/outside.py",
    }


# Once for everybody


def test_any_number_at_once_renew_it_once(world, store):
    shop_id = store.install()
    world.now += HOUR

    with ThreadPoolExecutor(8) as many:
        found = list(many.map(lambda _: store.tokens.of(shop_id), range(8)))

    assert len(set(found)) == 1
    assert store.granted("refresh_token") == 1
    assert store.name_of(found[0]) == "Ada's Things"


def test_any_number_of_pages_opened_at_once_connect_the_shop_once(world, store):
    with ThreadPoolExecutor(6) as many:
        found = list(many.map(lambda _: store.install(), range(6)))

    assert len(set(found)) == 1
    assert store.granted("token_exchange") == 1


class Slow:
    """A store's desk that answers, and whose answer comes to hand only later."""

    def __init__(self, store):
        self._store, self.asked, self.go_on = store, Event(), Event()

    def by_refresh_token(self, shop, refresh_token):
        answer = self._store.by_refresh_token(shop, refresh_token)
        self.asked.set()
        assert self.go_on.wait(20)
        return answer

    def wait(self, seconds):
        self._store.wait(seconds)


def test_while_one_renews_it_the_others_use_what_is_still_good(world, store):
    shop_id = store.install()
    first = store.tokens.of(shop_id)
    world.now += timedelta(minutes=56)
    slow = Slow(store.store)

    with ThreadPoolExecutor(1) as another:
        renewing = another.submit(LiveTokens(slow, world.services).of, shop_id)
        assert slow.asked.wait(20)
        meanwhile = store.tokens.of(shop_id)
        slow.go_on.set()
        renewed = renewing.result(20)

    assert meanwhile == first
    assert renewed != first
    assert store.granted("refresh_token") == 1


def test_one_that_sleeps_over_its_turn_writes_nothing_over_the_next(world, store):
    """Its pair came first and would be written last: the row that Shopify goes on with
    is the other one."""
    shop_id = store.install()
    world.now += HOUR
    slow = Slow(store.store)

    with ThreadPoolExecutor(1) as another:
        sleeping = another.submit(LiveTokens(slow, world.services).of, shop_id)
        assert slow.asked.wait(20)
        world.now += LEASE
        renewed = store.tokens.of(shop_id)
        assert store.name_of(renewed) == "Ada's Things"
        slow.go_on.set()
        woken = sleeping.result(20)

    assert woken == renewed
    world.now += HOUR
    assert store.name_of(store.tokens.of(shop_id)) == "Ada's Things"


class Busy:
    """Somebody else has the turn, and waiting moves the clock that measures it."""

    def __init__(self, services):
        self.waited, self.services = 0.0, services

    def wait(self, seconds):
        self.waited += seconds

    def monotonic(self):
        return self.waited


def test_one_that_waits_for_a_dead_one_is_told_to_come_again(world, store):
    shop_id = store.install()
    world.now += HOUR
    busy = Busy(world.services)
    services = replace(world.services, monotonic=busy.monotonic)
    turn = LiveTokens(store.store, world.services).turn(ADA)
    with turn, pytest.raises(TryLater) as raised:
        LiveTokens(busy, services).of(shop_id)

    assert raised.value.code == "token_is_being_renewed"
    assert 10 < busy.waited < 11


KILLED = """
import os, signal
from datetime import UTC, datetime
from core.settings import Settings
from notifications.access import LiveTokens
from wiring.outside import store_at
from wiring.services import build

class Killed:
    def __init__(self, store):
        self.store = store

    def by_refresh_token(self, shop, refresh_token):
        self.store.by_refresh_token(shop, refresh_token)
        os.kill(os.getpid(), signal.SIGKILL)

    def wait(self, seconds):
        self.store.wait(seconds)

settings = Settings.from_env(os.environ)
now = datetime.fromtimestamp({now}, UTC)
services = build(settings, clock=lambda: now)
LiveTokens(Killed(store_at(settings, services)), services).of({shop_id})
"""


def test_one_that_is_killed_between_the_answer_and_the_commit_loses_nothing(
    world, terminal, servers, store
):
    """Shopify takes the last refresh token until the next token is used."""
    shop_id = store.install()
    world.now += HOUR
    code = KILLED.format(now=world.now.timestamp(), shop_id=shop_id)
    env = {
        **servers,
        "PYTHONPATH": str(ROOT),
        "SECRET_KEYS": ",".join(terminal.settings.secret_keys),
        "SHOPIFY_API_KEY": terminal.settings.shopify_api_key,
        "SHOPIFY_API_SECRET": terminal.settings.shopify_api_secrets[0],
        "SHOPIFY_ADMIN_ORIGIN": terminal.settings.shopify_admin_origin,
        **dict.fromkeys(("META_APP_ID", "META_APP_SECRET", "META_VERIFY_TOKEN"), "0"),
        "ADMIN_TOKEN": "0" * 16,
    }

    died = subprocess.run([sys.executable, "-c", code], env=env, check=False)
    before = access_of(world, shop_id)
    world.now += LEASE
    renewed = store.tokens.of(shop_id)

    assert died.returncode == -signal.SIGKILL
    assert before.ends_at == NOON + HOUR
    assert store.granted("refresh_token") == 2
    assert store.name_of(renewed) == "Ada's Things"


# When Shopify refuses


def test_a_shop_that_lets_us_in_no_more_is_parked_and_says_so(world, terminal, store):
    shop_id = store.install()
    store.control.post("uninstall", {"shop": SHOP})
    world.now += HOUR

    with pytest.raises(WillNotWork) as raised:
        store.tokens.of(shop_id)
    with pytest.raises(NotPossible) as parked:
        store.tokens.of(shop_id)

    assert raised.value.code == "shopify_invalid_grant"
    assert "Have its owner open the app" in str(parked.value)
    assert store.refused("refresh_token") == 1
    shown = terminal.json("shop", "show", SHOP)
    assert shown["access_lost"] == "shopify_invalid_grant"
    assert "Have its owner open the app" in terminal.run("shop", "show", SHOP)


def test_why_tells_that_the_store_lets_us_in_no_more(world, terminal):
    shop_id = world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()
    why = ("why", SHOP, "--order", "1001")
    well = terminal.run(*why), terminal.json(*why)
    with world.services.transactions.for_shop(shop_id) as tx:
        access.note_lost(tx, shop_id, because="shopify_401", now=world.now)

    said = terminal.run(*why)
    korean = terminal.run(*why, "--language", "ko")
    document = terminal.json(*why)

    assert "lets Sosik in no more" not in well[0]
    assert well[1]["access_lost"] is None
    assert "The store lets Sosik in no more (shopify_401). Connect it" in said
    assert "(shopify_401)" in korean
    assert "no more" not in korean
    assert document["access_lost"]["code"] == "shopify_401"
    assert "./sosik shop add" in document["access_lost"]["sentence"]


def test_a_parked_shop_is_tried_again_after_an_hour_and_found(world, store):
    """Shopify may have erred, and a thousand owners need not open the app for it."""
    shop_id = world.open_shop()
    store.control.post("shops", {"domain": SHOP, "name": "Ada's Things"})
    with pytest.raises(WillNotWork):
        store.tokens.asking(shop_id, store.store.profile)
    lost = access_of(world, shop_id)
    store.control.post("shops", {"domain": SHOP, "token": "shpat_test"})

    with pytest.raises(NotPossible):
        store.tokens.asking(shop_id, store.store.profile)
    world.now += HOUR
    profile = store.tokens.asking(shop_id, store.store.profile)

    assert lost.lost_because == "shopify_401"
    assert profile.name == "Ada's Things"
    assert access_of(world, shop_id).lost_because is None


def test_a_token_that_ended_early_is_renewed_and_the_question_asked_again(world, store):
    shop_id = store.install()
    first = store.tokens.of(shop_id)
    asked = []

    def ask(domain, token):
        asked.append(token)
        if token == first:
            raise WillNotWork("not valid any more", code="shopify_401")
        return store.name_of(token)

    assert store.tokens.asking(shop_id, ask) == "Ada's Things"
    assert len(asked) == 2
    assert store.granted("refresh_token") == 1


def test_a_store_that_takes_no_token_is_asked_twice_and_then_left_alone(world, store):
    shop_id = store.install()
    asked = []

    def refuse(domain, token):
        asked.append(token)
        raise WillNotWork("not valid any more", code="shopify_401")

    with pytest.raises(WillNotWork):
        store.tokens.asking(shop_id, refuse)
    with pytest.raises(NotPossible):
        store.tokens.asking(shop_id, refuse)

    assert len(asked) == 2
    assert access_of(world, shop_id).lost_because == "shopify_401"


def test_another_refusal_is_no_matter_of_tokens(world, store):
    shop_id = store.install()

    def refuse(domain, token):
        raise WillNotWork("the shop is frozen", code="shopify_402")

    with pytest.raises(WillNotWork):
        store.tokens.asking(shop_id, refuse)

    assert store.granted("refresh_token") == 0
    assert access_of(world, shop_id).lost_because is None


def test_while_shopify_does_not_answer_what_is_still_good_is_used(world, store):
    shop_id = store.install()
    first = store.tokens.of(shop_id)
    world.now += timedelta(minutes=56)
    store.control.post("settings", {"fail_next": 1, "fail_http": 503})

    assert store.tokens.of(shop_id) == first
    assert store.tokens.of(shop_id) != first


def test_while_shopify_does_not_answer_what_is_over_is_not_handed_out(world, store):
    shop_id = store.install()
    world.now += HOUR
    store.control.post("settings", {"fail_next": 1, "fail_http": 503})

    with pytest.raises(TryLater):
        store.tokens.of(shop_id)

    assert store.name_of(store.tokens.of(shop_id)) == "Ada's Things"


def test_a_wrong_secret_of_our_own_parks_nobody(world, terminal, store):
    shop_id = store.install()
    world.now += HOUR
    wrong = replace(terminal.settings, shopify_api_secrets=("wrong",))

    with pytest.raises(WillNotWork) as raised:
        LiveTokens(store_at(wrong, world.services), world.services).of(shop_id)

    assert raised.value.code == "shopify_invalid_client"
    assert store.name_of(store.tokens.of(shop_id)) == "Ada's Things"


def test_during_a_rotation_either_secret_will_do(world, terminal, store):
    shop_id = store.install()
    [known] = terminal.settings.shopify_api_secrets
    for secrets in (("new", known), (known, "old")):
        world.now += HOUR
        both = store_at(
            replace(terminal.settings, shopify_api_secrets=secrets), world.services
        )

        token = LiveTokens(both, world.services).of(shop_id)

        assert store.name_of(token) == "Ada's Things"


def test_a_shop_that_is_not_connected_has_no_token(world, store):
    shop_id = store.install()
    with world.services.transactions.for_shop(shop_id) as tx:
        shops.change(tx, shop_id, {"state": "uninstalled"})

    with pytest.raises(NotPossible):
        store.tokens.of(shop_id)


# Opening the app


def test_opening_the_app_again_asks_shopify_for_nothing(world, store):
    first, second = store.install(), store.install()

    assert first == second
    assert store.granted("token_exchange") == 1


def test_opening_the_app_heals_an_access_that_was_lost(world, store):
    shop_id = store.install()
    store.control.post("uninstall", {"shop": SHOP})
    world.now += HOUR
    with pytest.raises(WillNotWork):
        store.tokens.of(shop_id)

    store.control.post("shops", {"domain": SHOP})
    again = store.install(at=world.now)

    assert again == shop_id
    assert store.name_of(store.tokens.of(shop_id)) == "Ada's Things"


def test_a_shop_that_was_connected_by_the_api_gets_no_webhook_twice(
    world, terminal, store
):
    token = ("--access-token", "shpat_of_ada")
    terminal.run("shop", "add", SHOP, *token)
    asked_for = subscriptions(store.control)
    store.control.post("uninstall", {"shop": SHOP})
    store.control.post("shops", {"domain": SHOP, "token": "shpat_of_ada"})
    terminal.run("shop", "add", SHOP, *token)
    [row] = world.rows("shops")
    with world.services.transactions.for_shop(row.id) as tx:
        access.note_lost(tx, row.id, because="shopify_401", now=world.now)

    store.install()

    assert asked_for
    assert subscriptions(store.control) == []


def test_the_leases_of_the_dead_are_forgotten(world, store):
    with world.services.transactions.across(Crossing.SERVING) as tx:
        assert leases.take(
            tx, "a name", holder="dead", now=world.now, until=world.now + LEASE
        )
    world.now += timedelta(days=2)

    forget_what_is_old(services=world.services)

    assert "a name" not in [row.name for row in world.rows("leases")]


def test_a_lease_is_had_by_one_until_it_runs_out(world):
    engine = open_engine(world.settings.database_url, connections=2)
    transactions = TransactionsOn(engine)

    def take(holder):
        with transactions.across(Crossing.SERVING) as tx:
            until = world.now + LEASE
            return leases.take(tx, "one", holder=holder, now=world.now, until=until)

    first, second, itself = take("a"), take("b"), take("a")
    world.now += LEASE
    third = take("b")
    with transactions.across(Crossing.SERVING) as tx:
        assert not leases.is_held(tx, "one", holder="a")
        assert leases.is_held(tx, "one", holder="b")
        leases.give_back(tx, "one", holder="a")
        leases.give_back(tx, "one", holder="b")
    engine.dispose()

    assert (first, second, itself, third) == (True, False, False, True)
