"""``catalog connect``, ``sync`` and ``status``: the store's catalog at Meta."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click

from core.catalog import ItemState
from core.errors import NotPossible
from core.values import ShopDomain
from core.words import N_, Words
from notifications.catalog import connecting, syncing
from notifications.catalog.connecting import Wish
from notifications.catalog.status import (
    LocalCount,
    NotShown,
    Status,
    not_shown,
    sold_in_chat,
    status_of,
)
from notifications.catalog.wording import OF_WITHHELD, RUNS, STATES, why
from notifications.rules.catalog_items import Withheld
from notifications.rules.catalog_sets import NONE
from storage.chat_results import ChatResults
from webapp.commands.desk import Desk, OneLineCommand, shop_id_of
from webapp.commands.given import (
    domain_argument,
    json_option,
    language_option,
    limit_option,
)
from webapp.commands.showing import console, say, show_json, show_table, telling

_NOT_SHOWN = (ItemState.REFUSED, ItemState.WITHHELD)


def connect(desk: Desk) -> click.Command:
    @click.command(
        "connect", cls=OneLineCommand, short_help="Keep a catalog like the store."
    )
    @domain_argument
    @click.option(
        "--catalog-id",
        metavar="ID",
        help="One that is there; without it the account's own, or a new one.",
    )
    @click.option(
        "--hide-tag", metavar="TAG", help="Products with this tag are not shown."
    )
    @click.option("--cart/--no-cart", default=True, help="Whether buyers have a cart.")
    @click.option("--visible/--hidden", default=True, help="Whether they see it.")
    @language_option
    @json_option
    def connect_(
        domain: ShopDomain,
        catalog_id: str | None,
        hide_tag: str | None,
        words: Words,
        as_json: bool,
        **shown: bool,
    ) -> None:
        """Keep a catalog at Meta the same as the store DOMAIN, from now on.

        The account of the store's WhatsApp number shows it. The token needs the
        permissions catalog_management and business_management. Doing this again ends
        what held it back.
        """
        if catalog_id is not None and not (
            catalog_id.isascii() and catalog_id.isdigit()
        ):
            raise NotPossible(N_("--catalog-id is a number that Meta shows you"))
        wish = Wish(
            catalog_id=catalog_id,
            hidden_tag=hide_tag,
            has_cart=shown["cart"],
            is_visible=shown["visible"],
        )
        with telling(words.gettext(N_("connecting the catalog"))) as tell:
            done = connecting.connect(
                domain,
                wish,
                keeper=desk.keeper,
                operator=desk.operator,
                services=desk.services,
                tell=tell,
            )
        if as_json:
            show_json({"catalog_id": done.catalog_id, "is_new": done.is_new})
            return
        told = N_("%(shop)s is shown in the catalog %(catalog)s")
        say(words.gettext(told, shop=domain, catalog=done.catalog_id))
        say(words.gettext(N_("Next: ./sosik catalog sync %(shop)s"), shop=domain))

    return connect_


def sync(desk: Desk) -> click.Command:
    @click.command(
        "sync", cls=OneLineCommand, short_help="Read the store, and tell Meta now."
    )
    @domain_argument
    @click.option("--no-wait", is_flag=True, help="Let the scheduler do it.")
    @language_option
    @json_option
    def sync_(domain: ShopDomain, no_wait: bool, words: Words, as_json: bool) -> None:
        """Read all products of the store DOMAIN, and tell Meta what differs.

        This happens by itself after each change, and all of it every night. Breaking it
        off does no harm: the scheduler goes on.
        """
        from wiring.outside import wait

        shop_id = shop_id_of(desk.shop(domain, "catalog sync"))
        syncing.begin(shop_id, domain, desk.services)
        if no_wait:
            status = status_of(shop_id, domain, desk.services)
        else:
            with _progress(words) as shown:
                status = syncing.watch(
                    shop_id,
                    domain,
                    store=desk.store,
                    keeper=desk.keeper,
                    services=desk.services,
                    wait=wait,
                    shown=shown,
                )
        _show(status, words, as_json=as_json)

    return sync_


def status(desk: Desk) -> click.Command:
    @click.command(
        "status", cls=OneLineCommand, short_help="What is shown, and what is not."
    )
    @domain_argument
    @click.option("--items", is_flag=True, help="Each item that buyers do not see.")
    @limit_option
    @language_option
    @json_option
    def status_(
        domain: ShopDomain, items: bool, limit: int, words: Words, as_json: bool
    ) -> None:
        """How the catalog of the store DOMAIN stands: what buyers see, what they do not
        see and why, and what came of the carts that they have sent in the chat."""
        shop_id = shop_id_of(desk.shop(domain, "catalog status"))
        found = status_of(shop_id, domain, desk.services)
        hidden = (
            not_shown(shop_id, _NOT_SHOWN, desk.services, most=limit) if items else []
        )
        sold = sold_in_chat(shop_id, desk.services)
        _show(found, words, hidden, sold, as_json=as_json)

    return status_


@contextmanager
def _progress(words: Words) -> Iterator[Callable[[Status], None]]:
    """A bar on a terminal: of what is read first, then of what Meta is told."""
    if not sys.stderr.isatty():
        yield lambda _status: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        reading = progress.add_task(words.gettext(N_("products read")), total=None)
        telling_ = progress.add_task(words.gettext(N_("items at Meta")), total=None)

        def shown(found: Status) -> None:
            items = sum(found.items.values())
            waiting = found.items.get(ItemState.SENT, 0)
            waiting += found.items.get(ItemState.WAITING, 0)
            progress.update(reading, completed=found.read, total=found.told)
            progress.update(telling_, completed=items - waiting, total=items or None)

        yield shown


def _show(
    found: Status,
    words: Words,
    hidden: list[NotShown] | None = None,
    sold: ChatResults | None = None,
    *,
    as_json: bool,
) -> None:
    if as_json:
        chat = {} if sold is None else {"chat": _sold_document(sold)}
        show_json(_document(found, hidden or [], words) | chat)
        return
    told = N_("catalog %(catalog)s, connected on %(at)s")
    at = words.moment(found.connected_at)
    say(words.gettext(told, catalog=found.catalog_id, at=at))
    say(f"{words.gettext(RUNS[found.run])} ({found.read})")
    for name, because in (
        ("Shopify", found.store_held_because),
        ("Meta", found.meta_held_because),
    ):
        if because is not None:
            held = N_("held back at %(side)s because of %(because)s")
            say(words.gettext(held, side=name, because=because))
    show_table(
        (words.gettext(N_("items")), words.gettext(N_("count"))),
        [
            (words.gettext(name), found.items.get(state, 0))
            for state, name in STATES.items()
        ],
    )
    if found.sets_wanted != NONE:
        say(_sets(found, words))
    for each in found.local:
        say(_local(each, words))
    if found.reasons:
        _show_reasons(found, words)
    if sold is not None:
        say(_sold(sold, words))
    if hidden:
        _show_items(hidden, words)
    console().print()


def _local(each: LocalCount, words: Words) -> str:
    return words.gettext(
        N_("%(place)s: %(shown)s otherwise, %(waiting)s waiting, %(refused)s refused"),
        place=each.place,
        shown=words.number(each.shown),
        waiting=words.number(each.waiting),
        refused=words.number(each.refused),
    )


def _sets(found: Status, words: Words) -> str:
    told = words.gettext(
        N_("sets of collections: %(shown)s shown, %(waiting)s waiting"),
        shown=words.number(found.sets.shown),
        waiting=words.number(found.sets.waiting),
    )
    if not found.sets.refused:
        return told
    refused = words.gettext(
        N_("%(count)s refused because of %(because)s"),
        count=words.number(found.sets.refused),
        because=found.sets.because,
    )
    return f"{told}, {refused}"


def _sold(chat: ChatResults, words: Words) -> str:
    told = words.gettext(
        N_(
            "carts from the chat in the last 30 days: %(sent)s sent, %(answered)s "
            "answered, %(orders)s bought"
        ),
        sent=words.number(chat.sent),
        answered=words.number(chat.answered),
        orders=words.number(chat.orders),
    )
    worth = ", ".join(words.money(each) for each in chat.revenue)
    return f"{told} ({worth})" if worth else told


def _show_reasons(found: Status, words: Words) -> None:
    headings = (N_("reason"), N_("count"), N_("what it means"), N_("what to do"))
    show_table(
        [words.gettext(each) for each in headings],
        [
            (each.because, each.count, *_meaning(each.because or "", words))
            for each in found.reasons
        ],
    )


def _show_items(hidden: list[NotShown], words: Words) -> None:
    headings = (N_("variant"), N_("product"), N_("reason"), N_("what it means"))
    show_table(
        [words.gettext(each) for each in headings],
        [
            (each.row["variant_id"], each.row["title"], *_why(each, words))
            for each in hidden
        ],
    )


def _why(each: NotShown, words: Words) -> tuple[str, str]:
    row = each.row
    state = ItemState(row["state"])
    found = why(state, row["because"], row["refusal"], each.forbidden, words)
    if found is None:
        return row["because"], ""
    return found.code, f"{found.said} ({found.own})" if found.own else found.said


def _meaning(because: str, words: Words) -> tuple[str, str]:
    """Of what is withheld by ourselves; Meta's own words stand with each item."""
    if because in set(Withheld):
        said, advice = OF_WITHHELD[Withheld(because)]
        return words.gettext(said), words.gettext(advice)
    return words.gettext(N_("Meta refuses it.")), words.gettext(_SEE_ITEMS)


_SEE_ITEMS = N_("See ./sosik catalog status --items.")


def _document(found: Status, hidden: list[NotShown], words: Words) -> dict[str, Any]:
    return {
        "catalog_id": found.catalog_id,
        "connected_at": found.connected_at,
        "store": {
            "state": found.run,
            "read": found.read,
            "of": found.told,
            "ended_at": found.ended_at,
            "next_at": found.next_run_at,
            "held_because": found.store_held_because,
        },
        "meta": {
            "left": found.left,
            "open": found.open,
            "compared_at": found.compared_at,
            "mended": dict(found.found),
            "held_because": found.meta_held_because,
        },
        "sets": {
            "wanted": found.sets_wanted,
            "shown": found.sets.shown,
            "waiting": found.sets.waiting,
            "refused": found.sets.refused,
            "because": found.sets.because,
        },
        "local": [asdict(each) for each in found.local],
        "items": {each.value: found.items.get(each, 0) for each in ItemState},
        "reasons": [
            {"state": each.state, "because": each.because, "count": each.count}
            for each in found.reasons
        ],
        "not_shown": [_item(each, words) for each in hidden],
    }


def _sold_document(sold: ChatResults) -> dict[str, Any]:
    return {
        "carts": sold.sent,
        "answered": sold.answered,
        "orders": sold.orders,
        "revenue": [
            {"amount": str(each.amount), "currency": each.currency}
            for each in sold.revenue
        ],
    }


def _item(each: NotShown, words: Words) -> dict[str, Any]:
    because, means = _why(each, words)
    return {
        "variant_id": each.row["variant_id"],
        "product_id": each.row["product_id"],
        "title": each.row["title"],
        "state": each.row["state"],
        "because": because,
        "means": means,
    }
