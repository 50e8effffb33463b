"""``contact show``: who somebody is, and by what they are known."""

from typing import Any

import click

from core.errors import NotPossible
from core.values import KeyKind, Scope, ShopDomain
from core.words import N_, P_, Words
from notifications import acquainting, terms
from notifications.acquainting import KnownBy, Portrait
from notifications.witnessing import NOBODY, Kind
from webapp.commands.consent import say_now
from webapp.commands.desk import Desk, OneLineCommand, person_given, shop_id_of
from webapp.commands.given import domain_argument, json_option, language_option
from webapp.commands.showing import say, show_json, show_table, zone_of


def show(desk: Desk) -> click.Command:
    @click.command(
        "show",
        cls=OneLineCommand,
        short_help="Who somebody is, and by what they are known.",
    )
    @domain_argument
    @click.argument("phone")
    @language_option
    @json_option
    def show_(domain: ShopDomain, phone: str, words: Words, as_json: bool) -> None:
        """Who has PHONE at the store DOMAIN, or had it last: all that they were ever
        known by, their customers there, what they agreed to, and the last messages.

        For PHONE there may stand the id by which WhatsApp calls somebody, such as
        DE.1234567890.
        """
        shop = desk.shop(domain, "contact show at")
        shop_id, services = shop_id_of(shop), desk.services
        who = acquainting.whoever_is(
            shop_id, person_given(phone, shop), services=services
        )
        whose = NOBODY if who is None else f"contact {who}"
        desk.note_look(shop, "contact show", Kind.NUMBERS, Kind.CONSENT, subject=whose)
        if who is None:
            raise NotPossible(N_("nobody with that number is known to this store"))
        found = acquainting.portrait(shop_id, who, services=services)
        if as_json:
            show_json(_as_document(found))
        else:
            _say(found, words.on_clock(zone_of(shop)))

    return show_


def _as_document(found: Portrait) -> dict[str, Any]:
    return {
        "contact_id": found.contact_id,
        "known_by": found.known_by,
        "customers": found.customers,
        "consent": found.stand.now,
        "agreed_with_orders": {
            scope.value: found.stand.yeses_with_orders(scope) for scope in Scope
        },
        "marketing_since": found.marketing_since,
        "messages": found.messages,
        "merges": found.merges,
    }


def _say(found: Portrait, words: Words) -> None:
    say(words.gettext("Contact %(id)s", id=found.contact_id), style="bold")
    show_table(
        [words.gettext(heading) for heading in _HEADINGS],
        [_key(each, words) for each in found.known_by],
    )
    for customer in found.customers:
        named = (customer["first_name"], customer["email"])
        said = ", ".join(each for each in named if each)
        called = words.gettext("Customer %(id)s", id=customer["customer_id"])
        say(f"{called} {said}".rstrip())
    say_now(found.stand, words)
    if found.marketing_since is not None:
        since = words.gettext(
            "A yes to offers counts from %(moment)s on: they have another number "
            "since.",
            moment=words.moment(found.marketing_since),
        )
        say(since)
    for message in found.messages:
        at, state = words.moment(message["created_at"]), message["state"]
        called = terms.name_of(message["automation"], terms.AUTOMATIONS, words)
        stands = terms.state_of(state, terms.OF_MESSAGES, words)
        say(f"{at}  {message['id']}  {called}: {stands}")
    for each in found.merges:
        merged = words.gettext(
            "contact %(id)s was made one with this one (%(how)s)",
            id=each["gone"],
            how=terms.name_of(each["how"], terms.WAYS, words),
        )
        say(f"{words.moment(each['at'])}  {merged}")
    say(words.gettext("Times are those of %(zone)s.", zone=words.zone), style="dim")


_HEADINGS = (
    *(N_("known by"), "", P_("known by", "since"), N_("last shown")),
    *(P_("known by", "until"), N_("how")),
)


def _key(each: KnownBy, words: Words) -> list[str]:
    erased = words.gettext(_ERASED[each.kind])
    moments = [
        "-" if at is None else words.moment(at)
        for at in (each.since, each.shown_at, each.until)
    ]
    return [
        words.gettext(N_("now")) if each.is_current else "",
        each.value or erased,
        *moments,
        terms.name_of(each.how, terms.WAYS, words),
    ]


_ERASED = {
    KeyKind.PHONE: N_("a number that was erased"),
    KeyKind.USER_ID: N_("an id of WhatsApp's that was erased"),
}
