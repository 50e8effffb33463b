"""A shop's access to Shopify's Admin API: a token that is valid, whoever asks for it.

Shopify's tokens live for an hour or a day. Whoever needs one that is about to end
renews it, and no two do so at once, in however many processes: the second finds what
the first has written down. Nothing is locked meanwhile but a lease, which ends by
itself when its holder dies. Shopify takes the last refresh token again until the next
token is used, and none is used before it is written down; so whoever comes after a
crash begins where the dead one did.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NewType, Protocol, TypeVar

from core.errors import NotPossible, OutsideError, TryLater, WillNotWork
from core.values import ShopDomain, ShopId
from core.words import N_, SOURCE_LANGUAGE, Words
from notifications.ports import Services
from storage import access, leases
from storage.access import Access, Renewed, TokenKind
from storage.session import Transaction
from storage.shops import ShopState, refresh_context, secret_context, token_context
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

T = TypeVar("T")

LiveToken = NewType("LiveToken", str)
"""A token as Shopify gave it out a moment ago, or as ``LiveTokens`` vouches for it."""

REFUSED = "shopify_401"
"""Shopify's answer to a token that it knows no more."""

LEASE = timedelta(seconds=60)
"""Longer than the longest call: see ``wiring.outside``."""

_RENEW_BEFORE = {
    TokenKind.CLIENT_CREDENTIALS: timedelta(minutes=10),
    TokenKind.EXPIRING: timedelta(minutes=5),
}
_RENEWABLE_FOR_AT_LEAST = timedelta(days=60)
"""Of the 90 days: whoever opens the app once a year stays connected all the same."""
_STILL_USEFUL = timedelta(seconds=30)
_ASK_AGAIN_AFTER = timedelta(hours=1)
"""Once Shopify lets us in no more: rarely, and not never, for it may have erred."""
_LONGEST_WAIT_SECONDS = 10.0
_WAIT_SECONDS = 0.1
_KEPT_UP_AT_ONCE = 20
_ENGLISH = Words(SOURCE_LANGUAGE)

WRONG_SECRET = "shopify_invalid_client"  # noqa: S105 -- a word
"""Shopify's answer to an id and a secret that do not belong together."""

NO_MORE = frozenset(
    {
        REFUSED,
        "shopify_invalid_grant",
        "shopify_app_not_installed",
        "shopify_shop_not_permitted",
    }
)
"""Shopify's words for a shop that has no app of ours, or no token of that row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """As Shopify gives it out: lifetimes count from now, and None is for ever."""

    secret: LiveToken = field(repr=False)
    lifetime: timedelta | None
    scopes: frozenset[str] = frozenset()
    refresh: str | None = field(default=None, repr=False)
    refresh_lifetime: timedelta | None = None


class TokenDesk(Protocol):
    """Where Shopify gives out tokens. Every call may raise an OutsideError."""

    def by_credentials(
        self, shop: ShopDomain, *, client_id: str, client_secret: str
    ) -> NewToken: ...

    def by_refresh_token(self, shop: ShopDomain, refresh_token: str) -> NewToken: ...

    def by_id_token(self, shop: ShopDomain, id_token: str) -> NewToken: ...

    def by_code(self, shop: ShopDomain, code: str) -> NewToken: ...

    def wait(self, seconds: float) -> None:
        """Do nothing for so long."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to change a shop's token. ``is_over`` once another has taken it."""

    name: str
    holder: str

    def is_over(self, tx: Transaction) -> bool:
        return not leases.is_held(tx, self.name, holder=self.holder)


@dataclass(frozen=True, slots=True)
class LiveTokens:
    """Hands out tokens of the Admin API that are valid now."""

    desk: TokenDesk
    services: Services

    def asking(self, shop_id: ShopId, ask: Callable[[ShopDomain, LiveToken], T]) -> T:
        """Ask the store something, with a token that it takes.

        Should it take it no more, it is asked once again with a new one. A store that
        takes none is written down as lost, and asked again after an hour.

        Raises:
            NotPossible: the shop has no access: somebody has to connect it anew.
            OutsideError: the store does not do it, or no token could be had.
        """
        known, token = self._found(shop_id, instead_of=None)
        try:
            answer = ask(known.domain, token)
        except WillNotWork as refusal:
            if refusal.code != REFUSED:
                raise
            known, token = self._found(shop_id, instead_of=token)
            answer = self._asked_again(known, token, ask)
        if known.lost_because is not None:
            self._note_found(known)
        return answer

    def of(self, shop_id: ShopId) -> LiveToken:
        """The shop's token, renewed where it is about to end; raises as ``asking``."""
        return self._found(shop_id, instead_of=None)[1]

    @contextmanager
    def turn(self, domain: ShopDomain) -> Iterator[Turn | None]:
        """Become the one who changes this shop's token; None where somebody else is.

        Nothing of the database is held meanwhile, so Shopify can be asked. Whoever
        writes something down at the end looks first whether the turn ``is_over``.
        """
        turn = Turn(f"shopify token of {domain}", self.services.new_id("turn"))
        now = self.services.clock()
        with self.services.transactions.across(Crossing.SERVING) as tx:
            is_ours = leases.take(
                tx, turn.name, holder=turn.holder, now=now, until=now + LEASE
            )
        if not is_ours:
            yield None
            return
        try:
            yield turn
        finally:
            with self.services.transactions.across(Crossing.SERVING) as tx:
                leases.give_back(tx, turn.name, holder=turn.holder)

    @contextmanager
    def own_turn(self, domain: ShopDomain) -> Iterator[Turn]:
        """The same for whoever has to have it: waits for those who have it now.

        Raises:
            TryLater: they have had time enough.
        """
        began = self.services.monotonic()
        while True:
            with self.turn(domain) as turn:
                if turn is not None:
                    yield turn
                    return
            self._wait_for_others(began)

    def _wait_for_others(self, since: float) -> None:
        if self.services.monotonic() - since > _LONGEST_WAIT_SECONDS:
            raise TryLater(
                "another process is getting a token for this store",
                code="token_is_being_renewed",
            )
        self.desk.wait(_WAIT_SECONDS)

    def _asked_again(
        self,
        known: Access,
        token: LiveToken,
        ask: Callable[[ShopDomain, LiveToken], T],
    ) -> T:
        try:
            return ask(known.domain, token)
        except WillNotWork as refusal:
            if refusal.code == REFUSED:
                with self.services.transactions.for_shop(known.shop_id) as tx:
                    self._note_lost(tx, known, refusal)
            raise

    def _found(
        self, shop_id: ShopId, *, instead_of: str | None
    ) -> tuple[Access, LiveToken]:
        """``instead_of`` is one that the store has just refused."""
        began = self.services.monotonic()
        while True:
            known = self._known(shop_id)
            token = self._opened(known)
            if token != instead_of and not self._is_due(known):
                return known, token
            with self.turn(known.domain) as turn:
                if turn is not None:
                    renewed = self._renewed(shop_id, turn, instead_of)
                    if renewed is not None:
                        return known, renewed
                    continue
            if token != instead_of and self._lasts(known, _STILL_USEFUL):
                return known, token
            self._wait_for_others(began)

    def _known(self, shop_id: ShopId) -> Access:
        with self.services.transactions.for_shop(shop_id) as tx:
            known = access.of_shop(tx, shop_id)
        if known is None or known.state is not ShopState.ACTIVE:
            raise NotPossible("the shop is not connected: see ./sosik shop add --help")
        if known.token is None and known.client_id is None:
            raise NotPossible("the shop has no access token: connect it with shop add")
        if known.lost_because is not None and known.lost_at is not None:
            next_at = known.lost_at + _ASK_AGAIN_AFTER
            if next_at > self.services.clock():
                raise NotPossible(advice_on(known.kind, known.lost_because, _ENGLISH))
        return known

    def _opened(self, known: Access) -> LiveToken:
        if known.token is None:
            return LiveToken("")
        return LiveToken(
            self._unsealed(known, known.token, token_context(known.domain))
        )

    def _is_due(self, known: Access) -> bool:
        margin = _RENEW_BEFORE.get(known.kind)
        return margin is not None and not self._lasts(known, margin)

    def _lasts(self, known: Access, time: timedelta) -> bool:
        if known.token is None:
            return False
        return known.ends_at is None or known.ends_at - self.services.clock() > time

    def _renewed(
        self, shop_id: ShopId, turn: Turn, instead_of: str | None
    ) -> LiveToken | None:
        """The next token, written down before anybody uses it; None where that came to
        nothing because another has had the turn meanwhile."""
        known = self._known(shop_id)  # as whoever had the turn before has left it
        token = self._opened(known)
        if token != instead_of and not self._is_due(known):
            return token
        try:
            made = self._made(known)
        except OutsideError as trouble:
            log.warning("token_not_renewed shop=%s code=%s", shop_id, trouble.code)
            self._count("refused" if isinstance(trouble, WillNotWork) else "failed")
            if _is_final(trouble, known.kind):
                if not self._lose(known, trouble, turn):
                    return None
            elif token != instead_of and self._lasts(known, _STILL_USEFUL):
                return token
            raise
        self._count("renewed")
        return made.secret if self._keep(known, made, turn) else None

    def _made(self, known: Access) -> NewToken:
        if known.kind is TokenKind.CLIENT_CREDENTIALS:
            return self.desk.by_credentials(
                known.domain,
                client_id=known.client_id or "",
                client_secret=self._unsealed(
                    known, known.client_secret or b"", secret_context(known.domain)
                ),
            )
        if known.refresh is None:
            raise WillNotWork("the store takes the token no more", code=REFUSED)
        context = refresh_context(known.domain)
        refresh = self._unsealed(known, known.refresh, context)
        return self.desk.by_refresh_token(known.domain, refresh)

    def _unsealed(self, known: Access, sealed: bytes, context: str) -> str:
        sealer = self.services.sealer.of(known.shop_id)
        return sealer.open_text(sealed, context=context)

    def _keep(self, known: Access, made: NewToken, turn: Turn) -> bool:
        """Write it down, unless another has had the turn since."""
        renewed = sealed(made, known, self.services)
        with self.services.transactions.for_shop(known.shop_id) as tx:
            if turn.is_over(tx):
                return False
            access.keep(tx, known.shop_id, renewed)
        return True

    def _lose(self, known: Access, refusal: OutsideError, turn: Turn) -> bool:
        """Write it down, unless another has had the turn since, and maybe more luck."""
        with self.services.transactions.for_shop(known.shop_id) as tx:
            if turn.is_over(tx):
                return False
            self._note_lost(tx, known, refusal)
        return True

    def _note_lost(self, tx: Transaction, known: Access, refusal: OutsideError) -> None:
        log.error("shopify_access_lost shop=%s code=%s", known.shop_id, refusal.code)
        now = self.services.clock()
        access.note_lost(tx, known.shop_id, because=refusal.code, now=now)

    def _note_found(self, known: Access) -> None:
        with self.services.transactions.for_shop(known.shop_id) as tx:
            now = self.services.clock()
            access.note_lost(tx, known.shop_id, because=None, now=now)

    def _count(self, outcome: str) -> None:
        self.services.counters.add("token_renewals", {"outcome": outcome})


def _is_final(trouble: OutsideError, kind: TokenKind) -> bool:
    """Whether it is about the shop, and not about our own app's id and secret."""
    if kind is TokenKind.CLIENT_CREDENTIALS and trouble.code == WRONG_SECRET:
        return True
    return trouble.code in NO_MORE


def sealed(made: NewToken, known: Access, services: Services) -> Renewed:
    """A token of the shop's as it is written down."""
    now, domain = services.clock(), known.domain
    seal = services.sealer.of(known.shop_id).seal_text
    return Renewed(
        token=seal(made.secret, context=token_context(domain)),
        ends_at=ends_at(now, made.lifetime),
        refresh=None
        if made.refresh is None
        else seal(made.refresh, context=refresh_context(domain)),
        refresh_ends_at=ends_at(now, made.refresh_lifetime),
        scopes=made.scopes,
    )


def ends_at(now: datetime, lifetime: timedelta | None) -> datetime | None:
    return None if lifetime is None else now + lifetime


_LOST = N_("The store lets Sosik in no more (%(code)s).")
_ADVICE = MappingProxyType(
    {
        TokenKind.PERMANENT: N_("Connect it with a new token: ./sosik shop add --help"),
        TokenKind.CLIENT_CREDENTIALS: N_(
            "See whether its app is still installed, and connect it again: "
            "./sosik shop add --help"
        ),
        TokenKind.EXPIRING: N_(
            "Have its owner open the app in the store's admin once."
        ),
    }
)


def advice_on(kind: TokenKind, because: str, words: Words) -> str:
    """What it means that an access is lost, and what has to be done about it."""
    lost = words.gettext(_LOST, code=because)
    return f"{lost} {words.gettext(_ADVICE[kind])}"


def keep_up_access(tokens: LiveTokens) -> int:
    """Renew what could not be renewed for much longer; answer how many shops that was.

    A renewal is good for 90 days more; a store with which nobody has anything to do for
    so long would be lost otherwise.
    """
    services = tokens.services
    before = services.clock() + _RENEWABLE_FOR_AT_LEAST
    with services.transactions.across(Crossing.LOOKING) as tx:
        due = access.to_be_kept_up(tx, before=before, limit=_KEPT_UP_AT_ONCE)
    for shop_id in due:
        try:
            tokens.of(shop_id)
        except (NotPossible, OutsideError) as error:
            log.warning("access_not_kept_up shop=%s because=%s", shop_id, error)
    return len(due)
