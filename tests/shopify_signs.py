"""What Shopify signs, signed here with any secret: id tokens and addresses."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from tests.world import APP_SECRET, NOON, SHOP

KEY = "key"
_HASHES = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def id_token(
    *,
    shop: str = SHOP,
    at: datetime = NOON,
    secret: str = APP_SECRET,
    alg: Any = "HS256",
    header: Mapping[str, Any] | None = None,
    without: str | None = None,
    **claims: Any,
) -> str:
    """One that was given out at that moment, with some claims changed."""
    now = int(at.timestamp())
    said = {
        "iss": f"https://{shop}/admin",
        "dest": f"https://{shop}",
        "aud": KEY,
        "sub": "4711",
        "exp": now + 60,
        "nbf": now,
        "iat": now,
        "jti": "f8912129-1af6-4cad-9ca3-76b0f7621087",
        "sid": "a0" * 32,
        **claims,
    }
    said.pop(without or "", None)
    head = _part({"alg": alg, "typ": "JWT", **(header or {})})
    signed = f"{head}.{_part(said)}"
    digest = hmac.new(secret.encode(), signed.encode(), _HASHES.get(alg, "sha256"))
    return f"{signed}.{_url64(digest.digest())}"


def opened(
    *,
    shop: str = SHOP,
    at: datetime = NOON,
    secret: str = APP_SECRET,
    host: str | None = None,
    **said: str,
) -> str:
    """The query of an address that Shopify opens an app with."""
    place = host if host is not None else _url64(f"{shop}/admin".encode())
    told = {
        "shop": shop,
        "timestamp": str(int(at.timestamp())),
        "host": place,
        **said,
    }
    message = "&".join(
        f"{quote(name, safe='')}={quote(told[name], safe='')}" for name in sorted(told)
    )
    proof = hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    return urlencode({**told, "hmac": proof})


def forwarded(
    *,
    shop: str = SHOP,
    at: datetime = NOON,
    secret: str = APP_SECRET,
    customer: str = "",
    **given: str | list[str],
) -> str:
    """The query of a storefront's address that the app proxy has passed on."""
    told: dict[str, str | list[str]] = {
        "shop": shop,
        "logged_in_customer_id": customer,
        "path_prefix": "/apps/sosik",
        "timestamp": str(int(at.timestamp())),
        **given,
    }
    joined = {
        name: value if isinstance(value, str) else ",".join(value)
        for name, value in told.items()
    }
    message = "".join(f"{name}={joined[name]}" for name in sorted(joined))
    proof = hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    return urlencode({**told, "signature": proof}, doseq=True)


def later(seconds: float, than: datetime = NOON) -> datetime:
    return than + timedelta(seconds=seconds)


def _part(content: Mapping[str, Any]) -> str:
    return _url64(json.dumps(content).encode())


def _url64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
