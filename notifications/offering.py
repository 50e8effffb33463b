"""Whom an offer is for, as the rules look at it: their yes, their law, their hour."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.values import ContactId, Phone, Scope
from notifications import wording
from notifications.flows import Stepping
from notifications.laws import NIGHT_CONSENT, Law, law_for
from notifications.offer_settings import (
    CHURN_RISK,
    FREQUENT,
    HARDEST_CAP,
    OfferSettings,
    settings_kept,
)
from notifications.rules.control import is_in_control_group
from notifications.rules.standing import Cap, Hour, Standing
from notifications.waking import places_of, waking
from notifications.wording import Text
from notifications.zones import Whereabouts
from storage import offers
from storage.facts import KnownMessage
from storage.offers import Glimpse, KnownPerson
from storage.people import PhoneBook
from storage.session import Transaction

NOT_ON_WHATSAPP = "meta_131026"
_FREQUENT_ORDERS = 3
_CHURNED_AFTER = timedelta(days=30)
_YEAR = timedelta(days=365)


@dataclass(slots=True)
class Audience:
    """Everybody in a batch whom an offer is for. ``sent`` also counts what this very
    batch has decided."""

    people: Mapping[ContactId, KnownPerson]
    book: PhoneBook
    sent: dict[ContactId, list[datetime]] = field(default_factory=dict)

    def count(self, contact: ContactId, *, at: datetime) -> None:
        """One more offer goes to them."""
        if contact in self.people:
            self.sent.setdefault(contact, []).append(at)


def audience_of(
    tx: Transaction,
    contacts: Collection[ContactId],
    *,
    book: PhoneBook,
    now: datetime,
) -> Audience:
    people = offers.people(
        tx, contacts, unreachable=NOT_ON_WHATSAPP, now=now, sealer=book.sealer
    )
    return Audience(people, book)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a message is for, where they are, and what has to stand at the head of an
    offer there. ``standing`` is None for news. ``country`` and ``tags`` are told where
    a step of a flow may ask for them."""

    standing: Standing | None
    hour: Hour | None
    label: str | None = None
    country: str | None = None
    tags: Collection[str] = ()


NOBODY = Reader(None, None)


def reader_of(
    message: KnownMessage,
    audience: Audience,
    *,
    agreed_at: datetime | None,
    confirmed_at: datetime | None,
    stepping: Stepping | None = None,
    send_window: str | None = None,
    now: datetime,
) -> Reader:
    """``agreed_at`` is when they gave the yes that counts, ``confirmed_at`` the same
    where it was a second one. Without it they may have confirmed an earlier one.
    ``stepping`` is the step of a flow that the message is, and ``send_window`` when its
    automation may be sent at all."""
    contact = message.contact_id
    person = None if contact is None else audience.people.get(contact)
    if contact is None or person is None:
        return NOBODY
    where = _whereabouts(person, audience.book, message.timezone)
    settings = settings_kept(message.offers)
    found = waking(
        where,
        scope=message.scope,
        settings=settings,
        now=now,
        yeses=[NIGHT_CONSENT] if _agreed_to_nights(person) else [],
        window=stepping.step.window if stepping and stepping.step else None,
        send_window=send_window,
    )
    tags = tags_of(person, now=now)
    if message.scope is not Scope.MARKETING:
        return Reader(None, found.hour, None, found.country, tags)
    standing = Standing(
        must_confirm=found.law.asks_twice or _is_asked_twice(where, settings),
        confirmed_at=confirmed_at or _confirmed_at(person),
        yes_ends_at=_yes_ends_at(found.law, agreed_at, person),
        unreachable_at=_unreachable_at(person),
        is_delivered_there=found.offers_are_delivered,
        is_in_control_group=is_in_control_group(
            contact,
            # Of a flow all or nothing: its steps may be worded by several.
            message.automation if stepping is None else stepping.named,
            percent=settings.holdout,
        )
        or (stepping is not None and stepping.holds_out(contact)),
        lacks_label=False,
        caps=caps_of(tags, settings),
        sent=(*person.sent, *audience.sent.get(contact, ())),
    )
    if stepping is None:
        return Reader(standing, found.hour, found.law.label)
    return Reader(standing, found.hour, found.law.label, found.country, tags)


def has_room_for_label(text: Text) -> bool:
    """Whether it begins with its sender, before whose name a law's label is put."""
    begins = wording.SENDER_IN_BOLD if text.deal else "{{sender}}"
    return (text.body if text.deal else text.header).startswith(begins)


def has_to_confirm(
    contact: ContactId,
    audience: Audience,
    *,
    offers: Mapping[str, str],
    timezone: str,
    now: datetime,
) -> bool:
    """Whether a yes of theirs to offers counts only once they have said it twice;
    ``offers`` and ``timezone`` are the shop's."""
    person = audience.people.get(contact)
    if person is None:
        return False
    where = _whereabouts(person, audience.book, timezone)
    law = law_for(places_of(where), on=now.date())
    return law.asks_twice or _is_asked_twice(where, settings_kept(offers))


def has_confirmed(contact: ContactId, audience: Audience) -> bool:
    """Whether they have said yes to offers twice, and not taken it back since."""
    person = audience.people.get(contact)
    return person is not None and _confirmed_at(person) is not None


def phone_of(contact: ContactId, audience: Audience) -> Phone | None:
    person = audience.people.get(contact)
    if person is None or person.sealed_phone is None:
        return None
    return audience.book.opened(person.shop_id, person.sealed_phone)


def _is_asked_twice(where: Whereabouts, settings: OfferSettings) -> bool:
    wanted = settings.double_opt_in
    if not wanted or "*" in wanted:
        return bool(wanted)
    return any(each.country in wanted for each in places_of(where))


def _confirmed_at(person: KnownPerson) -> datetime | None:
    """None where they said no since, or have another number now."""
    if (at := person.confirmed_at) is None:
        return None
    ends = [each for each in (person.refused_at, person.marketing_since) if each]
    return None if any(each >= at for each in ends) else at


def _yes_ends_at(
    law: Law, agreed_at: datetime | None, person: KnownPerson
) -> datetime | None:
    if (years := law.reconfirmed_after_years) is None:
        return None
    given_at = max(filter(None, (agreed_at, _confirmed_at(person))), default=None)
    return None if given_at is None else given_at + years * _YEAR


def _unreachable_at(person: KnownPerson) -> datetime | None:
    """None where something has reached them since, or they wrote."""
    if (at := person.unreachable_at) is None:
        return None
    signs = [each for each in (person.reached_at, person.wrote_at) if each is not None]
    return None if any(each > at for each in signs) else at


def _agreed_to_nights(person: KnownPerson) -> bool:
    if (at := person.night_at) is None:
        return False
    noes = [each for each in (person.no_night_at, person.refused_at) if each]
    return all(each < at for each in noes)


def caps_of(tags: Collection[str], settings: OfferSettings) -> tuple[Cap, ...]:
    """Those of their tags, else the one for everybody; and the hardest, always."""
    of_tags = {FREQUENT: settings.frequent, CHURN_RISK: settings.churn_risk}
    caps = [of_tags[tag] for tag in tags] or [settings.default]
    return (*caps, HARDEST_CAP)


def tags_of(person: KnownPerson | Glimpse, *, now: datetime) -> Sequence[str]:
    """``frequent`` bought three times in a quarter; of ``churn_risk`` nothing was heard
    for thirty days."""
    moments = (person.ordered_at, person.wrote_at, person.known_since)
    heard_at = max(filter(None, moments))
    is_of = {
        FREQUENT: person.orders >= _FREQUENT_ORDERS,
        CHURN_RISK: now - heard_at >= _CHURNED_AFTER,
    }
    return [tag for tag, is_so in is_of.items() if is_so]


def _whereabouts(person: KnownPerson, book: PhoneBook, shop_zone: str) -> Whereabouts:
    """Who shows no number has a name at WhatsApp, which begins with a country."""
    phone, country = None, person.country
    if person.sealed_phone is not None:
        phone = book.opened(person.shop_id, person.sealed_phone)
    elif person.sealed_user_id is not None:
        user_id = book.opened_user(person.shop_id, person.sealed_user_id)
        country = country or user_id[:2]
    return Whereabouts(
        country=country,
        province=person.place.get("region"),
        postcode=person.place.get("postcode"),
        town=person.place.get("city"),
        phone=phone,
        shop_zone=shop_zone,
    )
