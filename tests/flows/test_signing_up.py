"""A number is connected step by step: whatever breaks off goes on from there, and
nothing is done at Meta twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count

import pytest

from core.errors import NotPossible, OutsideError, TryLater, Unsure, WillNotWork
from notifications import numbering, signing_up
from notifications.keeping import forget_what_is_old
from notifications.numbering import NumberGiven
from notifications.rules import signup as rules
from notifications.signing_up import Wish, carry_on
from sandbox.meta.accounts import DEFAULT_NUMBER_ID
from storage import number_pins, numbers, signups
from storage.changes import By
from storage.numbers import number_context
from storage.signups import State
from tests.repo.waiting import eventually
from tests.waiting import someone_waits
from wiring.outside import desk_at

FRESH = {"status": "PENDING", "platform_type": "NOT_APPLICABLE"}
ON_PHONE = {"is_on_biz_app": True}
BY = By("page", "4711")
_IDS = count(700_000)


@dataclass
class Losing:
    """Meta, of which some answers are lost: the call is made, or not, and nobody
    knows."""

    desk: object
    lose: dict[str, bool] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refuses: str = ""

    def __getattr__(self, name):
        real = getattr(self.desk, name)

        def call(*args, **named):
            self.asked.append(name)
            if name == self.refuses:
                raise WillNotWork("no", code="meta_100")
            if name not in self.lose:
                return real(*args, **named)
            if self.lose.pop(name):
                real(*args, **named)
            raise Unsure("lost", code="no_answer_timeout")

        return call


def number_at_meta(world, *, waba=None, **more):
    """A number at Meta, in an account of its own or in this one; its id."""
    id_ = str(next(_IDS))
    waba = waba or f"8{id_}"
    number = {
        "waba_id": waba,
        "token": f"EAAN{waba}",
        "phone_number_id": id_,
        "display_phone_number": f"+1 555-{id_}",
        "subscribed": False,
        **more,
    }
    world.meta.post("accounts", number)
    return id_


class Owner:
    """Of a store, with Meta's dialog at hand."""

    def __init__(self, world):
        self.world = world
        self.shop_id = world.open_shop(number=None)
        self.desk = Losing(desk_at(world.settings))

    def new(self, **more):
        return number_at_meta(self.world, **more)

    def code(self, number):
        back = f"{self.world.settings.app_url}/auth/meta"
        asked = {"phone_number_id": number, "redirect_uri": back}
        return self.world.meta.post("signup_codes", asked)["code"]

    def begin(self, number, **wish):
        signing_up.begin_by_code(
            self.shop_id,
            self.code(number),
            Wish(by=BY, **wish),
            desk=self.desk,
            services=self.world.services,
        )

    @property
    def noted(self):
        """Who has changed what, in order."""
        rows = self.world.rows("changes")
        return [(row.actor, row.what, row.subject) for row in rows]

    def choose(self, number):
        services = self.world.services
        signing_up.choose(self.shop_id, number, by=BY, services=services)

    def go_on(self, pin=None):
        services = self.world.services
        signing_up.go_on(self.shop_id, pin=pin, by=BY, services=services)

    def carry_on(self):
        return carry_on(self.desk, services=self.world.services)

    def at_meta(self, number):
        accounts = self.world.meta.get("state")["accounts"]
        [found] = [each for each in accounts if each["phone_number_id"] == number]
        return found

    @property
    def signup(self):
        with self.world.services.transactions.for_shop(self.shop_id) as tx:
            return signups.of_shop(tx, self.shop_id)

    @property
    def standing(self):
        found = self.signup
        return None if found is None else (found.state, found.because)

    @property
    def numbers(self):
        with self.world.services.transactions.for_shop(self.shop_id) as tx:
            return numbers.numbers_of(tx, self.shop_id)

    def pin(self, number):
        services = self.world.services
        with services.transactions.for_shop(self.shop_id) as tx:
            return number_pins.of_number(
                tx, self.shop_id, number, sealer=services.sealer
            )


@pytest.fixture
def owner(world):
    return Owner(world)


def test_a_code_ends_in_a_number_that_sends(owner):
    id_ = owner.new(number_says=FRESH)

    owner.begin(id_)
    assert owner.numbers == ()
    assert owner.carry_on() == 1

    [number] = owner.numbers
    sealer = owner.world.services.sealer.of(owner.shop_id)
    context = number_context(owner.shop_id, id_)
    known, there = owner.pin(id_), owner.at_meta(id_)
    assert (number["phone_number_id"], number["is_default"]) == (id_, True)
    assert number["display_phone"] == f"+1 555-{id_}"
    assert sealer.open_text(number["token"], context=context) == f"EAAN8{id_}"
    assert (there["subscribed"], there["pin"]) == (True, known.pin)
    assert len(there["registered"]) == len(known.asked) == 1
    assert owner.signup is None
    assert owner.carry_on() == 0


def test_neither_pin_nor_token_stands_anywhere_in_clear(owner):
    id_ = owner.new(number_says=FRESH)
    owner.begin(id_)
    kept = repr(owner.world.rows("signups"))
    owner.carry_on()
    kept += repr([owner.world.rows(name) for name in ("numbers", "number_pins")])

    assert f"EAAN8{id_}" not in kept
    assert owner.pin(id_).pin not in kept


def test_it_is_on_record_who_connected_it(owner):
    id_ = owner.new()
    owner.begin(id_)
    owner.carry_on()

    assert owner.noted == [
        *(("4711", "number_begun", None), ("4711", "number_connected", id_)),
    ]


def test_it_is_on_record_who_has_chosen_and_who_has_tried_again(owner):
    one = owner.new(number_says=FRESH, pin="123456")
    two = owner.new(waba=f"8{one}", number_says=FRESH, pin="123456")
    owner.begin(two)
    owner.carry_on()
    owner.choose(two)
    owner.carry_on()
    owner.go_on(pin="123456")

    assert owner.noted[1:] == [
        *(("4711", "number_chosen", two), ("4711", "number_tried_again", two)),
    ]
    assert "123456" not in repr(owner.world.rows("changes"))


def test_its_templates_are_looked_at_at_once(owner):
    id_ = owner.new()
    owner.begin(id_)
    owner.carry_on()

    [number] = owner.numbers
    assert number["templates_due_at"] == owner.world.now


@pytest.mark.parametrize("says", [ON_PHONE, {}], ids=["on the phone", "registered"])
def test_a_number_that_is_registered_already_is_left_so(owner, says):
    """One of the WhatsApp Business app would be thrown out of it."""
    id_ = owner.new(number_says=says)

    owner.begin(id_)
    owner.carry_on()

    assert len(owner.numbers) == 1
    assert owner.at_meta(id_)["registered"] == []
    assert owner.pin(id_) is None


@pytest.mark.parametrize("call", ["subscribe", "register"])
@pytest.mark.parametrize("is_done", [True, False])
def test_what_nobody_knows_the_outcome_of_is_looked_at_first(owner, call, is_done):
    id_ = owner.new(number_says=FRESH)
    owner.begin(id_)
    owner.desk.lose = {call: is_done}

    owner.carry_on()
    if not is_done:
        assert owner.standing == (State.RUNNING, "no_answer_timeout")
        owner.world.now += timedelta(seconds=2)
        owner.carry_on()

    assert len(owner.numbers) == 1
    assert len(owner.at_meta(id_)["registered"]) == 1
    assert owner.at_meta(id_)["pin"] == owner.pin(id_).pin
    assert owner.desk.asked.count(call) == (1 if is_done else 2)


def test_a_failure_in_the_middle_goes_on_from_there(owner):
    id_ = owner.new(number_says=FRESH | {"code_verification_status": "NOT_VERIFIED"})
    owner.begin(id_)
    owner.carry_on()
    assert owner.standing == (State.STOPPED, "meta_133006")
    assert owner.numbers == ()

    changed = owner.at_meta(id_) | {"number_says": FRESH}
    owner.world.meta.post("accounts", changed)
    owner.desk.asked.clear()
    owner.go_on()
    owner.carry_on()

    assert len(owner.numbers) == 1
    assert "subscribe" not in owner.desk.asked
    assert "token_for" not in owner.desk.asked


def test_a_pin_that_meta_has_already_is_asked_for_and_used(owner):
    id_ = owner.new(number_says=FRESH, pin="123456")
    owner.begin(id_)
    owner.carry_on()
    assert owner.standing == (State.STOPPED, rules.WRONG_PIN)

    with pytest.raises(NotPossible):
        owner.go_on(pin="12345")
    owner.go_on(pin="123456")
    owner.carry_on()

    assert len(owner.numbers) == 1
    assert owner.pin(id_).pin == "123456"


def test_meta_is_asked_to_register_ten_times_in_three_days_and_no_more(owner):
    id_ = owner.new(number_says=FRESH, pin="123456")
    owner.begin(id_)
    owner.carry_on()
    for _ in range(12):
        owner.go_on()
        owner.carry_on()

    assert owner.desk.asked.count("register") == 10
    assert owner.standing == (State.STOPPED, rules.TOO_MANY_REGISTRATIONS)

    owner.world.now += timedelta(hours=73)
    owner.go_on(pin="123456")
    owner.carry_on()
    assert owner.desk.asked.count("register") == 11


def test_of_several_numbers_the_owner_chooses(owner):
    one = owner.new()
    two = owner.new(waba=f"8{one}")
    owner.begin(two)
    owner.carry_on()

    assert owner.standing == (State.ASKING, None)
    assert {each.phone_number_id for each in owner.signup.choices} == {one, two}
    with pytest.raises(NotPossible):
        owner.choose(DEFAULT_NUMBER_ID)
    owner.choose(two)
    owner.carry_on()
    assert [each["phone_number_id"] for each in owner.numbers] == [two]
    with pytest.raises(NotPossible):
        owner.choose(one)


def test_one_for_some_countries_stands_beside_the_default_one(owner):
    first, second = owner.new(), owner.new()
    owner.begin(first)
    owner.carry_on()
    owner.begin(second, countries=frozenset({"BR"}))
    owner.carry_on()

    assert [(each["phone_number_id"], each["countries"]) for each in owner.numbers] == [
        (first, []),
        (second, ["BR"]),
    ]


def test_a_number_of_another_store_is_not_taken_from_it(owner):
    id_ = owner.new()
    owner.begin(id_)
    owner.carry_on()
    other = Owner.__new__(Owner)
    other.world, other.desk = owner.world, owner.desk
    other.shop_id = owner.world.open_shop("eve.myshopify.com", number=None)

    other.begin(id_)
    other.carry_on()

    assert other.standing == (State.STOPPED, rules.TAKEN)
    assert other.numbers == ()
    assert len(owner.numbers) == 1


def test_a_code_that_is_used_up_changes_nothing(owner):
    id_ = owner.new()
    code = owner.code(id_)
    owner.desk.token_for(code)

    with pytest.raises(OutsideError):
        signing_up.begin_by_code(
            owner.shop_id,
            code,
            Wish(by=BY),
            desk=owner.desk,
            services=owner.world.services,
        )

    assert owner.signup is None


def test_a_token_that_does_not_open_enough_stops_with_what_to_do(owner):
    id_ = owner.new(refuses=190)
    owner.begin(id_)
    owner.carry_on()

    assert owner.standing == (State.STOPPED, rules.TOKEN_DEAD)
    assert rules.TOKEN_DEAD in rules.MEANINGS


def test_begun_anew_it_begins_at_the_beginning(owner):
    stale, fresh = owner.new(number_says=FRESH, pin="111111"), owner.new()
    owner.begin(stale)
    owner.carry_on()
    assert owner.standing == (State.STOPPED, rules.WRONG_PIN)

    owner.begin(fresh)
    owner.carry_on()

    assert [each["phone_number_id"] for each in owner.numbers] == [fresh]


def test_what_is_given_up_is_forgotten_with_its_token(owner):
    id_ = owner.new(number_says=FRESH, pin="111111")
    owner.begin(id_)
    owner.carry_on()

    signing_up.give_up(owner.shop_id, by=BY, services=owner.world.services)

    assert owner.world.rows("signups") == []
    with pytest.raises(NotPossible):
        owner.go_on()


def test_what_nobody_brings_to_an_end_is_forgotten_after_a_week(owner):
    owner.begin(owner.new(number_says=FRESH, pin="111111"))
    owner.carry_on()

    owner.world.now += timedelta(days=6)
    forget_what_is_old(services=owner.world.services)
    assert owner.signup is not None
    owner.world.now += timedelta(days=1, seconds=1)
    forget_what_is_old(services=owner.world.services)
    assert owner.signup is None


# By hand


def given(owner, id_, **more):
    return NumberGiven(
        **{
            "account_id": f"8{id_}",
            "phone_number_id": id_,
            "token": f"EAAN8{id_}",
            **more,
        }
    )


def test_ids_and_a_token_do_the_same_without_a_code(owner):
    id_ = owner.new(number_says=FRESH)

    signing_up.begin_by_hand(
        owner.shop_id, given(owner, id_), by=BY, services=owner.world.services
    )
    owner.carry_on()

    assert [each["phone_number_id"] for each in owner.numbers] == [id_]
    assert owner.at_meta(id_)["subscribed"] is True
    assert "about_token" not in owner.desk.asked


def test_whoever_presses_twice_has_begun_once_and_another_token_is_another_wish(owner):
    id_, services = owner.new(number_says=FRESH), owner.world.services

    def begin(**more):
        wanted = given(owner, id_, **more)
        signing_up.begin_by_hand(owner.shop_id, wanted, by=BY, services=services)

    begin()
    begin()
    assert [what for _, what, _ in owner.noted] == ["number_begun"]

    begin(token="EAANother")
    assert [what for _, what, _ in owner.noted] == ["number_begun"] * 2


def test_who_begins_waits_until_nobody_else_is_about_to(owner):
    """Or two who press at once would both find that nothing is under way."""
    id_, services = owner.new(number_says=FRESH), owner.world.services
    wanted = given(owner, id_)
    begin = partial(
        signing_up.begin_by_hand, owner.shop_id, wanted, by=BY, services=services
    )

    with ThreadPoolExecutor(max_workers=1) as other:
        with services.transactions.for_shop(owner.shop_id) as tx:
            signups.be_alone(tx, owner.shop_id)
            second = other.submit(begin)
            assert eventually(lambda: someone_waits(owner.world) or second.done())
            assert not second.done()
        second.result()

    assert [what for _, what, _ in owner.noted] == ["number_begun"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"account_id": "8x"},
        {"phone_number_id": "../1"},
        {"token": ""},
        {"token": "EAAN\n1"},
        {"is_beside": True},
        {"is_beside": True, "countries": ("BR",)},
    ],
)
def test_what_is_no_such_thing_is_refused_before_meta_hears_of_it(owner, wrong):
    with pytest.raises(NotPossible):
        signing_up.begin_by_hand(
            owner.shop_id,
            given(owner, "1", **wrong),
            by=BY,
            services=owner.world.services,
        )

    assert owner.signup is None


def test_a_wrong_token_stops_and_says_so(owner):
    id_ = owner.new()
    signing_up.begin_by_hand(
        owner.shop_id,
        given(owner, id_, token="EAANwrong"),
        by=BY,
        services=owner.world.services,
    )
    owner.carry_on()

    assert owner.standing == (State.STOPPED, "meta_190")


# The rule


@pytest.mark.parametrize(
    ("error", "needs"),
    [
        (WillNotWork("", code="meta_133005"), True),
        (WillNotWork("", code="meta_100"), True),
        (TryLater("", code="meta_190"), True),
        (TryLater("", code="meta_133010"), True),
        (TryLater("", code="meta_133004"), False),
        (WillNotWork("", code="meta_133015"), False),
        (TryLater("", code="connection_failed"), False),
        (TryLater("", code="http_429"), False),
        (Unsure("", code="no_answer_timeout"), False),
    ],
)
def test_what_needs_the_owner_is_told_from_what_passes(error, needs):
    assert rules.needs_owner(error) is needs


@pytest.mark.parametrize("countries", [["PT"], [], ["Brazil"]])
def test_the_default_number_is_for_no_countries_of_its_own(owner, countries):
    id_ = owner.new()
    owner.begin(id_)
    owner.carry_on()

    with pytest.raises(NotPossible):
        numbering.be_for(
            owner.shop_id, id_, countries, by=BY, services=owner.world.services
        )
    assert [each["countries"] for each in owner.numbers] == [[]]


def test_who_presses_while_it_is_being_tried_has_nothing_done_twice(owner):
    id_ = owner.new(number_says=FRESH)
    owner.desk.lose = {"subscribe": False}
    owner.begin(id_)
    owner.carry_on()
    owner.world.now += timedelta(hours=1)
    desk, taken = owner.desk.desk, []

    class Pressed:
        def __getattr__(self, name):
            return getattr(desk, name)

        def register(self, *args, **named):
            owner.go_on()
            owner.world.now += timedelta(seconds=1)
            taken.append(carry_on(desk, services=owner.world.services))
            desk.register(*args, **named)

    tried = carry_on(Pressed(), services=owner.world.services)

    assert (tried, taken) == (1, [0])
    assert len(owner.at_meta(id_)["registered"]) == 1
    assert [each["phone_number_id"] for each in owner.numbers] == [id_]
    assert owner.signup is None
