"""The ledger of consent: what each person of a shop agreed to, and took back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from core.values import Act, ContactId, Scope, ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import consents


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One thing that somebody did about their consent.

    ``wording`` is the sentence they agreed to, where it is known.
    """

    shop_id: ShopId
    contact_id: ContactId
    scope: Scope
    act: Act
    source: str
    happened_at: datetime
    wording: str | None = None
    evidence: Mapping[str, Any] | None = None


_WORD = columns_of(
    consents,
    (
        *("shop_id", "contact_id", "scope", "act", "source", "wording", "evidence"),
        *("happened_at", "recorded_at"),
    ),
)
_RECORD = Statement(f"""
INSERT INTO consents ({", ".join(_WORD)}) SELECT * FROM {unfolded(_WORD)}
ON CONFLICT DO NOTHING
""")


def record(tx: Transaction, words: Collection[Word], *, now: datetime) -> None:
    """Add to the ledger. The same word from the same source again changes nothing."""
    if words:
        rows = [
            {
                "shop_id": word.shop_id,
                "contact_id": word.contact_id,
                "scope": word.scope,
                "act": word.act,
                "source": word.source,
                "wording": word.wording,
                "evidence": dict(word.evidence or {}),
                "happened_at": word.happened_at,
                "recorded_at": now,
            }
            for word in words
        ]
        tx.run(_RECORD, folded(rows))


_LATEST = Statement("""
SELECT DISTINCT ON (contact_id, scope) contact_id, scope, act, source, happened_at
FROM consents
WHERE contact_id = ANY(CAST(:contacts AS bigint[]))
  AND NOT source = ANY(CAST(:not_from AS text[]))
ORDER BY contact_id, scope, happened_at DESC, id DESC
""")


@dataclass(frozen=True, slots=True)
class LatestWord:
    act: Act
    source: str
    happened_at: datetime


def latest_words(
    tx: Transaction, contacts: Collection[ContactId], *, not_from: Collection[str]
) -> dict[tuple[ContactId, Scope], LatestWord]:
    """The last word of each about each scope, but for what came from some sources.

    Who never said anything is missing.
    """
    if not contacts:
        return {}
    asked = {"contacts": list(contacts), "not_from": list(not_from)}
    rows = tx.ask(_LATEST, asked)
    return {
        (ContactId(row.contact_id), Scope(row.scope)): LatestWord(
            Act(row.act), row.source, row.happened_at.astimezone(UTC)
        )
        for row in rows
    }


def history(
    tx: Transaction, shop_id: ShopId, contact_id: ContactId
) -> Sequence[Mapping[str, Any]]:
    """All that one contact said, oldest first."""
    return tx.rows(
        select(
            consents.c.scope,
            consents.c.act,
            consents.c.source,
            consents.c.wording,
            consents.c.evidence,
            consents.c.happened_at,
            consents.c.recorded_at,
        )
        .where(consents.c.shop_id == shop_id, consents.c.contact_id == contact_id)
        .order_by(consents.c.happened_at, consents.c.id)
    )
