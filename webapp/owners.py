"""Who of a store's people is looking: Shopify says so, or we did when they signed in.

A page that the admin shows in its frame has an id token of Shopify's, in its address
when it is opened and in a header when it asks for more. Where there is no frame, a
cookie of ours remembers who came back from Shopify's own question. Which store is
meant follows from these alone; nothing else in a request is asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias

from flask import Request, Response, request
from werkzeug.datastructures import MultiDict

from core.clock import Clock
from core.settings import Settings
from core.signing import Signer
from core.values import ShopDomain
from integrations.shopify import id_tokens
from integrations.shopify.id_tokens import IdToken
from integrations.shopify.signed_queries import shop_named

RETRY = "X-Shopify-Retry-Invalid-Session-Request"
"""Has App Bridge ask once again, with a new id token."""

SIGNED_IN_FOR = timedelta(hours=8)

_PURPOSE = "cookie of an owner"
_COOKIE = "sosik-owner"
_BETWEEN = "|"

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Visitor:
    """``user`` is the member of staff that Shopify names. ``session`` is the number of
    theirs that a cookie remembers; None for who came with an ``id_token``."""

    shop: ShopDomain
    user: str
    session: int | None = None
    id_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Nobody:
    """``because`` is a word for the log: ``missing``, ``late`` or what is wrong.

    ``shop`` is whose admin it may be, for showing a page in it and nothing more: it is
    proven for who is ``late``, and otherwise only what a stranger says.
    """

    because: str
    shop: ShopDomain | None
    asks_by_script: bool


View: TypeAlias = Callable[Concatenate[Visitor, P], Response]


@dataclass(frozen=True, slots=True)
class Owners:
    """Knows the owners of stores by what they bring."""

    key: str
    secrets: Sequence[str] = field(repr=False)
    clock: Clock
    signer: Signer = field(repr=False)
    is_secure: bool

    def who(self, asked: Request) -> Visitor | Nobody:
        """Who asks. A token that is there and wrong is never made good by a cookie, and
        one for a store shows no other: its owner may have two."""
        tokens = _tokens_in(asked)
        by_script = asked.authorization is not None
        claimed = shop_in(asked.args)
        if not tokens:
            known = self._remembered(asked)
            if known is not None and claimed in (None, known.shop):
                return known
            return Nobody("missing", claimed, by_script)
        if len(tokens) > 1:
            return Nobody("twice", claimed, by_script)
        found = id_tokens.checked(
            tokens[0], key=self.key, secrets=self.secrets, now=self.clock()
        )
        match found:
            case IdToken():
                return Visitor(found.shop, found.user, id_token=tokens[0])
            case id_tokens.NotValid():
                return Nobody(found.because, found.late_for or claimed, by_script)

    def remember(self, visitor: Visitor, response: Response) -> None:
        """Have this browser known as theirs for some hours."""
        since = int(self.clock().timestamp())
        said = (visitor.shop, visitor.user, visitor.session, since)
        written = _BETWEEN.join(map(str, said))
        response.set_cookie(
            cookie_name(_COOKIE, is_secure=self.is_secure),
            self.signer.signed(written),
            max_age=SIGNED_IN_FOR,
            secure=self.is_secure,
            httponly=True,
            samesite="Lax",
        )

    def _remembered(self, asked: Request) -> Visitor | None:
        kept = asked.cookies.get(cookie_name(_COOKIE, is_secure=self.is_secure), "")
        written = (self.signer.opened(kept) or "").split(_BETWEEN)
        if len(written) != 4:
            return None
        host, user, session, since = written
        shop = shop_named(host)
        if shop is None or not is_younger(since, SIGNED_IN_FOR, self.clock()):
            return None
        return Visitor(shop, user, int(session))


def owners_of(settings: Settings, clock: Clock) -> Owners:
    return Owners(
        key=settings.shopify_api_key,
        secrets=settings.shopify_api_secrets,
        clock=clock,
        signer=Signer(settings.secret_keys, _PURPOSE),
        is_secure=settings.app_url.startswith("https://"),
    )


def forget(response: Response) -> None:
    """Have this browser known as nobody's."""
    for is_secure in (True, False):
        response.delete_cookie(
            cookie_name(_COOKIE, is_secure=is_secure),
            secure=is_secure,
            httponly=True,
            samesite="Lax",
        )


def store_owners_only(
    owners: Owners, *, otherwise: Callable[[Nobody], Response]
) -> Callable[[View[P]], Callable[P, Response]]:
    """A guard for views: they are given the visitor, and are not run for nobody.

    Who asks by a script is answered 401, in the way that makes App Bridge ask again.
    ``otherwise`` answers those who want to see a page.
    """

    def guarded(view: View[P]) -> Callable[P, Response]:
        @wraps(view)
        def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
            found = owners.who(request)
            if isinstance(found, Visitor):
                return view(found, *args, **kwargs)
            return unknown_to_script() if found.asks_by_script else otherwise(found)

        return answer

    return guarded


def unknown_to_script() -> Response:
    return Response(
        "The id token is not valid.\n",
        401,
        {RETRY: "1"},
        content_type="text/plain; charset=utf-8",
    )


def shop_in(query: "MultiDict[str, str]") -> ShopDomain | None:
    """The shop that an address names; it proves nothing."""
    named = query.getlist("shop")
    return shop_named(named[0]) if len(named) == 1 else None


def cookie_name(name: str, *, is_secure: bool) -> str:
    """With the mark that makes a browser refuse it from any other host than ours."""
    return f"__Host-{name}" if is_secure else name


def is_younger(since: str, age: timedelta, now: datetime) -> bool:
    """Whether a moment that we wrote down, in seconds, is no longer ago than that."""
    if not since.isascii() or not since.isdigit() or len(since) > 12:
        return False
    return timedelta(0) <= timedelta(seconds=now.timestamp() - int(since)) <= age


def _tokens_in(asked: Request) -> list[str]:
    """The header counts for more than the address, where a script may leave an old one.

    Whatever else stands in the header is a token too, and a wrong one.
    """
    claimed = asked.authorization
    if claimed is not None:
        return [claimed.token or "" if claimed.type == "bearer" else ""]
    return asked.args.getlist("id_token")
