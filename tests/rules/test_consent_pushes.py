"""What is written at Shopify is the newest word, and never our own echo."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.echoes import Written, is_echo
from core.values import Act
from notifications.rules.consent_pushes import (
    NotWritten,
    must_be_news,
    must_be_the_newest,
)

T = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
YES, NO, SURE, ASKED = Act.GRANTED, Act.REVOKED, Act.CONFIRMED, None


@dataclass
class Known:
    act: Act | None
    said_at: datetime | None


@pytest.mark.parametrize(
    ("ours", "theirs", "at", "why"),
    [
        (YES, NO, T - SECOND, None),
        (NO, YES, T - SECOND, None),
        (NO, YES, T, None),
        (YES, NO, T, NotWritten.SHOPIFY_IS_NEWER),
        (NO, YES, T + SECOND, NotWritten.SHOPIFY_IS_NEWER),
        (YES, YES, T - SECOND, NotWritten.SHOPIFY_KNOWS),
        (NO, NO, T + SECOND, NotWritten.SHOPIFY_KNOWS),
        (SURE, YES, T - SECOND, None),
        (YES, SURE, T - SECOND, NotWritten.SHOPIFY_KNOWS),
        (SURE, SURE, T - SECOND, NotWritten.SHOPIFY_KNOWS),
        (YES, ASKED, T - SECOND, None),
        (YES, ASKED, T + SECOND, NotWritten.SHOPIFY_IS_NEWER),
        (YES, None, None, None),
        (NO, ASKED, T, None),
        (ASKED, NO, T - SECOND, None),
        (ASKED, NO, T, NotWritten.SHOPIFY_IS_NEWER),
        (ASKED, ASKED, T - SECOND, NotWritten.SHOPIFY_KNOWS),
        (ASKED, YES, T - SECOND, NotWritten.SHOPIFY_KNOWS),
        (ASKED, SURE, T - SECOND, NotWritten.SHOPIFY_KNOWS),
        (ASKED, None, None, None),
    ],
)
def test_a_word_is_written_where_it_is_newer(ours, theirs, at, why):
    known = Known(theirs, at)

    assert must_be_news(ours, T, known=known, written=[]) is why


def test_what_is_nobodys_number_is_not_written():
    why = must_be_news(NO, T, known=None, written=[])

    assert why is NotWritten.NO_CUSTOMER


def test_our_own_writing_is_no_newer_word():
    """A yes that was written after the no had been said, at the time of the writing."""
    written = [Written(YES, T - 60 * SECOND, since=T + SECOND, until=T + 2 * SECOND)]

    assert must_be_news(NO, T, known=Known(YES, T + SECOND), written=written) is None


def test_our_own_question_is_no_newer_word():
    """It was written after the answer had been given, at the time of the writing."""
    written = [Written(ASKED, T - 60 * SECOND, since=T + SECOND, until=T + 2 * SECOND)]
    known = Known(ASKED, T + SECOND)

    assert must_be_news(SURE, T, known=known, written=written) is None
    assert must_be_news(NO, T, known=known, written=written) is None


@pytest.mark.parametrize(
    ("source", "why"),
    [("chat", None), ("shopify", NotWritten.SHOPIFY_IS_NEWER)],
)
def test_what_shopify_told_last_is_not_told_back(source, why):
    assert must_be_the_newest(source) is why


@given(
    ours=st.sampled_from([YES, NO, SURE, ASKED]),
    theirs=st.sampled_from([YES, NO, SURE, ASKED]),
    ahead=st.integers(-3, 3),
)
def test_no_newer_word_is_ever_written_over(ours, theirs, ahead):
    known = Known(theirs, T + ahead * SECOND)

    is_written = must_be_news(ours, T, known=known, written=[]) is None

    is_newer = (ahead, theirs is NO) > (0, ours is NO)
    assert not (is_written and is_newer)


def test_an_echo_has_the_time_of_the_word_or_of_the_writing():
    written = [Written(YES, T, since=T + 60 * SECOND, until=T + 61 * SECOND)]

    assert is_echo(YES, T + timedelta(milliseconds=300), written)
    assert is_echo(SURE, T + 61 * SECOND, written)
    assert not is_echo(NO, T, written)
    assert not is_echo(YES, T + 30 * SECOND, written)
    assert not is_echo(YES, T + 90 * SECOND, written)


def test_who_says_yes_at_shopify_to_what_we_have_asked_is_no_echo():
    written = [Written(ASKED, T, since=T, until=T + SECOND)]

    assert is_echo(ASKED, T, written)
    assert not is_echo(YES, T, written)
    assert not is_echo(NO, T, written)
