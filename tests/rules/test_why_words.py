"""Whoever asks why gets a plain sentence: no reason in the code is without one."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from core.outcomes import NoAnswer, NotSent
from core.values import Act, Category, Milestone, ReturnStep, Scope
from core.words import languages, words_for
from integrations.meta.advice import meaning_of
from integrations.meta.errors import CODES
from notifications import reasons, retelling, terms
from notifications.rules import commerce_policy
from notifications.rules.lifecycle import State
from notifications.rules.objections import Because
from storage.erasing import PERSON_ERASED
from storage.inbox import State as EventState
from tests.each import for_each
from webapp.commands import telling

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "reasons.md").read_text(encoding="utf-8")
_FAMILIES = ("meta_", "http_", "bug_")


@cache
def _nodes(folder: str) -> list[ast.AST]:
    files = sorted((ROOT / folder).rglob("*.py"))
    return [
        node
        for file in files
        if file.name not in ("reasons.py", "retelling.py", "terms.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    ]


def _text(node: ast.AST | None) -> set[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return _text(node.body) | _text(node.orelse)
    return set()


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    return getattr(function, "id", getattr(function, "attr", ""))


def _words_of_calls(name: str, place: int) -> set[str]:
    found: set[str] = set()
    for node in _nodes("notifications"):
        if _called(node) == name and isinstance(node, ast.Call):
            found |= _text(node.args[place] if len(node.args) > place else None)
    return found


def _assigned_reasons() -> set[str]:
    """What is written into ``row.reason``, alone or beside other columns."""
    found: set[str] = set()
    for node in _nodes("notifications"):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            found |= _of_target(target, node.value)
    return found


def _of_target(target: ast.AST, value: ast.AST) -> set[str]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = zip(target.elts, value.elts, strict=True)
        return {word for pair in pairs for word in _of_target(*pair)}
    is_reason = isinstance(target, ast.Attribute) and target.attr == "reason"
    return _text(value) if is_reason else set()


def _codes_of_channels() -> set[str]:
    """The codes that come with an answer of Meta's to a message."""
    found: set[str] = set()
    for node in _nodes("integrations/meta"):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                found |= _text(keyword.value) if keyword.arg == "code" else set()
    return found


def _whys(kind: type) -> tuple[str, ...]:
    return get_args(kind.__dataclass_fields__["why"].type)


def _steps() -> set[str]:
    """Every ``what`` of a line in a message's story."""
    found: set[str] = set()
    for node in _nodes("notifications"):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                found |= _text(value) if _text(key) == {"what"} else set()
    return found


def _details() -> set[str]:
    """Every name of a value in a line of a message's story."""
    found: set[str] = set()
    for node in _nodes("notifications"):
        if isinstance(node, ast.Dict):
            keys = {word for key in node.keys for word in _text(key)}
            found |= keys if "what" in keys else set()
        if isinstance(node, ast.Subscript) and _name_of(node.value) == "entry":
            found |= _text(node.slice)
        if isinstance(node, ast.FunctionDef) and node.name == "_proof":
            found |= {
                word
                for each in ast.walk(node)
                if isinstance(each, ast.Dict)
                for key in each.keys
                for word in _text(key)
            }
    return found


def _name_of(node: ast.AST) -> str:
    return getattr(node, "id", "")


@dataclass(frozen=True)
class Found:
    """What stands in the code."""

    details: set[str]
    of_messages: list[str]
    of_attempts: list[str]
    of_webhooks: list[str]
    steps: list[str]


@cache
def found() -> Found:
    """Asked by tests and not before them: all of the code is parsed for it."""
    of_messages = (
        {because.value for because in Because}
        | _words_of_calls("NotProposed", 0)
        | _words_of_calls("_holding", 2)
        | _assigned_reasons()
        | {f"no_answer_{why}" for why in _whys(NoAnswer)}
        | {PERSON_ERASED}
        | _codes_of_channels()
    )
    of_webhooks = _words_of_calls("_ignored", 1) | {"UnreadablePayload", "CannotOpen"}
    reported = {f"reported_{s}" for s in ("sent", "delivered", "read", "failed")}
    steps = _steps() | reported | {"waiting", "skipped"}
    details = _details()
    _nodes.cache_clear()  # a great many objects, and nobody asks again
    return Found(
        details=details,
        of_messages=sorted(of_messages),
        of_attempts=sorted(_whys(NotSent)),
        of_webhooks=sorted(of_webhooks),
        steps=sorted(steps),
    )


def test_the_reasons_are_really_found():
    """A search that finds nothing proves nothing."""
    assert {"not_paid", "order_is_old", "parcel_cancelled"} <= set(found().of_messages)
    assert {"sender_vanished", "never_taken"} <= set(found().of_messages)
    assert {"decided_by_person", "automation_unknown"} <= set(found().of_messages)
    assert {"odd_answer", "no_answer_timeout"} <= set(found().of_messages)
    assert {"not_of_interest", "unknown_shop"} <= set(found().of_webhooks)
    assert {"proposed", "taken", "accepted", "refused"} <= set(found().steps)
    assert {"wanted_at", "saw", "told_by", "actor"} <= found().details


TABLES = (
    (reasons.OF_MESSAGES, "of_messages"),
    (reasons.OF_REFUSALS, "of_attempts"),
    (reasons.OF_WEBHOOKS, "of_webhooks"),
)


@pytest.mark.parametrize(("table", "codes"), TABLES)
def test_every_reason_has_its_sentences_and_no_other_has(table, codes):
    assert sorted(table) == getattr(found(), codes)


@for_each(("code", "meaning"), [each for table, _ in TABLES for each in table.items()])
def test_the_page_says_of_each_reason_what_it_means_and_what_can_be_done(code, meaning):
    assert f"| `{code}` | {meaning.sentence} | {meaning.advice} |\n" in PAGE


@pytest.mark.parametrize("family", reasons.OF_FAMILIES)
def test_the_page_says_what_can_be_done_about_each_family(family):
    meaning = reasons.OF_FAMILIES[family]
    sentence = meaning.sentence.replace("%(rest)s", "…")

    assert f"| `{family}_...` | {sentence} | {meaning.advice} |\n" in PAGE


@for_each("code", [code for code in CODES if not 200 < code < 300])
def test_the_page_says_what_can_be_done_about_each_code_of_metas(code):
    meaning = meaning_of(code)
    codes = "200 to 299" if code == 200 else str(code)

    assert f"| {codes} | {meaning.sentence} | {meaning.advice} |\n" in PAGE


@pytest.mark.parametrize(
    ("states", "terms_of"), [(State, terms.OF_MESSAGES), (EventState, terms.OF_EVENTS)]
)
def test_every_state_has_a_name_and_a_sentence_on_the_page(states, terms_of):
    assert list(terms_of) == [state.value for state in states]
    for code, term in terms_of.items():
        plain = PAGE.replace("`./sosik", "./sosik").replace("settle`", "settle")
        plain = plain.replace("why` tells", "why tells").replace("retry`", "retry")
        assert f"| `{code}` | {term.sentence} |\n" in plain


def test_the_page_lists_nothing_that_is_not_there():
    known = {code for table, _ in TABLES for code in table}
    known |= {state.value for state in (*State, *EventState)}
    listed = {
        line.split("`")[1] for line in PAGE.splitlines() if line.startswith("| `")
    }
    numbers = re.findall(r"^\| (\d+) ", PAGE, re.MULTILINE)

    assert {code for code in listed if not code.startswith(_FAMILIES)} == known
    assert {int(number) for number in numbers} <= CODES.keys()


@pytest.mark.parametrize("language", languages())
def test_every_line_of_a_story_has_a_sentence(language):
    for what in found().steps:
        assert what in reasons.OF_STEPS
        said = reasons.step(what, {}, words_for(language))
        assert said, what
        assert "%" not in said, what


def test_every_detail_of_a_line_has_a_name_or_is_told_in_its_sentence():
    named = telling._DETAILS.keys() | retelling.TOLD_ELSEWHERE

    assert named >= found().details


def test_every_decision_has_a_word_for_what_came_of_it():
    assert telling._OUTCOMES.keys() <= set(found().steps)


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (terms.MILESTONES, Milestone),
        (terms.SCOPES, Scope),
        (terms.GOODS, commerce_policy.Category),
        (terms.ACTS, Act),
        (terms.RETURN_STEPS, ReturnStep),
        (terms.CATEGORIES, [category.lower() for category in Category]),
    ],
)
def test_every_code_of_ours_has_a_name(table, codes):
    assert set(codes) <= table.keys()


def _said(code: str, language: str = "en") -> reasons.Reason:
    return reasons.explained(code, meaning_of, words_for(language))


def test_a_code_of_metas_is_explained_by_its_own_words():
    said = _said("meta_131042")

    assert said.sentence == "There is a problem with how your WhatsApp account pays."
    assert said.advice.startswith("Add or mend the payment method")
    assert _said("meta_131042", "ko").sentence == (
        "스토어 WhatsApp 계정의 결제 수단에 문제가 있습니다."
    )


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("http_418", "WhatsApp answered with the HTTP status 418 and no code."),
        ("bug_KeyError", "An error of the program (KeyError); its log tells more."),
        ("KeyError", "An error of the program (KeyError); its log tells more."),
        (
            "UnreadablePayload: id: missing",
            reasons.OF_WEBHOOKS["UnreadablePayload"].sentence,
        ),
        ("martian", "No sentence is known for this reason."),
    ],
)
def test_families_of_codes_have_a_sentence_for_all(code, said):
    assert _said(code).sentence == said
    assert _said(code, "ko").sentence != said


def test_an_unknown_code_is_admitted():
    assert not reasons.is_known("martian")
    assert reasons.is_known("no_consent")


def test_what_an_owner_reads_of_a_message_names_no_command_and_no_setting_s_code():
    said = [
        *(each.sentence for each in reasons.OF_MESSAGES.values()),
        *(each.advice for each in reasons.OF_MESSAGES.values()),
        *(each.sentence for each in terms.OF_MESSAGES.values()),
    ]

    told = [each for each in said if each and re.search(r"\./sosik|[a-z]_[a-z]", each)]

    assert told == []
