"""What Shopify signs for an app: id tokens, and addresses: those it opens the app with,
and those that a store's visitors ask for."""

import base64
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from sandbox.shopify.shops import Shop

_LIFETIME_SECONDS = 60


def id_token(shop: Shop, client: tuple[str, str], now: float) -> str:
    """One for a minute, for whoever looks at the shop's admin."""
    client_id, client_secret = client
    since = int(now)
    claims = {
        "iss": f"https://{shop.domain}/admin",
        "dest": f"https://{shop.domain}",
        "aud": client_id,
        "sub": str(shop.looking["id"]),
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


def proxied_query(
    shop: Shop,
    client: tuple[str, str],
    now: float,
    *,
    path_prefix: str,
    given: Iterable[tuple[str, str]],
) -> str:
    """The query of what a visitor asked for, who was ``given`` one: with the shop, the
    time, and a proof of it all. What the visitor says of these counts for nothing."""
    of_shop = {
        "shop": shop.domain,
        "logged_in_customer_id": "",
        "path_prefix": path_prefix,
        "timestamp": str(int(now)),
    }
    kept = [(k, v) for k, v in given if k not in of_shop and k != "signature"]
    pairs = [*kept, *of_shop.items()]
    said: dict[str, list[str]] = {}
    for name, value in pairs:
        said.setdefault(name, []).append(value)
    message = "".join(f"{name}={','.join(said[name])}" for name in sorted(said))
    digest = hmac.digest(client[1].encode(), message.encode(), hashlib.sha256)
    return urlencode([*pairs, ("signature", digest.hex())])


def host_of(shop: Shop) -> str:
    """The shop's place in the admin, as it is told to apps."""
    name = shop.domain.partition(".")[0]
    return _url64(f"admin.shopify.com/store/{name}".encode())


def _part(content: Mapping[str, Any]) -> str:
    return _url64(json.dumps(content, separators=(",", ":")).encode())


def _url64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
