"""Two stores in one installation, and every address that it answers at: who comes from
one of them, with whatever belongs to the other, is told nothing of the other and
changes nothing there."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from core.values import MessageId
from integrations import tracking
from integrations.shopify.payloads import OWED, TOPICS
from notifications import api_tokens
from notifications.references import code_of
from sandbox.meta.accounts import DEFAULT_WABA_ID
from sandbox.page import blueprint as sandbox_page
from storage.changes import By
from storage.tenancy import Crossing
from tests import samples
from tests.flows.door import meta_proof
from tests.flows.owner import Owner, going_to
from tests.flows.terminal import META_TOKEN, attendant_at
from tests.flows.tracked import PUSH, Tracked
from tests.flows.two_stores import ADA, BOB, BOBS_NUMBER, TwoStores
from tests.shopify_signs import forwarded, id_token, opened
from tests.wire.shopify_bodies import EXAMPLES, example
from tests.world import APP_SECRET
from webapp.app import create_app

ADAS_SECRET = "the-secret-of-adas-own-app"
BOBS_ACCOUNT, BOBS_KEY = "100000000000778", "B0B0" * 8
BOBS_PHONE, BOBS_DISPLAY = "+4915199999777", "+1 555-013-0777"
PLANTED = ("Bobsbikes", "Bobsbuyer", "BOB-1", "BOB-2", BOBS_PHONE[1:], BOBS_DISPLAY)
"""Words of Bob's that nobody who comes from Ada says."""

SANDBOX = "/sandbox/"
"""Left out: the demo's page, which shows all that it plays, and is there only while it
plays. ``test_sandbox_page`` says who gets to see it."""

LIBRARYS = "rq_dashboard."
"""What the operator looks at, one guard before all of it."""

Seen = tuple[int, str]
"""The status of an answer, and all that it says."""


@dataclass
class Ada:
    """Whoever comes from Ada's store, and knows what can be known of Bob's."""

    stores: TwoStores
    owner: Owner
    track: Tracked

    @property
    def token(self) -> str:
        return id_token(at=self.stores.world.now)

    def gets(self, path: str, query: str = "", **how: object) -> Seen:
        return seen(self.owner.gets(f"{path}?{query}", **how))

    def bears(self, token: str) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {token}"}

    def bobs(self, table: str) -> object:
        return self.stores.id_of_bobs(table)

    def bobs_message(self) -> tuple[str, str]:
        """Its id, and the one that Meta has given it."""
        row, *_ = [
            each
            for each in self.stores.world.messages
            if each.shop_id == self.stores.bob and each.provider_id
        ]
        return row.id, row.provider_id


def seen(answer: TestResponse) -> Seen:
    return answer.status_code, f"{answer.headers}\n{answer.get_data(as_text=True)}"


@pytest.fixture
def bobs_number(world) -> None:
    """Meta knows it, so that his messages leave."""
    number = {"waba_id": DEFAULT_WABA_ID, "phone_number_id": BOBS_NUMBER}
    more = {"token": META_TOKEN, "display_phone_number": BOBS_DISPLAY}
    world.meta.post("accounts", number | more)


@pytest.fixture
def ada(bobs_number, stores, owner, track, moments) -> Ada:
    track.account(BOBS_KEY)
    moments.at("Ada and Bob", stores.world, lambda: so_much_is_known(stores, track))
    track.let_the_door_forget()
    return Ada(stores, owner, track)


def so_much_is_known(stores: TwoStores, track: Tracked) -> None:
    world = stores.world
    world.open_shop(ADA, number=None, automations=False, client_secret=ADAS_SECRET)
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        for change in (
            "UPDATE shops SET name = 'Bobsbikes' WHERE id = :bob",
            "UPDATE templates SET account_id = :account WHERE shop_id = :bob",
            """UPDATE numbers SET account_id = :account, display_phone = :shown
            WHERE shop_id = :bob""",
        ):
            asked = {"bob": stores.bob, "account": BOBS_ACCOUNT, "shown": BOBS_DISPLAY}
            wanted = set(re.findall(r":(\w+)", change))
            tx.connection.execute(
                text(change), {k: v for k, v in asked.items() if k in wanted}
            )
    world.agree(BOBS_PHONE, domain=BOB)
    order = samples.order(order_id=2, name="#BOB-2", phone=BOBS_PHONE)
    world.shopify_says("orders/create", order, domain=BOB)
    for topic in sorted(set(EXAMPLES) - {"app/uninstalled", "shop/redact"}):
        world.shopify_says(topic, example(topic), domain=BOB, webhook_id=f"b-{topic}")
    track.switch_on(domain=ADA)
    track.switch_on(BOBS_KEY, BOB)
    world.work()
    attendant_at(stores.terminal).attend()
    world.work()


# Pages


def of_anybody(path: str, status: int) -> Callable[[Ada], Iterator[tuple[Seen, int]]]:
    """A page that is the same for everybody, whatever they say."""

    def asks(ada: Ada) -> Iterator[tuple[Seen, int]]:
        yield ada.gets(path, f"shop={BOB}"), status
        yield ada.gets(path, f"shop={BOB}", headers=ada.bears(ada.token)), status
        ada.owner.signs_in()
        yield ada.gets(path, f"shop={BOB}&shop_id={ada.stores.bob}"), status

    return asks


def of_operators(path: str) -> Callable[[Ada], Iterator[tuple[Seen, int]]]:
    return of_anybody(path, 401)


def front_page(ada: Ada) -> Iterator[tuple[Seen, int]]:
    yield from of_anybody("/", 200)(ada)
    yield ada.gets("/", f"shop={BOB}&id_token={ada.token}"), 302


def of_owners(
    path: str, *, method: str = "GET", own: int = 200
) -> Callable[[Ada], Iterator[tuple[Seen, int]]]:
    """A page below ``/app``, where whoever is known sees their own store's. ``path``
    may hold ``{message}``, for the id of one of Bob's, or ``{contact}`` and
    ``{request}`` alike, and then there is no such thing. ``own`` is what her own is
    answered with."""

    def asks(ada: Ada) -> Iterator[tuple[Seen, int]]:
        now, token = ada.stores.world.now, ada.token
        here = path.format(
            message=ada.bobs_message()[0],
            contact=ada.bobs("contacts"),
            request=ada.bobs("privacy_requests"),
            token=2**40,
        )
        hers, forged = ada.bears(token), id_token(shop=BOB, at=now, secret=ADAS_SECRET)
        two_stores = id_token(at=now, dest=f"https://{BOB}")
        bobs = opened(shop=BOB, at=now, embedded="1")
        by_hand = {"method": method}
        yield ada.gets(here, bobs, headers=hers, **by_hand), own
        yield ada.gets(here, f"id_token={forged}", headers=hers, **by_hand), own
        yield ada.gets(here, f"id_token={token}&id_token={forged}", **by_hand), 401
        yield ada.gets(here, headers=ada.bears(forged), **by_hand), 401
        yield ada.gets(here, headers=ada.bears(two_stores), **by_hand), 401
        if method == "GET":
            yield ada.gets(here, f"{bobs}&id_token={token}"), own
            yield ada.gets(here, f"shop_id={ada.stores.bob}&id_token={token}"), own
            yield ada.gets(here, opened(shop=BOB, at=now, secret=ADAS_SECRET)), 401
            yield ada.gets(here, opened(at=now).replace(ADA, BOB)), 401
            ada.owner.signs_in()
            yield ada.gets(here), own
            yield ada.gets(here, f"shop={BOB}"), 401

    return asks


def by_both(path: str, *, sent: int) -> Callable[[Ada], Iterator[tuple[Seen, int]]]:
    """A page of owners that is looked at and sent to; a form without anything in it is
    answered with ``sent``."""

    def asks(ada: Ada) -> Iterator[tuple[Seen, int]]:
        yield from of_owners(path, method="POST", own=sent)(ada)
        yield from of_owners(path)(ada)

    return asks


def came_back(ada: Ada) -> Iterator[tuple[Seen, int]]:
    now, path = ada.stores.world.now, "/auth/callback"
    _, asked = going_to(ada.owner.opens(opened(at=now)))
    said = {"at": now, "code": "c0de", "state": asked["state"]}
    [bobs_admin] = parse_qs(opened(shop=BOB, at=now))["host"]
    yield ada.gets(path, opened(shop=BOB, **said)), 403
    yield ada.gets(path, opened(host=bobs_admin, **said)), 400
    yield ada.gets(path, opened(shop=BOB, secret=ADAS_SECRET, **said)), 401
    yield ada.gets(path, opened(**said).replace(ADA, BOB)), 401
    yield ada.gets(path, f"{opened(**said)}&shop={BOB}"), 401


def api(ada: Ada) -> Iterator[tuple[Seen, int]]:
    """A token is one store's, whatever else is asked for."""
    stores, path = ada.stores, "/api/messages"
    made = api_tokens.make(
        stores.ada,
        "Till",
        "agent",
        by=By("page", "4711"),
        services=stores.world.services,
    )
    hers, (message, _) = ada.bears(made.plain), ada.bobs_message()
    yield ada.gets(path, f"shop={BOB}&shop_id={stores.bob}", headers=hers), 200
    yield ada.gets(path, f"contact={ada.bobs('contacts')}", headers=hers), 200
    yield ada.gets(path, f"order=BOB-1&after={message}", headers=hers), 200
    yield ada.gets(path, headers=ada.bears(ada.token)), 401
    yield ada.gets(path, f"token={made.plain}"), 401


def new_token(ada: Ada) -> Iterator[tuple[Seen, int]]:
    back = f"{ada.owner.settings.app_url}/app/?shop={BOB}"
    asked = urlencode({"shop": BOB, "shopify-reload": back})
    yield ada.gets("/auth/id-token", asked), 200
    yield ada.gets("/auth/id-token", asked, headers=ada.bears(ada.token)), 200


def storefront(
    path: str, *, own: int = 404
) -> Callable[[Ada], Iterator[tuple[Seen, int]]]:
    def asks(ada: Ada) -> Iterator[tuple[Seen, int]]:
        now = ada.stores.world.now
        forged = forwarded(shop=BOB, at=now, secret=ADAS_SECRET)
        for method in ("GET", "POST"):
            for query, status in (
                (forwarded(at=now, customer="6100"), own),
                (f"{forwarded(at=now)}&shop={BOB}", 401),
                (forwarded(at=now).replace(ADA, BOB), 401),
                (forged, 401),
            ):
                answer = ada.owner.browser.open(f"{path}?{query}", method=method)
                yield seen(answer), status

    return asks


def link(ada: Ada) -> Iterator[tuple[Seen, int]]:
    """A link is for whoever has its code, which is made for one store's message."""
    world, (message, _) = ada.stores.world, ada.bobs_message()
    pepper = world.services.book.pepper()
    hers = code_of(pepper, world.shop_ids[ADA], MessageId(message))
    for code in (hers, message, "0" * 14):
        for agent in ("Mozilla/5.0 (iPhone)", "WhatsApp/2.23.20.0 A"):
            how = {"headers": {"User-Agent": agent}}
            yield ada.gets(f"/l/{code}", f"shop={BOB}", **how), 404


def two_ways(
    *each: Callable[[Ada], Iterator[tuple[Seen, int]]],
) -> Callable[[Ada], Iterator[tuple[Seen, int]]]:
    """A path that is read and written."""

    def asks(ada: Ada) -> Iterator[tuple[Seen, int]]:
        for one in each:
            yield from one(ada)

    return asks


def from_metas_window(path: str) -> Callable[[Ada], Iterator[tuple[Seen, int]]]:
    """Nobody makes up a ticket, nor has one of Ada's be one of Bob's."""

    def asks(ada: Ada) -> Iterator[tuple[Seen, int]]:
        page = ada.gets("/app/whatsapp", headers=ada.bears(ada.token))[1]
        [hers] = re.findall(r"ticket=([^\"&]+)", page)
        bob = str(ada.stores.bob)
        for ticket in ("", bob, f"[{bob}]", hers.replace("%5B", f"%5B{bob}%2C", 1)):
            for name in ("ticket", "state"):
                yield ada.gets(path, f"{name}={ticket}&code=c0de&shop={BOB}"), 403

    return asks


PAGES: dict[str, Callable[[Ada], Iterator[tuple[Seen, int]]]] = {
    "/": front_page,
    "/app/": of_owners("/app/"),
    "/app/customers": of_owners("/app/customers"),
    "/app/customers/search": of_owners("/app/customers/search", method="POST"),
    "/app/customers/<int:contact>": of_owners("/app/customers/{contact}", own=422),
    **{
        f"/app/customers/<int:contact>/{act}": of_owners(
            f"/app/customers/{{contact}}/{act}", method="POST", own=422
        )
        for act in ("consent", "export", "erase")
    },
    "/app/customers/<int:contact>/proof.<ending>": of_owners(
        "/app/customers/{contact}/proof.json", own=422
    ),
    "/app/customers/<int:contact>/export/<int:number>": of_owners(
        "/app/customers/{contact}/export/{request}", own=422
    ),
    "/api/messages": api,
    "/app/settings/tokens": of_owners("/app/settings/tokens"),
    "/app/settings/tokens/<int:token>/revoke": of_owners(
        "/app/settings/tokens/{token}/revoke", method="POST", own=422
    ),
    "/app/settings": of_owners("/app/settings"),
    "/app/settings/<section>": of_owners("/app/settings/clock", method="POST", own=409),
    "/app/settings/staff": of_owners("/app/settings/staff"),
    "/app/settings/staff/<user>": of_owners(
        "/app/settings/staff/4799", method="POST", own=422
    ),
    "/app/settings/changes": of_owners("/app/settings/changes"),
    "/app/sign-out": of_owners("/app/sign-out", method="POST"),
    "/app/automations": of_owners("/app/automations"),
    "/app/automations/<name>": of_owners("/app/automations/order_confirmation"),
    "/app/automations/<name>/switch": of_owners(
        "/app/automations/order_confirmation/switch", method="POST", own=409
    ),
    "/app/automations/<name>/test": of_owners(
        "/app/automations/order_confirmation/test", method="POST", own=422
    ),
    "/app/automations/<name>/test/<press>": of_owners(
        "/app/automations/order_confirmation/test/press_1", own=422
    ),
    "/app/templates": of_owners("/app/templates"),
    "/app/templates/<name>": of_owners("/app/templates/sosik_refund_issued_1"),
    "/app/templates/ask": of_owners("/app/templates/ask", method="POST", own=303),
    "/app/templates/submit": of_owners("/app/templates/submit", method="POST", own=303),
    "/app/flows": of_owners("/app/flows"),
    "/app/operations": of_owners("/app/operations"),
    "/app/operations/read-again": of_owners(
        "/app/operations/read-again", method="POST", own=422
    ),
    "/app/flows/<name>": by_both("/app/flows/cart_reminder", sent=422),
    "/app/flows/<name>/play": of_owners("/app/flows/cart_reminder/play"),
    "/app/flows/<name>/results": of_owners("/app/flows/cart_reminder/results"),
    "/app/catalog": of_owners("/app/catalog"),
    "/app/catalog/read": of_owners("/app/catalog/read", method="POST", own=422),
    "/app/catalog/settings": two_ways(
        of_owners("/app/catalog/settings"),
        of_owners("/app/catalog/settings", method="POST", own=409),
    ),
    "/app/catalog/<int:product_id>": of_owners("/app/catalog/2", own=422),
    **{
        f"/app/catalog/<int:product_id>/{what}": of_owners(
            f"/app/catalog/2/{what}", method="POST", own=422
        )
        for what in ("overrule", "take-back", "check")
    },
    "/app/language": of_owners("/app/language", method="POST", own=422),
    "/app/whatsapp": two_ways(
        of_owners("/app/whatsapp"),
        of_owners("/app/whatsapp", method="POST", own=422),
    ),
    "/app/whatsapp/choose": of_owners("/app/whatsapp/choose", method="POST", own=422),
    "/app/whatsapp/go-on": of_owners("/app/whatsapp/go-on", method="POST", own=422),
    "/app/whatsapp/give-up": of_owners("/app/whatsapp/give-up", method="POST", own=303),
    "/app/whatsapp/<number>": of_owners(f"/app/whatsapp/{BOBS_NUMBER}", own=422),
    **{
        f"/app/whatsapp/<number>/{way}": of_owners(
            f"/app/whatsapp/{BOBS_NUMBER}/{way}", method="POST", own=422
        )
        for way in ("check", "profile", "picture", "countries", "disconnect")
    },
    "/app/messages": of_owners("/app/messages"),
    "/app/messages/<message_id>": of_owners("/app/messages/{message}", own=422),
    "/app/messages/<message_id>/again": of_owners(
        "/app/messages/{message}/again", method="POST", own=422
    ),
    "/app/messages/<message_id>/decide": of_owners(
        "/app/messages/{message}/decide", method="POST", own=422
    ),
    "/app/messages/<message_id>/raw": of_owners("/app/messages/{message}/raw", own=422),
    "/app/messages/person": of_owners("/app/messages/person", method="POST"),
    "/app/orders": of_owners("/app/orders"),
    "/app/orders/<int:order_id>": of_owners("/app/orders/2", own=422),
    "/auth/callback": came_back,
    "/auth/meta": from_metas_window("/auth/meta"),
    "/auth/meta/begin": from_metas_window("/auth/meta/begin"),
    "/auth/id-token": new_token,
    "/healthz": of_anybody("/healthz", 200),
    "/l/<code>": link,
    "/metrics": of_operators("/metrics"),
    "/proxy/": storefront("/proxy/"),
    "/proxy/offers": storefront("/proxy/offers", own=200),
    "/proxy/<path:path>": storefront("/proxy/orders/2"),
    "/readyz": of_anybody("/readyz", 200),
    "/static/<path:filename>": of_anybody("/static/../templates/page.html", 404),
}


# The door for webhooks


def from_shopify(ada: Ada) -> Iterator[tuple[Seen, int]]:
    """Ada's own app signs what it likes, and Shopify tells of her what it told of him:
    by the same ids, and where a body names a store, it names his."""
    world = ada.stores.world
    world.app.wsgi_app._services.shop_secrets._loaded_at -= 10  # type: ignore[attr-defined]
    for topic in sorted(sorted(EXAMPLES.keys() | TOPICS.keys() | OWED), key=_ends_it):
        body = example(topic)
        if "shop_domain" in body:
            body["shop_domain"] = BOB
        named = {"webhook_id": f"b-{topic}", "secret": ADAS_SECRET}
        yield (world.shopify_says(topic, body, domain=BOB, **named), ""), 401
        yield (world.shopify_says(topic, body, domain=ADA, **named), ""), 200
        world.work()
    told = samples.order(order_id=2, name="#1002", cancelled_at=world.now)
    named = {"domain": ADA, "secret": ADAS_SECRET}
    yield (world.shopify_says("orders/cancelled", told, **named), ""), 200
    yield (world.shopify_says("orders/cancelled", told, domain=ADA), ""), 401


def _ends_it(topic: str) -> bool:
    """What a store does last: after that nobody reads what is told of it."""
    return topic in ("app/uninstalled", "shop/redact")


def from_meta(ada: Ada) -> Iterator[tuple[Seen, int]]:
    """Through Ada's number comes what is about Bob's messages and people."""
    world, (message, provider) = ada.stores.world, ada.bobs_message()
    for state in ("read", "failed"):
        report = {"id": provider, "biz_opaque_callback_data": f"{message}:1"}
        report |= {"status": state, "recipient_id": BOBS_PHONE[1:]}
        yield (world.meta_reports(report), ""), 200
    words = {"type": "text", "text": {"body": "STOP"}, "context": {"id": provider}}
    yield (world.person_says(words, phone=BOBS_PHONE, user_id="DE.77"), ""), 200
    yield (world.person_prefers("stop", phone=BOBS_PHONE), ""), 200
    world.review("sosik_order_confirmation_1", "PAUSED", account=DEFAULT_WABA_ID)
    for secret in (META_TOKEN, ADAS_SECRET, APP_SECRET):
        said = json.dumps({"entry": [{"id": BOBS_ACCOUNT}]}).encode()
        yield knocks(ada, "/webhooks/whatsapp", said, meta_proof(said, secret)), 401
    asked = {"hub.mode": "subscribe", "hub.challenge": BOBS_NUMBER}
    for token in ("", ADAS_SECRET, META_TOKEN):
        query = urlencode({**asked, "hub.verify_token": token})
        yield seen(world.web.get(f"/webhooks/whatsapp?{query}")), 403


def knocks(ada: Ada, path: str, body: bytes, proof: str) -> Seen:
    headers = {"X-Hub-Signature-256": proof}
    return seen(ada.stores.world.web.post(path, data=body, headers=headers))


def from_17track(ada: Ada) -> Iterator[tuple[Seen, int]]:
    """Ada's key signs; the parcel has the number that Bob's has, too."""
    hers, bobs = (f"/webhooks/tracking/17track/{domain}" for domain in (ADA, BOB))
    track = ada.track
    yield (track.signed(PUSH, address=hers), ""), 200
    for address in (bobs, bobs.replace(BOB, BOB.upper()), f"{hers}/{BOB}", f"{bobs}/"):
        yield (track.signed(PUSH, address=address), ""), 401
    yield (track.signed(PUSH, BOBS_KEY, hers), ""), 401


DOORS: dict[str, Callable[[Ada], Iterator[tuple[Seen, int]]]] = {
    "/webhooks/shopify": from_shopify,
    "/webhooks/whatsapp": from_meta,
    "/webhooks/tracking/17track": from_17track,
}


# What must hold at each of them


def test_every_page_and_every_door_is_tried(world):
    app = create_app(world.settings, world.services)
    app.register_blueprint(sandbox_page(world.settings, world.services, {}))
    pages = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith(LIBRARYS) and not rule.rule.startswith(SANDBOX)
    }
    doors = set(world.app.wsgi_app.doors)
    services = {f"/webhooks/tracking/{name}" for name in tracking.discover()}

    assert pages == PAGES.keys()
    assert (doors - {"/webhooks/tracking/"}) | services == DOORS.keys()


def _areas() -> dict[str, list[str]]:
    """The addresses side by side that two stores are made for once. Each door has two
    for itself: much comes in there."""
    found: dict[str, list[str]] = {}
    for where in PAGES:
        found.setdefault("/".join(where.split("/")[:3]), []).append(where)
    return found | {where: [where] for where in DOORS}


@pytest.mark.parametrize("area", _areas())
def test_who_comes_from_one_store_is_told_nothing_of_the_other_and_changes_nothing(
    ada, area
):
    world, before = ada.stores.world, ada.stores.bobs_rows()

    for where in _areas()[area]:
        ada.owner.browser = ada.owner.app.test_client()  # which nobody has signed in
        answers = list((PAGES | DOORS)[where](ada))

        stated = [seen[0] for seen, _ in answers]
        assert stated == [status for _, status in answers], where
        told = [w for w in PLANTED for (_, said), _ in answers if w in said]
        assert not told, where
        world.work()
    attendant_at(ada.stores.terminal).attend()
    world.work()
    assert ada.stores.bobs_rows() == before


def test_the_operators_pages_open_to_no_stores_owner(ada):
    rules = [
        rule
        for rule in ada.owner.app.url_map.iter_rules()
        if rule.endpoint.startswith(LIBRARYS)
    ]
    ada.owner.signs_in()

    assert len(rules) > 5
    for rule in rules:
        path = re.sub(r"<[^>]*>", "1", rule.rule)
        for method in sorted(rule.methods & {"GET", "POST"}):
            how = {"method": method, "headers": ada.bears(ada.token)}
            assert ada.owner.browser.open(path, **how).status_code == 401
