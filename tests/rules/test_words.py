"""What people read is in their language, and nothing remembers whose that was."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment

from core.values import Money
from core.words import P_, Words, languages, words_for

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
EN, KO = words_for("en"), words_for("ko")


def test_english_comes_first_and_then_every_catalog():
    assert languages() == ["en", "ko"]


def test_a_sentence_is_said_in_the_language_of_its_reader():
    assert EN.gettext("It waits.") == "It waits."
    assert KO.gettext("It waits.") == "대기합니다."


def test_two_readers_do_not_disturb_each_other():
    """There is no current language that one of them could change."""
    said = [words.gettext("It waits.") for words in (KO, EN, KO, EN)]

    assert said == ["대기합니다.", "It waits."] * 2


def test_a_sentence_that_no_catalog_has_is_said_in_english():
    assert KO.gettext("Nobody has translated this.") == "Nobody has translated this."


def test_values_are_filled_in_where_they_are_given():
    assert EN.gettext("Order %(name)s", name="#1") == "Order #1"
    assert KO.gettext("Order %(name)s", name="#1") == "주문 #1"
    assert EN.gettext("50 % of %(name)s") == "50 % of %(name)s"


def test_one_word_of_english_may_be_several_of_another_language():
    assert KO.gettext(P_("parcel", "delivered")) == "배송 완료"
    assert KO.gettext(P_("message", "delivered")) == "도착함"
    assert EN.gettext(P_("parcel", "delivered")) == "delivered"
    assert KO.gettext(P_("nowhere", "delivered")) == "delivered"


@pytest.mark.parametrize(
    ("count", "english", "korean"),
    [(1, "once", "1번"), (2, "2 times", "2번"), (1000, "1,000 times", "1,000번")],
)
def test_each_language_counts_by_its_own_rule(count, english, korean):
    assert EN.ngettext("once", "%(num)s times", count) == english
    assert KO.ngettext("once", "%(num)s times", count) == korean


def test_a_language_without_a_catalog_is_refused():
    for language in ("tlh", "../en", ""):
        with pytest.raises(LookupError):
            words_for(language)


def test_a_moment_is_told_on_the_clock_of_its_reader():
    seoul = KO.on_clock(ZoneInfo("Asia/Seoul"))

    assert seoul.moment(NOON) == "2026. 11. 20. 21:00:00"
    assert KO.moment(NOON) == "2026. 11. 20. 12:00:00"
    assert EN.moment(NOON) == "Nov 20, 2026, 12:00:00"
    assert seoul.minute(NOON) == "2026. 11. 20. 21:00"
    assert EN.minute(NOON) == "Nov 20, 2026, 12:00"


def test_days_spans_money_and_numbers_are_written_as_the_reader_writes_them():
    won = Money(Decimal(39900), "KRW")

    assert EN.day(date(2026, 11, 20)) == "November 20, 2026"
    assert KO.day(date(2026, 11, 20)) == "2026년 11월 20일"
    assert [EN.span(timedelta(hours=2)), KO.span(timedelta(hours=2))] == [
        "2 hr",
        "2시간",
    ]
    assert [EN.money(won), KO.money(won)] == ["₩39,900", "₩39,900"]
    assert Words("pt_BR").money(Money(Decimal("1234.5"), "BRL")) == "R$\xa01.234,50"
    assert Words("pt_BR").number(1234) == "1.234"


PAGE = """\
{% trans name=name %}Order {{ name }}{% endtrans %}
{% trans num=count %}once{% pluralize %}{{ num }} times{% endtrans %}
{{ gettext("It waits.") }}
"""


def test_a_page_speaks_the_language_that_it_is_given():
    """One environment serves all readers; names are escaped, as strangers choose
    them."""
    pages = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    page = pages.from_string(PAGE)

    english = page.render(name="<#1>", count=2, **EN.for_pages())
    korean = page.render(name="<#1>", count=2, **KO.for_pages())

    assert english.split("\n") == ["Order &lt;#1&gt;", "2 times", "It waits."]
    assert korean.split("\n") == ["주문 &lt;#1&gt;", "2번", "대기합니다."]


@pytest.mark.parametrize(
    ("language", "code", "called"),
    [
        ("en", "GB", "United Kingdom"),
        ("ko", "kr", "대한민국"),
        ("en", "<b>", "<b>"),
    ],
)
def test_a_country_is_called_by_its_name_where_it_has_one(language, code, called):
    assert words_for(language).country(code) == called
