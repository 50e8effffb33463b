"""What a flow has done, and would have done, in sentences."""

from core.values import Money
from core.words import N_, Words
from notifications.flow_results import Results, StepLift
from notifications.rules.lift import Lift
from storage.flow_results import Takings


def of_cost(cost: Money | None, priced: int, words: Words) -> str:
    """What Meta takes for ``priced`` messages, as far as it is known."""
    if cost is None:
        unknown = N_("What that costs is not known: no price of these countries is.")
        return words.gettext(unknown)
    return words.gettext(
        N_("Meta takes about %(cost)s for %(count)s of them, if delivered."),
        cost=words.money(cost),
        count=words.number(priced),
    )


def brought(found: Results, step: str, way: str, words: Words) -> str:
    takings = [
        f"{words.number(each.orders)}: {_worth(each, words)}"
        for (by, _), each in sorted(found.of(step).items())
        if by == way
    ]
    return ", ".join(takings) or words.number(0)


def _worth(takings: Takings, words: Words) -> str:
    return words.money(Money(takings.revenue, takings.currency))


def of_lift(found: Results, words: Words) -> str:
    if found.lift is None:
        nobody = N_(
            "Nobody was held out, so what the flow does cannot be told from chance."
        )
        return words.gettext(nobody)
    return words.gettext(
        _sentence(found.lift),
        told=words.number(found.told.people),
        told_share=percent(found.told.share),
        held_out=words.number(found.held_out.people),
        held_out_share=percent(found.held_out.share),
        points=points(found.lift.difference),
        low=points(found.lift.low),
        high=points(found.lift.high),
    )


def _sentence(lift: Lift) -> str:
    if lift.is_certain:
        return N_(
            "Of %(told)s people written to %(told_share)s bought within 5 days, of "
            "%(held_out)s held out %(held_out_share)s: %(points)s points (%(low)s to "
            "%(high)s)."
        )
    return N_(
        "Of %(told)s people written to %(told_share)s bought within 5 days, of "
        "%(held_out)s held out %(held_out_share)s: %(points)s points (%(low)s to "
        "%(high)s), which may be chance."
    )


def of_step(found: StepLift | None, words: Words) -> str:
    """The lift of one step, in points, and where it lies; a dash where nobody is ever
    held out."""
    if found is None:
        return "–"
    if found.lift is None:
        return words.gettext(
            N_("too few people: %(told)s written to, %(held_out)s held out"),
            told=words.number(found.told.people),
            held_out=words.number(found.held_out.people),
        )
    sentence = N_("%(value)s (%(low)s to %(high)s), which may be chance")
    if found.lift.is_certain:
        sentence = N_("%(value)s (%(low)s to %(high)s)")
    return words.gettext(
        sentence,
        value=points(found.lift.difference),
        low=points(found.lift.low),
        high=points(found.lift.high),
    )


def points(share: float) -> str:
    """So many more in a hundred."""
    return f"{100 * share:+.1f}"


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"
