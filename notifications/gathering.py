"""A message among the others about its order: what they tell together, and whose turn
it is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.values import MessageId
from notifications.automations import Automation, Told
from notifications.rules.decision import Decision, Send
from notifications.rules.lifecycle import State
from notifications.rules.objections import Wait
from notifications.rules.stories import Sibling, are_twins, is_told_along
from notifications.rules.telling import is_beside_the_point
from storage.facts import KnownMessage, KnownSibling

Automations = Mapping[str, Automation[Any]]
Decided = dict[MessageId, Sibling]
"""What has become of messages that this very batch has decided about."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """``siblings`` are those that matter, and ``itself`` is None where there are none.
    ``told`` is all that it is to tell, None where that has come to nothing."""

    itself: Sibling | None
    siblings: tuple[Sibling, ...]
    told: Told | None


def gathered(
    message: KnownMessage,
    automations: Automations,
    batch: Collection[MessageId],
    decided: Decided,
    *,
    now: datetime,
) -> Gathered:
    """A message among its siblings; ``batch`` is decided about together with it."""
    if not message.siblings:
        return Gathered(None, (), _together(message, automations, ()))
    itself = _sibling(message, automations, batch, state=State.WAITING)
    known = [each for each in message.siblings if each.automation in automations]
    siblings = [
        decided.get(each.id) or _sibling(each, automations, batch, state=each.state)
        for each in known
    ]
    left_to = {sibling.id for sibling in siblings if _is_left_to(itself, sibling)}
    along = _with_all_left_to(left_to | {itself.id}, known)
    matter = tuple(each for each in siblings if _matters(each, itself, now))
    told = _together(message, automations, along)
    return Gathered(itself if matter else None, matter, told)


def _sibling(
    message: KnownMessage | KnownSibling,
    automations: Automations,
    batch: Collection[MessageId],
    *,
    state: str,
) -> Sibling:
    return Sibling(
        id=message.id,
        chapter=automations[message.automation].chapter,
        about=f"{message.fulfillment_id or ''}:{message.told.get('return', '')}",
        tracking_key=message.tracking_key,
        state=state,
        reason=message.reason,
        wanted_at=message.wanted_at,
        created_at=message.created_at,
        due_at=message.due_at,
        is_of_this_batch=message.id in batch,
    )


def _is_left_to(itself: Sibling, sibling: Sibling) -> bool:
    """Whether what a sibling would tell is to be told by this one: if it is decided
    about after it. Of a later one nobody could be sure that it will be left out."""
    return (
        sibling.is_of_this_batch
        and sibling.state == State.WAITING
        and is_told_along(sibling, itself)
    )


def _with_all_left_to(
    tellers: Collection[MessageId], known: Sequence[KnownSibling]
) -> list[KnownSibling]:
    """Those of the tellers that are siblings, and all that was ever left to them: who
    had others' news to tell, and could not leave, hands on all of it."""
    found = [each for each in known if each.id in tellers or each.told_by in tellers]
    ids = {*tellers, *(each.id for each in found)}
    return found if len(ids) == len(tellers) else _with_all_left_to(ids, known)


def _together(
    message: KnownMessage, automations: Automations, along: Sequence[KnownSibling]
) -> Told | None:
    put_together = automations[message.automation].together
    if put_together is None:
        return message.told
    older = sorted(along, key=lambda one: (one.wanted_at, one.id))
    return put_together([*(one.told for one in older), message.told])


def _matters(sibling: Sibling, itself: Sibling, now: datetime) -> bool:
    """Most that has gone out says nothing about what comes after it."""
    if sibling.state == State.WAITING:
        return not is_beside_the_point(sibling, now)
    return is_told_along(itself, sibling) or are_twins(itself, sibling)


def note(one: Gathered, decision: Decision, decided: Decided, *, now: datetime) -> None:
    """Let those that are decided about later in this batch know."""
    if one.itself is None:
        return
    match decision:
        case Send():
            now_so = replace(one.itself, state=State.SENDING)
        case Wait(until, because):
            now_so = replace(one.itself, reason=because, due_at=until)
        case skip:
            now_so = replace(
                one.itself, state=State.SKIPPED, reason=skip.because, due_at=now
            )
    decided[one.itself.id] = now_so


def in_turn(
    batch: Iterable[KnownMessage], automations: Automations
) -> list[KnownMessage]:
    """In the order given, but of one story the last chapter first: whether it goes out
    decides about those before it."""
    stories: dict[object, list[KnownMessage]] = {}
    for message in batch:
        stories.setdefault(_story_of(message, automations), []).append(message)
    return [
        message
        for story in stories.values()
        for message in _last_chapter_first(story, automations)
    ]


def _story_of(message: KnownMessage, automations: Automations) -> object:
    automation = automations.get(message.automation)
    if automation is None or automation.chapter is None or not message.siblings:
        return message.id
    about = (message.fulfillment_id, message.told.get("return"))
    return message.shop_id, message.order_id, automation.chapter.story, about


def _last_chapter_first(
    story: list[KnownMessage], automations: Automations
) -> Sequence[KnownMessage]:
    if len(story) == 1:
        return story

    def place(message: KnownMessage) -> tuple[int, datetime, str]:
        chapter = automations[message.automation].chapter
        return chapter.number if chapter else 0, message.wanted_at, message.id

    return sorted(story, key=place, reverse=True)
