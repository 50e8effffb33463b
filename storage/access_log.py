"""Who looked at whose personal data. A line is added, and never changed or taken out,
but with the whole shop."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from core.values import ShopId
from storage.session import Transaction
from storage.tables import access_log


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """``door`` is how they came in, ``actor`` who they are there, ``doing`` what they
    asked for. ``subject`` is whose data it was, by a number of ours such as
    ``contact 7``; None where it was everybody's."""

    door: str
    actor: str
    doing: str
    kinds: Collection[str]
    subject: str | None


def note(tx: Transaction, shop_id: ShopId, look: Look, *, now: datetime) -> None:
    tx.connection.execute(
        insert(access_log).values(
            shop_id=shop_id,
            at=now,
            door=look.door,
            actor=look.actor,
            doing=look.doing,
            kinds=sorted(look.kinds),
            subject=look.subject,
        )
    )


def newest(
    tx: Transaction, shop_id: ShopId, *, limit: int
) -> Sequence[Mapping[str, Any]]:
    """The newest first."""
    own = access_log.c
    return tx.rows(
        select(own.at, own.door, own.actor, own.doing, own.kinds, own.subject)
        .where(own.shop_id == shop_id)
        .order_by(own.at.desc(), own.id.desc())
        .limit(limit)
    )
