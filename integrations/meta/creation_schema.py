"""What Meta would refuse of a template that is submitted, found before it is asked."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from integrations.meta.forms import Matches, flat
from integrations.meta.product_forms import CARDS
from integrations.meta.schema import (
    CODE,
    LANGUAGE,
    MOST_BODY,
    MOST_BODY_OF_DEAL,
    MOST_CODE,
    MOST_LINE,
    NAME,
    VARIABLE_NAME,
)
from integrations.meta.templates import VARIABLE

_MOST_LABEL = 25
_MOST_DEAL = 16
_MOST_BODY_OF_PRODUCT = 160
_OPENING = {"CATALOG": "View catalog", "MPM": "View items", "SPM": "View"}
"""Buttons that open something of the catalog, and the labels that Meta wants."""
_NEIGHBOURS = re.compile(r"\}\}\s*\{\{")


class _Button(Schema):
    type = fields.String(
        required=True,
        validate=validate.OneOf(["URL", "QUICK_REPLY", "COPY_CODE", *_OPENING]),
    )
    text = fields.String(validate=validate.Length(min=1, max=_MOST_LABEL))
    url = fields.String(validate=validate.Length(min=1, max=2_000))
    example = fields.Raw()

    @validates_schema
    def _label(self, button: dict[str, Any], **_: Any) -> None:
        kind = button["type"]
        if kind in _OPENING and button.get("text") != _OPENING[kind]:
            raise ValidationError(f"The label is {_OPENING[kind]!r}.", "text")
        is_code = kind == "COPY_CODE"
        if is_code == ("text" in button):
            raise ValidationError("All but a code have a label of our own.", "text")
        if is_code and not CODE.fullmatch(str(button.get("example", ""))):
            raise ValidationError(f"A code has up to {MOST_CODE} signs.", "example")

    @validates_schema
    def _address(self, button: dict[str, Any], **_: Any) -> None:
        if button["type"] == "COPY_CODE":
            return
        if (button["type"] == "URL") != ("url" in button):
            raise ValidationError("Only a URL button has an address.", "url")
        url = button.get("url", "")
        holes = VARIABLE.findall(url)
        if holes and (holes != ["1"] or not url.endswith("{{1}}")):
            raise ValidationError("The one variable is {{1}}, at the very end.", "url")
        shown = button.get("example", [])
        if not isinstance(shown, list) or len(shown) != len(holes):
            raise ValidationError(
                "An address with a variable has an example.", "example"
            )


class _Deal(Schema):
    text = fields.String(required=True, validate=validate.Length(min=1, max=_MOST_DEAL))
    has_expiration = fields.Boolean(required=True, validate=validate.Equal(True))


_DEAL = "LIMITED_TIME_OFFER"


_CAROUSEL = "CAROUSEL"


class _CardPart(Schema):
    type = fields.String(required=True, validate=validate.OneOf(["HEADER", "BUTTONS"]))
    format = fields.String(validate=validate.Equal("PRODUCT"))
    buttons = fields.List(fields.Nested(_Button), validate=validate.Length(equal=1))


class _Card(Schema):
    components = fields.List(
        fields.Nested(_CardPart), required=True, validate=validate.Length(equal=2)
    )


class _CreatedComponent(Schema):
    type = fields.String(
        required=True,
        validate=validate.OneOf(
            ["HEADER", "BODY", "FOOTER", "BUTTONS", _DEAL, _CAROUSEL]
        ),
    )
    limited_time_offer = fields.Nested(_Deal)
    format = fields.String(validate=validate.OneOf(["TEXT", "PRODUCT"]))
    text = fields.String(validate=validate.Length(min=1, max=MOST_BODY))
    example = fields.Dict()
    buttons = fields.List(
        fields.Nested(_Button), validate=validate.Length(min=1, max=10)
    )
    cards = fields.List(fields.Nested(_Card), validate=CARDS)

    @validates_schema
    def _shape(self, component: dict[str, Any], **_: Any) -> None:
        kind, text = component["type"], component.get("text")
        if (kind == _DEAL) != ("limited_time_offer" in component):
            raise ValidationError("An offer, and nothing else, has one.", "type")
        if (kind == _CAROUSEL) != ("cards" in component):
            raise ValidationError("A carousel, and nothing else, has cards.", "type")
        if component.get("format") == "PRODUCT" and text:
            raise ValidationError("A product in the header has no words.", "text")
        if kind in (_DEAL, _CAROUSEL) or component.get("format") == "PRODUCT":
            return
        if kind == "BUTTONS":
            _check_buttons(component.get("buttons") or [])
        elif not text:
            raise ValidationError("Has no text.", "text")
        else:
            _check_text(kind, text)


class TemplateCreation(Schema):
    """The body of ``POST /{account}/message_templates``."""

    name = fields.String(required=True, validate=Matches(NAME))
    language = fields.String(required=True, validate=Matches(LANGUAGE))
    category = fields.String(
        required=True, validate=validate.OneOf(["UTILITY", "MARKETING"])
    )
    parameter_format = fields.String(required=True, validate=validate.Equal("NAMED"))
    components = fields.List(fields.Nested(_CreatedComponent), required=True)

    @validates_schema
    def _one_of_each(self, template: dict[str, Any], **_: Any) -> None:
        kinds = [component["type"] for component in template["components"]]
        if kinds.count("BODY") != 1 or len(set(kinds)) != len(kinds):
            raise ValidationError("Has one body, and no part twice.", "components")
        if _DEAL in kinds:
            _check_deal(template)
        _check_showing(template)


def _check_text(kind: str, text: str) -> None:
    names = VARIABLE.findall(text)
    if any(not VARIABLE_NAME.fullmatch(name) for name in names):
        raise ValidationError("A variable is in small letters and underscores.", "text")
    if len(set(names)) != len(names):
        raise ValidationError("A variable stands twice.", "text")
    if kind != "BODY" and len(text) > MOST_LINE:
        raise ValidationError(f"Is longer than {MOST_LINE} characters.", "text")
    if kind == "FOOTER" and names:
        raise ValidationError("A footer has no variables.", "text")
    if kind == "HEADER" and len(names) > 1:
        raise ValidationError("A header has one variable at most.", "text")
    if kind == "BODY" and (text.startswith("{{") or text.endswith("}}")):
        raise ValidationError("Neither begins nor ends with a variable.", "text")
    if _NEIGHBOURS.search(text):
        raise ValidationError("Two variables need words between them.", "text")


def _check_deal(template: Mapping[str, Any]) -> None:
    """What Meta has written down of limited-time offers."""
    parts = {component["type"]: component for component in template["components"]}
    if template["category"] != "MARKETING":
        raise ValidationError("A limited-time offer is marketing.", "category")
    if parts.keys() & {"HEADER", "FOOTER"}:
        raise ValidationError(
            "A limited-time offer has no header of words and no footer.", "components"
        )
    if len(parts["BODY"].get("text") or "") > MOST_BODY_OF_DEAL:
        raise ValidationError(
            f"Its body has {MOST_BODY_OF_DEAL} characters at most.", "components"
        )
    buttons = parts.get("BUTTONS", {}).get("buttons") or []
    if [button["type"] for button in buttons] != ["COPY_CODE", "URL"]:
        raise ValidationError(
            "Its buttons are a code to copy and an address.", "components"
        )


def _check_showing(template: Mapping[str, Any]) -> None:
    """What Meta has written down of templates that show something of a catalog."""
    parts = {component["type"]: component for component in template["components"]}
    header = parts.get("HEADER", {}).get("format")
    buttons = parts.get("BUTTONS", {}).get("buttons") or []
    opening = [each["type"] for each in buttons if each["type"] in _OPENING]
    if not opening and header != "PRODUCT" and _CAROUSEL not in parts:
        return
    if template["category"] != "MARKETING":
        raise ValidationError("What shows products is marketing.", "category")
    if _CAROUSEL in parts:
        if parts.keys() != {"BODY", _CAROUSEL}:
            raise ValidationError("Cards stand under a body alone.", "components")
        return
    if len(buttons) != 1:
        raise ValidationError("What opens the catalog is alone.", "components")
    if (opening == ["SPM"]) != (header == "PRODUCT"):
        raise ValidationError("A product's button is under it.", "components")
    if opening == ["MPM"] and header != "TEXT":
        raise ValidationError("Several products have a header.", "components")
    body = parts["BODY"].get("text") or ""
    if opening == ["SPM"] and len(body) > _MOST_BODY_OF_PRODUCT:
        raise ValidationError(
            f"The body under a product has {_MOST_BODY_OF_PRODUCT} characters at most.",
            "components",
        )


def _check_buttons(buttons: Sequence[Mapping[str, Any]]) -> None:
    kinds = [button["type"] for button in buttons]
    changes = sum(one != other for one, other in pairwise(kinds))
    if not kinds:
        raise ValidationError("Has no buttons.", "buttons")
    if kinds.count("URL") > 2:
        raise ValidationError("Two addresses at most.", "buttons")
    if changes > 1:
        raise ValidationError("Quick replies stand together.", "buttons")


_TEMPLATE_CREATION = TemplateCreation()


def problems_of_creation(body: Mapping[str, Any]) -> list[str]:
    """Why Meta would refuse to review a template; empty when nothing is wrong."""
    return list(flat(_TEMPLATE_CREATION.validate(body)))
