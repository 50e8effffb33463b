"""Signatures and tokens that others made are taken or refused as they should be.

There are two sets: one of our own, and one of Shopify's, where that is beside us.
"""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest

from integrations.shopify.id_tokens import IdToken, checked
from integrations.shopify.signed_queries import forwarded_by_proxy, opened_by_shopify
from integrations.signatures import matches_shopify

OWN = Path(__file__).parent / "fixtures" / "shopify_vectors.json"
SHOPIFYS = (
    Path(__file__).parents[3] / "shared/payloads/shopify/vectors" / "vectors.json"
)
TURNED_OFF = "hmac_base64_if_written_again", "hmac_if_reserialised_by_json_dumps"


def vectors(kind):
    """All of a kind, out of both sets, each with the set that it is of."""
    for file in (OWN, SHOPIFYS):
        found = json.loads(file.read_text()) if file.exists() else {kind: []}
        for vector in found[kind]:
            yield pytest.param(found, vector, id=f"{file.stem}-{vector['name']}")


def moment(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def secrets_of(known):
    return known["client_secret"], known["old_client_secret"]


def test_there_are_as_many_of_our_own():
    known = json.loads(OWN.read_text())

    counts = [len(v) for v in known.values() if isinstance(v, list)]

    assert counts == [8, 2, 3, 12]


@pytest.mark.parametrize(("known", "vector"), [*vectors("webhook")])
def test_a_webhook_is_proven_by_its_very_bytes(known, vector):
    new, old = (secret.encode() for secret in secrets_of(known))
    body = base64.b64decode(vector["body_base64"])
    by_new = vector["hmac_base64"].encode()
    by_old = vector["hmac_base64_old_secret"].encode()
    [again] = [vector[name] for name in TURNED_OFF if name in vector]

    assert matches_shopify(body, by_new, [new, old])
    assert matches_shopify(body, by_old, [new, old])
    assert not matches_shopify(body, by_old, [new])
    assert not matches_shopify(body + b" ", by_new, [new, old])
    assert not matches_shopify(body, (again or "").encode(), [new, old])


@pytest.mark.parametrize(("known", "vector"), [*vectors("oauth_query")])
def test_an_address_that_shopify_opens_is_proven_for_90_seconds(known, vector):
    said = {**vector["params"], "hmac": vector["hmac_hex"]}
    made_at = int(said["timestamp"])

    def opened(said, seconds=0.0):
        return opened_by_shopify(
            urlencode(said).encode(),
            secrets=[vector["secret"]],
            now=moment(made_at + seconds),
        )

    assert opened(said).shop.host == said["shop"]
    for seconds in (-90, 90):
        assert opened(said, seconds)
    for seconds in (-91, 91):
        assert opened(said, seconds) is None
    assert opened({**said, "shop": "evil.myshopify.com"}) is None
    assert opened({**said, "more": "1"}) is None


@pytest.mark.parametrize(("known", "vector"), [*vectors("app_proxy")])
def test_what_the_app_proxy_forwards_is_proven_for_90_seconds(known, vector):
    query = vector["query_without_signature"]
    said = dict(parse_qsl(query))
    made_at = int(said["timestamp"])

    def forwarded(query, seconds=0.0):
        return forwarded_by_proxy(
            f"{query}&signature={vector['signature_hex']}".encode(),
            secrets=[vector["secret"]],
            now=moment(made_at + seconds),
        )

    assert forwarded(query).shop.host == said["shop"]
    for seconds in (-90, 90):
        assert forwarded(query, seconds)
    for seconds in (-91, 91):
        assert forwarded(query, seconds) is None
    assert forwarded(query + "&shop=evil.myshopify.com") is None
    assert forwarded(query.replace("customer_id=", "customer_id=9")) is None


@pytest.mark.parametrize(("known", "vector"), [*vectors("session_token")])
def test_an_id_token_is_taken_or_refused(known, vector):
    found = checked(
        vector["jwt"],
        key=known["client_id"],
        secrets=secrets_of(known),
        now=moment(vector["verify_at_unix"]),
    )

    assert isinstance(found, IdToken) is vector["expect_valid"]
