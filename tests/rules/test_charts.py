"""Charts show what is there, also to those who cannot see them."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st

from core.words import languages, words_for
from webapp.pages import charts
from webapp.pages.charts import Bar, Series

WORDS = words_for("en")
FIRST = date(2026, 11, 15)
HOSTILE = "<script>alert(1)</script>\"'&"

figures = st.lists(st.none() | st.integers(0, 10**9), min_size=1, max_size=40)
shares = st.floats(-1, 1, allow_nan=False)


def _days(values):
    return [FIRST + timedelta(days=at) for at in range(len(values))]


def _drawn(found):
    app = Flask("webapp")
    page = '{% import "pages/charts.html" as charts %}{{ charts.chart(found) }}'
    with app.app_context():
        return render_template_string(page, found=found)


def _points(path):
    return [float(each) for each in re.findall(r"-?[\d.]+", path)]


@given(values=figures)
def test_a_line_stays_within_its_drawing(values):
    found = charts.over_days("Sent", _days(values), [Series("Sent", values)], WORDS)

    [line] = found.lines
    places = [place for path in line.paths for place in _points(path)]
    assert all(0 <= place <= 100 for place in places)
    assert bool(places) == any(value is not None for value in values)


def test_more_is_drawn_higher_and_a_gap_is_left_open():
    values = [1, 10, None, 0]

    found = charts.over_days("Sent", _days(values), [Series("Sent", values)], WORDS)

    [line] = found.lines
    assert found.top == "10"
    assert line.paths == ["M0.0 90.0 L33.33 0.0", "M100.0 100.0 L100.0 100.0"]


@given(most=st.integers(0, 10**12))
def test_the_top_is_a_round_figure_that_nothing_exceeds(most):
    found = charts.over_days("Sent", [FIRST], [Series("Sent", [most])], WORDS)

    top = int(found.top.replace(",", ""))
    assert top >= most
    assert str(top).rstrip("0") in {"1", "2", "5"}
    assert top <= max(1, most * 2.5)


@given(rows=st.lists(st.tuples(shares, shares, shares).map(sorted), min_size=1))
def test_a_bar_and_its_interval_stay_within_their_drawing(rows):
    found = charts.bars(
        "Lift",
        [Bar("a", value, low, high) for low, value, high in rows],
        WORDS,
        shown=str,
        column="Points",
    )

    assert 0 <= found.zero <= 100
    for bar, (low, value, high) in zip(found.bars, rows, strict=True):
        assert 0 <= bar.x <= bar.x + bar.wide <= 100.02
        assert bar.is_below == (value < 0)
        left, right = bar.whisker
        assert 0 <= left <= right <= 100
        assert f"{value} ({low} to {high})" == bar.shown


def test_a_row_without_a_value_draws_nothing_and_says_why():
    rows = [
        Bar("one", 0.5, 0.25, 0.75, more=("8",)),
        Bar("two", None, instead="too few", more=("1",)),
    ]

    found = charts.bars("Lift", rows, WORDS, shown=str, column="Points", more=["Told"])

    _, empty = found.bars
    assert (empty.shown, empty.wide, empty.whisker) == ("too few", 0.0, None)
    assert list(found.figures.columns) == ["", "Told", "Points"]
    assert found.figures.rows[1] == ["two", "1", "too few"]
    assert found.label.endswith("two: too few")


def test_a_funnel_is_as_wide_as_what_is_left():
    found = charts.funnel("Carts", [("Left", 200), ("Sent", 50), ("Bought", 0)], WORDS)

    assert [(bar.x, bar.wide) for bar in found.bars] == [
        *((0.0, 100.0), (37.5, 25.0), (50.0, 0.0)),
    ]
    assert [bar.shown for bar in found.bars] == ["200 (100 %)", "50 (25 %)", "0 (0 %)"]


def test_a_funnel_of_nothing_is_drawn():
    found = charts.funnel("Carts", [("Left", 0), ("Sent", 0)], WORDS)

    assert [bar.shown for bar in found.bars] == ["0", "0"]
    assert _drawn(found)


@pytest.mark.parametrize("language", languages())
def test_each_is_an_image_with_a_label_and_a_table_beside(language):
    words = words_for(language)
    every = [
        charts.over_days(
            HOSTILE,
            _days([1, None]),
            [Series(HOSTILE, [1, None]), Series("Read", [0, 1])],
            words,
        ),
        charts.bars(HOSTILE, [Bar(HOSTILE, 0.1, 0, 0.2)], words, shown=str, column="%"),
        charts.funnel(HOSTILE, [(HOSTILE, 3), ("Sent", 1)], words),
    ]

    for found in every:
        page = ElementTree.fromstring(_drawn(found))
        [image] = page.findall(".//*[@role='img']")
        assert HOSTILE in image.get("aria-label")
        table = page.find(".//table")
        assert len(table.findall("tbody/tr")) == len(found.figures.rows)
        text = "".join(table.itertext())
        assert all(cell in text for row in found.figures.rows for cell in row)
        assert not page.findall(".//script")
        assert not page.findall(".//*[@style]")
