"""What Meta says of a shop's numbers, and when it is asked again; and the profile that
people see, as it is and as it is to be."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.values import ShopId
from storage.session import Transaction
from storage.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A number whose turn it is. The token is sealed; ``wanted`` is the profile that it
    is to have, and ``picture`` the picture of it."""

    shop_id: ShopId
    phone_number_id: str
    account_id: str
    token: bytes = field(repr=False)
    wanted: Mapping[str, Any] | None
    picture: bytes | None = field(repr=False)
    attempts: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """``told`` is None where nothing was read yet. ``held_because`` says why nothing
    could be read last time, and ``refused_because`` why Meta did not take the profile
    that was ``wanted``; so ``picture_refused_because`` of the last picture. One that
    ``is_picture_wanted`` is still to be written."""

    phone_number_id: str
    told: Mapping[str, Any] | None
    read_at: datetime | None
    profile: Mapping[str, Any] | None
    wanted: Mapping[str, Any] | None
    refused_because: str | None
    is_picture_wanted: bool
    picture_refused_because: str | None
    due_at: datetime
    held_because: str | None


def _look_soon(which: str) -> Statement:
    """A number that is connected anew is looked at anew."""
    return Statement(f"""
INSERT INTO number_health AS h (shop_id, phone_number_id, due_at)
SELECT shop_id, phone_number_id, :now FROM numbers
WHERE shop_id = :shop AND {which}
ORDER BY phone_number_id
ON CONFLICT (shop_id, phone_number_id) DO UPDATE SET
  due_at = least(h.due_at, greatest(:now, h.read_at + CAST(:between AS interval))),
  attempts = 0
""")


_LOOK_SOON = _look_soon("phone_number_id = :number")
_LOOK_SOON_AT = _look_soon("account_id = :account")
_BETWEEN_TOLD = "10 seconds"
"""However often Meta tells that something has moved."""


def look_soon(
    tx: Transaction,
    shop_id: ShopId,
    phone_number_id: str,
    *,
    now: datetime,
    between: str = "0 seconds",
) -> None:
    """Have it looked at now, or so long after the last look."""
    asked = {"shop": shop_id, "number": phone_number_id, "now": now, "between": between}
    tx.run(_LOOK_SOON, asked)


def look_soon_at(
    tx: Transaction, shop_id: ShopId, account_id: str, *, now: datetime
) -> None:
    """As ``look_soon``, for all numbers that the shop has in an account."""
    asked = {"shop": shop_id, "account": account_id, "now": now}
    tx.run(_LOOK_SOON_AT, asked | {"between": _BETWEEN_TOLD})


_TAKE_DUE = Statement("""
WITH due AS MATERIALIZED (
  SELECT d.shop_id, d.phone_number_id FROM number_health d
  JOIN shops s ON s.id = d.shop_id
  WHERE d.due_at <= :now AND s.state = 'active'
    AND (d.claimed_until IS NULL OR d.claimed_until <= :now)
  ORDER BY d.due_at LIMIT 1 FOR UPDATE OF d SKIP LOCKED)
UPDATE number_health h SET claimed_until = :until
FROM numbers n
WHERE n.shop_id = h.shop_id AND n.phone_number_id = h.phone_number_id
  AND (h.shop_id, h.phone_number_id) IN (SELECT shop_id, phone_number_id FROM due)
RETURNING h.shop_id, h.phone_number_id, n.account_id, n.token, h.attempts, h.picture,
  CASE WHEN h.refused_because IS NULL THEN h.wanted END AS wanted
""")


def take_due(tx: Transaction, *, now: datetime, until: datetime) -> Due | None:
    """The number that has waited longest; nobody else has it before ``until``."""
    for row in tx.ask(_TAKE_DUE, {"now": now, "until": until}):
        return Due(
            shop_id=ShopId(row.shop_id),
            phone_number_id=row.phone_number_id,
            account_id=row.account_id,
            token=bytes(row.token),
            wanted=row.wanted,
            picture=None if row.picture is None else bytes(row.picture),
            attempts=row.attempts,
            until=until,
        )
    return None


_OURS = "shop_id = :shop AND phone_number_id = :number AND claimed_until = :until"

_NOTE = Statement(f"""
UPDATE number_health SET told = CAST(:told AS jsonb), read_at = :now,
  profile = CAST(:profile AS jsonb) WHERE {_OURS}
""")
# Somebody may have wanted something else since, which is still to be written.
_WRITTEN = Statement(f"""
UPDATE number_health SET profile = coalesce(profile, '{{}}')
    || (wanted - 'has_picture'),
  wanted = NULL, refused_because = NULL
WHERE {_OURS} AND wanted = CAST(:wanted AS jsonb)
""")
_REFUSED = Statement(f"""
UPDATE number_health SET refused_because = :because
WHERE {_OURS} AND wanted = CAST(:wanted AS jsonb)
""")
# What is done with is kept no more: somebody may have chosen another one since.
_PICTURE_DONE = Statement(f"""
UPDATE number_health SET picture = NULL, picture_refused_because = :because
WHERE {_OURS} AND sha256(picture) = :digest
""")
_HAND_BACK = Statement(f"""
UPDATE number_health SET claimed_until = NULL, attempts = :attempts,
  held_because = :because,
  due_at = CASE WHEN due_at > :taken THEN least(due_at, :due_at) ELSE :due_at END
WHERE {_OURS}
""")


_NOTE_PHONE = Statement("""
UPDATE numbers SET is_on_phone = :is_on_phone
WHERE shop_id = :shop AND phone_number_id = :number AND is_on_phone <> :is_on_phone
""")


def note(
    tx: Transaction,
    due: Due,
    told: Mapping[str, Any],
    profile: Mapping[str, Any],
    *,
    is_on_phone: bool,
    now: datetime,
) -> None:
    """What Meta said just now; how fast the number may send hangs on one part of it."""
    said = {"told": json.dumps(told), "profile": json.dumps(profile), "now": now}
    tx.run(_NOTE, _asked(due) | said)
    tx.run(_NOTE_PHONE, _asked(due) | {"is_on_phone": is_on_phone})


def note_written(tx: Transaction, due: Due) -> None:
    """Meta has the profile that was wanted."""
    tx.run(_WRITTEN, _asked(due) | {"wanted": json.dumps(due.wanted)})


def note_refused(tx: Transaction, due: Due, because: str) -> None:
    """Meta does not take it. It stays what is wanted, until its owner changes it."""
    told = {"wanted": json.dumps(due.wanted), "because": because}
    tx.run(_REFUSED, _asked(due) | told)


def note_picture(
    tx: Transaction, due: Due, picture: bytes, refused_because: str | None
) -> None:
    """Meta has the ``picture`` that was wanted, or will not have it."""
    digest = hashlib.sha256(picture).digest()
    tx.run(_PICTURE_DONE, _asked(due) | {"digest": digest, "because": refused_because})


def hand_back(
    tx: Transaction,
    due: Due,
    *,
    taken_at: datetime,
    due_at: datetime,
    attempts: int = 0,
    because: str | None = None,
) -> None:
    """Let others have it at ``due_at``, or sooner where somebody has asked for that
    since it was taken."""
    told = {
        "taken": taken_at,
        "due_at": due_at,
        "attempts": attempts,
        "because": because,
    }
    tx.run(_HAND_BACK, _asked(due) | told)


def _asked(due: Due) -> dict[str, Any]:
    return {"shop": due.shop_id, "number": due.phone_number_id, "until": due.until}


_OF_SHOP = Statement("""
SELECT phone_number_id, told, read_at, profile, wanted, refused_because, due_at,
  held_because, picture IS NOT NULL AS is_picture_wanted, picture_refused_because
FROM number_health WHERE shop_id = :shop
""")


def of_shop(tx: Transaction, shop_id: ShopId) -> dict[str, Known]:
    """By Meta's id of the number; those that nobody has looked at yet are missing."""
    return {
        row.phone_number_id: Known(
            phone_number_id=row.phone_number_id,
            told=row.told,
            read_at=row.read_at,
            profile=row.profile,
            wanted=row.wanted,
            refused_because=row.refused_because,
            is_picture_wanted=row.is_picture_wanted,
            picture_refused_because=row.picture_refused_because,
            due_at=row.due_at,
            held_because=row.held_because,
        )
        for row in tx.ask(_OF_SHOP, {"shop": shop_id})
    }


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a number, for whoever looks at all of them."""

    told: Mapping[str, Any] | None
    read_at: datetime | None
    held_because: str | None
    parked_because: str | None
    parked_until: datetime | None
    last_accepted_at: datetime | None


_OF_ALL = Statement("""
SELECT h.told, h.read_at, h.held_because, n.parked_because, n.parked_until, (
  SELECT m.accepted_at FROM messages m
  WHERE m.shop_id = n.shop_id AND m.phone_number_id = n.phone_number_id
    AND m.accepted_at IS NOT NULL
  ORDER BY m.accepted_at DESC LIMIT 1) AS last_accepted_at
FROM numbers n JOIN shops s ON s.id = n.shop_id
LEFT JOIN number_health h
  ON h.shop_id = n.shop_id AND h.phone_number_id = n.phone_number_id
WHERE s.state = 'active'
""")


def of_all(tx: Transaction) -> list[Seen]:
    """Every number of every store that is connected."""
    return [Seen(*row) for row in tx.ask(_OF_ALL, {})]


_LAST_ACCEPTED = Statement("""
SELECT n.phone_number_id, (
  SELECT m.accepted_at FROM messages m
  WHERE m.shop_id = n.shop_id AND m.phone_number_id = n.phone_number_id
    AND m.accepted_at IS NOT NULL
  ORDER BY m.accepted_at DESC LIMIT 1) AS accepted_at
FROM numbers n WHERE n.shop_id = :shop
""")


def last_accepted(tx: Transaction, shop_id: ShopId) -> dict[str, datetime | None]:
    """When Meta has last taken a message from each number."""
    rows = tx.ask(_LAST_ACCEPTED, {"shop": shop_id})
    return {row.phone_number_id: row.accepted_at for row in rows}


_WANT = Statement("""
INSERT INTO number_health (shop_id, phone_number_id, wanted, due_at)
SELECT shop_id, phone_number_id, CAST(:wanted AS jsonb), :now FROM numbers
WHERE shop_id = :shop AND phone_number_id = :number
ON CONFLICT (shop_id, phone_number_id) DO UPDATE SET wanted = excluded.wanted,
  refused_because = NULL, attempts = 0, due_at = :now
""")


def want(
    tx: Transaction,
    shop_id: ShopId,
    phone_number_id: str,
    profile: Mapping[str, Any],
    *,
    now: datetime,
) -> bool:
    """Have the number's profile written; False where the shop has no such number."""
    asked = {"shop": shop_id, "number": phone_number_id, "now": now}
    return tx.count(_WANT, asked | {"wanted": json.dumps(profile)}) == 1


_WANT_PICTURE = Statement("""
INSERT INTO number_health (shop_id, phone_number_id, picture, due_at)
SELECT shop_id, phone_number_id, :picture, :now FROM numbers
WHERE shop_id = :shop AND phone_number_id = :number
ON CONFLICT (shop_id, phone_number_id) DO UPDATE SET picture = excluded.picture,
  picture_refused_because = NULL, attempts = 0, due_at = :now
""")


def want_picture(
    tx: Transaction,
    shop_id: ShopId,
    phone_number_id: str,
    picture: bytes,
    *,
    now: datetime,
) -> bool:
    """As ``want``, of the profile's picture."""
    asked = {"shop": shop_id, "number": phone_number_id, "now": now}
    return tx.count(_WANT_PICTURE, asked | {"picture": picture}) == 1
