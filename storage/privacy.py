"""What is owed to people and stores by law: each request is a row, until it is done and
as a receipt after that. The receipt names nobody.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select

from core.values import ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import privacy_requests


class Kind(StrEnum):
    DATA_REQUEST = "data_request"
    ERASE_PERSON = "erase_person"
    ERASE_SHOP = "erase_shop"


class State(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """``asked`` is who is meant, sealed; ``source`` is ``shopify``, or who asked here.

    ``key`` names what is asked, so that the same again is the same row.
    """

    shop_id: ShopId | None
    shop_domain: str
    kind: Kind
    source: str
    key: bytes
    asked: bytes | None = field(repr=False)
    asked_at: datetime


_NEW = columns_of(
    privacy_requests,
    (
        *("shop_id", "shop_domain", "kind", "source", "key", "asked", "asked_at"),
        *("state", "due_at"),
    ),
)
# One that is done is done once more, since more may be held by now; one that waits for
# its turn goes on waiting.
_ADD = Statement(f"""
INSERT INTO privacy_requests AS old ({", ".join(_NEW)})
SELECT {", ".join(_NEW)} FROM {unfolded(_NEW)} ORDER BY shop_domain, key
ON CONFLICT (shop_domain, key) DO UPDATE SET
  shop_id = excluded.shop_id, source = excluded.source, asked = excluded.asked,
  asked_at = excluded.asked_at, state = excluded.state, due_at = excluded.due_at,
  reason = NULL, attempts = 0
WHERE old.state <> 'waiting' AND old.asked_at < excluded.asked_at
""")


def add(tx: Transaction, requests: Collection[NewRequest], *, now: datetime) -> int:
    """Write down what is asked, due at once; how much of it waits by this, and did not
    before."""
    last = {(request.shop_domain, request.key): request for request in requests}
    rows = [
        {
            "shop_id": request.shop_id,
            "shop_domain": request.shop_domain,
            "kind": request.kind,
            "source": request.source,
            "key": request.key,
            "asked": request.asked,
            "asked_at": request.asked_at,
            "state": State.WAITING,
            "due_at": now,
        }
        for request in last.values()
    ]
    return tx.count(_ADD, folded(rows)) if rows else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """As it is taken to be done. ``until`` nobody else takes it."""

    id: int
    shop_id: ShopId | None
    shop_domain: str
    kind: Kind
    source: str
    asked: bytes | None = field(repr=False)
    asked_at: datetime
    state: State
    attempts: int
    marks: frozenset[bytes]
    searched_at: datetime | None
    done_at: datetime | None
    until: datetime


_TAKE = Statement("""
WITH due AS MATERIALIZED (
  SELECT id FROM privacy_requests
  WHERE due_at <= :now AND (CAST(:only AS bigint) IS NULL OR id = :only)
  ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
UPDATE privacy_requests SET due_at = :until WHERE id IN (SELECT id FROM due)
RETURNING *
""")


def take_due(
    tx: Transaction, *, now: datetime, until: datetime, only: int | None = None
) -> Request | None:
    """The request that has been due for longest, or the one with the id ``only``."""
    asked = {"now": now, "until": until, "only": only}
    for row in tx.ask(_TAKE, asked):
        return Request(
            id=row.id,
            shop_id=None if row.shop_id is None else ShopId(row.shop_id),
            shop_domain=row.shop_domain,
            kind=Kind(row.kind),
            source=row.source,
            asked=row.asked,
            asked_at=row.asked_at,
            state=State(row.state),
            attempts=row.attempts,
            marks=frozenset(map(bytes, row.marks or ())),
            searched_at=row.searched_at,
            done_at=row.done_at,
            until=until,
        )
    return None


_POSTPONE = Statement("""
UPDATE privacy_requests SET due_at = :due_at, reason = :because,
  attempts = attempts + 1
WHERE id = :id AND due_at = :until
""")


def postpone(
    tx: Transaction, request: Request, *, because: str, due_at: datetime
) -> None:
    """It is to be tried again; ``because`` says why it could not be done."""
    asked = {
        "id": request.id,
        "until": request.until,
        "because": because,
        "due_at": due_at,
    }
    tx.run(_POSTPONE, asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What came of it. ``search_at`` is when to look for late words, by ``marks``."""

    state: State
    reason: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    marks: Collection[bytes] = ()
    search_at: datetime | None = None
    answer: bytes | None = field(default=None, repr=False)
    answer_until: datetime | None = None


_RECEIPT = columns_of(
    privacy_requests,
    (
        *("id", "state", "reason", "counts", "due_at", "done_at", "searched_at"),
        *("answer", "answer_until"),
    ),
)
_FINISH = Statement(f"""
UPDATE privacy_requests r SET asked = NULL, state = new.state, reason = new.reason,
  counts = new.counts, due_at = new.due_at, done_at = new.done_at,
  searched_at = new.searched_at, answer = new.answer, answer_until = new.answer_until,
  marks = CAST(:marks AS bytea[])
FROM {unfolded(_RECEIPT)} WHERE r.id = new.id AND r.due_at = :until
""")


def finish(
    tx: Transaction, request: Request, receipt: Receipt, *, now: datetime
) -> None:
    """Write down what came of it, and forget who was meant."""
    row = {
        "id": request.id,
        "state": receipt.state,
        "reason": receipt.reason,
        "counts": dict(receipt.counts),
        "due_at": receipt.search_at,
        "done_at": now,
        "searched_at": now,
        "answer": receipt.answer,
        "answer_until": receipt.answer_until,
    }
    marks = sorted(receipt.marks) or None
    tx.run(_FINISH, {**folded([row]), "marks": marks, "until": request.until})


_SEARCHED = Statement("""
UPDATE privacy_requests SET due_at = CAST(:again_at AS timestamptz),
  searched_at = :now,
  marks = CASE WHEN CAST(:again_at AS timestamptz) IS NULL THEN NULL ELSE marks END
WHERE id = :id AND due_at = :until
""")


def note_searched(
    tx: Transaction, request: Request, *, again_at: datetime | None, now: datetime
) -> None:
    """Late words were looked for; after the last time nothing remains to do so by."""
    asked = {
        "id": request.id,
        "until": request.until,
        "again_at": again_at,
        "now": now,
    }
    tx.run(_SEARCHED, asked)


_SHOWN = (
    *("id", "kind", "source", "asked_at", "state", "reason", "done_at", "counts"),
    *("answer_until",),
)


def of_domain(tx: Transaction, domain: str) -> Sequence[Mapping[str, Any]]:
    """The requests about a store, the newest first, those of its earlier lives too."""
    return tx.rows(_of_domain(domain).order_by(privacy_requests.c.id.desc()))


def of_number(
    tx: Transaction, domain: str, request_id: int
) -> Mapping[str, Any] | None:
    """One of the requests about a store; None for what is none of them."""
    return tx.row(_of_domain(domain).where(privacy_requests.c.id == request_id))


def _of_domain(domain: str) -> Select[Any]:
    own = privacy_requests.c
    is_answered = own.answer.is_not(None).label("answer")
    shown = (own[name] for name in _SHOWN)
    return select(*shown, is_answered).where(own.shop_domain == domain)


def answer(
    tx: Transaction, domain: str, request_id: int
) -> tuple[ShopId, bytes] | None:
    """The sealed answer to a data request, and the shop that it is sealed for."""
    own = privacy_requests.c
    row = tx.row(
        select(own.shop_id, own.answer).where(
            own.shop_domain == domain, own.id == request_id, own.answer.is_not(None)
        )
    )
    return None if row is None else (ShopId(row["shop_id"]), bytes(row["answer"]))


_ID = Statement(
    "SELECT id FROM privacy_requests WHERE shop_domain = :domain AND key = :key"
)


def id_of(tx: Transaction, domain: str, key: bytes) -> int | None:
    for row in tx.ask(_ID, {"domain": domain, "key": key}):
        return int(row.id)
    return None


_WAITING = Statement("""
SELECT count(*) AS waiting, min(asked_at) AS since FROM privacy_requests
WHERE state = 'waiting'
""")


def waiting(tx: Transaction) -> tuple[int, datetime | None]:
    """How many requests are not done, and since when the oldest is not."""
    [row] = tx.ask(_WAITING, {})
    return row.waiting, row.since


_ERASED = Statement("""
SELECT max(done_at) AS at FROM privacy_requests
WHERE shop_domain = :domain AND kind = 'erase_shop' AND state = 'done'
""")


def erased_at(tx: Transaction, domain: str) -> datetime | None:
    """When the store's data was last erased."""
    [row] = tx.ask(_ERASED, {"domain": domain})
    at: datetime | None = row.at
    return at


_DROP_OF_SHOP = Statement("""
UPDATE privacy_requests SET answer = NULL, answer_until = NULL, marks = NULL,
  asked = NULL, due_at = NULL,
  state = CASE WHEN state = 'waiting' THEN 'done' ELSE state END
WHERE shop_domain = :domain AND id <> :but
""")


def drop_of_shop(tx: Transaction, domain: str, *, but: int) -> None:
    """Leave of a shop's other requests the receipts: what they asked for is gone."""
    tx.run(_DROP_OF_SHOP, {"domain": domain, "but": but})


_DROP_ANSWERS = Statement("""
UPDATE privacy_requests SET answer = NULL, answer_until = NULL, marks = NULL
WHERE shop_domain = :domain AND answer IS NOT NULL
  AND marks && CAST(:marks AS bytea[])
""")


def drop_answers(tx: Transaction, domain: str, marks: Collection[bytes]) -> None:
    """Delete the answers about a person, who was to be told and is now forgotten."""
    tx.run(_DROP_ANSWERS, {"domain": domain, "marks": sorted(marks)})


_FORGET_ANSWERS = Statement("""
UPDATE privacy_requests SET answer = NULL, answer_until = NULL, marks = NULL
WHERE id IN (
  SELECT id FROM privacy_requests WHERE answer_until < :before LIMIT :most)
""")


def forget_answers(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Delete the answers that were good until a moment; answer how many."""
    return tx.count(_FORGET_ANSWERS, {"before": before, "most": limit})
