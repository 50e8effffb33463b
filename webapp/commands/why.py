"""``why``: the whole story of an order, a person or a message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

import click

from core.errors import NotPossible
from core.values import MessageId, ShopDomain, ShopId
from core.words import N_, Words
from notifications import witnessing
from notifications.access import advice_on
from notifications.ports import Services
from notifications.retelling import Retelling
from notifications.story import Story
from notifications.why import Reader
from notifications.witnessing import Kind
from storage.access import TokenKind
from webapp.commands.consent import as_document
from webapp.commands.desk import Desk, OneLineCommand, phone_given, shop_id_of
from webapp.commands.given import domain_argument, json_option, language_option
from webapp.commands.showing import say, show_json, zone_of
from webapp.commands.telling import tell
from webapp.commands.telling_past import tell_past


def command(desk: Desk) -> click.Command:
    @click.command(
        "why", cls=OneLineCommand, short_help="Why somebody got a message, or not."
    )
    @domain_argument
    @click.option("--order", metavar="NAME", help="Such as 1001 or '#1001'.")
    @click.option("--phone", metavar="PHONE", help="A person, by their number.")
    @click.option("--message", metavar="ID", help="A message, by its id.")
    @click.option(
        "--at",
        metavar="TIME",
        help="The order as it was known then, such as '2026-11-20 14:30'.",
    )
    @language_option
    @json_option
    def why(
        domain: ShopDomain,
        order: str | None,
        phone: str | None,
        message: str | None,
        at: str | None,
        words: Words,
        as_json: bool,
    ) -> None:
        """Every decision about an order, a person or a message of the store DOMAIN.

        What the store told and when, what each automation made of it, each message
        with its whole story, sent or not, and the reason in plain words with what can
        be done. Times are on the store's clock, and in UTC with --json.

        With --at an order as it was known at a moment of the past, and what had
        happened by then and was not known.
        """
        asked = [given for given in (order, phone, message) if given is not None]
        if len(asked) != 1:
            raise NotPossible(N_("give one of --order, --phone and --message"))
        if at is not None and order is None:
            raise NotPossible(N_("--at goes with --order"))
        shop = desk.shop(domain, "why at")
        zone = zone_of(shop)
        told = _Asked(desk, shop, words if as_json else words.on_clock(zone))
        if order is not None and at is not None:
            told.past(order, _moment(at, zone), as_json=as_json)
        else:
            told.story(order, phone, message, as_json=as_json)

    return why


def _moment(raw: str, zone: tzinfo) -> datetime:
    """On the store's clock, where no other is named."""
    try:
        moment = datetime.fromisoformat(raw.strip())
        return moment.replace(tzinfo=moment.tzinfo or zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotPossible(
            N_("%(raw)s is no moment: write it like 2026-11-20 14:30"), raw=raw
        ) from None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for, told to a person or to a program."""

    desk: Desk
    shop: Mapping[str, Any]
    words: Words

    def story(
        self,
        order: str | None,
        phone: str | None,
        message: str | None,
        *,
        as_json: bool,
    ) -> None:
        reader = self._reader()
        if order is not None:
            self._note_look("why --order", subject=self._orders(order))
            story = reader.of_order(order)
        elif phone is not None:
            person = phone_given(phone, self.shop)
            whose = witnessing.whoever_has(self._shop_id, person, self._services)
            self._note_look("why --phone", Kind.CONSENT, Kind.NUMBERS, subject=whose)
            story = reader.of_person(person)
        else:
            message_id = MessageId(message or "")
            which = witnessing.message_with(self._shop_id, message_id, self._services)
            self._note_look("why --message", subject=which)
            story = reader.of_message(message_id)
        lost = _lost(self.shop, self.words)
        if as_json:
            show_json({**_document(story), "access_lost": lost})
            return
        if lost is not None:
            say(lost["sentence"], style="red")
        tell(story, self.words)

    def past(self, order: str, at: datetime, *, as_json: bool) -> None:
        self._note_look("why --order --at", subject=self._orders(order))
        past = self._reader().of_order_at(order, at)
        if as_json:
            show_json(past)
        else:
            tell_past(past, self.words)

    @property
    def _shop_id(self) -> ShopId:
        return shop_id_of(self.shop)

    @property
    def _services(self) -> Services:
        return self.desk.services

    def _orders(self, name: str) -> str:
        return witnessing.orders_called(self._shop_id, name, self._services)

    def _note_look(self, doing: str, *kinds: Kind, subject: str) -> None:
        usual = (Kind.ORDERS, Kind.TEXTS)
        self.desk.note_look(self.shop, doing, *usual, *kinds, subject=subject)

    def _reader(self) -> Reader:
        from wiring.outside import MetasWords

        return Reader(
            Retelling(
                shop_id=self._shop_id,
                services=self._services,
                interpreter=MetasWords(),
                words=self.words,
            )
        )


def _document(story: Story) -> dict[str, Any]:
    return {
        "orders": list(story.orders),
        "messages": list(story.messages),
        "consent": None if story.stand is None else as_document(story.stand),
    }


def _lost(shop: Mapping[str, Any], words: Words) -> dict[str, str] | None:
    """Why the store lets us in no more, and what can be done; None while it does."""
    because = shop["access_lost"]
    if because is None:
        return None
    kind = TokenKind(shop["token_kind"])
    return {"code": because, "sentence": advice_on(kind, because, words)}
