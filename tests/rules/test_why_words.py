"""Whoever asks why gets a plain sentence: no reason in the code is without one."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from core.outcomes import NoAnswer, NotSent
from integrations.meta.errors import advice_for
from notifications import reasons
from notifications.rules.lifecycle import State
from notifications.rules.objections import Because
from storage.inbox import State as EventState

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8")
_FAMILIES = ("meta_", "http_", "bug_")


def _trees(*folders: str) -> Iterator[ast.AST]:
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if file.name not in ("reasons.py", "why.py"):
                yield ast.parse(file.read_text(encoding="utf-8"))


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
    for tree in _trees("notifications"):
        for node in ast.walk(tree):
            if _called(node) == name and isinstance(node, ast.Call):
                found |= _text(node.args[place] if len(node.args) > place else None)
    return found


def _assigned_reasons() -> set[str]:
    """What is written into ``row.reason``, alone or beside other columns."""
    found: set[str] = set()
    for tree in _trees("notifications"):
        for node in ast.walk(tree):
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
    for tree in _trees("integrations/meta"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                for keyword in node.keywords:
                    found |= _text(keyword.value) if keyword.arg == "code" else set()
    return found


def _whys(kind: type) -> tuple[str, ...]:
    return get_args(kind.__dataclass_fields__["why"].type)


def _steps() -> set[str]:
    """Every ``what`` of a line in a message's story."""
    found: set[str] = set()
    for tree in _trees("notifications"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    found |= _text(value) if _text(key) == {"what"} else set()
    return found


REASONS_OF_MESSAGES = sorted(
    {because.value for because in Because}
    | _words_of_calls("NotProposed", 0)
    | _words_of_calls("_holding", 2)
    | _assigned_reasons()
    | {f"no_answer_{why}" for why in _whys(NoAnswer)}
    | _codes_of_channels()
)
REASONS_OF_ATTEMPTS = sorted(_whys(NotSent))
REASONS_OF_WEBHOOKS = sorted(
    _words_of_calls("_ignored", 1) | {"UnreadablePayload", "CannotOpen"}
)
STEPS = sorted(
    _steps()
    | {f"reported_{s}" for s in ("sent", "delivered", "read", "failed")}
    | {"waiting", "skipped"}
)


def test_the_reasons_are_really_found():
    """A search that finds nothing proves nothing."""
    assert {"not_paid", "order_is_old", "parcel_cancelled"} <= set(REASONS_OF_MESSAGES)
    assert {"sender_vanished", "never_taken"} <= set(REASONS_OF_MESSAGES)
    assert {"decided_by_person", "automation_unknown"} <= set(REASONS_OF_MESSAGES)
    assert {"odd_answer", "no_answer_timeout"} <= set(REASONS_OF_MESSAGES)
    assert {"not_of_interest", "unknown_shop"} <= set(REASONS_OF_WEBHOOKS)
    assert {"proposed", "taken", "accepted", "refused"} <= set(STEPS)


@pytest.mark.parametrize("code", REASONS_OF_MESSAGES)
def test_every_reason_of_a_message_has_a_sentence_and_a_line(code):
    assert code in reasons.OF_MESSAGES
    assert f"| `{code}` |" in PAGE


@pytest.mark.parametrize("code", REASONS_OF_ATTEMPTS)
def test_every_reason_of_an_attempt_has_a_sentence_and_a_line(code):
    assert code in reasons.OF_REFUSALS
    assert f"| `{code}` |" in PAGE


@pytest.mark.parametrize("code", REASONS_OF_WEBHOOKS)
def test_every_reason_of_a_webhook_has_a_sentence_and_a_line(code):
    assert code in reasons.OF_WEBHOOKS
    assert f"| `{code}` |" in PAGE


@pytest.mark.parametrize("what", STEPS)
def test_every_line_of_a_story_has_a_sentence(what):
    assert what in reasons.OF_STEPS
    assert "{" not in reasons.step(what, {})


@pytest.mark.parametrize("state", [*State, *EventState])
def test_every_state_has_a_line(state):
    assert f"| `{state.value}` |" in PAGE


@pytest.mark.parametrize("family", _FAMILIES)
def test_every_family_of_codes_has_a_line(family):
    assert f"| `{family}" in PAGE


def test_the_page_lists_nothing_that_is_not_there():
    known = {*reasons.OF_MESSAGES, *reasons.OF_REFUSALS, *reasons.OF_WEBHOOKS}
    known |= {state.value for state in (*State, *EventState)}
    listed = {
        line.split("`")[1] for line in PAGE.splitlines() if line.startswith("| `")
    }

    assert {code for code in listed if not code.startswith(_FAMILIES)} == known


def test_no_sentence_is_kept_for_a_reason_that_is_gone():
    assert set(reasons.OF_MESSAGES) == set(REASONS_OF_MESSAGES)
    assert set(reasons.OF_REFUSALS) == set(REASONS_OF_ATTEMPTS)
    assert set(reasons.OF_WEBHOOKS) == set(REASONS_OF_WEBHOOKS)


def test_a_code_of_metas_is_explained_by_its_own_advice():
    said = reasons.sentence("meta_131026", advice_for)

    assert said == "This customer cannot be reached on WhatsApp; use e-mail instead."


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("http_418", "WhatsApp answered with the HTTP status 418 and no code."),
        ("bug_KeyError", "An error of the program (KeyError); its log tells more."),
        ("KeyError", "An error of the program (KeyError); its log tells more."),
        ("UnreadablePayload: id: missing", reasons.OF_WEBHOOKS["UnreadablePayload"]),
    ],
)
def test_families_of_codes_have_a_sentence_for_all(code, said):
    assert reasons.sentence(code, advice_for) == said


def test_an_unknown_code_is_admitted():
    assert not reasons.is_known("martian")
    assert reasons.is_known("no_consent")
