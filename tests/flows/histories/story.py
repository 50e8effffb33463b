"""One history: the world that it happens in, and what the model has of it."""

import random
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.meta.accounts import (
    DEFAULT_NUMBER_ID,
    DEFAULT_WABA_ID,
    sandbox_token,
)
from tests.flows.histories.model import File, Kind, Word
from tests.flows.histories.people import ADA, BOB, STORES, people_of_a_history
from tests.flows.terminal import attendant_at
from tests.world import NOON, SANDBOX_SECRET

SECOND = timedelta(seconds=1)
NUMBERS = {ADA: DEFAULT_NUMBER_ID, BOB: "100000000000777"}
_MOST_TOLD = 20
_FEW = 4
_TOKEN = "shpat_test"
"""The one that the world's stores have."""
_WAITS = (
    *(timedelta(seconds=20),) * 3,
    *(timedelta(minutes=1), timedelta(minutes=10), timedelta(minutes=10)),
    *(timedelta(hours=1), timedelta(hours=6), timedelta(days=1)),
)
"""Where a message is in doubt, nobody is forgotten before that is over."""


@dataclass
class Story:
    """``told`` are the last steps, for whoever has to find out what went wrong."""

    world: object
    terminal: object
    shopify: object
    seed: int
    chance: random.Random = field(init=False)
    people: list = field(init=False)
    files: dict = field(init=False)
    orders: dict = field(default_factory=lambda: {store: [] for store in STORES})
    placed: dict = field(default_factory=lambda: dict.fromkeys(STORES, 0))
    gone: dict = field(default_factory=dict)
    erased: set = field(default_factory=set)
    lines: list = field(default_factory=list)
    about: dict = field(default_factory=dict)
    failed: set = field(default_factory=set)
    said: list = field(default_factory=list)
    told: deque = field(default_factory=lambda: deque(maxlen=_MOST_TOLD))
    serial: int = 0
    checks: Any = None

    def __post_init__(self):
        self.chance = random.Random(self.seed)
        self.people = people_of_a_history()
        self.files = {
            (store, person.number): File(store, [person])
            for person in self.people
            for store in person.homes
        }
        self.attendant = attendant_at(self.terminal)
        self.world.forget_everything()
        self.world.now = NOON
        # In whose time no points had come back: this is a new beginning.
        self.shopify.post("settings", {"bucket": 100_000})
        number = {
            "waba_id": DEFAULT_WABA_ID,
            "phone_number_id": NUMBERS[BOB],
            "token": sandbox_token(SANDBOX_SECRET),
            "display_phone_number": "+1 555-013-0777",
        }
        self.world.meta.post("accounts", number)
        for store in STORES:
            self.open(store)

    @property
    def now(self) -> datetime:
        return self.world.now

    def open(self, store):
        """The store has the app, for the first time or again."""
        self.shopify.post("shops", {"domain": store, "name": store, "token": _TOKEN})
        self.world.open_shop(store, number=NUMBERS[store], automations=True)
        self.gone.pop(store, None)

    def file(self, store, person):
        return self.files[store, person.number]

    # Who may do something

    def somebody(self, *, anywhere=False):
        """A person who is not forgotten, and a store of theirs that has the app; or
        None."""
        open_to = [store for store in STORES if anywhere or store not in self.gone]
        living = [
            (store, person)
            for person in self.people
            for store in person.homes
            if store in open_to and (store, person.number) not in self.erased
        ]
        return self._one_of_few(living)

    def _one_of_few(self, living):
        """Much is to happen to the same people; who is forgotten makes room."""
        few = list(dict.fromkeys(person for _, person in living))[:_FEW]
        near = [each for each in living if each[1] in few]
        return self.chance.choice(near) if near else None

    def some_order(self, having=lambda _order: True):
        found = [
            order
            for store in STORES
            if store not in self.gone
            for order in self.orders[store]
            if (store, order.person.number) not in self.erased and having(order)
        ]
        return self.chance.choice(found[-12:]) if found else None

    def some_file(self, having):
        """Of a person who is not forgotten, at a store that has the app."""
        found = [
            file
            for file in set_of(self.files.values())
            if file.store not in self.gone
            and (file.store, file.people[0].number) not in self.erased
            and having(file)
        ]
        return self.chance.choice(found) if found else None

    def some_checkout(self, having):
        file = self.some_file(lambda file: any(map(having, file.checkouts)))
        return file and self.chance.choice(list(filter(having, file.checkouts)))

    def next_order(self, store):
        """As at Shopify it never comes twice, though the store was forgotten here."""
        self.placed[store] += 1
        return self.placed[store]

    def next_number(self):
        self.serial += 1
        return self.serial

    # What is told, and what the model makes of it

    def shopify_says(self, store, topic, body, *, again=False):
        named = f"{self.seed}-{self.next_number()}"
        told = {"domain": store, "webhook_id": named}
        times = 2 if again or self.chance.random() < 0.1 else 1
        for _ in range(times):
            assert self.world.shopify_says(topic, body, **told) == 200
        self.said.append((store, topic, body, named))

    def word(
        self,
        store,
        person,
        *,
        is_yes,
        about_offers=True,
        at=None,
        kind=Kind.OWN,
        is_confirmed=False,
    ):
        self.file(store, person).words.append(
            Word(
                is_about_offers=about_offers,
                is_yes=is_yes,
                at=at or self.now,
                told_at=self.now,
                kind=kind,
                is_confirmed=is_confirmed,
            )
        )

    def moment(self, store, person):
        """When something was done that is told now: mostly now, at times a while ago.
        No two things in one second."""
        if self.chance.random() < 0.75:
            return self.now
        taken = {word.at for word in self.file(store, person).words}
        at = self.now - timedelta(seconds=self.chance.randint(3, 5_000))
        while at in taken:
            at -= SECOND
        return at

    # What the program does

    def work(self):
        """All that somebody gave a hint at, for hints may get lost."""
        self.world.work()
        self.checks.each_step()

    def pass_time(self, time):
        """All that there is to do by then is found and done."""
        self.world.pass_time(time)
        self.checks.each_step()
        for file in set_of(self.files.values()):
            for word in file.words:
                word.is_heard = True

    def attend(self):
        """What is owed by law is done, if not at the first try."""
        for wait in _WAITS:
            self.pass_time(wait)
            self.attendant.attend()
            if not self.checks.owed():
                return
        assert self.checks.owed() == []

    def forget_store(self, store):
        """Nothing is left of it, and nothing was ever said."""
        self.orders[store] = []
        for person in self.people:
            if store in person.homes:
                self.files[store, person.number] = File(store, [person])
        self.erased = {each for each in self.erased if each[0] != store}

    def note(self, name, about):
        if self.told and self.told[-1].endswith("..."):
            self.told.pop()
        self.told.append(f"{self.now:%d %H:%M:%S} {name}: {about}")

    def report(self):
        """How to see it again."""
        steps = "\n  ".join(self.told)
        return f"seed {self.seed}, the last steps:\n  {steps}"


def set_of(files):
    """Each once, though two people may have become one."""
    return {id(file): file for file in files}.values()
