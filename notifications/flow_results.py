"""What a flow has done: by step, by window, and against those who were held out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.values import ShopDomain, ShopId
from notifications import setting_flows
from notifications.operating import Operator, shop_id_of, shop_named
from notifications.ports import Services
from notifications.rules.flows import About
from notifications.rules.lift import Group, Lift, lift, lift_of_enough
from storage import bill_results, flow_arms, flow_results
from storage.flow_arms import NOBODY, Arms, StepArms
from storage.flow_results import Asked, StepCounts, Takings


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLift:
    """What a step does for those who had bought nothing when its time came: ``told``
    of those whom the flow writes to, and ``held_out`` of those whom it does not, until
    the next step's time. ``lift`` is None where they are too few."""

    step: str
    told: Group
    held_out: Group
    lift: Lift | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """``takings`` are by step, way and currency. ``told`` and ``held_out`` are the
    people that ``lift`` compares, None where there is nobody to compare. ``by_step``
    has each of the steps, or none where nobody is ever held out."""

    since: datetime
    until: datetime
    steps: Sequence[StepCounts]
    takings: Sequence[Takings]
    told: Group
    held_out: Group
    lift: Lift | None
    by_step: Sequence[StepLift]

    def lift_of(self, step: str) -> StepLift | None:
        return next((each for each in self.by_step if each.step == step), None)

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
            arms = flow_arms.arms(tx, asked)
            by_step = _lifts(steps, flow_arms.by_step(tx, asked))
        else:
            steps = bill_results.counts(tx, asked)
            takings = bill_results.takings(tx, asked)
            arms, by_step = NOBODY, []
    told, held_out = _groups(arms)
    return Results(
        since=since,
        until=until,
        steps=steps,
        takings=takings,
        told=told,
        held_out=held_out,
        lift=lift(told, held_out),
        by_step=by_step,
    )


def _groups(arms: Arms) -> tuple[Group, Group]:
    told = Group(arms.told, arms.told_buyers)
    return told, Group(arms.held_out, arms.held_out_buyers)


def _lifts(steps: Sequence[StepCounts], found: Sequence[StepArms]) -> list[StepLift]:
    by_name: Mapping[str, Arms] = {each.step: each for each in found}
    groups = {each.step: _groups(by_name.get(each.step, NOBODY)) for each in steps}
    return [
        StepLift(
            step=step,
            told=told,
            held_out=held_out,
            lift=lift_of_enough(told, held_out),
        )
        for step, (told, held_out) in groups.items()
    ]
