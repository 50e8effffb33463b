"""``shop whatsapp``: connect a store's WhatsApp numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from core.errors import NotPossible
from core.values import ShopDomain
from notifications import numbering
from notifications.numbering import ConnectedNumber, NumberGiven
from webapp.commands.desk import Desk
from webapp.commands.given import SECRET, domain_argument, json_option
from webapp.commands.showing import say, show_json, show_table, telling


def command(desk: Desk) -> click.Command:
    @click.command("whatsapp", short_help="Connect a store's WhatsApp numbers.")
    @domain_argument
    @click.option("--waba-id", metavar="ID", help="The account.")
    @click.option("--phone-number-id", required=True, metavar="ID", help="The number.")
    @click.option("--token", type=SECRET, help="Its token, or -.")
    @click.option("--catalog-id", metavar="ID", help="The catalog of the account.")
    @click.option("--also", is_flag=True, help="Beside the store's default number.")
    @click.option("--countries", metavar="BR,PT", help="Whose buyers it is for.")
    @click.option("--remove", is_flag=True, help="Send through it no more.")
    @json_option
    def whatsapp(
        domain: ShopDomain,
        waba_id: str | None,
        phone_number_id: str,
        token: str | None,
        catalog_id: str | None,
        also: bool,
        countries: str | None,
        remove: bool,
        as_json: bool,
    ) -> None:
        """Connect a WhatsApp number of the store DOMAIN.

        Asks Meta whether token and number fit, has the account's webhooks sent to
        us, submits our templates that are missing there, and shows the state of all.
        Doing this again submits nothing twice; another number takes the place of the
        default one. Submitted are the languages that the store names (shop set ...
        languages=), else English, those of its country and those of its buyers; what
        Meta does not take in this hour follows by itself.

        With --also it is one more number, of the same account or another, for buyers
        whose own number is of one of its --countries. All others hear from the default
        number. With --remove nothing more leaves through a number, and its buyers hear
        from the default one.
        """
        _must_be_ids(waba_id, phone_number_id)
        if remove:
            if waba_id or token or catalog_id or also or countries:
                raise NotPossible("--remove goes with --phone-number-id alone")
            numbering.disconnect_whatsapp(
                domain, phone_number_id, operator=desk.operator, services=desk.services
            )
            if as_json:
                show_json({"removed": phone_number_id})
            else:
                say(f"{domain} sends through {phone_number_id} no more")
            return
        if waba_id is None or token is None:
            raise NotPossible("give --waba-id and --token, or --remove")
        with telling(f"connecting the number of {domain}") as tell:
            done = numbering.connect_whatsapp(
                domain,
                NumberGiven(
                    account_id=waba_id,
                    phone_number_id=phone_number_id,
                    token=token,
                    catalog_id=catalog_id,
                    countries=_split(countries),
                    is_beside=also,
                ),
                account=desk.account,
                operator=desk.operator,
                services=desk.services,
                tell=tell,
            )
        if as_json:
            show_json(
                {
                    "display_phone": done.display_phone,
                    **_counted(done),
                    "templates": _templates(done),
                }
            )
            return
        _say_sends(domain, done)

    return whatsapp


def _must_be_ids(waba_id: str | None, phone_number_id: str) -> None:
    for name, value in (
        ("--waba-id", waba_id),
        ("--phone-number-id", phone_number_id),
    ):
        if value is not None and not (value.isascii() and value.isdigit()):
            raise NotPossible(f"{name} is a number that Meta shows you")


def _split(countries: str | None) -> frozenset[str]:
    named = (each.strip().upper() for each in (countries or "").split(","))
    return frozenset(filter(None, named))


def _say_sends(domain: ShopDomain, done: ConnectedNumber) -> None:
    say(f"{domain} sends from {done.display_phone}")
    show_table(
        ("template", "language", "state", "category", "", "reason"),
        [
            (t.name, t.language, t.state, t.category, _newness(t.is_new), t.reason)
            for t in done.templates
        ],
    )
    counted = _counted(done)
    say(
        f"Templates: {counted['submitted_now']} submitted now, "
        f"{counted['in_review']} in review, {counted['left_for_later']} left for later"
    )
    say(f"Next: ./sosik automation list {domain}")


def _counted(done: ConnectedNumber) -> dict[str, int]:
    return {
        "submitted_now": sum(told.is_new for told in done.templates),
        "in_review": sum(told.state == "PENDING" for told in done.templates),
        "left_for_later": done.left,
    }


def _newness(is_new: bool) -> str:
    return "submitted now" if is_new else ""


def _templates(done: ConnectedNumber) -> list[dict[str, Any]]:
    return [
        {
            "name": told.name,
            "language": told.language,
            "state": told.state,
            "category": told.category,
            "reason": told.reason,
            "submitted_now": told.is_new,
        }
        for told in done.templates
    ]


_SHOWN = (
    *("account_id", "phone_number_id", "display_phone", "is_default", "countries"),
    *("catalog_id", "parked_until", "parked_because", "connected_at"),
)


def shown(number: Mapping[str, Any]) -> dict[str, Any]:
    """What of a number anybody may see who may see the store."""
    return {name: number[name] for name in _SHOWN}


def listed(own: Sequence[Mapping[str, Any]], name: str) -> str | None:
    """What each of a store's numbers has there, in a single field of a table."""
    return ", ".join(number[name] for number in own if number[name]) or None
