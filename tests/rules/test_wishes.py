"""A wish is the whole of a message, in any language, and nothing else is one."""

import csv
import tomllib
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from notifications import wording
from notifications.automations import label_printed
from notifications.wishes import (
    Choice,
    Wish,
    answer_to,
    understood,
    wish_in,
    wish_pressed,
)
from notifications.wishes.answers import LONGEST_BODY, LONGEST_TITLE
from notifications.wishes.phrases import Piece, _meanings, phrases
from notifications.wishes.writing import LONGEST
from tests.each import for_each

ROOT = Path(__file__).parents[2]
HERE = ROOT / "notifications/wishes"
CORPUS = Path(__file__).parent / "wishes"
LANGUAGES = set(label_printed.AUTOMATION.template.texts)
WISHES = [wish for wish in Wish if wish is not Wish.CANCEL]


def rows():
    """Text, language and wish; what somebody typed, and was not made up by a rule."""
    for path in sorted(CORPUS.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as table:
            reader = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
            for row in reader:
                wish = None if row["wish"] == "none" else Wish(row["wish"])
                yield row["text"], row["language"], wish


ROWS = list(rows())
SAID = [row for row in ROWS if row[2] is not None]
NOT_SAID = [row for row in ROWS if row[2] is None]


@for_each(("text", "language", "wish"), ROWS)
def test_a_message_is_the_wish_that_its_writer_had(text, language, wish):
    assert wish_in(text) is wish


def test_the_corpus_is_large_and_nearly_half_of_it_only_looks_like_a_wish():
    assert len({text for text, _, _ in ROWS}) > 1_300
    assert len({language for _, language, _ in ROWS}) >= 36
    assert len(NOT_SAID) > 500


@for_each(("text", "language", "wish"), SAID)
def test_the_language_of_a_wish_is_among_those_that_are_told(text, language, wish):
    told = understood(text).languages

    assert not told or language in told


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("수신거부", "ko"),
        ("bitte abmelden", "de"),
        ("no me escriban más", "es"),
        ("STOP", None),
        ("please stop", None),
        ("parar", None),
    ],
)
def test_a_language_is_told_where_only_one_has_these_words(text, language):
    assert understood(text).language == language


_MARKS = st.text("!.…~*_-–—,;:()[]\"«»'🛑🙏😡👍🏽❤️\u200b\u200e\u200f\u2067\u2069 \n\t")


@given(st.sampled_from(SAID), _MARKS, _MARKS)
def test_what_stands_around_a_wish_that_is_no_letter_changes_nothing(
    row, before, after
):
    text, language, wish = row
    assume(language != "el" or ";" not in after)  # in Greek it asks

    assert wish_in(f"{before} {text} {after}") is wish


@given(st.sampled_from(SAID), st.sampled_from(["upper", "lower", "title", "swapcase"]))
def test_capitals_change_nothing(row, how):
    text, _, wish = row

    assert wish_in(getattr(text, how)()) is wish


@given(st.sampled_from(SAID))
def test_full_width_letters_are_letters(row):
    text, _, wish = row
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)

    assert wish_in(wide) is wish


@given(st.sampled_from(SAID))
def test_it_does_not_matter_how_accents_are_stored(row):
    import unicodedata

    text, _, wish = row

    assert wish_in(unicodedata.normalize("NFD", text)) is wish
    assert wish_in(unicodedata.normalize("NFC", text)) is wish


@given(
    st.sampled_from(SAID),
    st.sampled_from(["please", "hi", "pls", "hello", ""]),
    st.sampled_from(["thanks", "please", "ok", "Thank you!", ""]),
)
def test_courtesy_changes_nothing(row, before, after):
    text, _, wish = row

    assert wish_in(f"{before} {text} {after}") is wish


@given(
    st.sampled_from(SAID),
    st.sampled_from(
        [
            "the parcel that I ordered in {} March",
            "{} 1001",
            "my neighbour says {}",
            "내 친구가 {} 라고 말했어요",
            "mi hermana dijo {} ayer",
            "https://example.com/{}",
            "mein Bruder sagt {}",
        ]
    ),
)
def test_a_wish_inside_of_another_sentence_is_none(row, sentence):
    assert wish_in(sentence.format(row[0])) is None


@given(
    st.sampled_from([row for row in SAID if "?" not in row[0]]), st.sampled_from("?？؟")
)
def test_nobody_starts_or_cancels_anything_by_a_question(row, mark):
    assert wish_in(row[0] + mark) in {None, Wish.STOP, Wish.STOP_ALL}


@pytest.mark.parametrize("mark", ["?", "？", "؟", " ?", "?!", "❓"])
@pytest.mark.parametrize("word", ["stop", "수신거부", "إيقاف", "退订", "baja", "start"])
def test_a_word_with_a_question_mark_asks(word, mark):
    assert wish_in(word + mark) is None


@given(st.text(max_size=400))
def test_any_text_at_all_is_read_without_an_error(text):
    wish_in(text)


@given(
    st.integers(LONGEST, 65_536), st.sampled_from(["stop ", "그만 ", "中止", "baja\n"])
)
def test_a_long_message_is_no_plain_wish(times, said):
    assert wish_in(said * times) is None


def test_the_shop_may_be_spoken_to_by_its_name():
    assert wish_in("Stop, Acme Store!") is None
    assert wish_in("Stop, Acme Store!", names=["ACME store"]) is Wish.STOP


def test_no_word_ends_messages_in_one_language_and_begins_them_in_another():
    ends = Piece.STOP | Piece.STOP_ALL
    for letters, meanings in phrases().meanings.items():
        pieces = {meaning.piece for meaning in meanings}
        both = any(piece & ends for piece in pieces) and Piece.START in pieces
        assert not both, letters


def test_nobody_agrees_to_anything_by_a_slip_of_the_finger():
    assert wish_in("unsubcribe") is Wish.STOP
    assert wish_in("abmelden") is Wish.STOP
    assert wish_in("anmelden") is Wish.START
    assert wish_in("ammelden") is None
    assert wish_in("subscrbe") is None


def test_the_page_for_a_new_language_explains_every_list_and_its_example_is_read():
    page = (ROOT / "docs/extend/wishes.md").read_text(encoding="utf-8")
    example = tomllib.loads(page.split("```toml\n")[1].split("```")[0])
    files = [*HERE.glob("languages/*.toml"), HERE / "everywhere.toml"]
    lists = {name for file in files for name in tomllib.loads(file.read_text("utf-8"))}

    table = page.split("| list |")[1]
    assert lists == {name for name in lists if f"`{name}`" in table}
    assert set(example) <= lists
    assert len(list(_meanings(example, 1))) == 33


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("wish", Wish)
def test_every_wish_is_answered_in_every_language_within_metas_limits(language, wish):
    answer = answer_to(wish, language)

    assert 0 < len(answer.body) <= LONGEST_BODY
    titles = [button.title for button in answer.buttons]
    assert all(0 < len(title) <= LONGEST_TITLE for title in titles)
    assert len(set(titles)) == len(titles)
    choices = [button.choice for button in answer.buttons]
    assert choices == (list(Choice) if wish is Wish.CANCEL else [])


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_an_answer_names_the_way_back_and_is_no_wish_itself(language):
    stopped = answer_to(Wish.STOP, language).body

    assert "START" in stopped
    assert "STOP ALL" in stopped
    assert "START" in answer_to(Wish.STOP_ALL, language).body
    assert "STOP ALL" in answer_to(Wish.START, language).body
    assert all(wish_in(answer_to(wish, language).body) is None for wish in WISHES)


def test_no_two_answers_are_the_same():
    bodies = [answer_to(wish, language).body for wish in Wish for language in LANGUAGES]

    assert len(set(bodies)) == len(bodies) == 4 * len(LANGUAGES)
    assert wording.DEFAULT_LANGUAGE in LANGUAGES


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_button_for_offers_says_so_to_whoever_reads_only_its_title(language):
    stop, order, nothing = answer_to(Wish.CANCEL, language).buttons

    assert wish_pressed(stop.choice, stop.title) is Wish.STOP
    assert wish_in(stop.title) is Wish.STOP
    assert wish_pressed(order.choice, order.title) is None
    assert wish_pressed(nothing.choice, nothing.title) is None


@pytest.mark.parametrize(
    "title",
    [
        *(
            "Stop promotions",
            "Stop Promotions",
            "Parar promoções",
            "Detener promociones",
        ),
        *("Arrêter les promotions", "Werbung stoppen", "Promotions stoppen"),
        *("Interrompi promozioni", "Hentikan promosi", "إيقاف العروض الترويجية"),
        *("प्रमोशन बंद करें", "프로모션 중단", "프로모션 중지", "停止促銷", "停止促销"),
        *("Остановить рекламу", "Promosyonları durdur", "プロモーションを停止"),
        *("Dừng khuyến mãi", "หยุดโปรโมชั่น", "Promoties stoppen", "Opt-out"),
    ],
)
def test_the_button_against_advertising_is_known_in_the_templates_language(title):
    assert wish_pressed(title, title) is Wish.STOP
    assert wish_pressed("CAMPAIGN_12_BUTTON_3", title) is Wish.STOP


def test_other_buttons_are_no_wishes():
    assert wish_pressed("CANCEL_1001", "Cancel order") is None
    assert wish_pressed("TRACK", "Where is my parcel?") is None
