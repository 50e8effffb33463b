"""The templates of every account, and where they are in review."""

import hashlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from sandbox.files import keep, kept
from sandbox.meta.errors import Refused, refused_as
from sandbox.meta.grammar import (
    check_components,
    check_template,
    parameter_format,
)
from sandbox.meta.shape import Shape, shape_of

STATUSES = (
    "APPROVED", "ARCHIVED", "DELETED", "DISABLED", "FLAGGED", "IN_APPEAL",
    "LIMIT_EXCEEDED", "LOCKED", "PAUSED", "PENDING", "PENDING_DELETION", "REINSTATED",
    "REJECTED", "UNARCHIVED",
)  # fmt: skip
_MOST_TEMPLATES = 250
_EDITABLE = {"APPROVED", "REJECTED", "PAUSED"}


@dataclass(slots=True)
class Template:
    """``shape`` is what a message must fill in, derived from the components."""

    id: str
    waba_id: str
    name: str
    language: str
    category: str
    status: str
    parameter_format: str
    components: list[Any]
    rejected_reason: str = "NONE"
    previous_category: str | None = None
    correct_category: str | None = None
    message_send_ttl_seconds: int | None = None
    shape: Shape = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.shape = shape_of(self.components, self.parameter_format)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the reviewers say of a name, or of one language of it."""

    name: str
    language: str | None
    status: str | None
    category: str | None
    reason: str | None

    def is_about(self, template: Template) -> bool:
        return template.name == self.name and self.language in {None, template.language}


class TemplateBook:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._templates: dict[tuple[str, str, str], Template] = {}
        self._by_id: dict[str, Template] = {}
        self._created: dict[str, deque[float]] = {}
        self.decisions: list[Decision] = []
        for row in kept(path, []):
            self._add(Template(**row))

    def find(self, waba_id: str, name: str, language: str) -> Template:
        """The template to send.

        Raises:
            Refused: 132001 where there is none that was approved in that language,
                132015 while paused, 132016 once disabled.
        """
        template = self._templates.get((waba_id, name, language))
        if template is not None and template.status == "APPROVED":
            return template
        if template is not None and template.status in {"PAUSED", "DISABLED"}:
            raise refused_as(132015 if template.status == "PAUSED" else 132016)
        raise Refused(
            132001, f"template name ({name}) does not exist in {language}", http=404
        )

    def all(self) -> Iterator[Template]:
        return iter(self._templates.values())

    def pending(self) -> list[Template]:
        return [each for each in self.all() if each.status == "PENDING"]

    def of_account(self, waba_id: str) -> Iterator[Template]:
        for template in self._templates.values():
            if template.waba_id == waba_id:
                yield template

    def of_id(self, template_id: str) -> Template | None:
        return self._by_id.get(template_id)

    def create(
        self, waba_id: str, wanted: Mapping[str, Any], *, now: float, an_hour: int
    ) -> Template:
        """Take a template into review.

        Raises:
            Refused: the grammar, a template of that name and language, or a limit
                stands against it.
        """
        recent = self._created.setdefault(waba_id, deque())
        while recent and recent[0] <= now - 3600:
            recent.popleft()
        if len(recent) >= an_hour:
            raise refused_as(80007)
        check_template(wanted)
        key = (waba_id, str(wanted["name"]), str(wanted["language"]))
        if key in self._templates:
            raise _duplicate(key[2])
        if sum(1 for _ in self.of_account(waba_id)) >= _MOST_TEMPLATES:
            raise Refused(100, subcode=2388019, message="Message template limit")
        recent.append(now)
        template = _template(waba_id, wanted, status="PENDING")
        self._add(template)
        self.keep()
        return template

    def know(self, waba_id: str, wanted: Sequence[Mapping[str, Any]]) -> int:
        """Have these as if they had been approved before; how many are new.

        Raises:
            Refused: the grammar stands against one of them.
        """
        added = 0
        for each in wanted:
            check_template(each)
            template = _template(waba_id, each, status="APPROVED")
            if (waba_id, template.name, template.language) not in self._templates:
                self._add(template)
                added += 1
        self.keep()
        return added

    def edit(self, template: Template, wanted: Mapping[str, Any]) -> None:
        """Replace the components and review them again.

        Raises:
            Refused: the grammar stands against it, or the state it is in.
        """
        if template.status not in _EDITABLE:
            raise Refused(100, subcode=2388039, message="Template can't be edited now")
        category = str(wanted.get("category", template.category)).upper()
        if category != template.category and template.status == "APPROVED":
            raise Refused(100, "The category of an approved template is fixed.")
        components = wanted.get("components", template.components)
        check_components(components, category, template.parameter_format)
        template.components, template.category = components, category
        template.shape = shape_of(components, template.parameter_format)
        template.status, template.rejected_reason = "PENDING", "NONE"
        self.keep()

    def delete(self, waba_id: str, name: str, template_id: str | None) -> bool:
        """Whether there was one; without an id every language of the name goes."""
        doomed = [
            each
            for each in self.of_account(waba_id)
            if each.name == name and template_id in {None, each.id}
        ]
        for each in doomed:
            del self._templates[each.waba_id, each.name, each.language]
            del self._by_id[each.id]
        self.keep()
        return bool(doomed)

    def keep(self) -> None:
        keep(self._path, [_row(each) for each in self._templates.values()])

    def _add(self, template: Template) -> None:
        key = (template.waba_id, template.name, template.language)
        self._templates[key] = self._by_id[template.id] = template


def _template(waba_id: str, wanted: Mapping[str, Any], *, status: str) -> Template:
    key = (waba_id, str(wanted["name"]), str(wanted["language"]))
    return Template(
        id=_id(key),
        waba_id=waba_id,
        name=key[1],
        language=key[2],
        category=str(wanted["category"]).upper(),
        status=status,
        parameter_format=parameter_format(wanted),
        components=wanted["components"],
        message_send_ttl_seconds=wanted.get("message_send_ttl_seconds"),
    )


def _row(template: Template) -> dict[str, Any]:
    return {each.name: getattr(template, each.name) for each in _KEPT}


_KEPT = tuple(each for each in fields(Template) if each.init)


def _id(key: tuple[str, str, str]) -> str:
    return str(
        int(hashlib.sha256("\n".join(key).encode()).hexdigest()[:12], 16) + 10**15
    )


def _duplicate(language: str) -> Refused:
    return Refused(
        100,
        subcode=2388024,
        message="Invalid parameter",
        advice=(
            "Content in This Language Already Exists",
            f"There is already {language} content for this template.",
        ),
    )
