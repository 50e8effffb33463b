"""A template's text, and how Meta wants to have it submitted for review."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.values import Category
from integrations.meta.product_templates import Shows, reviewed_parts

VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
"""A variable is a name in double braces, such as ``{{first_name}}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlButton:
    """``url`` may end in ``{{1}}``; ``example`` then is such an address in full."""

    text: str
    url: str
    example: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickReply:
    """A button that sends its own words back to the store."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCode:
    """A button that copies a code, whose label is WhatsApp's own."""

    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateText:
    """One language of a template. ``examples`` has a value for every variable.

    ``deal`` makes it a limited-time offer, and stands over the time that is left: it
    has neither header nor footer then, and its buttons are a code and an address. What
    ``shows`` something of the catalog has the button of that, and no other; several
    products stand under a header, and one or a row of cards take its place.
    """

    name: str
    language: str
    category: Category
    body: str
    header: str | None = None
    footer: str | None = None
    deal: str | None = None
    buttons: tuple[UrlButton | QuickReply | CopyCode, ...] = ()
    shows: Shows | None = None
    examples: Mapping[str, str] = field(default_factory=dict)


def variables_of(text: str | None) -> tuple[str, ...]:
    """Each name once, in the order in which the text first has it."""
    return tuple(dict.fromkeys(VARIABLE.findall(text or "")))


def creation_body(template: TemplateText) -> dict[str, Any]:
    """What ``Graph.create_template`` posts.

    Raises:
        ValueError: a variable has no example, without which Meta refuses a template.
    """
    components = [
        _text_component("HEADER", template),
        _deal_component(template),
        _text_component("BODY", template),
    ]
    if template.footer:
        components.append({"type": "FOOTER", "text": template.footer})
    if template.buttons:
        buttons = [_button(each) for each in template.buttons]
        components.append({"type": "BUTTONS", "buttons": buttons})
    if template.shows is not None:
        components += reviewed_parts(template.shows)
    return {
        "name": template.name,
        "language": template.language,
        "category": template.category.value,
        "parameter_format": "NAMED",
        "components": sorted(filter(None, components), key=_place),
    }


_ORDER = ("HEADER", "LIMITED_TIME_OFFER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL")


def _place(component: Mapping[str, Any]) -> int:
    return _ORDER.index(component["type"])


def _text_component(kind: str, template: TemplateText) -> dict[str, Any]:
    text = template.header if kind == "HEADER" else template.body
    if not text:
        return {}
    component: dict[str, Any] = {"type": kind, "text": text}
    if kind == "HEADER":
        component["format"] = "TEXT"
    if names := variables_of(text):
        component["example"] = {
            f"{kind.lower()}_text_named_params": [
                {"param_name": name, "example": _example(template, name)}
                for name in names
            ]
        }
    return component


def _deal_component(template: TemplateText) -> dict[str, Any]:
    if not template.deal:
        return {}
    offer = {"text": template.deal, "has_expiration": True}
    return {"type": "LIMITED_TIME_OFFER", "limited_time_offer": offer}


def _example(template: TemplateText, name: str) -> str:
    if not template.examples.get(name):
        raise ValueError(f"{template.name}/{template.language}: no example of {name}")
    return template.examples[name]


def _button(button: UrlButton | QuickReply | CopyCode) -> dict[str, Any]:
    if isinstance(button, CopyCode):
        return {"type": "COPY_CODE", "example": button.example}
    if isinstance(button, QuickReply):
        return {"type": "QUICK_REPLY", "text": button.text}
    made: dict[str, Any] = {"type": "URL", "text": button.text, "url": button.url}
    if button.example:
        made["example"] = [button.example]
    return made
