"""The account of a month: message for message, the program's beside the model's."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from notifications import parcel_news, saying
from notifications.automations import Automation, Known
from tests.flows.month.model import Course, Month, News, Refusal
from tests.flows.month.play import Play, arrivals
from tests.flows.month.post import Delivery
from tests.flows.month.says import InWords, Said, Store

_TOLD_BY_ORDERS_TOO = {"parcel_on_its_way", "partial_shipment"}
_OUT = {"sent", "delivered", "read"}
_AT_ONCE = timedelta(seconds=3)
_A_BURST = timedelta(minutes=1)
"""So long at most waits what is the second or third to one person within seconds."""
_HELD_UP = timedelta(minutes=16)
"""And what waits for older news about its order that was lost, or refused for now."""


def differences(play: Play, store: Store) -> list[str]:
    """What the program made otherwise than the model says; nothing, if all is well.

    Where a try was lost or refused, no promise tells when the next one is. So of whom
    that happened to, the model is told when their messages left; what they say, and
    that they go out at all, it must say by itself. All others must leave when it says.
    """
    told = arrivals(play.coming)
    people = _people(play)
    undisturbed = Month(store)
    undisturbed.run(told)
    rows = {row.occasion: row for row in play.world.messages}
    disturbed = _disturbed(rows.values())
    month = Month(store, _courses(undisturbed, rows, disturbed, people))
    month.run(told)
    expected = {_occasion(news, people): news for news in month.news.values()}
    usual = {_occasion(news, people): news for news in undisturbed.news.values()}
    return [
        *_unmatched(rows, expected),
        *(
            difference
            for occasion in sorted(rows.keys() & expected.keys())
            for difference in (
                *_difference(rows[occasion], expected[occasion], play),
                *_lag(rows[occasion], usual[occasion], disturbed),
            )
        ),
        *_read(play, month.refusals),
    ]


def _unmatched(rows: Mapping[str, Any], expected: Mapping[str, News]) -> Iterator[str]:
    for occasion in sorted(expected.keys() - rows.keys()):
        yield f"{occasion}: {_word(expected[occasion])} in the model alone"
    for occasion in sorted(rows.keys() - expected.keys()):
        row = rows[occasion]
        yield f"{occasion}: {row.state} {row.reason} in the program alone"


def _read(play: Play, expected: set[Refusal]) -> Iterator[str]:
    """What was made of each webhook. Of one that tells of several parcels the program
    notes less than the model, so not all that the model has is looked for."""
    found: set[Refusal] = set()
    for webhook in play.world.rows("webhooks"):
        if webhook.state != "done":
            yield f"{webhook.topic}: {webhook.state} {webhook.reason}"
        for automation, what in (webhook.outcome or {}).items():
            if automation != "events" and ":" not in what:
                found.add((automation, what, webhook.order_id))
    for refusal in sorted(found - expected, key=str):
        yield f"{refusal}: not proposed, but not so in the model"
    for refusal in sorted(expected - found, key=str):
        if refusal[0] not in _TOLD_BY_ORDERS_TOO:
            yield f"{refusal}: not proposed in the model alone"


def figures(play: Play) -> Iterator[str]:
    """What happened in the month, a line each."""
    rows = play.world.messages
    webhooks = [each for each in play.coming if isinstance(each, Delivery)]
    first = {id(each.webhook): each for each in reversed(webhooks)}
    late = sum(each.at - each.webhook.at > _AT_ONCE for each in first.values())
    lost = Counter(len(_course(row).came_back) for row in rows)
    out = [row for row in rows if row.state in _OUT]
    counted = {
        "webhooks": {
            "all": len(webhooks),
            "late": late,
            "again": len(webhooks) - len(first),
        },
        "moments": {"all": play.steps},
        "messages": Counter(row.state for row in rows),
        "skipped": Counter(row.reason for row in rows if row.state == "skipped"),
        "told": Counter(row.automation for row in out),
        "languages": Counter(row.language for row in out),
        "trouble": play.trouble.happened,
        "faults at Meta": play.world.meta.get("state")["faults_struck"],
        "tries lost": {f"{tries}": lost[tries] for tries in sorted(lost) if tries},
        "settled by a person": {"all": play.settled_by_a_person},
    }
    for name, counts in counted.items():
        most = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        yield f"{name}: {', '.join(f'{count} {what}' for what, count in most)}"


# What happened to whom


def _disturbed(rows: Iterable[Any]) -> set[str]:
    """The occasions of all to whom something was tried that came to nothing."""
    rows = list(rows)
    lost = [row for row in rows if _course(row).came_back]
    orders = {row.order_id for row in lost if row.order_id is not None}
    people = {row.contact_id for row in lost}
    return {
        row.occasion
        for row in rows
        if row.order_id in orders or row.contact_id in people
    }


def _courses(
    month: Month,
    rows: Mapping[str, Any],
    disturbed: Collection[str],
    people: Mapping[str, int],
) -> dict[str, Course]:
    return {
        news.call.occasion: _course(rows[occasion])
        for news in month.news.values()
        if (occasion := _occasion(news, people)) in disturbed
    }


_BY_A_PERSON = "decided_by_person"
_CAME_BACK = {"refused", "never_taken", _BY_A_PERSON}


def _course(row: Any) -> Course:
    """When a message was decided about, by its own story."""
    moments: list[datetime] = []
    came_back: dict[datetime, datetime] = {}
    by_a_person: set[datetime] = set()
    for entry in row.story:
        at = datetime.fromisoformat(entry["at"])
        if entry["what"] in {"taken", "skipped"}:
            moments.append(at)
        elif entry["what"] in _CAME_BACK and moments:
            came_back[moments[-1]] = at
            if entry["what"] == _BY_A_PERSON:
                by_a_person.add(at)
    if moments and row.state not in {"waiting", "skipped"}:
        came_back.pop(moments[-1], None)  # taken for good, or refused for good
    return Course(
        moments=tuple(moments), came_back=came_back, known_by_a_person=by_a_person
    )


def _lag(row: Any, news: News, disturbed: Collection[str]) -> Iterator[str]:
    course = _course(row)
    if not course.moments or news.decided_at is None or course.came_back:
        return
    lag = course.moments[-1] - news.decided_at
    most = _HELD_UP if row.occasion in disturbed else _A_BURST
    if not timedelta() <= lag <= most:
        yield f"{row.occasion}: decided {lag} after the model says"


# Message for message


def _people(play: Play) -> dict[str, int]:
    """By what numbers the program knows whom, by their phones."""
    book = play.world.services.book
    return {
        book.opened(row.shop_id, row.phone).e164: row.id
        for row in play.world.rows("contacts")
        if row.phone is not None
    }


def _occasion(news: News, people: Mapping[str, int]) -> str:
    """As the program names it: a town stands there as a fingerprint, and somebody who
    is asked as a number."""
    call = news.call
    if call.order is None and call.phone in people:
        return call.occasion.replace(call.phone, f"{people[call.phone]}")
    if call.town is None:
        return call.occasion
    key = parcel_news.place_key(call.town, None)
    return f"{call.automation}:{call.parcel}:{key}"


def _word(news: News) -> str:
    return f"{news.state} {news.reason or ''}".strip()


def _difference(row: Any, news: News, play: Play) -> Iterator[str]:
    taken = play.taken.get(row.id, [])
    is_alike = {
        "told": row.state in _OUT,
        "refused": row.reason == "meta_131026",
        "skipped": (row.state, row.reason) == ("skipped", news.reason),
        "waiting": False,
    }
    if not is_alike[news.state]:
        got = f"{row.state} {row.reason or ''}".strip()
        yield f"{row.occasion}: {got}, but {_word(news)} in the model"
    elif len(taken) != (news.state == "told"):
        yield f"{row.occasion}: taken {len(taken)} times by Meta"
    elif news.state == "told" and news.said is not None:
        [(_, message)] = taken
        yield from _text_difference(row, message, news.said, play)


def _text_difference(
    row: Any, message: Mapping[str, Any], said: Said, play: Play
) -> Iterator[str]:
    automation = play.world.services.automations[row.automation]
    content = message["content"]
    expected = {
        "to": said.to.removeprefix("+"),
        "language": said.language,
        **_filled(automation, said),
    }
    got = {
        "to": message["to"],
        "language": message["language"],
        "header": content["header"],
        "body": content["body"],
    }
    if got != expected:
        yield f"{row.occasion}: {got}, but in the model {expected}"


def _filled(automation: Automation[Any], said: Said) -> dict[str, str]:
    """What the buyer reads, if the template's values are the model's."""
    template = automation.template
    text = template.texts[said.language]
    filled = {"header": text.header, "body": text.body}
    for name in template.examples:
        value = _value(said, name)
        filled = {
            part: words.replace("{{" + name + "}}", value)
            for part, words in filled.items()
        }
    return filled


def _value(said: Said, name: str) -> str:
    value = said.values.get(name)
    match value:
        case InWords(words, total):
            return _instead(said, words).format(total=total)
        case None:
            return "-" if name.startswith("order_") else _instead(said, name)
    return value


def _instead(said: Said, name: str) -> str:
    """The words for what is unknown, which are no promise."""
    known = Known(
        language=said.language,
        shop_name="",
        order_name="",
        first_name=None,
        total=None,
        payment=None,
        is_paid_at_door=False,
        order_link=None,
        tracking_numbers=(),
        tracking_link=None,
        carrier=None,
    )
    return saying.instead(known, name)
