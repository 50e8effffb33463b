"""Whoever minds a store has a message sent to their own phone, and sees what became of
it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.errors import NotPossible
from core.lanes import Work
from core.values import MessageId, Phone, ShopId
from core.words import N_
from notifications.automations import Automation
from notifications.ports import Services
from notifications.rules.lifecycle import State
from notifications.trials import TRIAL
from storage import numbers, outbox, people, trials
from storage.outbox import Intent
from storage.session import Transaction

MOST_AN_HOUR = 10
_PRESS = re.compile(r"press_[0-9a-z]{1,60}")
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be tried. ``staff`` names who asks, and ``press`` this very press of
    the button: the same press twice is one message."""

    automation: str
    language: str
    phone: Phone
    staff: str
    press: str


def send_test(shop_id: ShopId, wish: Wish, *, services: Services) -> str:
    """Have the message sent to ``wish.phone``, which whoever asks has confirmed to be
    theirs, and which is kept for the next time; answer the name by which ``came_of``
    finds it.

    It goes the way of all messages, and may be sent while its automation is off. Doing
    it twice for one press sends it once.

    Raises:
        NotPossible: there is no such automation or language, nothing may be sent in it
            yet, no number is connected, or the store has sent too many tests.
    """
    automation = services.automations.get(wish.automation)
    if automation is None:
        raise NotPossible(N_("There is no such automation."))
    if wish.language not in automation.template.texts:
        raise NotPossible(N_("There is no text in this language."))
    now, occasion = services.clock(), occasion_of(wish.press)
    with services.transactions.for_shop(shop_id) as tx:
        if trials.find(tx, shop_id, occasion) is not None:
            return occasion
        since = now - _HOUR
        lately = trials.count_since(tx, shop_id, since, most=MOST_AN_HOUR)
        if lately >= MOST_AN_HOUR:
            raise NotPossible(
                N_("A store may send %(most)s tests an hour. Try again later."),
                most=MOST_AN_HOUR,
            )
        _must_be_able_to_leave(tx, shop_id, automation, wish.language)
        trials.keep_number(
            tx, shop_id, wish.staff, wish.phone, book=services.book, now=now
        )
        shop = trials.home_of(tx, shop_id)
        person = (shop_id, wish.phone)
        found = people.contacts_of(tx, [person], book=services.book, now=now)
        intent = Intent(
            id=MessageId(services.new_id("msg")),
            shop_id=shop_id,
            occasion=occasion,
            automation=TRIAL.name,
            scope=TRIAL.scope,
            priority=TRIAL.priority,
            order_id=None,
            fulfillment_id=None,
            tracking_key=None,
            told={
                "automation": automation.name,
                "language": wish.language,
                "currency": shop.currency,
                "home": f"https://{shop.domain}/",
            },
            contact_id=found[person],
            wanted_at=now,
            due_at=now,
            story=[{"at": now.isoformat(), "what": "test_asked"}],
        )
        outbox.add(tx, [intent], now=now)
        tx.after_commit(lambda: services.hints.look(Work.SEND, shop.lane))
    return occasion


def is_press(said: str) -> bool:
    """Whether it is the name of a press, as forms are given them."""
    return _PRESS.fullmatch(said) is not None


def occasion_of(press: str) -> str:
    """By what ``came_of`` finds the test of that press."""
    return f"{TRIAL.name}:{press}"


def _must_be_able_to_leave(
    tx: Transaction, shop_id: ShopId, automation: Automation[Any], language: str
) -> None:
    """Whoever waits for a test is told at once what it would wait for."""
    own = numbers.numbers_of(tx, shop_id)
    if not own:
        raise NotPossible(N_("Connect a WhatsApp number first."))
    found = numbers.templates_of(tx, [shop_id], names=[automation.template.name])
    accounts = {number["account_id"] for number in own}
    states = {
        row.state
        for (_, account, _, spoken), row in found.items()
        if account in accounts and spoken == language
    }
    if "APPROVED" not in states:
        raise NotPossible(N_("Meta has not approved this language yet."))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has become of a test. ``is_settled`` is whether nothing more will, so that
    nobody need look again."""

    state: State
    reason: str | None
    language: str
    automation: str
    is_settled: bool


@dataclass(frozen=True, slots=True)
class Before:
    """What a form for a test begins with: the number that was typed last, and the
    country whose numbers may be typed without their code."""

    phone: Phone | None
    country: str | None


def before(shop_id: ShopId, staff: str, *, services: Services) -> Before:
    with services.transactions.for_shop(shop_id) as tx:
        own = trials.number_of(tx, shop_id, staff, book=services.book)
        home = trials.home_of(tx, shop_id)
    return Before(None if own is None else own.phone, home.country)


_SETTLED = frozenset({State.READ, State.FAILED, State.SKIPPED, State.CANCELLED})
_LOOKED_AT_FOR = timedelta(minutes=10)


def came_of(shop_id: ShopId, occasion: str, *, services: Services) -> Outcome | None:
    """None where there is no such test, or it was erased with whoever got it."""
    with services.transactions.for_shop(shop_id) as tx:
        row = trials.find(tx, shop_id, occasion)
    if row is None:
        return None
    told: Mapping[str, str] = row["told"] or {}
    state = State(row["state"])
    is_old = services.clock() - row["created_at"] > _LOOKED_AT_FOR
    return Outcome(
        state=state,
        reason=row["reason"],
        language=told.get("language", ""),
        automation=told.get("automation", ""),
        is_settled=state in _SETTLED or is_old,
    )
