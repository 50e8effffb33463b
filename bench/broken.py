"""Our program, broken on purpose: a check that cannot fail proves nothing.

``python -m bench.broken workers ...`` runs a part of the program with one of its
safeguards taken out, the one that ``SOSIK_BROKEN`` names. The product itself knows
nothing of this.
"""

import os
import runpy
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from threading import local
from types import SimpleNamespace
from typing import Any


def _unique() -> None:
    """Nothing keeps an occasion from coming twice. The bench drops the indexes."""
    from storage import outbox
    from storage.statements import Statement

    honest = outbox._ADD.text  # noqa: SLF001
    conflict = honest.index("ON CONFLICT")
    outbox._ADD = Statement(honest[:conflict] + "RETURNING id")  # noqa: SLF001


def _wait() -> None:
    """A fixed wait, instead of the control group."""
    from core.values import Scope
    from notifications import weighing
    from notifications.rules import doubt

    def judge(*, scope: Scope, asked_at: datetime, now: datetime, **_: Any) -> Any:
        is_news = scope is not Scope.MARKETING
        is_over = now - asked_at >= timedelta(seconds=8)
        again = is_news and is_over
        return doubt.Verdict.SEND_AGAIN if again else doubt.Verdict.LOOK_AGAIN

    doubt.judge = judge
    vars(weighing)["has_unread_reports"] = lambda *_, **__: False
    vars(weighing)["unread_reports"] = lambda *_, **__: []


def _lease() -> None:
    """A lease that runs out sends the message again, as most queues do."""
    from notifications import looking
    from notifications.rules.lifecycle import State
    from storage import progress

    def doubt(ids: Any, tx: Any, now: datetime, services: Any) -> None:  # noqa: ARG001
        rows = [row for row in progress.locked(tx, ids) if row.state == State.SENDING]
        for row in rows:
            row.state, row.reason, row.due_at = State.WAITING, "lease_over", now
        progress.keep(tx, rows, now=now)

    looking._doubt = doubt  # noqa: SLF001


def _hmac() -> None:
    """Every signature is right."""
    from integrations import signatures

    signatures.matches_shopify = lambda *_, **__: True


def _turn() -> None:
    """Nobody waits for their turn to choose what to send."""
    from storage import turns

    vars(turns)["await_to_send"] = lambda *_: None


def _count() -> None:
    """What has gone to people is counted before the turn has come."""
    from notifications import sending
    from storage import offers
    from storage.statements import Statement
    from storage.tenancy import Crossing

    everybody = Statement("SELECT id FROM contacts")
    honest_take, honest_people = sending._take_batch, offers.people  # noqa: SLF001
    counted = local()

    def take(lanes: Any, room: int, services: Any, *others: Any, **more: Any) -> Any:
        with services.transactions.across(Crossing.SENDING) as tx:
            ids = [row.id for row in tx.ask(everybody, {})]
            sealer, now = services.sealer, services.clock()
            counted.early = honest_people(
                tx, ids, unreachable="", now=now, sealer=sealer
            )
        return honest_take(lanes, room, services, *others, **more)

    def people(*said: Any, **more: Any) -> Any:
        return {
            id_: replace(person, sent=counted.early[id_].sent)
            for id_, person in honest_people(*said, **more).items()
        }

    vars(sending)["_take_batch"] = take
    vars(offers)["people"] = people


def _stop() -> None:
    """Whoever types STOP is answered, and that is all."""
    from notifications import obeying
    from notifications.rules.wished import Deed

    honest = vars(obeying)["words_of"]

    def words_of(deed: Deed, **said: Any) -> Any:
        return () if deed is Deed.STOP else honest(deed, **said)

    vars(obeying)["words_of"] = words_of


def _redact() -> None:
    """Who is forgotten stays in the webhooks that told of them."""
    from notifications.privacy import people

    vars(people)["empty_webhooks"] = lambda *_, **__: 0


def _night() -> None:
    """It is always an hour for an offer."""
    from notifications import waking

    vars(waking)["next_allowed"] = lambda now, *_, **__: now


def _agreed() -> None:
    """At any hour, and nobody asks at the moment of sending who still wants offers."""
    from notifications.rules import consent

    _night()
    _without(consent.must_have_agreed)


def _without(*rules: Callable[..., Any]) -> None:
    from notifications.rules import decision

    left = tuple(rule for rule in decision.POLICY if rule not in rules)
    assert len(left) == len(decision.POLICY) - len(rules)
    vars(decision)["POLICY"] = left


def _bought() -> None:
    """Nobody asks whether a cart was bought."""
    from notifications.rules import carts

    _without(carts.must_not_have_bought)


def _hasty() -> None:
    """What a store has told is not read first."""
    from notifications.rules import carts

    _without(carts.must_know_what_was_told)


def _played() -> None:
    """A replay knows today what people say tomorrow."""
    from notifications.past_people import Past

    honest = Past.words_at

    def words_at(past: Past, at: datetime) -> Any:
        return honest(past, at + timedelta(days=1))

    setattr(Past, "words_at", words_at)  # noqa: B010


def _second() -> None:
    """One yes is as good as two."""
    from notifications import offering

    vars(offering)["has_to_confirm"] = lambda *_, **__: False
    honest = vars(offering)["Standing"]

    def standing(**said: Any) -> Any:
        return honest(**said | {"must_confirm": False})

    vars(offering)["Standing"] = standing


def _cap() -> None:
    """Nobody counts how many offers somebody gets."""
    from notifications import offering

    vars(offering)["caps_of"] = lambda *_, **__: ()


def _back() -> None:
    """What was told last counts, whatever was known before."""
    from notifications.rules import lifecycle

    vars(lifecycle)["after"] = lambda _current, reported: reported


def _news() -> None:
    """STOP ALL ends offers alone."""
    from core.values import Scope
    from notifications import obeying

    honest = vars(obeying)["words_of"]

    def words_of(*said: Any, **more: Any) -> Any:
        return [word for word in honest(*said, **more) if word.scope is Scope.MARKETING]

    vars(obeying)["words_of"] = words_of


def _unread() -> None:
    """Offers leave though something that people said has not been read."""
    from storage import chats

    vars(chats)["has_unread"] = lambda *_, **__: False


def _apart() -> None:
    """What is said to any store is said to the first one."""
    from storage import chats

    honest = chats.shops_of_numbers
    seen: list[chats.ChatShop] = []

    def shops_of_numbers(*asked: Any) -> Any:
        found = honest(*asked)
        seen.extend(found.values())
        return dict.fromkeys(found, seen[0]) if seen else found

    vars(chats)["shops_of_numbers"] = shops_of_numbers


def _chain() -> None:
    """The ledger's entries do not hold on to each other."""
    from core import chain
    from storage import ledger

    def digest_after(_previous: bytes, entry: bytes) -> bytes:
        return chain.digest_after(bytes(32), entry)

    broken = vars(chain) | {"digest_after": digest_after}
    vars(ledger)["chain"] = SimpleNamespace(**broken)


BREAKS: Mapping[str, Callable[[], None]] = {
    "unique": _unique,
    "wait": _wait,
    "lease": _lease,
    "hmac": _hmac,
    "turn": _turn,
    "count": _count,
    "stop": _stop,
    "news": _news,
    "second": _second,
    "once": _wait,
    "cap": _cap,
    "night": _night,
    "agreed": _agreed,
    "bought": _bought,
    "hasty": _hasty,
    "played": _played,
    "back": _back,
    "redact": _redact,
    "unread": _unread,
    "apart": _apart,
    "chain": _chain,
}


if __name__ == "__main__":
    BREAKS[os.environ["SOSIK_BROKEN"]]()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
