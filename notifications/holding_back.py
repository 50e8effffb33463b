"""A store's turn with work that asks it something, and what holds it back if it does.

Rows say what is due, so a turn that comes to nothing is tried again after a while: soon
after a disturbance, in an hour where somebody has to mend something first.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from core.errors import DatabaseAway, NotPossible, TryLater, Unsure, WillNotWork
from core.values import ShopId
from notifications.rules.patience import BUG, pause_after

log = logging.getLogger(__name__)

NO_ACCESS = "no_access"
"""The store lets us in no more, or is not connected."""
_HELD_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Held:
    """When to look again, after how many vain ``attempts``, and ``because`` of what;
    None where nothing holds it back."""

    pause: timedelta
    attempts: int = 0
    because: str | None = None


def turn(
    take: Callable[[], timedelta], *, shop_id: ShopId, attempts: int, doing: str
) -> Held:
    """Have a store's turn taken; ``take`` answers when the next one is due.

    Its trouble keeps no other store waiting, so it is told and not raised.

    Raises:
        DatabaseAway: it is everybody's trouble.
    """
    try:
        return Held(take())
    except TryLater as error:
        pause = error.pause or pause_after(attempts + 1)
        held = Held(pause, attempts + 1, error.code)
    except Unsure as error:
        held = Held(pause_after(attempts + 1), attempts + 1, error.code)
    except WillNotWork as error:
        held = Held(_HELD_FOR, because=error.code)
    except NotPossible:
        held = Held(_HELD_FOR, because=NO_ACCESS)
    except DatabaseAway:
        raise
    except Exception as error:
        log.exception("%s_failed shop=%s", doing, shop_id)
        held = Held(_HELD_FOR, because=f"{BUG}{type(error).__name__}")
    log.warning("%s_held shop=%s because=%s", doing, shop_id, held.because)
    return held
