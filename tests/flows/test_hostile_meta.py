"""Whatever stands around an update of Meta's, and who may answer its handshake."""

import hashlib
import hmac

import pytest

from tests.flows.door import BODY, kept, knock, meta_proof
from tests.world import APP_SECRET, META_SECRET, VERIFY_TOKEN

META_PROOFS = {
    "missing": None,
    "empty": "",
    "without its name": meta_proof().removeprefix("sha256="),
    "of another secret": meta_proof(secret="another"),
    "of the app at Shopify": meta_proof(secret=APP_SECRET),
    "of another body": meta_proof(b"{}"),
    "SHA-1": "sha1=" + hmac.new(META_SECRET.encode(), BODY, hashlib.sha1).hexdigest(),
    "in capitals": meta_proof().upper(),
    "twice": f"{meta_proof()},{meta_proof()}",
    "in Latin-1": "sha256=\xe9",
    "in Korean": "sha256=주문",
    "half a character": "\ud800",
    "long": "sha256=" + "a" * 1_000_000,
}


@pytest.mark.parametrize("proof", META_PROOFS.values(), ids=META_PROOFS.keys())
def test_metas_proof_is_asked_for_too(world, proof):
    headers = {} if proof is None else {"X_HUB_SIGNATURE_256": proof}

    assert knock(world, "/webhooks/whatsapp", headers=headers)[0] == 401
    assert kept(world) == []


def test_metas_repeat_is_kept_once(world):
    headers = {"X_HUB_SIGNATURE_256": meta_proof()}

    answers = [knock(world, "/webhooks/whatsapp", headers=headers) for _ in "12"]

    assert [status for status, _ in answers] == [200, 200]
    assert len(kept(world)) == 1


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (f"hub.mode=subscribe&hub.verify_token={VERIFY_TOKEN}&hub.challenge=42", 200),
        (f"hub.mode=subscribe&hub.verify_token={VERIFY_TOKEN}", 200),
        ("hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=42", 403),
        ("hub.mode=subscribe&hub.verify_token=&hub.challenge=42", 403),
        ("hub.mode=subscribe&hub.challenge=42", 403),
        (f"hub.mode=unsubscribe&hub.verify_token={VERIFY_TOKEN}", 403),
        (f"hub.verify_token={VERIFY_TOKEN}&hub.challenge=42", 403),
        (f"hub.mode=subscribe&hub.verify_token=x&hub.verify_token={VERIFY_TOKEN}", 403),
        ("hub.mode=subscribe&hub.verify_token=%FF%00&hub.challenge=42", 403),
        ("hub.mode=subscribe&hub.verify_token=%ED%A0%80&hub.challenge=%ED%A0%80", 403),
        ("&".join(f"a{n}=1" for n in range(20_000)), 403),
        ("", 403),
    ],
    ids=lambda value: str(value)[:60].replace(VERIFY_TOKEN, "right"),
)
def test_metas_handshake_is_answered_to_who_knows_the_token(world, query, said):
    status, body = knock(
        world,
        "/webhooks/whatsapp",
        headers={},
        body=b"",
        method="GET",
        QUERY_STRING=query,
    )

    assert status == said
    assert body == (b"42" if said == 200 and "challenge" in query else b"")


def test_an_odd_challenge_is_given_back_as_text_and_not_as_a_page(world):
    query = f"hub.mode=subscribe&hub.verify_token={VERIFY_TOKEN}&hub.challenge="

    web = world.web.get(f"/webhooks/whatsapp?{query}%3Cscript%3E%ED%A0%80%FF")

    assert web.status_code == 200
    assert web.data.startswith(b"<script>")
    assert web.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert web.headers["X-Content-Type-Options"] == "nosniff"
