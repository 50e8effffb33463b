"""``/admin/oauth/access_token``: the grants that an app may ask a shop for."""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.shopify.shops import Grant, Shop

_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 - a type
_OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
_ONLINE = "urn:shopify:params:oauth:token-type:online-access-token"
_HOUR = 3600
_DAY = 24 * _HOUR
_MINUTE = 60
_REFRESH_SECONDS = 90 * _DAY
_OVERLAP_SECONDS = 30 * _DAY


class NotGranted(Exception):
    """The token endpoint refuses, with OAuth's word for it."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True)
class _Code:
    """``person`` is whose token it is for; None for the shop's own."""

    domain: str
    ends_at: float
    person: Mapping[str, Any] | None


class TokenDesk:
    """``app`` is the id and secret of the app, for shops without their own. What is
    granted, and what is not, is counted by its kind."""

    def __init__(self, app: tuple[str, str], counts: Counter[str]) -> None:
        self._app = app
        self._counts = counts
        self._codes: dict[str, _Code] = {}

    def client(self, shop: Shop) -> tuple[str, str]:
        if shop.client_id and shop.client_secret:
            return shop.client_id, shop.client_secret
        return self._app[0], self._app[1].split(",")[0]

    def grant(self, shop: Shop, asked: Mapping[str, Any], now: float) -> dict[str, Any]:
        """What Shopify answers.

        Raises:
            NotGranted: with the error that Shopify documents for it.
        """
        kind = asked.get("grant_type") or ("code" if "code" in asked else None)
        word = str(kind).rpartition(":")[2].replace("-", "_")
        try:
            answer = self._granted(shop, kind, asked, now)
        except NotGranted:
            self._counts[f"refused_{word}"] += 1
            raise
        self._counts[f"granted_{word}"] += 1
        return answer

    def code_for(self, shop: Shop, now: float, *, is_per_user: bool = False) -> str:
        """What the owner's browser brings to the app: good for a minute, and once. One
        per user is for a token of whoever looks at the admin now."""
        code = secrets.token_hex(16)
        person = shop.looking if is_per_user else None
        self._codes[code] = _Code(shop.domain, now + _MINUTE, person)
        return code

    def holder(self, shop: Shop, token: str, now: float) -> Grant | None:
        """The grant behind a token that is valid now; its use is remembered."""
        for grant in shop.grants:
            is_live = grant.expires_at is None or now < grant.expires_at
            if is_live and _same(grant.token, token):
                self._retire(shop, grant)
                return grant
        return None

    def _granted(
        self, shop: Shop, kind: Any, asked: Mapping[str, Any], now: float
    ) -> dict[str, Any]:
        client_id, client_secret = self.client(shop)
        shown = str(asked.get("client_secret", ""))
        if asked.get("client_id") != client_id or not _same(shown, client_secret):
            raise NotGranted("invalid_client", "The client id or secret is wrong.")
        if kind == "client_credentials":
            return self._credentials(shop, now)
        if kind == "refresh_token":
            return self._refreshed(shop, str(asked.get("refresh_token", "")), now)
        if kind == _EXCHANGE:
            return self._exchanged(shop, asked, now)
        if kind == "code":
            return self._redeemed(shop, asked, now)
        raise NotGranted("unsupported_grant_type", "The grant type is not supported.")

    def _credentials(self, shop: Shop, now: float) -> dict[str, Any]:
        if not shop.is_installed:
            raise NotGranted("app_not_installed", "The app is not installed.")
        grant = Grant(_new("shpat_"), now + _DAY - 1)
        shop.grants.append(grant)
        return {
            "access_token": grant.token,
            "scope": shop.scopes,
            "expires_in": _DAY - 1,
        }

    def _exchanged(
        self, shop: Shop, asked: Mapping[str, Any], now: float
    ) -> dict[str, Any]:
        subject = str(asked.get("subject_token", ""))
        wanted = asked.get("requested_token_type")
        kind = asked.get("subject_token_type")
        if wanted not in {_OFFLINE, _ONLINE} or kind not in {_ID_TOKEN, _OFFLINE}:
            raise NotGranted("invalid_request", "The token type is not supported.")
        if kind == _ID_TOKEN:
            person = self._person(shop, subject, now)
        elif self.holder(shop, subject, now) is None:
            raise NotGranted("invalid_subject_token", "The token is not valid.")
        if wanted == _ONLINE and kind == _ID_TOKEN:
            return self._online(shop, self._told_of(shop, person), now)
        _must_be_expiring(asked)
        if not shop.is_installed:
            raise NotGranted("app_not_installed", "The app is not installed.")
        shop.grants[:] = [g for g in shop.grants if g.token != subject]
        return self._pair(shop, None, now)

    def _redeemed(
        self, shop: Shop, asked: Mapping[str, Any], now: float
    ) -> dict[str, Any]:
        code = self._codes.pop(str(asked["code"]), None)
        if code is None or code.domain != shop.domain or now >= code.ends_at:
            raise NotGranted(
                "invalid_request",
                "The authorization code was not found or was already used",
            )
        if code.person is not None:
            return self._online(shop, code.person, now)
        _must_be_expiring(asked)
        shop.is_installed = True
        return self._pair(shop, None, now)

    def _told_of(self, shop: Shop, person: str) -> dict[str, Any]:
        """A member of staff whom an id token names."""
        number = int(person) if person.isdecimal() else 1
        return {**shop.looking, "id": number}

    def _online(
        self, shop: Shop, person: Mapping[str, Any], now: float
    ) -> dict[str, Any]:
        grant = Grant(_new("shpat_"), now + _DAY - 1)
        shop.grants.append(grant)
        return {
            "access_token": grant.token,
            "scope": shop.scopes,
            "expires_in": _DAY - 1,
            "associated_user_scope": shop.scopes,
            "associated_user": dict(person),
        }

    def _refreshed(self, shop: Shop, shown: str, now: float) -> dict[str, Any]:
        for grant in shop.grants:
            if grant.refresh_token is None or not _same(grant.refresh_token, shown):
                continue
            if grant.refresh_expires_at is not None and now < grant.refresh_expires_at:
                # The first use begins the time in which it may be used again.
                end = min(grant.refresh_expires_at, now + _OVERLAP_SECONDS)
                grant.refresh_expires_at = end
                return self._pair(shop, shown, now)
        raise NotGranted("invalid_grant", "The refresh token is not valid any more.")

    def _pair(self, shop: Shop, replaces: str | None, now: float) -> dict[str, Any]:
        shop.is_managed = shop.client_id is None
        grant = Grant(
            token=_new("shpat_"),
            expires_at=now + _HOUR,
            refresh_token=_new("shprt_"),
            refresh_expires_at=now + _REFRESH_SECONDS,
            replaces=replaces,
        )
        shop.grants.append(grant)
        return {
            "access_token": grant.token,
            "scope": shop.scopes,
            "expires_in": _HOUR,
            "refresh_token": grant.refresh_token,
            "refresh_token_expires_in": _REFRESH_SECONDS,
        }

    def _retire(self, shop: Shop, used: Grant) -> None:
        """The refresh token before this one ends once this one's token is used."""
        if used.replaces is None:
            return
        for grant in shop.grants:
            if grant.refresh_token == used.replaces:
                grant.refresh_token = None
        used.replaces = None

    def _person(self, shop: Shop, token: str, now: float) -> str:
        client_id, client_secret = self.client(shop)
        head, _, rest = token.partition(".")
        body, _, signature = rest.partition(".")
        wanted = hmac.digest(
            client_secret.encode(), f"{head}.{body}".encode(), "sha256"
        )
        claims = _part(body)
        here = f"https://{shop.domain}"
        # RFC 8725: the algorithm is ours to say, not the token's.
        if (
            _part(head).get("alg") != "HS256"
            or not hmac.compare_digest(_decoded(signature), wanted)
            or claims.get("aud") != client_id
            or claims.get("dest") != here
            or claims.get("iss") != f"{here}/admin"
            or not isinstance(claims.get("exp"), (int, float))
            or claims["exp"] <= now
        ):
            raise NotGranted("invalid_subject_token", "The id token is not valid.")
        return str(claims.get("sub", ""))


def _must_be_expiring(asked: Mapping[str, Any]) -> None:
    if str(asked.get("expiring", "")).lower() not in {"1", "true"}:
        raise NotGranted("invalid_request", "expiring=1 is required of this app.")


def _new(prefix: str) -> str:
    return prefix + hashlib.sha256(secrets.token_bytes(32)).hexdigest()[:32]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _part(text: str) -> dict[str, Any]:
    try:
        data = json.loads(_decoded(text))
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
