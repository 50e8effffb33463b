"""Connecting a shop and its WhatsApp number.

Strangers are asked first and the answers written down after, never both at once: no
transaction is open while Shopify or Meta is asked.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from core.errors import NotPossible, TryLater, Unsure, WillNotWork
from core.values import ShopDomain, ShopId
from notifications.operating import Operator, crossing, shop_id_of, shop_named
from notifications.ports import Services
from notifications.rules.objections import Because
from notifications.wording import Template
from storage import asking, numbers, outbox, shops
from storage.numbers import NewNumber, TemplateRow
from storage.shops import NewShop, secret_context, token_context

PERMANENT = "permanent"
CLIENT_CREDENTIALS = "client_credentials"

_RENEW_BEFORE = timedelta(minutes=10)
_UNDECIDED = "PENDING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a store says of itself."""

    name: str
    timezone: str
    currency: str
    country: str | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token of the Admin API that ends after ``lifetime``."""

    secret: str = field(repr=False)
    lifetime: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriptions:
    """Topics by what became of them; ``refused`` has the store's reason for each."""

    created: Sequence[str]
    already: Sequence[str]
    refused: Mapping[str, str]


class Store(Protocol):
    """The Admin API of a store. Every call may raise an OutsideError."""

    def profile(self, shop: ShopDomain, token: str) -> Profile: ...

    def new_token(
        self, shop: ShopDomain, *, client_id: str, client_secret: str
    ) -> NewToken: ...

    def subscribe(self, shop: ShopDomain, token: str) -> Subscriptions | None:
        """Ask for the webhooks that are missing; None where the store could not
        reach us with any, so none was asked for."""


class Account(Protocol):
    """A WhatsApp Business Account. Every call may raise an OutsideError."""

    def display_number(self, phone_number_id: str, token: str) -> str: ...

    def subscribe(self, account_id: str, token: str) -> None: ...

    def templates(self, account_id: str, token: str) -> Iterator[TemplateRow]: ...

    def submit(
        self, account_id: str, token: str, template: Template, language: str
    ) -> TemplateRow:
        """Submit one language of a template of ours for review.

        Raises:
            WillNotWork: it breaks a rule that Meta has written down, or Meta says no.
        """


Tell = Callable[[str], None]
"""Told what is being done, for whoever waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A permanent token, or an app's id and secret that give one for a day.

    ``client_secret`` beside a permanent token is what signs the store's webhooks.
    """

    access_token: str | None = field(default=None, repr=False)
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)

    def checked(self) -> "Credentials":
        """Itself.

        Raises:
            NotPossible: they are neither the one nor the other.
        """
        if self.access_token is None and not (self.client_id and self.client_secret):
            raise NotPossible(
                "give --access-token, or --client-id together with --client-secret"
            )
        if self.access_token is not None and self.client_id is not None:
            raise NotPossible("give --access-token or --client-id, not both")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedShop:
    shop_id: ShopId
    domain: ShopDomain
    profile: Profile
    subscriptions: Subscriptions | None


def connect_shop(
    domain: ShopDomain,
    credentials: Credentials,
    *,
    store: Store,
    operator: Operator,
    services: Services,
    tell: Tell = lambda _what: None,
) -> ConnectedShop:
    """Connect a store, or connect it anew; the second time only the token changes.

    Raises:
        NotPossible: the credentials make no sense together.
        OutsideError: Shopify does not accept them, or does not answer.
    """
    given = credentials.checked()
    token, expires_at = given.access_token, None
    if token is None:
        tell("asking Shopify for a token")
        made = _new_token(domain, given.client_id, given.client_secret, store)
        token, expires_at = made.secret, services.clock() + made.lifetime
    tell("asking the store who it is")
    profile = store.profile(domain, token)
    with crossing(f"shop add {domain}", operator=operator, services=services) as tx:
        shop_id = shops.connect(
            tx,
            NewShop(
                domain=domain,
                token_kind=CLIENT_CREDENTIALS if given.client_id else PERMANENT,
                token=token,
                token_expires_at=expires_at,
                client_id=given.client_id,
                client_secret=given.client_secret,
                name=profile.name,
                timezone=profile.timezone,
                currency=profile.currency,
                country=profile.country,
            ),
            sealer=services.sealer,
            now=services.clock(),
        )
    tell("subscribing to the store's webhooks")
    return ConnectedShop(
        shop_id=shop_id,
        domain=domain,
        profile=profile,
        subscriptions=store.subscribe(domain, token),
    )


def _new_token(
    domain: ShopDomain, client_id: str | None, client_secret: str | None, store: Store
) -> NewToken:
    return store.new_token(
        domain, client_id=client_id or "", client_secret=client_secret or ""
    )


def fresh_token(shop_id: ShopId, *, store: Store, services: Services) -> str:
    """The shop's token for the Admin API, renewed where it is about to end.

    Raises:
        NotPossible: the shop has none any more.
        OutsideError: it could not be renewed.
    """
    with services.transactions.for_shop(shop_id) as tx:
        shop = asking.shop(tx, shop_id)
    now = services.clock()
    if shop is None or (shop["token"] is None and shop["client_id"] is None):
        raise NotPossible("the shop has no access token: connect it with shop add")
    domain, ends_at = ShopDomain(shop["domain"]), shop["token_expires_at"]
    has_time = ends_at is None or ends_at - now > _RENEW_BEFORE
    if shop["token"] is not None and has_time:
        return services.sealer.open_text(shop["token"], context=token_context(domain))
    secret = services.sealer.open_text(
        shop["client_secret"], context=secret_context(domain)
    )
    made = _new_token(domain, shop["client_id"], secret, store)
    sealed = services.sealer.seal_text(made.secret, context=token_context(domain))
    with services.transactions.for_shop(shop_id) as tx:
        shops.change(
            tx, shop_id, {"token": sealed, "token_expires_at": now + made.lifetime}
        )
    return made.secret


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberGiven:
    account_id: str
    phone_number_id: str
    token: str = field(repr=False)
    catalog_id: str | None = None


@dataclass(frozen=True, slots=True)
class TemplateTold:
    """A language of a template of ours: what Meta says, or why it was not submitted.

    ``is_new`` is whether we submitted it just now.
    """

    name: str
    language: str
    state: str
    category: str
    reason: str | None
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedNumber:
    display_phone: str = field(repr=False)
    templates: Sequence[TemplateTold]


def connect_whatsapp(
    domain: ShopDomain,
    given: NumberGiven,
    *,
    account: Account,
    operator: Operator,
    services: Services,
    tell: Tell = lambda _what: None,
) -> ConnectedNumber:
    """Connect a shop's number, and have our templates reviewed where they are missing.

    A second time finds the templates there and submits none. What held the number
    back is over.

    Raises:
        NotPossible: the shop is not connected.
        OutsideError: Meta does not accept the token, the number or the account.
    """
    shop_id = shop_id_of(
        shop_named(domain, "shop whatsapp", operator=operator, services=services)
    )
    tell("asking Meta for the number")
    display_phone = account.display_number(given.phone_number_id, given.token)
    tell("subscribing to the account's webhooks")
    account.subscribe(given.account_id, given.token)
    tell("reading the account's templates")
    known = _ours(account.templates(given.account_id, given.token), services)
    with services.transactions.for_shop(shop_id) as tx:
        before = numbers.number_of(tx, shop_id)
        numbers.connect_number(
            tx,
            shop_id,
            NewNumber(
                account_id=given.account_id,
                phone_number_id=given.phone_number_id,
                token=given.token,
                catalog_id=given.catalog_id,
                display_phone=display_phone,
            ),
            sealer=services.sealer,
            now=services.clock(),
        )
        numbers.keep_templates(tx, shop_id, list(known.values()), now=services.clock())
        outbox.wake(tx, shop_id, _mended(before), now=services.clock())
    submitted = _submit_missing(given, known, shop_id, account, services, tell)
    told = {key: _told(row, is_new=False) for key, row in known.items()} | submitted
    return ConnectedNumber(
        display_phone=display_phone, templates=[told[key] for key in sorted(told)]
    )


def _mended(before: Mapping[str, Any] | None) -> list[str]:
    """What messages may have waited for that is mended once a number is connected."""
    stopped = (before or {}).get("parked_because")
    return [
        Because.NOT_CONNECTED,
        Because.PARKED,
        Because.TEMPLATE_NOT_READY,
        *([stopped] if stopped else []),
    ]


_Key = tuple[str, str]


def _ours(found: Iterator[TemplateRow], services: Services) -> dict[_Key, TemplateRow]:
    wanted = {(template.name, language) for template, language in _wanted(services)}
    rows = {(row.name, row.language): row for row in found}
    return {key: row for key, row in rows.items() if key in wanted}


def _wanted(services: Services) -> list[tuple[Template, str]]:
    return [
        (automation.template, language)
        for automation in services.automations.values()
        for language in automation.template.texts
    ]


def _submit_missing(
    given: NumberGiven,
    known: dict[_Key, TemplateRow],
    shop_id: ShopId,
    account: Account,
    services: Services,
    tell: Tell,
) -> dict[_Key, TemplateTold]:
    """One that is refused does not keep the others from being submitted."""
    told: dict[_Key, TemplateTold] = {}
    for template, language in _wanted(services):
        if (template.name, language) in known:
            continue
        tell(f"submitting {template.name} in {language}")
        try:
            row = account.submit(given.account_id, given.token, template, language)
        except (WillNotWork, Unsure, TryLater) as error:
            told[template.name, language] = TemplateTold(
                template.name,
                language,
                "NOT SUBMITTED" if not isinstance(error, Unsure) else "UNKNOWN",
                template.category,
                f"{error} ({error.code})",
                is_new=False,
            )
            continue
        told[template.name, language] = _told(row, is_new=True)
        # At once, since Meta's decision about it may come by webhook at any moment,
        # and is noted on templates that we know.
        with services.transactions.for_shop(shop_id) as tx:
            numbers.keep_templates(tx, shop_id, [row], now=services.clock())
    return _decided_meanwhile(given, told, shop_id, account, services)


def _decided_meanwhile(
    given: NumberGiven,
    told: dict[_Key, TemplateTold],
    shop_id: ShopId,
    account: Account,
    services: Services,
) -> dict[_Key, TemplateTold]:
    """A webhook that came before our row was there is lost: so look once more.

    What Meta has not decided is left alone, since a webhook may just have told more.
    """
    if not any(one.is_new for one in told.values()):
        return told
    now_known = _ours(account.templates(given.account_id, given.token), services)
    decided = {
        key: row
        for key, row in now_known.items()
        if key in told and row.state != _UNDECIDED
    }
    with services.transactions.for_shop(shop_id) as tx:
        numbers.keep_templates(
            tx, shop_id, list(decided.values()), now=services.clock()
        )
    return told | {key: _told(row, is_new=True) for key, row in decided.items()}


def _told(row: TemplateRow, *, is_new: bool) -> TemplateTold:
    return TemplateTold(
        row.name, row.language, row.state, row.category, row.reason, is_new
    )
