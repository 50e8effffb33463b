"""An offer with a code leaves once the code is there: nobody is told one in vain."""

from datetime import datetime, timedelta

from notifications.rules.objections import Because, Facts, Skip, Wait

PATIENCE = timedelta(minutes=10)
"""After so long the store gives none, and an offer that came later would surprise."""
_LOOK_AGAIN = timedelta(seconds=2)


def must_have_its_code(facts: Facts, now: datetime) -> Wait | Skip | None:
    """Asked last but for the slot: a code is made for what goes out in all else."""
    code = facts.code
    if code is None or code.ready:
        return None
    asked_at = code.asked_for_at
    if code.lost or (asked_at is not None and now >= asked_at + PATIENCE):
        return Skip(Because.NO_CODE)
    return Wait(now + _LOOK_AGAIN, Because.CODE_NOT_READY)
