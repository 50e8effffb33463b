"""Numbers that are being connected: how far that has come, and whose turn it is."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.sealing import Keyring
from core.values import ShopId
from storage.changes import By
from storage.session import Transaction
from storage.statements import Statement


class State(StrEnum):
    """``asking`` while the owner is to say which number is meant, ``stopped`` until
    they have done something that nobody else can do."""

    RUNNING = "running"
    ASKING = "asking"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Choice:
    """A number that a token opens."""

    account_id: str
    phone_number_id: str
    shown: str = field(repr=False)
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signup:
    """``account_id`` and ``phone_number_id`` are None until it is known which are
    meant. ``because`` is a code: what it waits for, or why it has stopped."""

    shop_id: ShopId
    token: bytes = field(repr=False)
    account_id: str | None
    phone_number_id: str | None
    choices: Sequence[Choice]
    is_beside: bool
    countries: Collection[str]
    by: By
    is_subscribed: bool
    state: State
    because: str | None
    begun_at: datetime
    attempts: int
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What is known when it begins: the token, and perhaps what it is for."""

    token: str = field(repr=False)
    by: By
    account_id: str | None = None
    phone_number_id: str | None = None
    is_beside: bool = False
    countries: Collection[str] = ()


def token_context(shop_id: ShopId) -> str:
    return f"meta token of the signup of shop {shop_id}"


_TURN = 107
_AWAIT = Statement("SELECT pg_advisory_xact_lock(:turn, :shop)")


def be_alone(tx: Transaction, shop_id: ShopId) -> None:
    """Nobody else begins one for the shop until this transaction is over."""
    tx.ask(_AWAIT, {"turn": _TURN, "shop": shop_id})


_BEGIN = Statement("""
INSERT INTO signups (shop_id, token, account_id, phone_number_id, choices, is_beside,
  countries, door, actor, state, begun_at, due_at)
VALUES (:shop, :token, :account, :number, '[]', :is_beside,
  CAST(:countries AS text[]), :door, :actor, 'running', :now, :now)
ON CONFLICT (shop_id) DO UPDATE SET token = excluded.token,
  account_id = excluded.account_id, phone_number_id = excluded.phone_number_id,
  choices = '[]', is_beside = excluded.is_beside, countries = excluded.countries,
  door = excluded.door, actor = excluded.actor, subscribed_at = NULL,
  state = 'running', because = NULL, begun_at = :now, due_at = :now,
  claimed_until = NULL, attempts = 0
""")


def begin(
    tx: Transaction, shop_id: ShopId, begun: Begun, *, sealer: Keyring, now: datetime
) -> None:
    """One at a time: it takes the place of one that has not come to its end."""
    context = token_context(shop_id)
    tx.run(
        _BEGIN,
        {
            "shop": shop_id,
            "token": sealer.of(shop_id).seal_text(begun.token, context=context),
            "account": begun.account_id,
            "number": begun.phone_number_id,
            "is_beside": begun.is_beside,
            "countries": sorted(begun.countries),
            "door": begun.by.door,
            "actor": begun.by.actor,
            "now": now,
        },
    )


_COLUMNS = """s.shop_id, s.token, s.account_id, s.phone_number_id, s.choices,
  s.is_beside, s.countries, s.door, s.actor, s.subscribed_at, s.state, s.because,
  s.begun_at, s.attempts, s.claimed_until"""

_OF = Statement(f"SELECT {_COLUMNS} FROM signups s WHERE s.shop_id = :shop")

_TAKE_DUE = Statement(f"""
WITH due AS MATERIALIZED (
  SELECT d.shop_id FROM signups d JOIN shops t ON t.id = d.shop_id
  WHERE d.due_at <= :now AND d.state = 'running' AND t.state = 'active'
    AND (d.claimed_until IS NULL OR d.claimed_until <= :now)
  ORDER BY d.due_at LIMIT 1 FOR UPDATE OF d SKIP LOCKED)
UPDATE signups s SET claimed_until = :until
WHERE s.shop_id IN (SELECT shop_id FROM due)
RETURNING {_COLUMNS}
""")


def of_shop(tx: Transaction, shop_id: ShopId) -> Signup | None:
    for row in tx.ask(_OF, {"shop": shop_id}):
        return _signup(row)
    return None


def take_due(tx: Transaction, *, now: datetime, until: datetime) -> Signup | None:
    """The one that has waited longest; nobody else has it before ``until``."""
    for row in tx.ask(_TAKE_DUE, {"now": now, "until": until}):
        return _signup(row)
    return None


def _signup(row: Any) -> Signup:
    return Signup(
        shop_id=ShopId(row.shop_id),
        token=bytes(row.token),
        account_id=row.account_id,
        phone_number_id=row.phone_number_id,
        choices=[Choice(**each) for each in row.choices],
        is_beside=row.is_beside,
        countries=row.countries,
        by=By(row.door, row.actor),
        is_subscribed=row.subscribed_at is not None,
        state=State(row.state),
        because=row.because,
        begun_at=row.begun_at,
        attempts=row.attempts,
        until=row.claimed_until,
    )


# By when it ends a turn is known: whoever has had it since has another end, and one
# that was begun anew has none.
_OURS = "shop_id = :shop AND claimed_until = :until"

_CHOOSE = Statement(f"""
UPDATE signups SET account_id = :account, phone_number_id = :number WHERE {_OURS}
""")
_ASK = Statement(f"""
UPDATE signups SET choices = CAST(:choices AS jsonb), state = 'asking',
  claimed_until = NULL, attempts = 0, because = NULL WHERE {_OURS}
""")
_SUBSCRIBED = Statement(f"UPDATE signups SET subscribed_at = :now WHERE {_OURS}")
_HAND_BACK = Statement(f"""
UPDATE signups SET state = :state, because = :because, due_at = :due_at,
  attempts = :attempts, claimed_until = NULL WHERE {_OURS}
""")
_DONE = Statement(f"DELETE FROM signups WHERE {_OURS}")


def note_choice(tx: Transaction, signup: Signup, choice: Choice) -> None:
    """It is this number that is meant."""
    tx.run(
        _CHOOSE,
        _asked(signup)
        | {"account": choice.account_id, "number": choice.phone_number_id},
    )


def ask(tx: Transaction, signup: Signup, choices: Sequence[Choice]) -> None:
    """Wait until the owner says which of these is meant."""
    told = json.dumps([asdict(each) for each in choices])
    tx.run(_ASK, _asked(signup) | {"choices": told})


def note_subscribed(tx: Transaction, signup: Signup, *, now: datetime) -> None:
    tx.run(_SUBSCRIBED, _asked(signup) | {"now": now})


def hand_back(
    tx: Transaction,
    signup: Signup,
    *,
    state: State,
    because: str | None,
    due_at: datetime,
    attempts: int,
) -> None:
    """It waits until then, or has stopped."""
    told = {"state": state, "because": because, "due_at": due_at, "attempts": attempts}
    tx.run(_HAND_BACK, _asked(signup) | told)


def is_done(tx: Transaction, signup: Signup) -> bool:
    """The number is connected; False where somebody has begun anew meanwhile."""
    return tx.count(_DONE, _asked(signup)) == 1


def _asked(signup: Signup) -> dict[str, Any]:
    return {"shop": signup.shop_id, "until": signup.until}


_CHOSEN = Statement("""
UPDATE signups SET account_id = :account, phone_number_id = :number,
  state = 'running', because = NULL, due_at = :now, claimed_until = NULL
WHERE shop_id = :shop AND state = 'asking'
""")
# Whoever is trying it just now goes on alone: two would do everything twice.
_GO_ON = Statement("""
UPDATE signups SET state = 'running', because = NULL, due_at = :now, attempts = 0
WHERE shop_id = :shop AND (state = 'stopped' OR state = 'running' AND attempts > 0)
""")
_GIVE_UP = Statement("DELETE FROM signups WHERE shop_id = :shop")


def chosen(tx: Transaction, shop_id: ShopId, choice: Choice, *, now: datetime) -> bool:
    """The owner has said which; answer whether they were still asked."""
    told = {"account": choice.account_id, "number": choice.phone_number_id}
    return tx.count(_CHOSEN, {"shop": shop_id, "now": now, **told}) == 1


def go_on(tx: Transaction, shop_id: ShopId, *, now: datetime) -> bool:
    """Try at once what has stopped, or waits for its next try."""
    return tx.count(_GO_ON, {"shop": shop_id, "now": now}) == 1


def give_up(tx: Transaction, shop_id: ShopId) -> bool:
    return tx.count(_GIVE_UP, {"shop": shop_id}) == 1


_FORGET = Statement("""
DELETE FROM signups WHERE shop_id IN (
  SELECT shop_id FROM signups WHERE begun_at < CAST(:before AS timestamptz)
  ORDER BY shop_id LIMIT :limit)
""")


def forget(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Those that nobody has brought to an end; with them goes their token."""
    return tx.count(_FORGET, {"before": before, "limit": limit})
