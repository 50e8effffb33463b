"""What somebody has written of a product comes out as plain text, in bounds."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog import MOST_DESCRIPTION, MOST_TITLE
from notifications.rules.catalog_texts import cut, description_of, title_of


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Linen shirt", "Linen shirt"),
        ("  Linen\n\tshirt  ", "Linen shirt"),
        ("LINEN SHIRT WITH LED", "Linen Shirt With LED"),
        ("LED TV", "LED TV"),
        ("リネン 🧵 قميص", "リネン 🧵 قميص"),
        ("नमस्ते‍ कुर्ता", "नमस्ते‍ कुर्ता"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("a\u0000b\u200bc", "abc"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("\u200d \u2066", "\u200d"),
        ("", ""),
    ],
)
def test_a_title_is_one_line(written, shown):
    assert title_of(written) == shown


def test_a_title_of_9999_characters_is_cut_between_words():
    title = title_of("cotton " * 1_428)

    assert len(title) <= MOST_TITLE
    assert title.endswith("cotton…")


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Soft &amp; warm</p><p>Made in Bath</p>", "Soft & warm\n\nMade in Bath"),
        ("<ul><li>one</li><li>two</li></ul>", "• one\n• two"),
        ("a<br/>b<br>c", "a\nb\nc"),
        ("<script>steal('x')</script>Safe<style>p{}</style>", "Safe"),
        ("<scr<script>ipt>alert(1)</script>", "ipt>alert(1)"),
        ("<p onclick=alert(1)>Plain</p>", "Plain"),
        ("See https://a.example/x and www.b.example now", "See and now"),
        ("&#128512; emoji &lt;b&gt;bold&lt;/b&gt; &lt;3", "😀 emoji bold <3"),
        ("<div>unclosed <b>bold", "unclosed bold"),
        ("قماش <b>ناعم</b>", "قماش ناعم"),
        ("one<p></p><p></p><p></p>two", "one\n\ntwo"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("", ""),
    ],
)
def test_a_description_is_what_a_person_would_read(html, shown):
    assert " ".join(description_of(html).split()) == " ".join(shown.split())
    assert "\n\n\n" not in description_of(html)


def test_lines_stay_lines():
    assert description_of("<p>Soft</p><p>Warm</p>") == "Soft\n\nWarm"
    assert description_of("<ul><li>one</li><li>two</li></ul>") == "• one\n• two"


@given(st.text(max_size=400), st.integers(2, 60))
def test_what_is_cut_is_never_too_long_and_begins_as_it_did(text, longest):
    kept = cut(text, longest)

    assert len(kept) <= longest
    assert kept == text or text.startswith(kept[:-1])


@given(st.text(max_size=12_000))
def test_whatever_is_written_is_shown_in_bounds_and_without_what_nobody_sees(text):
    title, description = title_of(text), description_of(text)

    assert len(title) <= MOST_TITLE
    assert len(description) <= MOST_DESCRIPTION
    assert "\n" not in title
    for character in description.replace("\n", ""):
        assert unicodedata.category(character) != "Cc"
        assert character not in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"


def test_a_huge_description_is_read_in_a_moment():
    assert len(description_of("<b>x</b> " * 1_000_000)) <= MOST_DESCRIPTION
