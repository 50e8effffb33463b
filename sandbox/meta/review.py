"""Meta's reviewers: after a while they decide, and tell the app by webhook."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.knobs import BadControl, text
from sandbox.meta.errors import Refused
from sandbox.meta.feed import Feed
from sandbox.meta.grammar import CATEGORIES
from sandbox.meta.templates import STATUSES, Decision, Template, TemplateBook
from sandbox.meta.updates import account_change


@dataclass(slots=True)
class ReviewBehaviour:
    """``review_ms`` of 0 decides before the create is answered."""

    review_ms: float = 500
    status: str = "APPROVED"
    creates_an_hour: int = 100


class Review:
    def __init__(
        self, templates: TemplateBook, feed: Feed, *, is_told: Callable[[str], bool]
    ) -> None:
        self.behaviour = ReviewBehaviour()
        self._templates = templates
        self._feed = feed
        self._is_told = is_told
        self._under_way: set[asyncio.TimerHandle] = set()

    def start(self) -> None:
        """Take up the reviews that a restart interrupted, whoever's they are."""
        for template in self._templates.pending():
            self.submitted(template)

    def stop(self) -> None:
        for each in self._under_way:
            each.cancel()

    def submitted(self, template: Template) -> None:
        """Decide about it, now or after the time that reviews take."""
        decision = next(
            (d for d in self._templates.decisions if d.is_about(template)), None
        )
        # A wrong category is seen at once: the answer to the create tells the new one.
        if decision is not None and decision.category is not None:
            template.category = decision.category
        if self.behaviour.review_ms == 0:
            self._decide_by_default(template)
            return
        loop = asyncio.get_running_loop()
        delay = self.behaviour.review_ms / 1000
        self._under_way.add(loop.call_later(delay, self._decide_by_default, template))

    def decide(self, wanted: Mapping[str, Any]) -> int:
        """Decide about every template of that name now, and about later ones in review.

        Returns how many changed at once.
        """
        decision = _decision(wanted)
        self._templates.decisions.insert(0, decision)
        waba_id = wanted.get("waba_id")
        about = [
            each
            for each in self._templates.all()
            if decision.is_about(each) and waba_id in {None, each.waba_id}
        ]
        for template in about:
            self._carry_out(template, decision)
        self._templates.keep()
        return len(about)

    def know(self, wanted: Mapping[str, Any], usual: str) -> int:
        """Templates that were reviewed long ago, whatever Meta takes in an hour: how
        many are new. They are of the account ``usual`` where none is named."""
        templates = wanted.get("templates")
        if not isinstance(templates, list):
            raise BadControl("templates: must be a list of what would be created")
        try:
            return self._templates.know(text(wanted, "waba_id", usual), templates)
        except Refused as refusal:
            raise BadControl(f"templates: {refusal.body()}") from refusal

    def _decide_by_default(self, template: Template) -> None:
        if template.status != "PENDING":
            return
        decision = next(
            (d for d in self._templates.decisions if d.is_about(template)), None
        )
        status = (decision and decision.status) or self.behaviour.status
        reason = decision.reason if decision else None
        self._change_status(template, status, reason)
        self._templates.keep()

    def _carry_out(self, template: Template, decision: Decision) -> None:
        if decision.category not in {None, template.category}:
            self._change_category(template, str(decision.category))
        if decision.status is not None:
            self._change_status(template, decision.status, decision.reason)

    def _change_category(self, template: Template, category: str) -> None:
        template.previous_category, template.category = template.category, category
        value = {
            **_named(template),
            "previous_category": template.previous_category,
            "new_category": category,
        }
        self._tell(template, "template_category_update", value)

    def _change_status(
        self, template: Template, status: str, reason: str | None
    ) -> None:
        template.status = status
        template.rejected_reason = reason or "NONE"
        if status == "REJECTED":
            template.rejected_reason = reason or "INVALID_FORMAT"
        value: dict[str, Any] = {
            "event": status,
            **_named(template),
            "reason": template.rejected_reason,
            "message_template_category": template.category,
        }
        if status == "REJECTED":
            value["rejection_info"] = {
                "reason": "Your template does not meet the format requirements.",
                "recommendation": "Change the text and submit it again.",
            }
        if status == "PAUSED":
            value["other_info"] = {
                "title": "FIRST_PAUSE",
                "description": "The template received negative feedback.",
            }
        self._tell(template, "message_template_status_update", value)

    def _tell(self, template: Template, field: str, value: dict[str, Any]) -> None:
        if self._is_told(template.waba_id):
            self._feed.tell_soon(account_change(template.waba_id, field, value))


def _decision(wanted: Mapping[str, Any]) -> Decision:
    status, category = wanted.get("status"), wanted.get("category")
    if status is not None and status not in STATUSES:
        raise BadControl(f"status: must be one of {', '.join(STATUSES)}")
    if category is not None and category not in CATEGORIES:
        raise BadControl(f"category: must be one of {', '.join(CATEGORIES)}")
    return Decision(
        name=text(wanted, "name"),
        language=wanted.get("language"),
        status=status,
        category=category,
        reason=wanted.get("reason"),
    )


def _named(template: Template) -> dict[str, Any]:
    return {
        "message_template_id": int(template.id),
        "message_template_name": template.name,
        # With a hyphen here, though the Graph API spells it with an underscore.
        "message_template_language": template.language.replace("_", "-"),
    }
