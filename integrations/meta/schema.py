"""What Meta would refuse of a message, found before it is asked.

What it would refuse of a template stands in ``creation_schema``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from integrations.meta.forms import Matches, flat
from integrations.meta.product_forms import (
    CARDS,
    SECTIONS,
    Product,
    Section,
    Sections,
    check_cards,
    product_name,
)
from integrations.meta.templates import VARIABLE, variables_of

_MOST_CALLBACK = 512
MOST_BODY = 1_024
MOST_LINE = 60
MOST_BODY_OF_DEAL = 600
MOST_CODE = 15
_MOST_IN = {"header": MOST_LINE, "body": MOST_BODY}
NAME = re.compile(r"[a-z0-9_]{1,512}", re.ASCII)
VARIABLE_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?", re.ASCII)
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)
CODE = re.compile(rf"[A-Za-z0-9]{{1,{MOST_CODE}}}", re.ASCII)
_UNSENDABLE = re.compile(r"[\n\r\t]| {5,}")


def _is_sendable(text: str) -> None:
    if not text.strip():
        raise ValidationError("Is empty, which Meta refuses.")
    if _UNSENDABLE.search(text):
        raise ValidationError("Holds a line end, a tab, or five spaces in a row.")


class _End(Schema):
    # In milliseconds: one in seconds would lie in 1970.
    expiration_time_ms = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=10**12, max=10**14)
    )


_VALUE_OF = {
    "text": "text",
    "coupon_code": "coupon_code",
    "limited_time_offer": "limited_time_offer",
    "action": "action",
    "product": "product",
}


class _Shown(Sections):
    """What a button opens: the whole catalog, or products in sections."""

    thumbnail_product_retailer_id = product_name()
    sections = fields.List(fields.Nested(Section), validate=SECTIONS)


class _Parameter(Schema):
    type = fields.String(required=True, validate=validate.OneOf(list(_VALUE_OF)))
    parameter_name = fields.String(validate=Matches(VARIABLE_NAME))
    text = fields.String(validate=[_is_sendable, validate.Length(max=MOST_BODY)])
    coupon_code = fields.String(validate=Matches(CODE))
    limited_time_offer = fields.Nested(_End)
    action = fields.Nested(_Shown)
    product = fields.Nested(Product)

    @validates_schema
    def _value(self, parameter: dict[str, Any], **_: Any) -> None:
        wanted = _VALUE_OF[parameter["type"]]
        given = [name for name in _VALUE_OF.values() if name in parameter]
        if given != [wanted]:
            raise ValidationError(f"Has a {wanted}, and nothing else.", wanted)


_KINDS_OF = {
    ("header", None): {"text", "product"},
    ("body", None): {"text"},
    ("button", "url"): {"text"},
    ("button", "copy_code"): {"coupon_code"},
    ("button", "catalog"): {"action"},
    ("button", "mpm"): {"action"},
    ("limited_time_offer", None): {"limited_time_offer"},
}
_CAROUSEL = "carousel"


class _CardPart(Schema):
    type = fields.String(required=True, validate=validate.Equal("header"))
    parameters = fields.List(
        fields.Nested(_Parameter), required=True, validate=validate.Length(equal=1)
    )

    @validates_schema
    def _of_a_product(self, part: dict[str, Any], **_: Any) -> None:
        if part["parameters"][0]["type"] != "product":
            raise ValidationError("Shows a product.", "parameters")


class _Card(Schema):
    card_index = fields.Integer(required=True, strict=True)
    components = fields.List(
        fields.Nested(_CardPart), required=True, validate=validate.Length(equal=1)
    )


class _SentComponent(Schema):
    type = fields.String(
        required=True,
        validate=validate.OneOf(
            ["header", "body", "button", "limited_time_offer", _CAROUSEL]
        ),
    )
    sub_type = fields.String(
        validate=validate.OneOf(["url", "copy_code", "catalog", "mpm"])
    )
    index = fields.String(validate=validate.OneOf([str(place) for place in range(10)]))
    parameters = fields.List(fields.Nested(_Parameter), validate=validate.Length(min=1))
    cards = fields.List(fields.Nested(_Card), validate=CARDS)

    @validates_schema
    def _kinds(self, component: dict[str, Any], **_: Any) -> None:
        holds = "cards" if component["type"] == _CAROUSEL else "parameters"
        if {"cards", "parameters"} & component.keys() != {holds}:
            raise ValidationError(f"Holds {holds}, and nothing else.", holds)
        if holds == "cards":
            cards = component["cards"]
            shown = [each["components"][0]["parameters"][0] for each in cards]
            check_cards(cards, [each["product"] for each in shown])
            return
        wanted = _KINDS_OF.get((component["type"], component.get("sub_type")), set())
        kinds = {parameter["type"] for parameter in component["parameters"]}
        if len(kinds) != 1 or not kinds <= wanted:
            raise ValidationError("Holds what is for another part.", "parameters")
        if kinds != {"text"} and len(component["parameters"]) != 1:
            raise ValidationError("Holds one value alone.", "parameters")
        if kinds == {"action"}:
            has_sections = "sections" in component["parameters"][0]["action"]
            if has_sections != (component["sub_type"] == "mpm"):
                raise ValidationError("Sections are of several products.", "parameters")


class _Language(Schema):
    code = fields.String(required=True, validate=Matches(LANGUAGE))


class _SentTemplate(Schema):
    name = fields.String(required=True, validate=Matches(NAME))
    language = fields.Nested(_Language, required=True)
    components = fields.List(fields.Nested(_SentComponent), required=True)


class AnyMessage(Schema):
    """What every message has, with a template or without."""

    messaging_product = fields.String(
        required=True, validate=validate.Equal("whatsapp")
    )
    recipient_type = fields.String(required=True, validate=validate.Equal("individual"))
    to = fields.String(validate=Matches(_E164))
    recipient = fields.String(validate=Matches(_USER_ID))
    biz_opaque_callback_data = fields.String(
        required=True, validate=validate.Length(min=1, max=_MOST_CALLBACK)
    )

    @validates_schema
    def _somebody(self, message: dict[str, Any], **_: Any) -> None:
        if ("to" in message) == ("recipient" in message):
            raise ValidationError("Goes to a number or to a user's id.", "to")


class TemplateMessage(AnyMessage):
    """The body of ``POST /{phone_number_id}/messages`` with a template."""

    type = fields.String(required=True, validate=validate.Equal("template"))
    template = fields.Nested(_SentTemplate, required=True)


class _Text(Schema):
    body = fields.String(required=True, validate=validate.Length(min=1, max=4_096))


class TextMessage(AnyMessage):
    """The body of ``POST /{phone_number_id}/messages`` with a mere text."""

    type = fields.String(required=True, validate=validate.Equal("text"))
    text = fields.Nested(_Text, required=True)


class _Reply(Schema):
    id = fields.String(required=True, validate=validate.Length(min=1, max=256))
    title = fields.String(required=True, validate=validate.Length(min=1, max=20))


class _ReplyButton(Schema):
    type = fields.String(required=True, validate=validate.Equal("reply"))
    reply = fields.Nested(_Reply, required=True)


class _Buttons(Schema):
    buttons = fields.List(
        fields.Nested(_ReplyButton),
        required=True,
        validate=validate.Length(min=1, max=3),
    )

    @validates_schema
    def _differ(self, action: dict[str, Any], **_: Any) -> None:
        for name in ("id", "title"):
            each = [button["reply"][name] for button in action["buttons"]]
            if len(set(each)) != len(each):
                raise ValidationError(f"Two buttons have one {name}.", "buttons")


class _InteractiveText(Schema):
    text = fields.String(required=True, validate=validate.Length(min=1, max=MOST_BODY))


class _Interactive(Schema):
    type = fields.String(required=True, validate=validate.Equal("button"))
    body = fields.Nested(_InteractiveText, required=True)
    action = fields.Nested(_Buttons, required=True)


class ButtonsMessage(AnyMessage):
    """The same with buttons to answer by."""

    type = fields.String(required=True, validate=validate.Equal("interactive"))
    interactive = fields.Nested(_Interactive, required=True)


class _Way(Schema):
    display_text = fields.String(required=True, validate=validate.Length(min=1, max=20))
    url = fields.Url(required=True, schemes={"https", "http"}, require_tld=False)


class _WayOn(Schema):
    name = fields.String(required=True, validate=validate.Equal("cta_url"))
    parameters = fields.Nested(_Way, required=True)


class _Leading(Schema):
    type = fields.String(required=True, validate=validate.Equal("cta_url"))
    body = fields.Nested(_InteractiveText, required=True)
    action = fields.Nested(_WayOn, required=True)


class LinkMessage(AnyMessage):
    """The same with a button that leads on."""

    type = fields.String(required=True, validate=validate.Equal("interactive"))
    interactive = fields.Nested(_Leading, required=True)


_TEMPLATE_MESSAGE = TemplateMessage()


def problems_of_message(
    message: Mapping[str, Any], components: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Why Meta would refuse ``message``, sent from a template of ``components``.

    ``components`` are Meta's own words about the approved template. An empty list
    means that nothing is wrong. No value of the message is repeated.
    """
    errors = _TEMPLATE_MESSAGE.validate(message)
    if errors:
        return list(flat(errors))
    return list(_misfits(message["template"]["components"], components))


def _misfits(
    sent: Sequence[Mapping[str, Any]], approved: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Differences between the values we send and the variables there are."""
    by_type = {str(each.get("type", "")).lower(): each for each in approved}
    for kind in ("header", "body"):
        text = str(by_type.get(kind, {}).get("text") or "")
        wanted = variables_of(text)
        pairs = [
            (parameter.get("parameter_name"), parameter["text"])
            for component in sent
            if component["type"] == kind
            for parameter in component["parameters"]
            if "text" in parameter
        ]
        given = [name for name, _ in pairs]
        for name in wanted:
            if name not in given:
                yield f"{kind}: {name} is missing"
        for name in given:
            if name not in wanted:
                yield f"{kind}: there is no {name}"
        if len(set(given)) != len(given):
            yield f"{kind}: a name stands twice"
        fixed = len(VARIABLE.sub("", text))
        most = _MOST_IN[kind]
        if kind == "body" and "limited_time_offer" in by_type:
            most = MOST_BODY_OF_DEAL
        if fixed + sum(len(value) for _, value in pairs) > most:
            yield f"{kind}: is longer than {most} characters when filled in"
    has_end = any(each["type"] == "limited_time_offer" for each in sent)
    if has_end != ("limited_time_offer" in by_type):
        yield "limited_time_offer: an offer has its end, and nothing else has one"
    yield from _products_missed(sent, by_type)
    buttons = by_type.get("buttons", {}).get("buttons") or []
    open_ends = {
        str(place)
        for place, button in enumerate(buttons)
        if VARIABLE.search(str(button.get("url", "")))
        or button["type"] in ("COPY_CODE", "MPM")
    }
    # The picture on a button that opens the catalog may be Meta's own choice.
    may_be_filled = {
        str(place)
        for place, button in enumerate(buttons)
        if button["type"] == "CATALOG"
    }
    filled = {each.get("index") for each in sent if each["type"] == "button"}
    filled -= may_be_filled
    for place in sorted(open_ends ^ filled, key=str):
        fault = "has no value" if place in open_ends else "takes no value"
        yield f"button {place}: {fault}"


def _products_missed(
    sent: Sequence[Mapping[str, Any]], by_type: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    shows_one = any(
        each["type"] == "header" and each["parameters"][0]["type"] == "product"
        for each in sent
    )
    if shows_one != (by_type.get("header", {}).get("format") == "PRODUCT"):
        yield "header: a product is shown by what has one for its header"
    has_cards = any(each["type"] == _CAROUSEL for each in sent)
    if has_cards != (_CAROUSEL in by_type):
        yield "carousel: cards are shown by what has them, and by nothing else"
