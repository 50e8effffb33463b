"""What every command has at hand, and how its refusals become one line."""

import os
import pwd
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from core.errors import (
    AppError,
    ConfigurationError,
    DatabaseAway,
    NotPossible,
    OutsideError,
    Unsure,
)
from core.sealing import CannotOpen
from core.settings import Settings
from core.values import Phone, ShopDomain, ShopId, UserId
from core.words import N_, SOURCE_LANGUAGE, Words, words_for
from integrations.phones import phone_from
from notifications import witnessing
from notifications.operating import Operator, shop_named
from notifications.ports import Services, Tracker
from notifications.privacy.requests import Attendant
from notifications.witnessing import Door, Kind

if TYPE_CHECKING:
    from core.catalog import Catalog
    from wiring.outside import MetaAccount, ShopifyStore


@dataclass(frozen=True)
class Desk:
    settings: Settings
    services: Services

    @cached_property
    def operator(self) -> Operator:
        """Whoever runs the command, as the system knows them."""
        number = os.getuid()
        try:
            return Operator(pwd.getpwuid(number).pw_name)
        except KeyError:
            return Operator(f"user {number}")

    @property
    def store(self) -> "ShopifyStore":
        from wiring.outside import store_at

        return store_at(self.settings, self.services)

    @property
    def account(self) -> "MetaAccount":
        from wiring.outside import account_at

        return account_at(self.settings)

    @property
    def keeper(self) -> "Catalog":
        from wiring.outside import keeper_at

        return keeper_at(self.settings)

    @property
    def trackers(self) -> "Mapping[str, Tracker]":
        from wiring.outside import trackers_at

        return trackers_at(self.settings)

    @property
    def attendant(self) -> Attendant:
        """Who does what is owed by law."""
        from wiring.outside import MetasWords

        return Attendant(self.store, MetasWords(), self.services)

    def tracking_address(self, service: str, domain: ShopDomain) -> str:
        """Where a service is to tell of the shop's parcels."""
        return f"{self.settings.app_url}/webhooks/tracking/{service}/{domain}"

    def shop(self, domain: ShopDomain, doing: str) -> Mapping[str, Any]:
        """The shop's row; that somebody asked for it is written down.

        Raises:
            NotPossible: it is not connected.
        """
        return shop_named(domain, doing, operator=self.operator, services=self.services)

    def note_look(
        self,
        shop: Mapping[str, Any],
        doing: str,
        *kinds: Kind,
        subject: str | None = None,
    ) -> None:
        """Write down whose data the operator is about to see; None is everybody's."""
        witnessing.note(
            shop_id_of(shop),
            kinds,
            door=Door.COMMAND,
            actor=self.operator.name,
            doing=doing,
            subject=subject,
            services=self.services,
        )


def shop_id_of(shop: Mapping[str, Any]) -> ShopId:
    return ShopId(shop["id"])


def phone_given(raw: str, shop: Mapping[str, Any]) -> Phone:
    """The number that somebody typed, as dialled from the shop's country.

    Raises:
        NotPossible: it cannot be read.
    """
    phone = phone_from(raw, country=shop["country"])
    if phone is None:
        raise NotPossible(
            N_(
                "PHONE is no number that WhatsApp could reach: write it with + and the "
                "country's code"
            )
        )
    return phone


_USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,128}")


def person_given(raw: str, shop: Mapping[str, Any]) -> Phone | UserId:
    """A number as ``phone_given`` reads it, or the id that WhatsApp gave somebody.

    Raises:
        NotPossible: it is neither.
    """
    if _USER_ID.fullmatch(raw.strip()):
        return UserId(raw.strip())
    return phone_given(raw, shop)


class OneLineCommand(click.Command):
    """What is refused ends with one line on standard error, and exit code 1; in the
    language that the command was asked to speak, if it was."""

    def invoke(self, ctx: click.Context) -> Any:
        words = ctx.params.get("words") or words_for(SOURCE_LANGUAGE)
        with _refusals_in_one_line(words):
            return super().invoke(ctx)


class OneLineGroup(click.Group):
    """As ``OneLineCommand``, for all the commands in it."""

    def invoke(self, ctx: click.Context) -> Any:
        with _refusals_in_one_line(words_for(SOURCE_LANGUAGE)):
            return super().invoke(ctx)


@contextmanager
def _refusals_in_one_line(words: Words) -> Iterator[None]:
    try:
        yield
    except AppError as error:
        raise click.ClickException(_one_line(error, words)) from error
    except CannotOpen as error:
        said = N_("SECRET_KEYS does not hold the key that this was sealed with")
        raise click.ClickException(words.gettext(said)) from error


def _one_line(error: AppError, words: Words) -> str:
    match error:
        case NotPossible():
            return words.gettext(error.sentence, **error.values)
        case DatabaseAway():
            said = N_("the database does not answer (%(error)s)")
            return words.gettext(said, error=error)
        case Unsure():
            return (
                f"{_who(error)}it is not known whether this was done: run it again "
                f"({error.code})"
            )
        case OutsideError():
            return f"{_who(error)}{error} ({error.code})"
        case ConfigurationError() | AppError():
            return str(error)


def _who(error: OutsideError) -> str:
    owner = error.code.partition("_")[0]
    names = {"shopify": "Shopify", "meta": "Meta", "17track": "17TRACK"}
    return f"{names[owner]}: " if owner in names else ""
