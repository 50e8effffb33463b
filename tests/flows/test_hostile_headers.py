"""Whatever stands around a body of Shopify's: the door answers what the contract says,
and keeps nothing that was not proven.
"""

import hashlib
import hmac
from dataclasses import replace

import pytest
from sqlalchemy import text

from storage.tenancy import Crossing
from tests import samples
from tests.flows.door import (
    BODY,
    DOMAIN,
    PROOF,
    TOPIC,
    TRIGGERED,
    WEBHOOK,
    kept,
    knock,
    meta_proof,
    shopify_headers,
    shopify_proof,
)
from tests.world import APP_SECRET, SHOP
from webapp.intake import LARGEST_BODY_BYTES, Intake
from webapp.secrets import CachedShopSecrets

OWN_SECRET = "the-secret-of-a-store's-own-app"


def with_secrets(world, *app_secrets, own=None, load=None):
    """The same door, with other secrets."""
    intake = world.app.wsgi_app
    secrets = CachedShopSecrets(app_secrets, load or (lambda: own or {}))
    return Intake(replace(intake._services, shop_secrets=secrets), intake._beyond)


def through(door, world, headers):
    usual, world.app.wsgi_app = world.app.wsgi_app, door
    try:
        return knock(world, headers=headers)[0]
    finally:
        world.app.wsgi_app = usual


def test_a_good_one_is_kept_and_so_is_its_repeat_once(world):
    assert knock(world, headers=shopify_headers())[0] == 200
    assert knock(world, headers=shopify_headers())[0] == 200

    [row] = kept(world)
    assert (row.topic, row.shop_domain) == ("orders/delete", SHOP)


PROOFS = {
    "missing": None,
    "empty": "",
    "of another secret": shopify_proof(secret="another"),
    "of another body": shopify_proof(b'{"id": 2}'),
    "of an empty secret": shopify_proof(secret=""),
    "in hex": hmac.new(APP_SECRET.encode(), BODY, hashlib.sha256).hexdigest(),
    "in small letters": shopify_proof().lower(),
    "with a space": " " + shopify_proof(),
    "with a line end": shopify_proof() + "\n",
    "without its padding": shopify_proof().rstrip("="),
    "with more padding": shopify_proof() + "=",
    "twice": f"{shopify_proof()},{shopify_proof()}",
    "the good one second": f"AAAA, {shopify_proof()}",
    "a character more": shopify_proof() + "A",
    "cut off": shopify_proof()[:10],
    "in Latin-1": "\xe9\xff" + shopify_proof()[2:],
    "in Korean": "주문" + shopify_proof()[2:],
    "half a character": "\ud800" + shopify_proof()[1:],
    "a NUL": "\x00" + shopify_proof()[1:],
    "long": "A" * 1_000_000,
    "Meta's": meta_proof(secret=APP_SECRET),
    "with a prefix": "sha256=" + shopify_proof(),
}


@pytest.mark.parametrize("proof", PROOFS.values(), ids=PROOFS.keys())
def test_without_a_proof_nothing_is_kept(world, proof):
    assert knock(world, headers=shopify_headers(**{PROOF: proof}))[0] == 401
    assert kept(world) == []


TOPICS = {
    "missing": None,
    "empty": "",
    "one word": "orders",
    "capitals": "ORDERS/CREATE",
    "twice": "orders/create,orders/paid",
    "a space": "orders/create ",
    "a line end": "orders/create\n",
    "a NUL": "orders/cre\x00ate",
    "upwards": "../../orders",
    "Latin-1": "orders/cr\xe9ate",
    "other digits": "orders/create٣",
    "nothing before the slash": "/create",
    "long": "orders/" + "a" * 100_000,
}


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS.keys())
def test_shopify_names_a_topic(world, topic):
    assert knock(world, headers=shopify_headers(**{TOPIC: topic}))[0] == 400
    assert kept(world) == []


DOMAINS = {
    "missing": None,
    "empty": "",
    "twice": f"{SHOP},evil.myshopify.com",
    "twice the same": f"{SHOP}, {SHOP}",
    "more behind it": f"{SHOP}.evil.com",
    "another host": "ada.example.com",
    "a fragment": "evil.com#.myshopify.com",
    "a path": "evil.com/.myshopify.com",
    "a query": "evil.com?.myshopify.com",
    "a user": "user@ada.myshopify.com",
    "a port": "ada.myshopify.com:443",
    "a scheme": "https://ada.myshopify.com",
    "a NUL as an escape": "ada%00.myshopify.com",
    "a NUL": "ada\x00.myshopify.com",
    "a line end": "ada.myshopify.com\n",
    "a line end inside": "evil.com\nada.myshopify.com",
    "a trailing dot": "ada.myshopify.com.",
    "capitals": "Ada.MyShopify.com",
    "a space": " ada.myshopify.com",
    "two names": "a.b.myshopify.com",
    "no name": ".myshopify.com",
    "a hyphen first": "-ada.myshopify.com",
    "an underscore": "ad_a.myshopify.com",
    "a bracket": "[ada.myshopify.com",
    "a Cyrillic a": "\u0430da.myshopify.com",
    "an ideographic dot": "ada\u3002myshopify.com",
    "a wide dot": "ada\uff0emyshopify.com",
    "Latin-1": "ad\xe4.myshopify.com",
    "a dotless i": "ada.mysh\u0131pify.com",
    "a long s": "ada.my\u017fhopify.com",
    "half a character": "\ud800.myshopify.com",
    "long": "a" * 100_000 + ".myshopify.com",
    "the bare host": "myshopify.com",
}


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS.keys())
def test_shopify_names_the_shop_in_one_way_only(world, domain):
    assert knock(world, headers=shopify_headers(**{DOMAIN: domain}))[0] == 400
    assert kept(world) == []


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS.keys())
def test_an_odd_shop_without_a_proof_learns_nothing_of_it(world, domain):
    headers = shopify_headers(**{DOMAIN: domain, PROOF: "wrong"})

    assert knock(world, headers=headers)[0] == 401


def test_a_punycode_name_has_the_form_of_a_shops(world):
    """Shopify gives out what it likes; who is not connected is ignored later."""
    headers = shopify_headers(**{DOMAIN: "xn--80ak6aa92e.myshopify.com"})
    assert knock(world, headers=headers)[0] == 200

    world.work()

    assert kept(world)[0].reason == "unknown_shop"


IDS = {
    "missing": None,
    "empty": "",
    "a space": "a b",
    "a line end": "a\n",
    "a NUL": "a\x00",
    "Latin-1": "\xe9",
    "long": "a" * 256,
}


@pytest.mark.parametrize("webhook_id", IDS.values(), ids=IDS.keys())
def test_shopify_names_the_webhook(world, webhook_id):
    assert knock(world, headers=shopify_headers(**{WEBHOOK: webhook_id}))[0] == 400
    assert kept(world) == []


@pytest.mark.parametrize(
    "moment",
    [
        None,
        "",
        "yesterday",
        "2026-11-20T12:00:00",
        "2026-13-45T99:99:99Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2999-01-01T00:00:00Z",
        "2026-11-20T12:00:00Z, 2026-11-20T12:00:00Z",
        "\u0662\u0660\u0662\u0666-11-20T12:00:00Z",
        "1" * 100_000,
        "\x00",
        "\ud800",
    ],
    ids=lambda moment: repr(moment)[:30],
)
def test_an_odd_time_is_no_reason_to_refuse(world, moment):
    assert knock(world, headers=shopify_headers(**{TRIGGERED: moment}))[0] == 200

    assert kept(world)[0].happened_at <= world.now


def test_the_newer_names_of_the_headers_will_do(world):
    headers = {
        name.removeprefix("X_"): text for name, text in shopify_headers().items()
    }

    assert knock(world, headers=headers)[0] == 200
    assert len(kept(world)) == 1


def test_the_proof_of_one_family_covers_what_the_other_says_no_more_than_its_own(world):
    """Both at once: the older names count, so no second opinion slips by."""
    evil = {"SHOPIFY_SHOP_DOMAIN": "evil.myshopify.com", "SHOPIFY_TOPIC": "shop/redact"}

    assert knock(world, headers=shopify_headers() | evil)[0] == 200

    [row] = kept(world)
    assert (row.topic, row.shop_domain) == ("orders/delete", SHOP)


def test_both_secrets_count_while_one_takes_the_others_place(world):
    door = with_secrets(world, "the-new-secret", APP_SECRET)
    new, old, strange = (
        shopify_headers(**{PROOF: shopify_proof(secret=secret), WEBHOOK: secret})
        for secret in ("the-new-secret", APP_SECRET, "a-strangers")
    )

    assert through(door, world, new) == 200
    assert through(door, world, old) == 200
    assert through(door, world, strange) == 401
    assert len(kept(world)) == 2


def test_a_shop_with_an_app_of_its_own_is_believed_by_its_own_secret_alone(world):
    world.open_shop(client_secret=OWN_SECRET)
    sealer = world.app.wsgi_app._services.shop_secrets._load
    door = with_secrets(world, APP_SECRET, own=sealer())
    own = shopify_headers(**{PROOF: shopify_proof(secret=OWN_SECRET)})
    others = {DOMAIN: "bob.myshopify.com", PROOF: shopify_proof(secret=OWN_SECRET)}

    assert through(door, world, own) == 200
    assert through(door, world, shopify_headers(**{WEBHOOK: "w2"})) == 401
    assert through(door, world, shopify_headers(**others)) == 401
    assert [row.shop_domain for row in kept(world)] == [SHOP]


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE shops SET client_secret = 'garbled' WHERE id = :shop",
        "DELETE FROM shop_keys WHERE shop_id = :shop",
    ],
    ids=["its secret", "its key"],
)
def test_a_secret_that_nobody_can_open_closes_its_own_shops_door_alone(world, harm):
    """Nor does it open that door to the installation's secret."""
    world.open_shop(client_secret=OWN_SECRET)
    bob = world.open_shop("bob.myshopify.com", number=None, client_secret="bobs")
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        tx.connection.execute(text(harm), {"shop": bob})
    world.services.sealer.forget(bob)
    door = with_secrets(
        world, APP_SECRET, load=world.app.wsgi_app._services.shop_secrets._load
    )
    bobs = {DOMAIN: "bob.myshopify.com", WEBHOOK: "w2"}

    own = shopify_headers(**{PROOF: shopify_proof(secret=OWN_SECRET)})
    assert through(door, world, own) == 200
    assert through(door, world, shopify_headers(**{DOMAIN: "cy.myshopify.com"})) == 200
    for secret in ("bobs", APP_SECRET, ""):
        headers = shopify_headers(**bobs, **{PROOF: shopify_proof(secret=secret)})
        assert through(door, world, headers) == 401
    assert "bob.myshopify.com" not in {row.shop_domain for row in kept(world)}


def test_a_shop_that_was_connected_a_moment_ago_is_believed_at_once(world):
    own = {}
    intake = world.app.wsgi_app
    secrets = CachedShopSecrets([APP_SECRET], lambda: dict(own))
    door = Intake(replace(intake._services, shop_secrets=secrets), intake._beyond)
    assert through(door, world, shopify_headers()) == 200
    secrets._loaded_at -= 1  # a second ago

    own[SHOP] = OWN_SECRET
    proof = shopify_proof(secret=OWN_SECRET)

    headers = shopify_headers(**{PROOF: proof, WEBHOOK: "w2"})
    assert through(door, world, headers) == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "BREW"])
def test_only_posts_tell_something(world, method):
    status, _ = knock(world, headers=shopify_headers(), method=method)
    assert status == 405
    if method != "GET":
        path = "/webhooks/whatsapp"
        assert knock(world, path, headers={}, method=method)[0] == 405
    assert kept(world) == []


@pytest.mark.parametrize("path", ["/webhooks/shopify/", "/webhooks//shopify", "/x"])
def test_no_other_path_keeps_anything(world, path):
    status = world.web.post(path, data=BODY).status_code

    assert status in (404, 405)
    assert kept(world) == []


def test_a_body_of_5_mib_is_taken_and_not_a_byte_more(world):
    for size, said in ((LARGEST_BODY_BYTES, 200), (LARGEST_BODY_BYTES + 1, 413)):
        body = b" " * size
        headers = shopify_headers(**{PROOF: shopify_proof(body), WEBHOOK: str(size)})
        chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}

        assert knock(world, headers=headers, body=body)[0] == said
        assert knock(world, headers=headers, body=body, **chunked)[0] == said
        meta = {"X_HUB_SIGNATURE_256": meta_proof(body)}
        assert knock(world, "/webhooks/whatsapp", headers=meta, body=body)[0] == said

    assert len(kept(world)) == 2


@pytest.mark.parametrize(
    ("length", "said"),
    [
        ("8", 401),  # the ninth byte is not part of it, so it was not signed so
        ("10", 400),
        ("-1", 400),
        ("+9", 400),
        ("9.0", 400),
        ("0x9", 400),
        ("９", 400),
        ("9,9", 400),
        ("9" * 30, 400),
        ("99999999", 413),
    ],
)
def test_a_wrong_length_never_makes_half_a_body_look_whole(world, length, said):
    answer = knock(world, headers=shopify_headers(), CONTENT_LENGTH=length)

    assert answer[0] == said
    assert kept(world) == []


def test_a_good_one_is_read_after_all_that(world):
    world.open_shop()
    for domain in DOMAINS.values():
        knock(world, headers=shopify_headers(**{DOMAIN: domain}))

    world.shopify_says("orders/create", samples.order())
    world.work()

    assert len(world.accepted) == 1
