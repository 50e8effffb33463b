"""Connecting a shop's WhatsApp numbers: its default one, others beside it, or none.

As for a shop itself, Meta is asked first, while no transaction is open.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.dialling import is_country
from core.errors import NotPossible
from core.values import ShopDomain, ShopId
from core.words import N_
from notifications import reviewing
from notifications.connecting import Tell
from notifications.operating import Operator, shop_id_of, shop_named
from notifications.ports import Services
from notifications.reviewing import Key, Reviewer, Sender, TemplateTold, told_of
from notifications.rules.objections import Because
from notifications.wording import Template
from storage import changes, number_health, numbers, outbox, reviews
from storage.changes import By, Change
from storage.numbers import NewNumber, NumberTaken
from storage.session import Transaction

TAKEN = N_("the number is connected to another store")


class Account(Reviewer, Protocol):
    """A WhatsApp Business Account. Every call may raise an OutsideError."""

    def display_number(self, phone_number_id: str, token: str) -> str: ...

    def subscribe(self, account_id: str, token: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberGiven:
    """A number that is to be the shop's default one, or one more that ``is_beside`` it
    for the buyers of some ``countries``."""

    account_id: str
    phone_number_id: str
    token: str = field(repr=False)
    catalog_id: str | None = None
    countries: Collection[str] = ()
    is_beside: bool = False

    def checked(self) -> "NumberGiven":
        """Itself.

        Raises:
            NotPossible: what it is for makes no sense.
        """
        for country in self.countries:
            if not is_country(country):
                raise NotPossible(
                    N_("%(country)s is no country: give them as BR,PT"), country=country
                )
        if self.is_beside and not self.countries:
            raise NotPossible(N_("say for buyers of which countries the number is"))
        if self.countries and not self.is_beside:
            raise NotPossible(
                "the store's default number is for all countries that no other of its "
                "numbers is for: give --countries together with --also"
            )
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedNumber:
    """``left`` counts the templates that are submitted later: see ``reviewing``."""

    display_phone: str = field(repr=False)
    templates: Sequence[TemplateTold]
    left: int


def connect_whatsapp(
    domain: ShopDomain,
    given: NumberGiven,
    *,
    account: Account,
    operator: Operator,
    services: Services,
    tell: Tell = lambda _what: None,
) -> ConnectedNumber:
    """Connect a shop's number, and have our templates reviewed where they are missing
    in its account.

    A default number takes the place of the one before. A second time finds the
    templates there and submits none. What held the number back is over.

    Raises:
        NotPossible: the shop is not connected, or the number does not fit beside the
            others, or is another shop's.
        OutsideError: Meta does not accept the token, the number or the account.
    """
    shop_id = shop_id_of(
        shop_named(domain, "shop whatsapp", operator=operator, services=services)
    )
    must_fit(shop_id, given, services)
    tell("asking Meta for the number")
    display_phone = account.display_number(given.phone_number_id, given.token)
    tell("subscribing to the account's webhooks")
    account.subscribe(given.account_id, given.token)
    tell("reading the account's templates")
    sender = Sender(shop_id, given.account_id, given.token)
    known = reviewing.read(sender, account, services)
    with services.transactions.for_shop(shop_id) as tx:
        keep_number(tx, shop_id, given, display_phone, services)
    reviewing.keep(sender, known, services)
    submitted = reviewing.submit_missing(
        sender, known, account, services, tell=tell, even_if_refused=True
    )
    told = {
        **{key: told_of(row, is_new=False) for key, row in known.ours.items()},
        **_decided_meanwhile(sender, submitted.told, account, services),
        **{(t.name, language): _later(t, language) for t, language in submitted.left},
    }
    return ConnectedNumber(
        display_phone=display_phone,
        templates=[told[key] for key in sorted(told)],
        left=len(submitted.left),
    )


def must_fit(shop_id: ShopId, given: NumberGiven, services: Services) -> None:
    """Raises NotPossible where there may be no such number beside those of the shop."""
    with services.transactions.for_shop(shop_id) as tx:
        _must_fit(given.checked(), numbers.numbers_of(tx, shop_id))


def _must_fit(given: NumberGiven, there: Sequence[Mapping[str, Any]]) -> None:
    """Whether there may be such a number beside those that the shop has."""
    if not given.is_beside:
        return
    if not there:
        raise NotPossible(
            N_("connect the store's default number first, without countries")
        )
    if given.phone_number_id == there[0]["phone_number_id"]:
        raise NotPossible(
            N_(
                "it is the store's default number: connect another one in its place "
                "first"
            )
        )
    for other in there:
        if other["phone_number_id"] == given.phone_number_id:
            continue
        for country in sorted(set(given.countries) & set(other["countries"])):
            number = other["phone_number_id"]
            raise NotPossible(
                N_("the number %(id)s is for %(country)s already"),
                id=number,
                country=country,
            )


def keep_number(
    tx: Transaction,
    shop_id: ShopId,
    given: NumberGiven,
    display_phone: str,
    services: Services,
) -> None:
    """Have the shop's messages leave through it from now on.

    Raises:
        NotPossible: it does not fit beside the others any more, or is another shop's.
    """
    numbers.be_alone_at(tx, shop_id)
    before = numbers.numbers_of(tx, shop_id)
    _must_fit(given, before)
    keep = numbers.add_number if given.is_beside else numbers.connect_number
    number = NewNumber(
        account_id=given.account_id,
        phone_number_id=given.phone_number_id,
        token=given.token,
        catalog_id=given.catalog_id,
        display_phone=display_phone,
        countries=given.countries,
    )
    now = services.clock()
    try:
        keep(tx, shop_id, number, sealer=services.sealer, now=now)
    except NumberTaken as error:
        raise NotPossible(TAKEN) from error
    number_health.look_soon(tx, shop_id, given.phone_number_id, now=now)
    _go_on(tx, shop_id, before, services)


def disconnect_whatsapp(
    domain: ShopDomain, phone_number_id: str, *, operator: Operator, services: Services
) -> None:
    """Have nothing more leave through a number; what it was for goes to the default
    one. Without any number messages wait.

    Raises:
        NotPossible: the shop has no such number, or others for which it stands in.
    """
    shop_id = shop_id_of(
        shop_named(domain, "shop whatsapp", operator=operator, services=services)
    )
    with services.transactions.for_shop(shop_id) as tx:
        remove_number(tx, shop_id, phone_number_id, services)


def remove_number(
    tx: Transaction, shop_id: ShopId, phone_number_id: str, services: Services
) -> None:
    """As ``disconnect_whatsapp``."""
    numbers.be_alone_at(tx, shop_id)
    before = numbers.numbers_of(tx, shop_id)
    ids = [number["phone_number_id"] for number in before]
    if phone_number_id not in ids:
        raise NotPossible(N_("the shop has no number %(id)s"), id=phone_number_id)
    if phone_number_id == ids[0] and len(ids) > 1:
        raise NotPossible(
            N_(
                "it is the store's default number: connect another one in its place, "
                "or remove the others first"
            )
        )
    numbers.remove_number(tx, shop_id, phone_number_id)
    _go_on(tx, shop_id, before, services)


def disconnect(
    shop_id: ShopId, phone_number_id: str, *, by: By, services: Services
) -> None:
    """As ``disconnect_whatsapp``, by somebody of the store."""
    with services.transactions.for_shop(shop_id) as tx:
        remove_number(tx, shop_id, phone_number_id, services)
        change = Change(what="number_disconnected", subject=phone_number_id)
        changes.note(tx, shop_id, by, change, now=services.clock())


def be_for(
    shop_id: ShopId,
    phone_number_id: str,
    countries: Collection[str],
    *,
    by: By,
    services: Services,
) -> None:
    """Have a number that is beside the default one be for buyers of these countries.

    Raises:
        NotPossible: one is no country, or another number's; or it is the default one,
            or none of the shop's.
    """
    with services.transactions.for_shop(shop_id) as tx:
        numbers.be_alone_at(tx, shop_id)
        before = numbers.numbers_of(tx, shop_id)
        own = [each for each in before if each["phone_number_id"] == phone_number_id]
        if not own:
            raise NotPossible(N_("the shop has no number %(id)s"), id=phone_number_id)
        given = NumberGiven(
            account_id=own[0]["account_id"],
            phone_number_id=phone_number_id,
            token="",
            countries=countries,
            is_beside=True,
        )
        _must_fit(given.checked(), before)
        numbers.be_for(tx, shop_id, phone_number_id, countries)
        change = Change(
            what="number_countries",
            subject=phone_number_id,
            before={"countries": sorted(own[0]["countries"])},
            after={"countries": sorted(countries)},
        )
        changes.note_other(tx, shop_id, by, change, now=services.clock())
        _go_on(tx, shop_id, before, services)


def _go_on(
    tx: Transaction,
    shop_id: ShopId,
    before: Sequence[Mapping[str, Any]],
    services: Services,
) -> None:
    """The numbers are others than ``before``: what waited for one of those may leave
    through another, and their accounts may be the shop's no more."""
    reviews.forget_other_accounts(tx, shop_id)
    stopped = {number["parked_because"] for number in before} - {None}
    reasons = {
        *(Because.NOT_CONNECTED, Because.PARKED, Because.NUMBER_BUSY),
        *(Because.TEMPLATE_NOT_READY, *stopped),
    }
    outbox.wake(tx, shop_id, reasons, now=services.clock())


def _later(template: Template, language: str) -> TemplateTold:
    return TemplateTold(
        template.name,
        language,
        reviewing.LATER,
        template.category,
        "Meta takes no more for now; submitted by itself within hours",
        is_new=False,
    )


def _decided_meanwhile(
    sender: Sender,
    told: Mapping[Key, TemplateTold],
    account: Account,
    services: Services,
) -> Mapping[Key, TemplateTold]:
    """A webhook that came before our row was there is lost: so look once more."""
    if not any(one.is_new for one in told.values()):
        return told
    known = reviewing.read(sender, account, services)
    reviewing.keep(sender, known, services)
    return {
        key: told_of(known.ours[key], is_new=one.is_new) if key in known.ours else one
        for key, one in told.items()
    }
