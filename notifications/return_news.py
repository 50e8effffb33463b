"""What the automations about a return have in common."""

from datetime import timedelta
from typing import Any

from core.events import ReturnMoved
from core.values import ReturnStep, Scope
from notifications import saying
from notifications.automations import (
    Automation,
    Config,
    Draft,
    NotProposed,
    wait_for_more,
    waiting_for_more,
)
from notifications.rules.stories import Chapter, Story
from notifications.wording import Template

_NUMBERS = {
    ReturnStep.REQUESTED: 10,
    ReturnStep.APPROVED: 20,
    ReturnStep.DECLINED: 20,
    ReturnStep.PROCESSED: 30,
    ReturnStep.CLOSED: 30,
}
"""The steps that are told, as chapters: a store may ask for something back, take it and
close the case within seconds, as at its counter. The next number would be the same
step in other words."""
_WAIT_FOR_MORE = wait_for_more("return")


def of_step(
    *steps: ReturnStep,
    name: str,
    summary: str,
    lifetime: timedelta,
    template: Template,
) -> Automation[Any]:
    """The automation that tells when the first of these steps is taken, once for each
    return. That an order is cancelled changes nothing about what was sent back."""
    number = _NUMBERS[steps[0]]
    is_the_end = number == max(_NUMBERS.values())

    def concerns(event: ReturnMoved) -> bool:
        return event.step in steps

    def propose(event: ReturnMoved, config: Config) -> Draft | NotProposed:
        if event.order_id is None:
            return NotProposed("order_not_told")
        told = {"return": str(event.return_id)}
        if event.decline_reason is not None:
            told["declined"] = event.decline_reason
        return Draft(
            occasion=f"{name}:{event.return_id}",
            order_id=event.order_id,
            told=told,
            wanted_at=event.happened_at,
            wait_for_more=waiting_for_more(config),
        )

    return Automation(
        name=name,
        summary=summary,
        scope=Scope.TRANSACTIONAL,
        priority=0,
        lifetime=lifetime,
        listens_to=(ReturnMoved,),
        settings=() if is_the_end else (_WAIT_FOR_MORE,),
        propose=propose,
        template=template,
        compose=saying.filling(template),
        concerns=concerns,
        outlives_cancellation=True,
        chapter=Chapter(Story.RETURN, number),
    )
