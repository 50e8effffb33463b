"""The ledger of consent: what each person of a shop agreed to, and took back.

Nothing in it is ever changed. Each shop's entries are numbered and chained: see
``core.chain``. Whoever adds to a chain holds its head until the transaction ends: it is
the last lock that a transaction takes, so that nobody waits in a circle, and no shop
waits for another.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from core import chain
from core.chain import Private
from core.sealing import Keyring
from core.values import Act, ContactId, Scope, ShopId
from storage import consent_pushes
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import consents


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One thing that somebody did about their consent.

    ``topic`` is a part of the scope, None for all of it. ``wording`` is the sentence
    they agreed to, where it is known, with the version and the language of it. ``who``
    is the number or the name by which they said it; ``evidence`` is what shows that
    they did, in values that JSON knows.
    """

    shop_id: ShopId
    contact_id: ContactId
    scope: Scope
    act: Act
    source: str
    happened_at: datetime
    topic: str | None = None
    wording: str | None = None
    wording_version: str | None = None
    wording_language: str | None = None
    who: str | None = field(default=None, repr=False)
    evidence: Mapping[str, Any] | None = field(default=None, repr=False)


_CLOCKS_DIFFER = timedelta(minutes=5)

_HEADS = Statement("""
SELECT shop_id, number, digest FROM ledger_heads
WHERE shop_id = ANY(CAST(:shops AS bigint[])) ORDER BY shop_id FOR UPDATE
""")

_NEW_HEADS = Statement("""
INSERT INTO ledger_heads (shop_id, number, digest)
SELECT id, 0, sha256(convert_to('sosik consent ledger of ' || domain, 'UTF8'))
FROM shops WHERE id = ANY(CAST(:shops AS bigint[])) ORDER BY id
ON CONFLICT DO NOTHING
""")

_SAID = columns_of(
    consents, ("contact_id", "scope", "topic", "act", "source", "happened_at")
) | {"place": "int"}
_SAID_BEFORE = Statement(f"""
SELECT new.place FROM {unfolded(_SAID)} JOIN consents c
  ON c.contact_id = new.contact_id AND c.scope = new.scope
  AND c.happened_at = new.happened_at AND c.source = new.source AND c.act = new.act
  AND c.topic IS NOT DISTINCT FROM new.topic
""")

_ENTRY = columns_of(
    consents,
    (
        *("shop_id", "contact_id", "number", "scope", "topic", "act", "source"),
        *("wording", "wording_version", "wording_language", "private", "commitment"),
        *("digest", "happened_at", "recorded_at"),
    ),
)
_ADD = Statement(f"""
INSERT INTO consents ({", ".join(_ENTRY)}) SELECT * FROM {unfolded(_ENTRY)}
""")

_HEAD = {"shop_id": "bigint", "number": "bigint", "digest": "bytea", "mark": "bytea"}
_MOVE_HEADS = Statement(f"""
UPDATE ledger_heads h SET number = new.number, digest = new.digest, mark = new.mark
FROM {unfolded(_HEAD)} WHERE h.shop_id = new.shop_id
""")


def record(
    tx: Transaction, words: Collection[Word], *, now: datetime, sealer: Keyring
) -> None:
    """Add to the ledgers, as the last thing that the transaction locks, and have
    Shopify told of what it is to know. The same word from the same source again changes
    nothing, nor does what Shopify tells only because it was told.

    A yes that is still to come is none: it would outlive every no that is said until
    then.
    """
    believed = [word for word in words if not _is_to_come(word, now)]
    words = consent_pushes.without_echoes(tx, believed)
    if not words:
        return
    heads = _heads(tx, {word.shop_id for word in words})
    # Whoever holds the heads is alone, so what was not said before is new.
    unsaid = _unsaid(tx, words)
    rows = [_next_entry(heads[word.shop_id], word, now, sealer) for word in unsaid]
    if rows:
        tx.run(_ADD, folded(rows))
        moved = {row["shop_id"] for row in rows}
        tx.run(
            _MOVE_HEADS,
            folded(
                {
                    "shop_id": shop_id,
                    "number": heads[shop_id].number,
                    "digest": heads[shop_id].digest,
                    "mark": heads[shop_id].mark(sealer),
                }
                for shop_id in sorted(moved)
            ),
        )
        consent_pushes.wanted_by(tx, unsaid, now=now)


def _is_to_come(word: Word, now: datetime) -> bool:
    return word.act is not Act.REVOKED and word.happened_at > now + _CLOCKS_DIFFER


@dataclass(slots=True)
class Head:
    """How long a shop's ledger is, and the digest of its last entry."""

    shop_id: ShopId
    number: int
    digest: bytes

    def mark(self, sealer: Keyring) -> bytes:
        """What only this installation can write: who has the database alone can build
        another chain, and cannot make it pass for ours."""
        said = f"{self.number} {self.digest.hex()}"
        return sealer.of(self.shop_id).seal_text(
            said, context=mark_context(self.shop_id)
        )

    def is_marked(self, mark: bytes, sealer: Keyring) -> bool:
        """Raises CannotOpen."""
        said = sealer.of(self.shop_id).open_text(
            mark, context=mark_context(self.shop_id)
        )
        return said == f"{self.number} {self.digest.hex()}"


def mark_context(shop_id: ShopId) -> str:
    return f"ledger head of shop {shop_id}"


def _heads(tx: Transaction, shops: Collection[ShopId]) -> dict[ShopId, Head]:
    asked = {"shops": sorted(shops)}
    found = tx.ask(_HEADS, asked)
    if len(found) < len(shops):
        tx.run(_NEW_HEADS, asked)
        found = tx.ask(_HEADS, asked)
    return {
        ShopId(row.shop_id): Head(ShopId(row.shop_id), row.number, bytes(row.digest))
        for row in found
    }


def known(tx: Transaction, words: Collection[Word]) -> list[Word]:
    """Those of the words that are in the ledgers."""
    unsaid = {_said(word) for word in _unsaid(tx, words)} if words else ()
    return [word for word in words if _said(word) not in unsaid]


def _unsaid(tx: Transaction, words: Collection[Word]) -> list[Word]:
    """Each word once, without those that are in the ledger."""
    once = list({_said(word): word for word in words}.values())
    asked = [
        {
            "contact_id": word.contact_id,
            "scope": word.scope,
            "topic": word.topic,
            "act": word.act,
            "source": word.source,
            "happened_at": word.happened_at,
            "place": place,
        }
        for place, word in enumerate(once)
    ]
    before = {row.place for row in tx.ask(_SAID_BEFORE, folded(asked))}
    return [word for place, word in enumerate(once) if place not in before]


def _said(word: Word) -> tuple[object, ...]:
    what = (word.contact_id, word.scope, word.topic, word.act)
    return *what, word.source, word.happened_at


def _next_entry(
    head: Head, word: Word, now: datetime, sealer: Keyring
) -> dict[str, Any]:
    """The entry as its row; the head moves on."""
    private = chain.salted(Private(who=word.who, evidence=word.evidence or {}))
    commitment = chain.commitment_to(private)
    head.number += 1
    head.digest = chain.digest_after(
        head.digest,
        chain.entry(
            number=head.number,
            scope=word.scope,
            topic=word.topic,
            act=word.act,
            source=word.source,
            wording=word.wording,
            wording_version=word.wording_version,
            wording_language=word.wording_language,
            happened_at=chain.written(word.happened_at),
            recorded_at=chain.written(now),
            commitment=commitment.hex(),
        ),
    )
    return {
        "shop_id": word.shop_id,
        "contact_id": word.contact_id,
        "number": head.number,
        "scope": word.scope,
        "topic": word.topic,
        "act": word.act,
        "source": word.source,
        "wording": word.wording,
        "wording_version": word.wording_version,
        "wording_language": word.wording_language,
        "private": sealer.of(word.shop_id).seal(
            private, context=private_context(word.shop_id)
        ),
        "commitment": commitment,
        "digest": head.digest,
        "happened_at": word.happened_at,
        "recorded_at": now,
    }


def private_context(shop_id: ShopId) -> str:
    return f"word of consent of shop {shop_id}"


# At one moment a no counts for more than a yes.
_LATEST = Statement("""
SELECT DISTINCT ON (contact_id, scope, topic)
  contact_id, scope, topic, act, source, happened_at
FROM consents
WHERE contact_id = ANY(CAST(:contacts AS bigint[]))
  AND NOT source = ANY(CAST(:not_from AS text[]))
ORDER BY contact_id, scope, topic, happened_at DESC, act = 'revoked' DESC, id DESC
""")


@dataclass(frozen=True, slots=True)
class LatestWord:
    act: Act
    source: str
    happened_at: datetime


Words = Mapping[tuple[ContactId, Scope, str | None], LatestWord]
"""The last word of each about each scope as a whole (None) and each topic under it."""


def latest_words(
    tx: Transaction, contacts: Collection[ContactId], *, not_from: Collection[str]
) -> Words:
    """The last words of these people, but for what came from some sources. Who never
    said anything is missing."""
    if not contacts:
        return {}
    asked = {"contacts": list(contacts), "not_from": list(not_from)}
    rows = tx.ask(_LATEST, asked)
    return {
        (ContactId(row.contact_id), Scope(row.scope), row.topic): LatestWord(
            Act(row.act), row.source, row.happened_at.astimezone(UTC)
        )
        for row in rows
    }


_SCOPES = Statement("""
SELECT contact_id, scope, act, source, happened_at FROM consents
WHERE contact_id = ANY(CAST(:contacts AS bigint[])) AND topic IS NULL
  AND NOT source = ANY(CAST(:not_from AS text[]))
ORDER BY contact_id, happened_at, number
""")


def words_about_scopes(
    tx: Transaction, contacts: Collection[ContactId], *, not_from: Collection[str]
) -> dict[ContactId, list[tuple[Scope, LatestWord]]]:
    """All that these people ever said about a scope as a whole, oldest first, but for
    what came from some sources."""
    found: dict[ContactId, list[tuple[Scope, LatestWord]]] = {}
    if contacts:
        asked = {"contacts": sorted(contacts), "not_from": list(not_from)}
        for row in tx.ask(_SCOPES, asked):
            word = LatestWord(Act(row.act), row.source, row.happened_at.astimezone(UTC))
            found.setdefault(ContactId(row.contact_id), []).append(
                (Scope(row.scope), word)
            )
    return found


_HISTORY = Statement("""
SELECT number, scope, topic, act, source, wording, wording_version, wording_language,
  private, commitment, digest, happened_at, recorded_at
FROM consents WHERE shop_id = :shop AND contact_id = :contact
ORDER BY happened_at, number
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the ledger. ``private`` is None once the person was erased; ``salt``
    opens the commitment to it."""

    number: int
    scope: Scope
    topic: str | None
    act: Act
    source: str
    wording: str | None
    wording_version: str | None
    wording_language: str | None
    private: Private | None
    salt: bytes | None = field(repr=False)
    commitment: bytes
    digest: bytes
    happened_at: datetime
    recorded_at: datetime


def history(
    tx: Transaction, shop_id: ShopId, contact_id: ContactId, *, sealer: Keyring
) -> Sequence[Entry]:
    """All that one contact said, oldest first."""
    rows = tx.ask(_HISTORY, {"shop": shop_id, "contact": contact_id})
    return [_entry(row, shop_id, sealer) for row in rows]


def _entry(row: Any, shop_id: ShopId, sealer: Keyring) -> Entry:
    opened = None
    if row.private is not None:
        opened = sealer.of(shop_id).open(
            bytes(row.private), context=private_context(shop_id)
        )
    return Entry(
        number=row.number,
        scope=Scope(row.scope),
        topic=row.topic,
        act=Act(row.act),
        source=row.source,
        wording=row.wording,
        wording_version=row.wording_version,
        wording_language=row.wording_language,
        private=None if opened is None else chain.unsalted(opened),
        salt=None if opened is None else opened[: chain.SALT_BYTES],
        commitment=bytes(row.commitment),
        digest=bytes(row.digest),
        happened_at=row.happened_at.astimezone(UTC),
        recorded_at=row.recorded_at.astimezone(UTC),
    )


_DIGESTS_BEFORE = Statement("""
SELECT number + 1 AS number, digest FROM consents
WHERE shop_id = :shop AND number = ANY(CAST(:before AS bigint[]))
UNION ALL
SELECT 1, sha256(convert_to('sosik consent ledger of ' || domain, 'UTF8'))
FROM shops WHERE id = :shop
""")


def digests_before(
    tx: Transaction, shop_id: ShopId, numbers: Collection[int]
) -> Mapping[int, bytes]:
    """What the chain held when each of these entries was added to it. One whose
    forerunner is gone is missing."""
    asked = {"shop": shop_id, "before": [number - 1 for number in numbers]}
    return {row.number: bytes(row.digest) for row in tx.ask(_DIGESTS_BEFORE, asked)}


_FORGET = Statement("""
UPDATE consents SET private = NULL
WHERE shop_id = :shop AND contact_id = ANY(CAST(:contacts AS bigint[]))
  AND private IS NOT NULL
""")


def forget(tx: Transaction, shop_id: ShopId, contacts: Collection[ContactId]) -> int:
    """Let go of all that is personal in their entries, with the salt of it; answer how
    many these were. The chain stays whole."""
    return tx.count(_FORGET, {"shop": shop_id, "contacts": sorted(contacts)})


_AGREED = Statement("""
SELECT DISTINCT contact_id, scope FROM consents
WHERE shop_id = :shop AND contact_id = ANY(CAST(:contacts AS bigint[]))
  AND act <> 'revoked'
""")


def scopes_agreed_to(
    tx: Transaction, shop_id: ShopId, contacts: Collection[ContactId]
) -> list[tuple[ContactId, Scope]]:
    """Who of them ever agreed to what."""
    asked = {"shop": shop_id, "contacts": sorted(contacts)}
    return [
        (ContactId(row.contact_id), Scope(row.scope)) for row in tx.ask(_AGREED, asked)
    ]


# What PostgreSQL writes as ``core.chain.written`` does: a million moments need not
# become objects and text again.
_PAGE_OF_CHAIN = Statement("""
SELECT c.number, c.scope, c.topic, c.act, c.source, c.wording, c.wording_version,
  c.wording_language, c.private, c.commitment, c.digest,
  to_char(c.happened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    AS happened_at,
  to_char(c.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    AS recorded_at,
  c.contact_id, k.phone_key
FROM consents c JOIN contacts k ON k.id = c.contact_id
WHERE c.shop_id = :shop AND c.number > :after ORDER BY c.number LIMIT :most
""")


def page_of_chain(
    tx: Transaction, shop_id: ShopId, *, after: int, most: int
) -> list[Any]:
    """Entries of a shop's chain in their order, as rows."""
    return tx.ask(_PAGE_OF_CHAIN, {"shop": shop_id, "after": after, "most": most})


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose number an entry names: ``number`` is the entry's place, ``phone_key`` finds
    the phone."""

    number: int
    contact_id: ContactId
    phone_key: bytes


_NEVER_HELD = Statement(f"""
SELECT new.number
FROM {unfolded({"number": "bigint", "contact_id": "bigint", "key": "bytea"})}
WHERE NOT EXISTS (
  SELECT 1 FROM contact_keys k
  WHERE k.shop_id = :shop AND k.kind = 'phone' AND k.key = new.key
    AND k.contact_id = new.contact_id)
ORDER BY new.number
""")


def never_held(
    tx: Transaction, shop_id: ShopId, holders: Sequence[Holder]
) -> list[int]:
    """The entries whose number neither is nor ever was that person's."""
    if not holders:
        return []
    rows = [
        {"number": each.number, "contact_id": each.contact_id, "key": each.phone_key}
        for each in holders
    ]
    found = tx.ask(_NEVER_HELD, {**folded(rows), "shop": shop_id})
    return [row.number for row in found]


_HEAD_NOW = Statement("""
SELECT number, digest, mark FROM ledger_heads WHERE shop_id = :shop
""")


def head_of(tx: Transaction, shop_id: ShopId) -> tuple[Head, bytes | None] | None:
    """Where a shop's ledger ends, and the mark that this is so; None for none."""
    for row in tx.ask(_HEAD_NOW, {"shop": shop_id}):
        mark = None if row.mark is None else bytes(row.mark)
        return Head(shop_id, row.number, bytes(row.digest)), mark
    return None
