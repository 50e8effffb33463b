"""Who is who, as properties: whatever comes first, the same is known in the end."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.values import ContactId, KeyKind
from notifications.rules.identity import Changed, Held, Register, Shown

START = datetime(2026, 1, 1, tzinfo=UTC)
P, Q = b"+1", b"+2"
ADA, BEA = b"ada", b"bea"


def at(hour):
    return START + timedelta(hours=hour)


def shown(hour, phone=None, user=None, contact=None):
    return Shown(at=at(hour), phone=phone, user=user, contact=contact, may_meet=True)


def named(contact, phone, hour=0):
    return Held(
        kind=KeyKind.PHONE, key=phone, contact=ContactId(contact), since=at(hour)
    )


def after(*evidence, rows=()):
    register = Register.of(rows)
    for each in evidence:
        register.believe(each)
    return register


def who_has(register):
    """Each id's person, told by ids alone; and what each is written to by."""
    of = {}
    for (kind, key), who in register.held:
        if kind is KeyKind.USER_ID:
            of.setdefault(who, set()).add(key)
    people = {frozenset(ids): who for who, ids in of.items()}
    assert len(people) == len(of)
    return {
        ids: tuple(
            held.key if (held := register.current(kind, who)) else None
            for kind in KeyKind
        )
        for ids, who in people.items()
    }


def test_a_number_and_an_id_that_are_shown_together_are_one():
    register = after(shown(1, P, ADA))

    assert who_has(register) == {frozenset({ADA}): (P, ADA)}


def test_whom_we_only_knew_by_number_is_whoever_is_shown_with_it():
    register = after(shown(1, P, ADA), rows=[named(7, P)])

    assert register.contacts() == {7}


def test_a_number_with_another_id_is_somebody_elses_from_then_on():
    register = after(shown(1, P, ADA), shown(9, P, BEA))

    assert who_has(register) == {
        frozenset({ADA}): (None, ADA),
        frozenset({BEA}): (P, BEA),
    }
    assert set(register.marketing_since.values()) == {at(9)}
    assert not register.joined


def test_reports_alone_bring_nobody_into_being():
    register = after(Shown(at=at(1), phone=P, user=ADA))

    assert not register.held


@dataclass(frozen=True)
class Life:
    """A person with one number after the other, and an id with each."""

    name: str
    phones: tuple[tuple[int, bytes], ...]

    def user(self, place):
        return f"{self.name}{place}".encode()


@st.composite
def worlds(draw):
    """People who change their numbers and take those that others have left; and all
    that WhatsApp shows of it, which is true, in whatever order."""
    free, lives, evidence = [b"+%d" % n for n in range(4)], {}, []
    for hour in range(1, draw(st.integers(3, 14)) * 10, 10):
        name = draw(st.sampled_from("xyz"))
        now = lives.get(name)
        if now is None or (draw(st.booleans()) and free):
            if not free:
                continue
            phone = free.pop(draw(st.integers(0, len(free) - 1)))
            count = 0 if now is None else now[2] + 1
            user = f"{name}{count}".encode()
            if now is not None:
                evidence.append(
                    Changed(
                        at=at(hour),
                        old_phone=now[0],
                        old_user=now[1],
                        new_phone=phone,
                        new_user=user,
                    )
                )
                free.append(now[0])
            lives[name] = phone, user, count
        phone, user, _ = lives[name]
        evidence.append(shown(hour + 1, phone, user))
    repeated = evidence + draw(st.lists(st.sampled_from(evidence), max_size=4))
    truth = {}
    for each in evidence:
        users = [getattr(each, k, None) for k in ("user", "old_user", "new_user")]
        for user in filter(None, users):
            truth.setdefault(user[:1], set()).add(user)
    return evidence, draw(st.permutations(repeated)), truth, lives


@settings(max_examples=400, deadline=None)
@given(worlds())
def test_whatever_is_told_first_the_same_people_are_known_in_the_end(world):
    evidence, shuffled, truth, lives = world

    known = who_has(after(*shuffled))

    assert known == who_has(after(*evidence))
    assert set(known) == {frozenset(ids) for ids in truth.values()}
    for phone, user, _ in lives.values():
        assert (phone, user) in known.values()


@settings(max_examples=400, deadline=None)
@given(worlds())
def test_nobody_is_made_one_with_a_stranger(world):
    """Whoever has a number that was another's has nothing of theirs."""
    _, shuffled, _, _ = world

    for ids in who_has(after(*shuffled)):
        assert len({user[:1] for user in ids}) == 1


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_believing_it_twice_is_believing_it_once(world):
    _, shuffled, _, _ = world
    once = after(*shuffled)
    again = Register.of(once.held.values())

    for each in shuffled:
        again.believe(each)

    assert who_has(again) == who_has(once)
