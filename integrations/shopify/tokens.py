"""Where Shopify gives out tokens for the Admin API: one address, five reasons."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from core.errors import TryLater, UnreadablePayload, WillNotWork
from core.outcomes import Answer, Call, NoAnswer, NotSent
from core.values import ShopDomain
from integrations.strict_json import read_object

_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 -- a kind
_OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
_WRONG_SECRET = "shopify_invalid_client"  # noqa: S105 -- a word
_KNOWN_WORDS = frozenset(
    {
        "app_not_installed",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_subject_token",
        "shop_not_permitted",
    }
)
_LONGEST_NAME = 200
_USUAL_LIFETIME = timedelta(hours=1)
"""Of an answer that does not tell: never for ever, or nobody would renew it."""


@dataclass(frozen=True, slots=True)
class App:
    """An app at Shopify. It has two secrets while one takes the other's place, and
    either may be the one that Shopify still knows."""

    client_id: str
    secrets: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """Lifetimes count from now. ``refresh`` is what the next one is had for; None
    where the app's id and secret are enough."""

    secret: str = field(repr=False)
    scopes: frozenset[str]
    lifetime: timedelta
    refresh: str | None = field(repr=False)
    refresh_lifetime: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of a store's staff. ``user`` is what id tokens call them, too; ``name``
    None where Shopify tells none."""

    user: str
    name: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """``origin`` may hold ``{shop}``, such as ``https://{shop}``.

    Every call raises:
        TryLater: no answer came; asking again harms nobody, but for a code.
        WillNotWork: Shopify refuses, with its own word for why in ``code``.
    """

    post: Call
    origin: str

    def by_credentials(self, shop: ShopDomain, app: App) -> AccessToken:
        """A token for a day, for an app and a store of one organisation."""
        return self._asked(shop, app, {"grant_type": "client_credentials"})

    def by_id_token(self, shop: ShopDomain, app: App, id_token: str) -> AccessToken:
        """A token for an hour that can be renewed for 90 days, for an id token."""
        exchange = {
            "grant_type": _EXCHANGE,
            "subject_token": id_token,
            "subject_token_type": _ID_TOKEN,
            "requested_token_type": _OFFLINE,
            "expiring": "1",
        }
        return self._asked(shop, app, exchange)

    def by_code(self, shop: ShopDomain, app: App, code: str) -> AccessToken:
        """The same for a code, which Shopify takes once."""
        return self._asked(shop, app, {"code": code, "expiring": "1"})

    def member_by_code(self, shop: ShopDomain, app: App, code: str) -> Member:
        """Who brought the code, which Shopify gave out for them alone (``per-user``).
        The token that comes along is not kept: nothing is done in anybody's name."""
        said = self._told(shop, app, {"code": code})
        member = _member(said.get("associated_user"))
        if member is None:
            raise TryLater("the answer names nobody", code="odd_answer")
        return member

    def by_refresh_token(
        self, shop: ShopDomain, app: App, refresh_token: str
    ) -> AccessToken:
        """The next token of a row. The one before stays good until it is used."""
        refresh = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._asked(shop, app, refresh)

    def _asked(
        self, shop: ShopDomain, app: App, grant: Mapping[str, str]
    ) -> AccessToken:
        return _token(self._told(shop, app, grant))

    def _told(
        self, shop: ShopDomain, app: App, grant: Mapping[str, str]
    ) -> Mapping[str, Any]:
        *others, last = app.secrets
        for secret in others:
            try:
                return self._ask(shop, app.client_id, secret, grant)
            except WillNotWork as refusal:
                if refusal.code != _WRONG_SECRET:
                    raise
        return self._ask(shop, app.client_id, last, grant)

    def _ask(
        self, shop: ShopDomain, client_id: str, secret: str, grant: Mapping[str, str]
    ) -> Mapping[str, Any]:
        asked = {"client_id": client_id, "client_secret": secret, **grant}
        outcome = self.post(
            "POST",
            f"{self.origin.replace('{shop}', shop.host)}/admin/oauth/access_token",
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            body=json.dumps(asked).encode(),
        )
        match outcome:
            case NotSent(why) | NoAnswer(why):
                raise TryLater("no answer came back", code=why)
            case Answer(status) if status == 429 or status >= 500:
                raise TryLater("no answer to rely on", code=f"shopify_{status}")
            case Answer(status, _, body):
                return _said(status, body)


def _said(status: int, body: bytes) -> Mapping[str, Any]:
    try:
        said = read_object(body)
    except UnreadablePayload:
        said = {}
    if status >= 300:
        word = str(said.get("error", ""))
        code = f"shopify_{word if word in _KNOWN_WORDS else status}"
        raise WillNotWork("Shopify gives no token for this store", code=code)
    return said


def _token(said: Mapping[str, Any]) -> AccessToken:
    secret, refresh = said.get("access_token"), said.get("refresh_token")
    if not isinstance(secret, str) or not secret:
        raise TryLater("the answer holds no token", code="odd_answer")
    return AccessToken(
        secret=secret,
        scopes=frozenset(filter(None, str(said.get("scope", "")).split(","))),
        lifetime=_seconds(said.get("expires_in")) or _USUAL_LIFETIME,
        refresh=refresh if isinstance(refresh, str) and refresh else None,
        refresh_lifetime=_seconds(said.get("refresh_token_expires_in")),
    )


def _member(told: Any) -> Member | None:
    if not isinstance(told, dict):
        return None
    number = told.get("id")
    if type(number) is not int or not 0 < number < 10**18:
        return None
    names = (told.get("first_name"), told.get("last_name"))
    name = " ".join(each.strip() for each in names if isinstance(each, str))
    return Member(user=str(number), name=name.strip()[:_LONGEST_NAME] or None)


def _seconds(told: Any) -> timedelta | None:
    is_time = type(told) is int and 0 < told < 10**10
    return timedelta(seconds=told) if is_time else None
