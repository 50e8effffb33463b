"""What a flow has done, and would have done, in sentences."""

from core.values import Money
from core.words import N_, Words
from notifications.flow_results import Results
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
        told_share=f"{100 * found.told.share:.1f} %",
        held_out=words.number(found.held_out.people),
        held_out_share=f"{100 * found.held_out.share:.1f} %",
        points=f"{100 * found.lift.difference:+.1f}",
        low=f"{100 * found.lift.low:+.1f}",
        high=f"{100 * found.lift.high:+.1f}",
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
