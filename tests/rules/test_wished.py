"""What people say about our messages ends in the same, however it comes to be known."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import Act, Scope
from notifications.rules.wished import (
    BY_KEYWORD,
    BY_REFUSAL,
    BY_SIGN_UP,
    BY_SWITCH,
    Deed,
    Said,
    agrees,
    words_of,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OFFERS, NEWS = Scope.MARKETING, Scope.TRANSACTIONAL
SOURCES = {
    Deed.SWITCH_OFF: BY_SWITCH,
    Deed.SWITCH_ON: BY_SWITCH,
    Deed.REFUSED: BY_REFUSAL,
    Deed.SIGN_UP: BY_SIGN_UP,
}


def yes(scope, *, minute=-60, source="form"):
    at = NOON + minute * MINUTE
    return Said(scope=scope, act=Act.GRANTED, source=source, at=at)


def read(told, before=()):
    """All that the ledger holds once these deeds were read, in the order given."""
    known = list(before)
    for deed, minute in told:
        known += words_of(
            deed,
            at=NOON + minute * MINUTE,
            source=SOURCES.get(deed, BY_KEYWORD),
            before=known,
        )
    return known


def stand(known):
    at = NOON + timedelta(days=1)
    return agrees(OFFERS, known, at=at), agrees(NEWS, known, at=at)


AGREED = (yes(OFFERS), yes(NEWS))


@pytest.mark.parametrize(
    ("told", "offers", "news"),
    [
        ([Deed.STOP], False, True),
        ([Deed.STOP_ALL], False, False),
        ([Deed.STOP, Deed.START], True, True),
        ([Deed.STOP_ALL, Deed.START], True, True),
        ([Deed.START, Deed.STOP], False, True),
        ([Deed.SWITCH_OFF], False, True),
        ([Deed.SWITCH_OFF, Deed.SWITCH_ON], True, True),
        ([Deed.REFUSED, Deed.SWITCH_ON], True, True),
        ([Deed.REFUSED], False, True),
        ([Deed.STOP, Deed.SWITCH_ON], False, True),
        ([Deed.SWITCH_OFF, Deed.STOP, Deed.SWITCH_ON], False, True),
        ([Deed.STOP, Deed.SWITCH_OFF, Deed.START, Deed.SWITCH_ON], True, True),
        ([Deed.STOP, Deed.SIGN_UP], True, True),
    ],
)
def test_who_had_agreed_to_both_has_agreed_to_what_they_said_last(told, offers, news):
    known = read([(deed, minute) for minute, deed in enumerate(told)], AGREED)

    assert stand(known) == (offers, news)


def test_a_start_is_no_yes_to_news_that_was_never_taken_back():
    assert [each.scope for each in read([(Deed.START, 0)])] == [OFFERS]


def test_turning_whatsapps_switch_on_is_no_yes_of_who_never_agreed():
    known = read([(Deed.SWITCH_OFF, 0), (Deed.SWITCH_ON, 1)])

    assert stand(known) == (False, False)


def test_an_old_stop_does_not_undo_a_later_yes():
    known = read([(Deed.STOP, -5)], [yes(OFFERS, minute=0)])

    assert stand(known)[0]


def test_of_a_yes_and_a_stop_in_one_moment_the_stop_counts():
    for told in ([Deed.START, Deed.STOP], [Deed.STOP, Deed.START]):
        assert stand(read([(deed, 0) for deed in told]))[0] is False


def test_whatsapps_switch_brings_back_what_there_was_confirmed_or_not():
    for deeds, act in (
        ([Deed.START], Act.GRANTED),
        ([Deed.START, Deed.CONFIRM], Act.CONFIRMED),
    ):
        told = [*deeds, Deed.SWITCH_OFF, Deed.SWITCH_ON]
        *_, last = read([(deed, minute) for minute, deed in enumerate(told)])

        assert (last.act, last.source) == (act, BY_SWITCH)


IN_THE_CHAT = (Deed.STOP, Deed.STOP_ALL, Deed.START, Deed.SIGN_UP, Deed.CONFIRM)


def some_of(deeds):
    return st.lists(st.tuples(st.sampled_from(deeds), st.integers(0, 6)), max_size=6)


@given(told=some_of(IN_THE_CHAT), shuffle=st.randoms(use_true_random=False))
@pytest.mark.parametrize("before", [(), AGREED])
def test_what_is_said_in_the_chat_may_come_in_any_order_and_twice(
    before, told, shuffle
):
    in_order = sorted(told, key=lambda each: each[1])
    mixed = told * 2
    shuffle.shuffle(mixed)

    assert stand(read(mixed, before)) == stand(read(in_order, before))


@given(told=some_of(list(Deed)), shuffle=st.randoms(use_true_random=False))
@pytest.mark.parametrize("before", [(), AGREED])
def test_no_order_of_reading_makes_a_yes_of_what_ends_in_a_no(before, told, shuffle):
    """WhatsApp's switch takes back Meta's stop alone. Read before what it stands upon,
    it may bring less back than it could, never more."""
    in_order = sorted(told, key=lambda each: each[1])
    mixed = told * 2
    shuffle.shuffle(mixed)

    for found, right in zip(
        stand(read(mixed, before)), stand(read(in_order, before)), strict=True
    ):
        assert found <= right
