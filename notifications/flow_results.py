"""What a flow has done: by step, by window, and against those who were held out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.values import ShopDomain, ShopId
from notifications import setting_flows
from notifications.operating import Operator, shop_id_of, shop_named
from notifications.ports import Services
from notifications.rules.flows import About
from notifications.rules.lift import Group, Lift, lift
from storage import bill_results, flow_results
from storage.flow_results import NOBODY, Asked, StepCounts, Takings


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """``takings`` are by step, way and currency. ``told`` and ``held_out`` are the
    people that ``lift`` compares, None where there is nobody to compare."""

    since: datetime
    until: datetime
    steps: Sequence[StepCounts]
    takings: Sequence[Takings]
    told: Group
    held_out: Group
    lift: Lift | None

    def of(self, step: str) -> Mapping[tuple[str, str], Takings]:
        """What one step has brought, by window, click or code, and currency."""
        return {
            (each.by, each.currency): each for each in self.takings if each.step == step
        }


def results(
    domain: ShopDomain,
    name: str,
    *,
    since: datetime,
    until: datetime,
    operator: Operator,
    services: Services,
) -> Results:
    """
    Raises:
        NotPossible: the shop is not connected, or there is no such flow.
    """
    setting_flows.named(name, services)
    doing = f"flow results {name} of"
    shop = shop_named(domain, doing, operator=operator, services=services)
    return of_shop(shop_id_of(shop), name, since=since, until=until, services=services)


def of_shop(
    shop_id: ShopId,
    name: str,
    *,
    since: datetime,
    until: datetime,
    services: Services,
) -> Results:
    """As ``results``, of a shop by its id.

    Raises:
        NotPossible: there is no such flow.
    """
    automation = setting_flows.named(name, services)
    asked = Asked(
        shop_id=shop_id,
        automations=list(setting_flows.messages_of(automation, services)),
        since=since,
        until=until,
    )
    assert automation.flow is not None
    with services.transactions.for_shop(shop_id) as tx:
        if automation.flow.about is About.CHECKOUT:
            steps = flow_results.counts(tx, asked)
            takings = flow_results.takings(tx, asked)
            arms = flow_results.arms(tx, asked)
        else:
            steps = bill_results.counts(tx, asked)
            takings = bill_results.takings(tx, asked)
            arms = NOBODY
    told = Group(arms.told, arms.told_buyers)
    held_out = Group(arms.held_out, arms.held_out_buyers)
    return Results(
        since=since,
        until=until,
        steps=steps,
        takings=takings,
        told=told,
        held_out=held_out,
        lift=lift(told, held_out),
    )
