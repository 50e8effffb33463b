"""What was asked and what came of it, for whoever runs the installation."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.values import ShopDomain, ShopId
from notifications import witnessing
from notifications.operating import Operator, crossing
from notifications.ports import Services
from notifications.privacy.answering import Document, unpacked
from notifications.privacy.requests import answer_context
from notifications.witnessing import Door, Kind
from storage import privacy
from storage.changes import By
from storage.tenancy import Crossing

Row = Mapping[str, Any]


def every(
    domain: ShopDomain, *, operator: Operator, services: Services
) -> Sequence[Row]:
    """All requests about a store, the newest first."""
    with crossing(
        f"compliance list {domain}", operator=operator, services=services
    ) as tx:
        return privacy.of_domain(tx, domain.host)


def one(domain: ShopDomain, request_id: int, *, services: Services) -> Row:
    with services.transactions.across(Crossing.OPERATING) as tx:
        row = privacy.of_number(tx, domain.host, request_id)
    if row is None:
        raise LookupError("a request that was just written down")
    return row


def of_store(
    shop_id: ShopId, domain: ShopDomain, request_id: int, *, services: Services
) -> Row | None:
    """One that a store's own people have asked for; None for what is none of theirs."""
    with services.transactions.for_shop(shop_id) as tx:
        return privacy.of_number(tx, domain.host, request_id)


def answer_for_store(
    shop_id: ShopId, domain: ShopDomain, request_id: int, *, by: By, services: Services
) -> Document | None:
    """As ``answer``, for one of the store's own people."""
    with services.transactions.for_shop(shop_id) as tx:
        found = privacy.answer(tx, domain.host, request_id)
    if found is None:
        return None
    witnessing.note(
        shop_id,
        [Kind.EVERYTHING],
        door=Door(by.door),
        actor=by.actor,
        doing="customer export",
        subject=f"request {request_id}",
        services=services,
    )
    opened = services.sealer.of(shop_id).open(found[1], context=answer_context(shop_id))
    return unpacked(opened)


def answer(
    domain: ShopDomain, request_id: int, *, operator: Operator, services: Services
) -> Document | None:
    """What is held of whoever asked; None where there is no answer, or no longer."""
    doing = f"compliance show {request_id} of {domain}"
    with crossing(doing, operator=operator, services=services) as tx:
        found = privacy.answer(tx, domain.host, request_id)
    if found is None:
        return None
    shop_id, sealed = found
    witnessing.note(
        shop_id,
        [Kind.EVERYTHING],
        door=Door.COMMAND,
        actor=operator.name,
        doing="compliance show",
        subject=f"request {request_id}",
        services=services,
    )
    opened = services.sealer.of(shop_id).open(sealed, context=answer_context(shop_id))
    return unpacked(opened)
