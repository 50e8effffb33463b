"""Id tokens: who looks at us out of a store's admin, in Shopify's word for it.

App Bridge gets one for each request, and it lives for a minute. Which store's data is
shown follows from it alone, never from anything else in a request.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
from jwt.types import Options

from core.values import ShopDomain

LEEWAY_SECONDS = 10
"""What two clocks may differ by."""

_LONGEST = 4_096
_ALGORITHM = "HS256"
_TEXTS = ("iss", "dest", "aud", "sub", "sid")
_TIMES = ("exp", "nbf")
_NAME = re.compile(r"[!-~]{1,255}", re.ASCII)
_SECURE = "https://"
# Each of these is looked at below, by our own clock and more strictly.
_OURS_TO_CHECK: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
}


@dataclass(frozen=True, slots=True)
class IdToken:
    """``user`` is the member of the store's staff, ``session`` their session."""

    shop: ShopDomain
    user: str
    session: str


@dataclass(frozen=True, slots=True)
class NotValid:
    """``because`` is a word for the log. ``late_for`` is the shop of a token that
    Shopify did give out, and that has only run out since."""

    because: str
    late_for: ShopDomain | None = None


def checked(
    token: str, *, key: str, secrets: Sequence[str], now: datetime
) -> IdToken | NotValid:
    """Who it is, if Shopify says so to us and now.

    ``key`` is our client id. Any of ``secrets`` may have signed it, which is how a
    secret is rotated. Whatever a stranger writes there raises nothing.
    """
    if not token or len(token) > _LONGEST or not token.isascii():
        return NotValid("form")
    claims = _signed(token, secrets)
    if claims is None:
        return NotValid("signature")
    if not _is_complete(claims):
        return NotValid("claims")
    if claims["aud"] != key:
        return NotValid("audience")
    shop = _shop_of(claims)
    if shop is None:
        return NotValid("shop")
    moment = now.timestamp()
    if claims["nbf"] - LEEWAY_SECONDS > moment:
        return NotValid("early")
    if claims["exp"] + LEEWAY_SECONDS <= moment:
        return NotValid("late", late_for=shop)
    return IdToken(shop, user=claims["sub"], session=claims["sid"])


def _signed(token: str, secrets: Sequence[str]) -> Mapping[str, Any] | None:
    """What one of the secrets has signed; the algorithm is ours to say (RFC 8725)."""
    for secret in filter(None, secrets):  # an empty one would let anybody sign
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token, secret, algorithms=[_ALGORITHM], options=_OURS_TO_CHECK
            )
        except (jwt.PyJWTError, RecursionError, TypeError, ValueError):
            continue
        return claims
    return None


def _is_complete(claims: Mapping[str, Any]) -> bool:
    texts = (claims.get(name) for name in _TEXTS)
    times = (claims.get(name) for name in _TIMES)
    return all(
        isinstance(text, str) and _NAME.fullmatch(text) for text in texts
    ) and all(type(time) is int for time in times)


def _shop_of(claims: Mapping[str, Any]) -> ShopDomain | None:
    """The shop that it is for and from: one and the same, or it is none of ours."""
    destination: str = claims["dest"]
    try:
        shop = ShopDomain(destination.removeprefix(_SECURE))
    except ValueError:
        return None
    wanted = f"{_SECURE}{shop}"
    is_one = destination == wanted and claims["iss"] == f"{wanted}/admin"
    return shop if is_one else None
