"""``events``: the webhooks that came, and one of them once more."""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import click

from core.errors import NotPossible
from core.lanes import Work
from core.values import ShopDomain
from core.words import SOURCE_LANGUAGE, words_for
from integrations.meta.advice import meaning_of
from notifications import reasons
from notifications.operating import crossing
from storage import asking, inbox
from storage.inbox import State
from webapp.commands.desk import Desk, OneLineGroup
from webapp.commands.given import DOMAIN, json_option, limit_option
from webapp.commands.showing import (
    moment,
    say,
    show_entries,
    show_json,
    show_json_lines,
    zone_of,
)


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("events", help="The webhooks that came.")
    group.add_command(_list(desk))
    group.add_command(_retry(desk))
    return group


def _list(desk: Desk) -> click.Command:
    @click.command("list", short_help="The newest webhooks.")
    @click.option("--state", type=click.Choice([state.value for state in State]))
    @click.option("--shop", type=DOMAIN, metavar="DOMAIN", help="Of one store.")
    @limit_option
    @json_option
    def list_(
        state: str | None, shop: ShopDomain | None, limit: int, as_json: bool
    ) -> None:
        """The newest webhooks, and what became of them.

        Times are on the clock of the store DOMAIN, and in UTC where none is given.
        """
        zone = _zone(desk, shop)
        with crossing(
            "events list", operator=desk.operator, services=desk.services
        ) as tx:
            rows = asking.events(
                tx, state=State(state) if state else None, shop=shop, limit=limit
            )
        if as_json:
            show_json_lines(rows)
            return
        show_entries(
            ("id", f"came ({zone})", "state", "tries"),
            [
                (
                    (
                        row["id"],
                        moment(row["arrived_at"], zone),
                        row["state"],
                        row["attempts"],
                    ),
                    _what_and_why(row),
                )
                for row in rows
            ],
        )

    return list_


def _zone(desk: Desk, shop: ShopDomain | None) -> ZoneInfo:
    """Also a store that is not connected may have sent webhooks."""
    if shop is not None:
        with suppress(NotPossible):
            return zone_of(desk.shop(shop, "events list"))
    return ZoneInfo("UTC")


def _what_and_why(row: Mapping[str, Any]) -> str:
    what = ", ".join(filter(None, (row["topic"], row["shop_domain"] or row["source"])))
    code = row["reason"]
    if code is None:
        return what
    said = reasons.explained(code, meaning_of, words_for(SOURCE_LANGUAGE))
    return f"{what}\n{code}: {said.sentence}"


def _retry(desk: Desk) -> click.Command:
    @click.command("retry", short_help="Have a webhook read once more.")
    @click.argument("event_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
    @json_option
    def retry(event_id: int, as_json: bool) -> None:
        """Have the webhook ID read once more, whatever became of it.

        Reading it twice changes nothing, and sends nothing twice.
        """
        services = desk.services
        with crossing(
            f"events retry {event_id}", operator=desk.operator, services=services
        ) as tx:
            lane = inbox.try_again(tx, event_id, now=services.clock())
            if lane is None:
                raise NotPossible(
                    f"there is no event {event_id}, or its body is kept no more"
                )
            tx.after_commit(partial(services.hints.look, Work.READ, lane))
        if as_json:
            show_json({"id": event_id, "state": State.PENDING.value})
        else:
            say(f"event {event_id} is read once more")

    return retry
