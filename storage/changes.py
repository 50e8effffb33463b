"""What a store's people have changed: a line is added, and never changed or taken out,
but with the whole shop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from core.values import ShopId
from storage.session import Transaction
from storage.tables import changes


@dataclass(frozen=True, slots=True)
class By:
    """``door`` is how somebody came in, such as ``page``; ``actor`` who they are there:
    Shopify's id of a member of staff, or the name of a command line's user."""

    door: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """``what`` is a code such as ``automation_set``; ``subject`` what it was done to,
    such as ``order_confirmation`` or ``contact 7``. ``before`` and ``after`` hold what
    of it was changed, and nothing personal and no secret."""

    what: str
    subject: str | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def note(
    tx: Transaction, shop_id: ShopId, by: By, change: Change, *, now: datetime
) -> None:
    """Write it down in the transaction that does it, so that neither is without the
    other."""
    tx.connection.execute(
        insert(changes).values(
            shop_id=shop_id,
            at=now,
            door=by.door,
            actor=by.actor,
            what=change.what,
            subject=change.subject,
            before=change.before,
            after=change.after,
        )
    )


def note_other(
    tx: Transaction, shop_id: ShopId, by: By, change: Change, *, now: datetime
) -> None:
    """As ``note``, and nothing where it is after as it was before: whoever presses
    twice has changed something once."""
    if change.before != change.after:
        note(tx, shop_id, by, change, now=now)


def page(
    tx: Transaction,
    shop_id: ShopId,
    *,
    after: int | None,
    before: int | None,
    limit: int,
) -> Sequence[Mapping[str, Any]]:
    """Older than the line ``after``, the newest first; or newer than the line
    ``before``, the oldest first."""
    own = changes.c
    query = select(
        *(own.id, own.at, own.door, own.actor, own.what, own.subject),
        *(own.before, own.after),
    ).where(own.shop_id == shop_id)
    if before is not None:
        return tx.rows(query.where(own.id > before).order_by(own.id).limit(limit))
    if after is not None:
        query = query.where(own.id < after)
    return tx.rows(query.order_by(own.id.desc()).limit(limit))
