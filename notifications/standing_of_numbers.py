"""How a shop's numbers stand, for its owner: each with its light, its lines and its
profile."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.business_profile import BusinessProfile
from core.values import ShopId
from notifications import numbers_told
from notifications.ports import Services
from notifications.rules.account_health import Facts, lines_of, verdict
from notifications.rules.health_lines import Light, Line
from storage import number_health, numbers
from storage.number_health import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``profile`` is what people see, and None where that is not known yet. One that is
    ``wanted`` is still to be written, or was ``refused_because`` of a code of Meta's.
    So it is with a picture: one that ``is_picture_wanted`` is still to be written.
    """

    phone_number_id: str
    account_id: str
    shown: str = field(repr=False)
    is_default: bool
    countries: Sequence[str]
    light: Light
    next_step: Line | None
    lines: Sequence[Line]
    read_at: datetime | None
    is_being_looked_at: bool
    profile: BusinessProfile | None
    wanted: BusinessProfile | None
    refused_because: str | None
    is_picture_wanted: bool
    picture_refused_because: str | None


def standing_of(shop_id: ShopId, *, services: Services) -> list[Standing]:
    """All of the shop's numbers, the default one first."""
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        own = numbers.numbers_of(tx, shop_id)
        known = number_health.of_shop(tx, shop_id)
        last = number_health.last_accepted(tx, shop_id)
        templates = numbers.templates_of(tx, [shop_id])
    return [
        _standing(
            row,
            known.get(row["phone_number_id"]),
            templates=Counter(
                each.state
                for (_, account_id, *_), each in templates.items()
                if account_id == row["account_id"]
            ),
            last_accepted_at=last.get(row["phone_number_id"]),
            now=now,
        )
        for row in own
    ]


def _standing(
    row: Mapping[str, Any],
    known: Known | None,
    *,
    templates: Mapping[str, int],
    last_accepted_at: datetime | None,
    now: datetime,
) -> Standing:
    looked = known or _NOBODY_LOOKED
    told = None if looked.told is None else numbers_told.from_json(looked.told)
    facts = Facts(
        told=told,
        read_at=looked.read_at,
        held_because=looked.held_because,
        parked_because=row["parked_because"],
        parked_until=row["parked_until"],
        templates=templates,
        last_accepted_at=last_accepted_at,
    )
    lines = lines_of(facts, now=now)
    light, step = verdict(lines)
    return Standing(
        phone_number_id=row["phone_number_id"],
        account_id=row["account_id"],
        shown=row["display_phone"] or row["phone_number_id"],
        is_default=row["is_default"],
        countries=row["countries"],
        light=light,
        next_step=step,
        lines=lines,
        read_at=looked.read_at,
        is_being_looked_at=looked.due_at <= now,
        profile=_profile(looked.profile),
        wanted=_profile(looked.wanted),
        refused_because=looked.refused_because,
        is_picture_wanted=looked.is_picture_wanted,
        picture_refused_because=looked.picture_refused_because,
    )


_NOBODY_LOOKED = Known(
    phone_number_id="",
    told=None,
    read_at=None,
    profile=None,
    wanted=None,
    refused_because=None,
    is_picture_wanted=False,
    picture_refused_because=None,
    due_at=datetime.max.replace(tzinfo=UTC),
    held_because=None,
)


def _profile(said: Mapping[str, Any] | None) -> BusinessProfile | None:
    return None if said is None else numbers_told.profile_from_json(said)
