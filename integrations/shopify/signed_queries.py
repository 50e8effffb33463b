"""Addresses that Shopify signs: those it opens us with, and those of the app proxy.

Both are signed over what stands behind the ``?``, each in its own form. What a query
says twice, or in letters that no text has, is not Shopify's.
"""

import base64
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, quote

from core.values import CustomerId, ShopDomain

MOST_SECONDS_OLD = 90
"""As long as Shopify's own libraries take one for new."""

_LONGEST = 16_384
_MOST_PARAMETERS = 100
_TIME = re.compile(r"\d{1,12}", re.ASCII)
_PROOF = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CUSTOMER = re.compile(r"\d{1,18}", re.ASCII)
_UNSIGNED = ("hmac", "signature")
_ADMIN_OF_STORE = re.compile(r"admin\.shopify\.com/store/[a-z0-9][a-z0-9-]*", re.ASCII)

_Pairs = list[tuple[str, str]]


def shop_named(text: str) -> ShopDomain | None:
    """The shop that somebody names; Shopify's links may do so in capitals."""
    try:
        return ShopDomain(text.lower()) if text.isascii() else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Opened:
    """What Shopify opens us with: the shop, and all else it said."""

    shop: ShopDomain
    said: Mapping[str, str]


def opened_by_shopify(
    query: bytes, *, secrets: Sequence[str], now: datetime
) -> Opened | None:
    """What an address says that Shopify made within the last moments, else None.

    ``query`` is what came behind the ``?``, as it came. Whatever else a stranger writes
    there raises nothing.
    """
    pairs = _pairs(query)
    said = dict(pairs or ())
    if pairs is None or len(said) != len(pairs):
        return None  # nothing is said twice
    signed = sorted((k, v) for k, v in said.items() if k not in _UNSIGNED)
    is_proven = any(
        _is_signed(message, said.get("hmac", ""), secrets)
        for message in _ways_of_writing(signed)
    )
    shop = shop_named(said.get("shop", ""))
    if not is_proven or shop is None or not _is_new(said.get("timestamp", ""), now):
        return None
    return Opened(shop, said)


def is_admin_of(host: str, shop: ShopDomain) -> bool:
    """Whether ``host``, as Shopify encodes it, is a place in this shop's admin."""
    padded = host.replace("-", "+").replace("_", "/") + "=" * (-len(host) % 4)
    try:
        place = base64.b64decode(padded, validate=True).decode("ascii")
    except ValueError:
        return False
    return place == f"{shop}/admin" or _ADMIN_OF_STORE.fullmatch(place) is not None


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What the app proxy forwards from a storefront.

    ``customer`` is whoever is signed in there. ``given`` is what else stands in the
    address, each name with all its values: anybody may have written it.
    """

    shop: ShopDomain
    customer: CustomerId | None
    path_prefix: str
    given: Mapping[str, Sequence[str]]


_OF_PROXY = ("shop", "timestamp", "path_prefix", "logged_in_customer_id")


def forwarded_by_proxy(
    query: bytes, *, secrets: Sequence[str], now: datetime
) -> Forwarded | None:
    """What Shopify's app proxy forwarded within the last moments, else None.

    Only the address is proven, and neither a body nor who wrote it. The names and
    values are signed without anything between them, so that other names with the same
    letters in all have the same signature: take only those that you expect, and refuse
    the whole where there are more (``given``).
    """
    pairs = _pairs(query)
    if pairs is None:
        return None
    said: dict[str, list[str]] = {}
    for name, value in pairs:
        said.setdefault(name, []).append(value)
    claimed = said.pop("signature", [])
    if len(claimed) != 1 or any(len(said.get(name, ())) > 1 for name in _OF_PROXY):
        return None  # what matters is said once
    message = "".join(f"{name}={','.join(said[name])}" for name in sorted(said))
    [time], [prefix], [host], [customer] = (
        said.get(name, [""])
        for name in ("timestamp", "path_prefix", "shop", "logged_in_customer_id")
    )
    shop = shop_named(host)
    is_proven = _is_signed(message, claimed[0], secrets) and _is_new(time, now)
    if not is_proven or shop is None or not prefix:
        return None
    if customer and not _CUSTOMER.fullmatch(customer):
        return None
    return Forwarded(
        shop,
        customer=CustomerId(int(customer)) if customer else None,
        path_prefix=prefix,
        given={name: said[name] for name in said if name not in _OF_PROXY},
    )


def _pairs(query: bytes) -> _Pairs | None:
    """Names and values in their order, or None for what is no text."""
    if len(query) > _LONGEST:
        return None
    try:
        return parse_qsl(
            query.decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=_MOST_PARAMETERS,
            errors="strict",
        )
    except ValueError:
        return None


def _ways_of_writing(pairs: _Pairs) -> Iterator[str]:
    """Shopify percent-encodes; it leaves ``=`` as it is where that says the same."""
    yield "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in pairs)
    is_plain = not any(mark in k + v for k, v in pairs for mark in "&%")
    if is_plain and not any("=" in k for k, _ in pairs):
        yield "&".join(f"{k}={v}" for k, v in pairs)


def _is_signed(message: str, claimed: str, secrets: Sequence[str]) -> bool:
    """Whether any of the secrets made the proof. All are tried, so that time does not
    tell which one came close."""
    if not _PROOF.fullmatch(claimed):
        return False
    is_proven = False
    for secret in filter(None, secrets):
        made = hmac.new(secret.encode(), message.encode(), "sha256").hexdigest()
        is_proven |= hmac.compare_digest(made, claimed)
    return is_proven


def _is_new(time: str, now: datetime) -> bool:
    if not _TIME.fullmatch(time):
        return False
    return abs(now.timestamp() - int(time)) <= MOST_SECONDS_OLD
