"""What became of it all: our promises held against Meta's own ledger."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.posting import Account
from bench.report import spread
from bench.stage import Stage
from bench.storm import Delivery
from notifications.rules import doubt

_MOST_UNSURE = 0.005


@dataclass(frozen=True, slots=True)
class Expected:
    """``ids`` of webhooks by whether they are real, and every occasion once."""

    real_ids: frozenset[str]
    forged_ids: frozenset[str]
    occasions: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, deliveries: Sequence[Delivery]) -> "Expected":
        hooks = [delivery.hook for delivery in deliveries]
        return cls(
            frozenset(hook.id for hook in hooks if not hook.is_forged),
            frozenset(hook.id for hook in hooks if hook.is_forged),
            frozenset(occasion for hook in hooks for occasion in hook.occasions),
        )


def of_webhooks(stage: Stage, account: Account, expected: Expected) -> dict[str, Any]:
    """Whether all that we have acknowledged was read, and nothing else was taken."""
    acked = {one.delivery.hook.id for one in account.posted if one.acked_at is not None}
    states: dict[str, str] = dict(
        stage.rows("SELECT dedupe_id, state FROM webhooks WHERE source = 'shopify'")
    )
    not_done = Counter(
        str(states.get(id_, "absent")) for id_ in acked if states.get(id_) != "done"
    )
    answers = account.answers.total()
    return {
        "delivered": len(account.posted),
        "distinct": len(expected.real_ids),
        "acknowledged": len(acked & expected.real_ids),
        "never_acknowledged": len(expected.real_ids - acked),
        "acknowledged_but_not_done": dict(not_done),
        "forged": len(expected.forged_ids),
        "forged_and_taken": len(expected.forged_ids & (acked | states.keys())),
        "answers": dict(account.answers),
        "not_200_share": round(1 - account.answers["200"] / max(answers, 1), 4),
        "ack_ms": spread(account.latencies),
    }


def of_messages(stage: Stage, expected: Expected) -> dict[str, Any]:
    """Whether Meta accepted a message for each occasion, once."""
    ledger = stage.ledger()
    by_occasion = Counter((line["to"], line["template"]) for line in ledger)
    by_id = Counter(_message_id(line) for line in ledger)
    missing = expected.occasions - by_occasion.keys()
    # Tried three times, each time without an answer: nothing is sent blindly, so a
    # person decides. And where too few were sent beside it, time must tell. Neither is
    # lost, as long as it is there; how many there may be is another promise.
    [(left_to_a_person, undecided)] = stage.rows(
        "SELECT count(*) FILTER (WHERE resends >= %s),"
        " count(*) FILTER (WHERE resends < %s) FROM messages"
        " WHERE state = 'unsure' AND reported_at IS NULL AND NOT id = ANY(%s)",
        doubt.MOST_RESENDS,
        doubt.MOST_RESENDS,
        list(by_id),
    )
    fates = Counter(
        f"{state}:{reason}"
        for (state, reason) in stage.rows(
            "SELECT state, reason FROM messages WHERE NOT id = ANY(%s)"
            " AND state NOT IN ('waiting')",
            list(by_id),
        )
    )
    return {
        "expected": len(expected.occasions),
        "accepted_by_meta": len(ledger),
        "lost": len(missing) - left_to_a_person - undecided,
        "left_to_a_person": left_to_a_person,
        "undecided": undecided,
        "doubled": sum(times - 1 for times in by_occasion.values() if times > 1),
        "doubled_by_id": sum(times - 1 for times in by_id.values() if times > 1),
        "stories_of_doubled": _stories(
            stage, ledger, [id_ for id_, times in by_id.items() if times > 1]
        ),
        "unexpected": len(by_occasion.keys() - expected.occasions),
        "never_accepted_because": dict(fates),
        "missing": [f"{to[-4:]}:{template}" for to, template in sorted(missing)[:5]],
        "states": dict(
            stage.rows("SELECT state, count(*) FROM messages GROUP BY 1 ORDER BY 1")
        ),
        "resends": stage.rows("SELECT coalesce(sum(resends), 0)::int FROM messages")[0][
            0
        ],
    }


def of_doubts(stage: Stage) -> dict[str, Any]:
    """How many are unsure, and whether Meta has reported on any of them."""
    accepted = {_message_id(line) for line in stage.ledger()}
    unsure = stage.rows("SELECT id, reported_at FROM messages WHERE state = 'unsure'")
    [(all_messages,)] = stage.rows("SELECT count(*) FROM messages")
    return {
        "unsure": len(unsure),
        "unsure_share": round(len(unsure) / max(all_messages, 1), 5),
        "unsure_though_reported": sum(
            id_ in accepted or reported is not None for id_, reported in unsure
        ),
    }


def failures(
    webhooks: Mapping[str, Any], messages: Mapping[str, Any], doubts: Mapping[str, Any]
) -> list[str]:
    """Every promise that was not kept, in words."""
    broken = []
    for count, words in (
        (sum(webhooks["acknowledged_but_not_done"].values()),
         "webhooks were acknowledged and not read"),
        (webhooks["never_acknowledged"], "webhooks were never acknowledged"),
        (webhooks["forged_and_taken"], "forged webhooks were taken"),
        (messages["lost"], "messages were lost"),
        (messages["doubled"], "messages were sent more than once"),
        (messages["doubled_by_id"], "messages went out in two attempts"),
        (messages["unexpected"], "messages were sent that nothing called for"),
        (doubts["unsure_though_reported"], "messages are unsure though reported on"),
    ):  # fmt: skip
        if count:
            broken.append(f"{count} {words}")
    if doubts["unsure_share"] > _MOST_UNSURE:
        broken.append(f"{doubts['unsure_share']:.2%} of messages are unsure")
    return broken


def _stories(
    stage: Stage, ledger: Sequence[Mapping[str, Any]], ids: Sequence[str]
) -> list[Any]:
    """What the program and Meta remember of a few messages."""
    return [
        {
            "story": story,
            "asked_at": str(asked_at),
            "reported_at": str(reported_at),
            "at_meta": [line for line in ledger if _message_id(line) == id_],
        }
        for id_, story, asked_at, reported_at in stage.rows(
            "SELECT id, story, asked_at, reported_at FROM messages WHERE id = ANY(%s)",
            list(ids[:3]),
        )
    ]


def _message_id(line: Mapping[str, Any]) -> str:
    tag = str(line["biz_opaque_callback_data"])
    return tag.rpartition(":")[0] or tag
