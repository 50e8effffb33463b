"""What Shopify is still to be told about who agreed to offers, and what it was told.

A contact has one row, with the newest word that was not Shopify's own. Rows stay when
they are done with: by what was written there its echo is known.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.echoes import BY_FORM, BY_SHOPIFY, Written, is_echo
from core.values import Act, ContactId, Scope, ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import consent_pushes

if TYPE_CHECKING:
    from storage.ledger import Word

BY_ERASURE = "erasure"
"""The source of the word that takes all consent back. Shopify erases by itself."""

_PORTION = 5
"""So few that a STOP which comes meanwhile does not wait for long."""
_MOST_WRITES = 5


def is_for_shopify(word: "Word") -> bool:
    """Whether Shopify is to know: it keeps one consent, to offers as a whole."""
    return (
        word.scope is Scope.MARKETING
        and word.topic is None
        and word.source not in (BY_SHOPIFY, BY_ERASURE, BY_FORM)
    )


_WANTED = columns_of(
    consent_pushes, ("shop_id", "contact_id", "act", "said_at", "due_at")
)
_WANT = Statement(f"""
INSERT INTO consent_pushes AS p ({", ".join(_WANTED)})
SELECT * FROM {unfolded(_WANTED)}
ON CONFLICT (shop_id, contact_id) DO UPDATE SET act = excluded.act,
  said_at = excluded.said_at, due_at = excluded.due_at, attempts = 0, because = NULL
WHERE excluded.said_at > p.said_at
  OR excluded.said_at = p.said_at AND excluded.act = 'revoked'
""")


def wanted_by(tx: Transaction, words: Iterable["Word"], *, now: datetime) -> None:
    """Have Shopify told of the newest of these words about each person, at once. One
    that is older than what it is to be told already changes nothing."""
    newest: dict[tuple[ShopId, ContactId], Word] = {}
    for word in sorted(filter(is_for_shopify, words), key=_age):
        newest[word.shop_id, word.contact_id] = word
    if newest:
        rows = [
            {
                "shop_id": shop_id,
                "contact_id": contact_id,
                "act": word.act,
                "said_at": word.happened_at,
                "due_at": now,
            }
            for (shop_id, contact_id), word in sorted(newest.items(), key=_by_key)
        ]
        tx.run(_WANT, folded(rows))


def _age(word: "Word") -> tuple[datetime, bool]:
    """At one moment a no counts for more than a yes."""
    return word.happened_at, word.act is Act.REVOKED


def _by_key(item: tuple[tuple[ShopId, ContactId], "Word"]) -> tuple[ShopId, ContactId]:
    return item[0]


_WRITES = Statement("""
SELECT contact_id, written FROM consent_pushes
WHERE contact_id = ANY(CAST(:contacts AS bigint[])) AND written <> '[]'
""")


def without_echoes(tx: Transaction, words: Collection["Word"]) -> Sequence["Word"]:
    """These words but for what Shopify tells only because we have written it: nobody
    has said anything, least of all a yes to the news of orders."""
    theirs = {word.contact_id for word in words if word.source == BY_SHOPIFY}
    if not theirs:
        return list(words)
    known = written_of(tx, theirs)
    return [
        word
        for word in words
        if word.source != BY_SHOPIFY
        or not is_echo(word.act, word.happened_at, known.get(word.contact_id, ()))
    ]


def written_of(
    tx: Transaction, contacts: Collection[ContactId]
) -> dict[ContactId, Sequence[Written]]:
    """What was written of these people; nobody of whom nothing was."""
    rows = tx.ask(_WRITES, {"contacts": sorted(contacts)})
    return {ContactId(row.contact_id): _written(row.written) for row in rows}


_TAKE_DUE = Statement("""
WITH due AS MATERIALIZED (
  SELECT q.shop_id, q.contact_id FROM consent_pushes q
  WHERE q.due_at <= :now AND (q.claimed_until IS NULL OR q.claimed_until <= :now)
    AND q.shop_id = (
      SELECT f.shop_id FROM consent_pushes f JOIN shops s ON s.id = f.shop_id
      WHERE f.due_at <= :now AND s.state = 'active' AND NOT EXISTS (
        SELECT 1 FROM consent_pushes c
        WHERE c.shop_id = f.shop_id AND c.claimed_until > :now)
      ORDER BY f.act = 'revoked' DESC, f.due_at LIMIT 1)
  ORDER BY q.act = 'revoked' DESC, q.due_at LIMIT :most FOR UPDATE SKIP LOCKED)
UPDATE consent_pushes p SET claimed_until = :until
WHERE (p.shop_id, p.contact_id) IN (SELECT shop_id, contact_id FROM due)
RETURNING p.shop_id, p.contact_id, p.act, p.due_at, p.attempts
""")


@dataclass(frozen=True, slots=True)
class Due:
    """Some people of one store of whom it is to be told, who took a no back first.
    ``attempts`` are the most that were made in vain for one of them."""

    shop_id: ShopId
    contacts: Sequence[ContactId]
    attempts: int


def take_due(tx: Transaction, *, now: datetime, until: datetime) -> Due | None:
    """Those of the store that has waited longest, or has a no that waits. Nobody else
    takes any of that store's before ``until``, since two who write at once could do so
    in the wrong order."""
    asked = {"now": now, "until": until, "most": _PORTION}
    rows = tx.ask(_TAKE_DUE, asked)
    if not rows:
        return None
    rows = sorted(rows, key=lambda row: (row.act != Act.REVOKED, row.due_at))
    return Due(
        ShopId(rows[0].shop_id),
        [ContactId(row.contact_id) for row in rows],
        max(row.attempts for row in rows),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What Shopify is to be told of somebody; ``phone`` is sealed, and None where they
    show no number. ``offers`` and ``timezone`` are the store's."""

    act: Act
    said_at: datetime
    phone: bytes | None
    written: Sequence[Written]
    offers: Mapping[str, str]
    timezone: str


_OF_CONTACT = Statement("""
SELECT p.act, p.said_at, p.written, c.phone, s.offers, s.timezone
FROM consent_pushes p JOIN contacts c ON c.id = p.contact_id
JOIN shops s ON s.id = p.shop_id
WHERE p.shop_id = :shop AND p.contact_id = :contact AND p.due_at IS NOT NULL
""")


def of_contact(
    tx: Transaction, shop_id: ShopId, contact_id: ContactId
) -> Wanted | None:
    """None where nothing is to be told any more, as after an erasure."""
    for row in tx.ask(_OF_CONTACT, {"shop": shop_id, "contact": contact_id}):
        return Wanted(
            Act(row.act),
            row.said_at.astimezone(UTC),
            None if row.phone is None else bytes(row.phone),
            _written(row.written),
            row.offers or {},
            row.timezone,
        )
    return None


_NOTE = Statement("""
UPDATE consent_pushes SET written = CAST(:written AS jsonb)
WHERE shop_id = :shop AND contact_id = :contact
""")
_UNCHANGED = Statement("""
SELECT 1 AS it FROM consent_pushes WHERE shop_id = :shop AND contact_id = :contact
  AND act = :act AND said_at = :said_at AND due_at IS NOT NULL FOR UPDATE
""")


def begin_writing(
    tx: Transaction,
    shop_id: ShopId,
    contact_id: ContactId,
    wanted: Wanted,
    *,
    act: Act | None,
    now: datetime,
) -> bool:
    """Note that it is being written, as ``act``; whether it is still to be."""
    whose = {"shop": shop_id, "contact": contact_id}
    asked = {**whose, "act": wanted.act, "said_at": wanted.said_at}
    if not tx.ask(_UNCHANGED, asked):
        return False
    before = list(wanted.written)[-_MOST_WRITES + 1 :]
    writing = Written(act, wanted.said_at, now)
    tx.run(_NOTE, {**whose, "written": _told([*before, writing])})
    return True


_SETTLE = Statement("""
UPDATE consent_pushes SET claimed_until = NULL, attempts = 0, because = :because,
  due_at = CASE WHEN act = :act AND said_at = :said_at THEN NULL ELSE due_at END,
  written = CASE WHEN :is_written
    THEN jsonb_set(written, '{-1,until}', to_jsonb(CAST(:now AS text)))
    ELSE written END
WHERE shop_id = :shop AND contact_id = :contact
""")


def settle(
    tx: Transaction,
    shop_id: ShopId,
    contact_id: ContactId,
    wanted: Wanted,
    *,
    because: str | None,
    now: datetime,
) -> None:
    """It is done with: written at Shopify, or not written ``because`` of something that
    time will not mend. A newer word that has come meanwhile is still to be told."""
    asked = {
        "shop": shop_id,
        "contact": contact_id,
        "act": wanted.act,
        "said_at": wanted.said_at,
        "because": because,
        "is_written": because is None,
        "now": now.isoformat(),
    }
    tx.run(_SETTLE, asked)


_HOLD = Statement("""
UPDATE consent_pushes SET claimed_until = NULL,
  due_at = CASE WHEN due_at IS NULL THEN NULL ELSE :due_at END,
  attempts = :attempts, because = :because
WHERE shop_id = :shop AND contact_id = ANY(CAST(:contacts AS bigint[]))
""")
_LET_GO = Statement("""
UPDATE consent_pushes SET claimed_until = NULL
WHERE shop_id = :shop AND contact_id = ANY(CAST(:contacts AS bigint[]))
""")


def hold(
    tx: Transaction,
    due: Due,
    contacts: Collection[ContactId],
    *,
    due_at: datetime,
    attempts: int,
    because: str,
) -> None:
    """Try these again at ``due_at``."""
    asked = {
        "shop": due.shop_id,
        "contacts": sorted(contacts),
        "due_at": due_at,
        "attempts": attempts,
        "because": because,
    }
    tx.run(_HOLD, asked)


def let_go(tx: Transaction, due: Due) -> None:
    """Others may take them."""
    tx.run(_LET_GO, {"shop": due.shop_id, "contacts": sorted(due.contacts)})


_FORGET = Statement("""
DELETE FROM consent_pushes
WHERE shop_id = :shop AND contact_id = ANY(CAST(:contacts AS bigint[]))
""")
_DROP = (
    Statement("DELETE FROM consent_pushes WHERE shop_id = :shop AND written = '[]'"),
    Statement("""
UPDATE consent_pushes SET due_at = NULL, claimed_until = NULL, attempts = 0
WHERE shop_id = :shop
"""),
)


def forget(tx: Transaction, shop_id: ShopId, contacts: Collection[ContactId]) -> None:
    tx.run(_FORGET, {"shop": shop_id, "contacts": sorted(contacts)})


def drop(tx: Transaction, shop_id: ShopId) -> None:
    """The store is gone, and is told nothing any more. Should it come back it tells of
    its past, and what was written there is still known by its echo."""
    for statement in _DROP:
        tx.run(statement, {"shop": shop_id})


# What was tried in vain a few times may pass; the rest waits for somebody.
_COUNTS = Statement("""
SELECT count(*) FILTER (WHERE p.due_at IS NOT NULL) AS waiting, min(p.due_at) AS due_at,
  min(p.because) FILTER (WHERE p.due_at IS NOT NULL
    AND (p.attempts = 0 OR p.attempts > 3)) AS held_because,
  count(*) FILTER (WHERE p.because = 'refused') AS refused
FROM consent_pushes p JOIN shops s ON s.id = p.shop_id
WHERE s.state = 'active' AND (CAST(:shop AS bigint) IS NULL OR p.shop_id = :shop)
""")


def counts(tx: Transaction, shop_id: ShopId | None = None) -> Mapping[str, Any]:
    """How many are ``waiting``, of all stores or of one, since when one is due
    (``due_at``), and what holds one back (``held_because``); and how many Shopify has
    ``refused``."""
    [row] = tx.ask(_COUNTS, {"shop": shop_id})
    return {
        "waiting": row.waiting,
        "due_at": row.due_at,
        "held_because": row.held_because,
        "refused": row.refused,
    }


def _written(told: Sequence[Mapping[str, Any]]) -> list[Written]:
    return [
        Written(
            None if each["act"] is None else Act(each["act"]),
            datetime.fromisoformat(each["said_at"]),
            datetime.fromisoformat(each["since"]),
            datetime.fromisoformat(each["until"]) if "until" in each else None,
        )
        for each in told
    ]


def _told(written: Iterable[Written]) -> str:
    return json.dumps(
        [
            {
                "act": each.act,
                "said_at": each.said_at.isoformat(),
                "since": each.since.isoformat(),
            }
            | ({} if each.until is None else {"until": each.until.isoformat()})
            for each in written
        ]
    )
