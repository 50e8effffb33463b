"""What every file in notifications/automations promises. New ones are found here."""

import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotPossible
from core.events import Event
from core.values import Category, Money, Scope
from integrations.meta.creation_schema import problems_of_creation
from integrations.meta.templates import creation_body
from notifications import automations
from notifications.automations import Choice, Known, Part
from notifications.offering import has_room_for_label
from notifications.reviewing import MOST_AN_HOUR, MOST_IN_ALL
from notifications.wishes import Wish, wish_pressed
from wiring.outside import as_metas

ALL = automations.discover()
LANGUAGES = {"en", "ko", "pt_BR", "es", "hi", "id", "ar", "de", "fr", "zh_TW"}

TEXTS = st.none() | st.text(max_size=300)
KNOWN = st.builds(
    Known,
    language=st.sampled_from(sorted(LANGUAGES)),
    shop_name=st.text(max_size=300),
    order_name=st.text(max_size=300),
    first_name=TEXTS,
    total=st.none()
    | st.builds(
        Money,
        st.decimals(-(10**15), 10**15, places=2),
        st.sampled_from(["EUR", "KRW", "USD", "ZZZ"]),
    ),
    payment=st.none() | st.sampled_from(["paid", "authorized", "partially_paid", "x"]),
    is_paid_at_door=st.booleans(),
    order_link=TEXTS,
    tracking_numbers=st.lists(st.text(max_size=80), max_size=9).map(tuple),
    tracking_link=TEXTS,
    carrier=TEXTS,
    parcel_name=TEXTS,
    city=TEXTS,
    expected_on=st.none() | st.dates(),
    heard_on=st.none() | st.dates(),
    declined=st.none() | st.sampled_from(["final_sale", "other", "", "a new word"]),
    part=st.none()
    | st.builds(
        Part,
        count=st.integers(0, 10**9),
        of=st.integers(0, 10**9),
        more_follows=st.booleans(),
    ),
    edited=st.none() | st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)),
    new_total=st.none()
    | st.builds(Money, st.decimals(0, 10**15, places=2), st.just("KRW")),
    label=st.none() | st.just("(광고)"),
    code=st.none() | st.just("HJ4K7MRT9CXW") | TEXTS,
    percent=st.none() | st.decimals(1, 100, places=2),
    time_left=st.none() | st.timedeltas(timedelta(), timedelta(days=30)),
    cart_link=TEXTS,
    first_item=TEXTS,
    more_items=st.integers(0, 500),
    refunded=st.none()
    | st.builds(
        Money,
        st.decimals(0, 10**15, places=2),
        st.sampled_from(["EUR", "KRW", "USD", "ZZZ"]),
    ),
)


@pytest.fixture(params=ALL.values(), ids=ALL.keys())
def automation(request):
    return request.param


def _submitted(automation, language):
    return creation_body(as_metas(automation.template, language))


def test_it_is_named_after_its_file(automation):
    module = import_module(f"{automations.__name__}.{automation.name}")

    assert module.AUTOMATION is automation


def test_each_file_is_one(automation):
    folder = Path(automations.__file__).parent
    files = {file.stem for file in folder.glob("*.py")} - {"__init__"}

    assert files == ALL.keys()


def test_its_summary_is_one_sentence(automation):
    assert re.fullmatch(r"[A-Z][^\n.]+\.", automation.summary)


def test_it_listens_to_something_that_happens(automation):
    assert automation.listens_to
    for event in automation.listens_to:
        assert issubclass(event, Event)
        assert event is not Event


def test_its_news_lives_for_a_while_and_not_for_ever(automation):
    assert timedelta(minutes=1) <= automation.lifetime <= timedelta(days=7)


def test_who_agrees_to_news_is_sent_no_offers(automation):
    expected = {
        Scope.TRANSACTIONAL: {Category.UTILITY},
        Scope.MARKETING: {
            Category.UTILITY if automation.asks_for_yes else Category.MARKETING
        },
    }

    assert automation.template.category in expected[automation.scope]


def test_its_template_is_named_for_it_and_counts_its_wordings(automation):
    name = re.escape(automation.worded_as or automation.name)

    assert re.fullmatch(rf"sosik_{name}_[1-9]\d*", automation.template.name)


def test_who_has_no_template_of_its_own_has_that_of_another(automation):
    if automation.worded_as is not None:
        assert automation.template is ALL[automation.worded_as].template


def test_it_speaks_every_language(automation):
    assert automation.template.texts.keys() == LANGUAGES


def test_it_says_the_same_in_every_language(automation):
    template = automation.template
    values = {
        language: [
            set(template.values_in(part))
            for part in (text.header, text.body, text.footer)
        ]
        for language, text in template.texts.items()
    }

    assert len({str(sorted(map(sorted, each))) for each in values.values()}) == 1


def test_meta_would_review_every_language_of_it(automation):
    for language in automation.template.texts:
        assert problems_of_creation(_submitted(automation, language)) == []


def test_who_gets_an_offer_can_end_them_with_a_button(automation):
    is_offer = automation.scope is Scope.MARKETING and not automation.asks_for_yes

    for text in automation.template.texts.values():
        assert bool(text.yes) == automation.asks_for_yes
        assert bool(text.deal) == bool(text.link)
        assert bool(text.stop) == (is_offer and not text.deal)
        assert not text.stop or wish_pressed(text.stop, text.stop) is Wish.STOP
        assert has_room_for_label(text) == is_offer


def test_one_that_has_no_such_button_says_how(automation):
    """Meta lets a limited-time offer have no other buttons than its own."""
    for language, text in automation.template.texts.items():
        if text.deal:
            reminder = ALL["cart_reminder"].template.texts[language]
            assert text.body.endswith(reminder.footer)


def test_a_question_has_a_button_for_each_of_its_answers(automation):
    answers = automation.template.answers

    assert bool(answers) == automation.asks_buyer
    for text in automation.template.texts.values():
        assert len(text.answers) == len(set(text.answers)) == len(answers)


def test_a_link_stands_on_a_line_of_its_own_in_arabic(automation):
    """Such a line is laid out from left to right, whatever stands around it."""
    for line in automation.template.texts["ar"].body.splitlines():
        if "_link}}" in line:
            assert re.fullmatch(r"\{\{\w+\}\}", line)


def test_no_two_texts_are_the_same():
    """Meta refuses a template whose body and footer another one has already."""
    texts = [
        (text.body, text.footer)
        for template in automations.templates_of(ALL.values())
        for text in template.texts.values()
    ]

    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_all_of_a_language_fit_what_meta_takes_at_once(language):
    """One language of everything may always be submitted within an hour."""
    every = automations.templates_of(ALL.values())

    assert sum(language in each.texts for each in every) <= MOST_AN_HOUR


@pytest.mark.parametrize(
    "automation", [each for each in ALL.values() if each.showing is not None]
)
def test_what_shows_products_tells_the_same_in_every_language(automation):
    """So that either can go out, whichever Meta has approved."""
    plain, shows = automation.template, automation.showing

    assert (shows.category, shows.shows_products) == (plain.category, True)
    assert shows.examples.keys() == plain.examples.keys()
    assert shows.texts.keys() == plain.texts.keys()
    for language, text in shows.texts.items():
        assert problems_of_creation(creation_body(as_metas(shows, language))) == []
        other = plain.texts[language]
        assert (text.header, text.footer) == (other.header, other.footer)
        assert set(shows.values_in(text.body)) == set(plain.values_in(other.body))
        assert text.body != other.body
        assert has_room_for_label(text) == has_room_for_label(other)


def test_all_languages_of_everything_fit_into_one_account():
    """What shows products is for stores alone that chose it."""
    every = automations.templates_of(ALL.values())

    assert sum(len(each.texts) for each in every) <= MOST_IN_ALL


def test_its_examples_are_what_it_tells_no_more_and_no_less(automation):
    template = automation.template
    named = {
        name
        for text in template.texts.values()
        for part in (text.header, text.body, text.footer)
        for name in template.values_in(part)
    }

    assert template.examples.keys() == named


# What is known is drawn once for all of them, since that takes most of the time.


@given(known=KNOWN)
def test_it_gives_every_value_whatever_is_known(known):
    """One line each, none of them empty: Meta refuses a message with such a value."""
    for name, automation in ALL.items():
        values = automation.compose(known)

        assert values.keys() == automation.template.examples.keys(), name
        for value in values.values():
            assert value.strip(), name
            assert len(value) <= 500, name
            assert not re.search(r"[\n\t]| {4,}", value), name


@given(known=KNOWN)
def test_it_fits_into_a_message_whatever_is_known(known):
    for name, automation in ALL.items():
        text = automation.template.texts[known.language]
        values = automation.compose(known)

        longest = 600 if text.deal else 1_024
        for part, most in ((text.header, 60), (text.body, longest)):
            fixed = len(re.sub(r"\{\{\w+\}\}", "", part))
            named = automation.template.values_in(part)
            told = sum(len(values[each]) for each in named)
            assert fixed + told <= most, (name, part)


def test_the_longest_name_of_an_order_fits_into_the_header_of_every_language(
    automation,
):
    nothing = dict.fromkeys(
        ("first_name", "total", "payment", "order_link", "tracking_link", "carrier")
    )
    for language, text in automation.template.texts.items():
        known = Known(
            language=language,
            shop_name="Ada's Things",
            order_name="0" * 300,
            is_paid_at_door=False,
            tracking_numbers=(),
            **nothing,
        )
        values = automation.compose(known)

        told = text.header
        for name, value in values.items():
            told = told.replace("{{" + name + "}}", value)
        assert len(told) <= 60, (language, told)


def test_its_settings_have_their_defaults(automation):
    assert automation.config({}) == {
        setting.name: setting.default for setting in automation.settings
    }


def _good(setting):
    if isinstance(setting, Choice):
        return setting.words
    return setting.least, setting.default, setting.most


def _bad(setting):
    if isinstance(setting, Choice):
        return "", setting.default.upper(), list(setting.words), 0
    return setting.least - 1, setting.most + 1


def test_its_settings_are_taken_within_their_bounds_only(automation):
    for setting in automation.settings:
        assert re.fullmatch(r"[A-Z][^\n]+\.", setting.meaning)
        for good in _good(setting):
            assert automation.config({setting.name: good})[setting.name] == good
        for bad in (*_bad(setting), None, "5", 1.5, True, [], {}):
            with pytest.raises(NotPossible, match=setting.name):
                automation.config({setting.name: bad})


def test_settings_that_were_stored_once_and_are_none_any_more_are_passed_over(
    automation,
):
    stored = {"no_such_setting": 1}
    stored |= {setting.name: _bad(setting)[-1] for setting in automation.settings}

    assert automation.config_kept(stored) == automation.config({})
    for setting in automation.settings:
        good = _good(setting)[0]
        kept = automation.config_kept({**stored, setting.name: good})
        assert kept == {**automation.config({}), setting.name: good}


def test_a_setting_that_it_does_not_have_is_refused_by_name(automation):
    with pytest.raises(NotPossible, match="no_such_setting"):
        automation.config({"no_such_setting": 1})
