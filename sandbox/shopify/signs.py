"""What Shopify signs for an app: id tokens, and the addresses it opens the app with."""

import base64
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from sandbox.shopify.shops import Shop

OWNER_ID = "91234567"
_LIFETIME_SECONDS = 60


def id_token(shop: Shop, client: tuple[str, str], now: float) -> str:
    """One for a minute, for the shop's owner in the admin."""
    client_id, client_secret = client
    since = int(now)
    claims = {
        "iss": f"https://{shop.domain}/admin",
        "dest": f"https://{shop.domain}",
        "aud": client_id,
        "sub": OWNER_ID,
        "exp": since + _LIFETIME_SECONDS,
        "nbf": since,
        "iat": since,
        "jti": str(uuid.UUID(bytes=secrets.token_bytes(16), version=4)),
        "sid": secrets.token_hex(32),
    }
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    digest = hmac.digest(client_secret.encode(), signed.encode(), hashlib.sha256)
    return f"{signed}.{_url64(digest)}"


def signed_query(
    shop: Shop, client: tuple[str, str], now: float, said: Mapping[str, str]
) -> str:
    """The query of an address, with the shop, the time, and the proof of it all."""
    told = {
        **said,
        "host": host_of(shop),
        "shop": shop.domain,
        "timestamp": str(int(now)),
    }
    message = "&".join(
        f"{quote(name, safe='')}={quote(told[name], safe='')}" for name in sorted(told)
    )
    digest = hmac.digest(client[1].encode(), message.encode(), hashlib.sha256)
    return urlencode({**told, "hmac": digest.hex()})


def host_of(shop: Shop) -> str:
    """The shop's place in the admin, as it is told to apps."""
    name = shop.domain.partition(".")[0]
    return _url64(f"admin.shopify.com/store/{name}".encode())


def _part(content: Mapping[str, Any]) -> str:
    return _url64(json.dumps(content, separators=(",", ":")).encode())


def _url64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
