"""What Meta would refuse, found before it is asked: limits of every outgoing body."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from integrations.meta.forms import Matches, flat
from integrations.meta.templates import VARIABLE, variables_of

_MOST_CALLBACK = 512
_MOST_BODY = 1_024
_MOST_LINE = 60
_MOST_LABEL = 25
_MOST_BODY_OF_DEAL = 600
_MOST_DEAL = 16
_MOST_CODE = 15
_MOST_IN = {"header": _MOST_LINE, "body": _MOST_BODY}
_NAME = re.compile(r"[a-z0-9_]{1,512}", re.ASCII)
_VARIABLE_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?", re.ASCII)
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)
_CODE = re.compile(rf"[A-Za-z0-9]{{1,{_MOST_CODE}}}", re.ASCII)
_UNSENDABLE = re.compile(r"[\n\r\t]| {5,}")
_NEIGHBOURS = re.compile(r"\}\}\s*\{\{")


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
}


class _Parameter(Schema):
    type = fields.String(required=True, validate=validate.OneOf(list(_VALUE_OF)))
    parameter_name = fields.String(validate=Matches(_VARIABLE_NAME))
    text = fields.String(validate=[_is_sendable, validate.Length(max=_MOST_BODY)])
    coupon_code = fields.String(validate=Matches(_CODE))
    limited_time_offer = fields.Nested(_End)

    @validates_schema
    def _value(self, parameter: dict[str, Any], **_: Any) -> None:
        wanted = _VALUE_OF[parameter["type"]]
        given = [name for name in _VALUE_OF.values() if name in parameter]
        if given != [wanted]:
            raise ValidationError(f"Has a {wanted}, and nothing else.", wanted)


_KIND_OF = {
    ("header", None): "text",
    ("body", None): "text",
    ("button", "url"): "text",
    ("button", "copy_code"): "coupon_code",
    ("limited_time_offer", None): "limited_time_offer",
}


class _SentComponent(Schema):
    type = fields.String(
        required=True,
        validate=validate.OneOf(["header", "body", "button", "limited_time_offer"]),
    )
    sub_type = fields.String(validate=validate.OneOf(["url", "copy_code"]))
    index = fields.String(validate=validate.OneOf([str(place) for place in range(10)]))
    parameters = fields.List(
        fields.Nested(_Parameter), required=True, validate=validate.Length(min=1)
    )

    @validates_schema
    def _kinds(self, component: dict[str, Any], **_: Any) -> None:
        wanted = _KIND_OF.get((component["type"], component.get("sub_type")))
        kinds = {parameter["type"] for parameter in component["parameters"]}
        if kinds != {wanted}:
            raise ValidationError("Holds what is for another part.", "parameters")
        if wanted != "text" and len(component["parameters"]) != 1:
            raise ValidationError("Holds one value alone.", "parameters")


class _Language(Schema):
    code = fields.String(required=True, validate=Matches(_LANGUAGE))


class _SentTemplate(Schema):
    name = fields.String(required=True, validate=Matches(_NAME))
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
    text = fields.String(required=True, validate=validate.Length(min=1, max=_MOST_BODY))


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


class _Button(Schema):
    type = fields.String(
        required=True, validate=validate.OneOf(["URL", "QUICK_REPLY", "COPY_CODE"])
    )
    text = fields.String(validate=validate.Length(min=1, max=_MOST_LABEL))
    url = fields.String(validate=validate.Length(min=1, max=2_000))
    example = fields.Raw()

    @validates_schema
    def _label(self, button: dict[str, Any], **_: Any) -> None:
        is_code = button["type"] == "COPY_CODE"
        if is_code == ("text" in button):
            raise ValidationError("All but a code have a label of our own.", "text")
        if is_code and not _CODE.fullmatch(str(button.get("example", ""))):
            raise ValidationError(f"A code has up to {_MOST_CODE} signs.", "example")

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


class _CreatedComponent(Schema):
    type = fields.String(
        required=True,
        validate=validate.OneOf(["HEADER", "BODY", "FOOTER", "BUTTONS", _DEAL]),
    )
    limited_time_offer = fields.Nested(_Deal)
    format = fields.String(validate=validate.Equal("TEXT"))
    text = fields.String(validate=validate.Length(min=1, max=_MOST_BODY))
    example = fields.Dict()
    buttons = fields.List(
        fields.Nested(_Button), validate=validate.Length(min=1, max=10)
    )

    @validates_schema
    def _shape(self, component: dict[str, Any], **_: Any) -> None:
        kind, text = component["type"], component.get("text")
        if (kind == _DEAL) != ("limited_time_offer" in component):
            raise ValidationError("An offer, and nothing else, has one.", "type")
        if kind == _DEAL:
            return
        if kind == "BUTTONS":
            _check_buttons(component.get("buttons") or [])
        elif not text:
            raise ValidationError("Has no text.", "text")
        else:
            _check_text(kind, text)


class TemplateCreation(Schema):
    """The body of ``POST /{account}/message_templates``."""

    name = fields.String(required=True, validate=Matches(_NAME))
    language = fields.String(required=True, validate=Matches(_LANGUAGE))
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


def _check_text(kind: str, text: str) -> None:
    names = VARIABLE.findall(text)
    if any(not _VARIABLE_NAME.fullmatch(name) for name in names):
        raise ValidationError("A variable is in small letters and underscores.", "text")
    if len(set(names)) != len(names):
        raise ValidationError("A variable stands twice.", "text")
    if kind != "BODY" and len(text) > _MOST_LINE:
        raise ValidationError(f"Is longer than {_MOST_LINE} characters.", "text")
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
    if len(parts["BODY"].get("text") or "") > _MOST_BODY_OF_DEAL:
        raise ValidationError(
            f"Its body has {_MOST_BODY_OF_DEAL} characters at most.", "components"
        )
    buttons = parts.get("BUTTONS", {}).get("buttons") or []
    if [button["type"] for button in buttons] != ["COPY_CODE", "URL"]:
        raise ValidationError(
            "Its buttons are a code to copy and an address.", "components"
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


_TEMPLATE_MESSAGE = TemplateMessage()
_TEMPLATE_CREATION = TemplateCreation()


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


def problems_of_creation(body: Mapping[str, Any]) -> list[str]:
    """Why Meta would refuse to review a template; empty when nothing is wrong."""
    return list(flat(_TEMPLATE_CREATION.validate(body)))


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
            most = _MOST_BODY_OF_DEAL
        if fixed + sum(len(value) for _, value in pairs) > most:
            yield f"{kind}: is longer than {most} characters when filled in"
    has_end = any(each["type"] == "limited_time_offer" for each in sent)
    if has_end != ("limited_time_offer" in by_type):
        yield "limited_time_offer: an offer has its end, and nothing else has one"
    buttons = by_type.get("buttons", {}).get("buttons") or []
    open_ends = {
        str(place)
        for place, button in enumerate(buttons)
        if VARIABLE.search(str(button.get("url", ""))) or button["type"] == "COPY_CODE"
    }
    filled = {each.get("index") for each in sent if each["type"] == "button"}
    for place in sorted(open_ends ^ filled, key=str):
        fault = "has no value" if place in open_ends else "takes no value"
        yield f"button {place}: {fault}"
