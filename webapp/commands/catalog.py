"""``catalog``: what a store may offer on WhatsApp, and what its owner says of it."""

import click

from core.values import ProductId, ShopDomain
from core.words import N_, Words
from notifications import overruling
from notifications.goods import forbidden_in
from notifications.rules.commerce_policy import Goods
from notifications.terms import GOODS, name_of
from storage import policy_overrules
from webapp.commands import catalog_choice, catalog_sync
from webapp.commands.desk import Desk, OneLineCommand, OneLineGroup, shop_id_of
from webapp.commands.given import (
    domain_argument,
    json_option,
    language_option,
    limit_option,
)
from webapp.commands.showing import say, show_json, show_json_lines, show_table

_product_argument = click.argument(
    "product_id", type=click.IntRange(min=1), metavar="PRODUCT_ID"
)
_reason_option = click.option(
    "--reason", required=True, metavar="TEXT", help="Why; it is kept."
)


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("catalog", help="What a store may offer on WhatsApp.")
    for make in (
        *(catalog_sync.connect, catalog_sync.sync, catalog_sync.status),
        catalog_choice.set_,
        *(_allow, _withhold, _reset, _overrules),
    ):
        group.add_command(make(desk))
    group.add_command(_check())
    return group


def _allow(desk: Desk) -> click.Command:
    @click.command(
        "allow",
        cls=OneLineCommand,
        short_help="Have a product offered, whatever its words say.",
    )
    @domain_argument
    @_product_argument
    @_reason_option
    def allow(domain: ShopDomain, product_id: int, reason: str) -> None:
        """Have the store DOMAIN offer the product PRODUCT_ID, by Shopify's number.

        It answers for that: Meta may see it otherwise.
        """
        _overrule(desk, domain, product_id, reason, is_allowed=True)

    return allow


def _withhold(desk: Desk) -> click.Command:
    @click.command(
        "withhold", cls=OneLineCommand, short_help="Never have a product offered."
    )
    @domain_argument
    @_product_argument
    @_reason_option
    def withhold(domain: ShopDomain, product_id: int, reason: str) -> None:
        """Never have the store DOMAIN offer PRODUCT_ID, whatever its words say."""
        _overrule(desk, domain, product_id, reason, is_allowed=False)

    return withhold


def _overrule(
    desk: Desk, domain: ShopDomain, product_id: int, reason: str, *, is_allowed: bool
) -> None:
    overruling.overrule(
        domain,
        ProductId(product_id),
        is_allowed=is_allowed,
        reason=reason,
        operator=desk.operator,
        services=desk.services,
    )
    say(f"{product_id} is {'allowed' if is_allowed else 'withheld'}")


def _reset(desk: Desk) -> click.Command:
    @click.command(
        "reset", cls=OneLineCommand, short_help="Have a product's words count again."
    )
    @domain_argument
    @_product_argument
    def reset(domain: ShopDomain, product_id: int) -> None:
        """Take back what was said of PRODUCT_ID of the store DOMAIN."""
        overruling.take_back(
            domain,
            ProductId(product_id),
            operator=desk.operator,
            services=desk.services,
        )
        say(f"{product_id} is judged by its words again")

    return reset


def _overrules(desk: Desk) -> click.Command:
    @click.command(
        "overrules", cls=OneLineCommand, short_help="What was said of single products."
    )
    @domain_argument
    @limit_option
    @language_option
    @json_option
    def overrules(domain: ShopDomain, limit: int, words: Words, as_json: bool) -> None:
        """The products that the store DOMAIN allows or withholds, and why."""
        shop_id = shop_id_of(desk.shop(domain, "catalog overrules"))
        with desk.services.transactions.for_shop(shop_id) as tx:
            found = policy_overrules.listed(tx, shop_id, limit=limit)
        if as_json:
            show_json_lines(
                {
                    "product_id": each.product_id,
                    "is_allowed": each.is_allowed,
                    "reason": each.reason,
                    "actor": each.actor,
                    "at": each.at,
                }
                for each in found
            )
            return
        headings = (N_("product"), N_("may be offered"), N_("why"), N_("who"), N_("at"))
        show_table(
            [words.gettext(heading) for heading in headings],
            [
                (
                    str(each.product_id),
                    words.gettext(N_("yes") if each.is_allowed else N_("no")),
                    *(each.reason, each.actor, words.moment(each.at)),
                )
                for each in found
            ],
        )

    return overrules


def _check() -> click.Command:
    @click.command(
        "check", cls=OneLineCommand, short_help="What the rule says of a title."
    )
    @click.argument("title")
    @click.option("--type", "product_type", metavar="TEXT", help="Its product type.")
    @click.option("--tag", "tags", multiple=True, metavar="TEXT", help="A tag of it.")
    @click.option(
        "--category", metavar="TEXT", help="Shopify's, by its name or its id."
    )
    @language_option
    @json_option
    def check(
        title: str,
        product_type: str | None,
        tags: tuple[str, ...],
        category: str | None,
        words: Words,
        as_json: bool,
    ) -> None:
        """Whether something called TITLE may be offered, by Meta's commerce policy."""
        goods = Goods(
            title=title,
            product_type=product_type,
            tags=tags,
            shopify_category=category,
        )
        found = forbidden_in(goods)
        if as_json:
            show_json(
                {
                    "is_forbidden": found is not None,
                    "category": found.category if found else None,
                    "because": found.because if found else None,
                    "field": found.field if found else None,
                }
            )
            return
        if found is None:
            say(words.gettext("may be offered"))
            return
        say(
            words.gettext(
                "forbidden as %(category)s, by «%(because)s» in its %(field)s",
                category=name_of(found.category, GOODS, words),
                because=found.because,
                field=found.field,
            )
        )

    return check
