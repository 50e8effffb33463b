"""The door for webhooks, knocked at just as a server does, with any header at all."""

import base64
import hashlib
import hmac
from io import BytesIO
from typing import Any

from tests.world import APP_SECRET, META_SECRET, SHOP

BODY = b'{"id": 1}'

PROOF, TOPIC = "X_SHOPIFY_HMAC_SHA256", "X_SHOPIFY_TOPIC"
DOMAIN, WEBHOOK = "X_SHOPIFY_SHOP_DOMAIN", "X_SHOPIFY_WEBHOOK_ID"
TRIGGERED = "X_SHOPIFY_TRIGGERED_AT"


def shopify_proof(body=BODY, secret=APP_SECRET):
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def meta_proof(body=BODY, secret=META_SECRET):
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def shopify_headers(**changes):
    """A good webhook's, as WSGI names them; None leaves one out."""
    usual = {
        PROOF: shopify_proof(),
        TOPIC: "orders/delete",
        DOMAIN: SHOP,
        WEBHOOK: "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        TRIGGERED: "2026-11-20T12:00:00.123456789Z",
    }
    return {
        name: text for name, text in {**usual, **changes}.items() if text is not None
    }


def knock(world, path="/webhooks/shopify", *, headers, body=BODY, method="POST", **env):
    """Hand the door a request just as a server does; answer status and body."""
    said = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        **{f"HTTP_{name}": text for name, text in headers.items()},
        **env,
    }
    parts = world.app.wsgi_app(environ, lambda status, headers: said.append(status))
    return int(said[0].split()[0]), b"".join(parts)


def kept(world) -> list[Any]:
    return world.rows("webhooks")
