"""What a message must fill in: a template, boiled down once for all its sends."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.meta.errors import Refused
from sandbox.meta.grammar import VARIABLE, variables

_HYGIENE = (
    "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
)
_TYPED = {"text": "text", "currency": "fallback_value", "date_time": "fallback_value"}
_IN_MILLISECONDS = 10**12
"""A time in milliseconds is at least this, and one in seconds never for long."""
_MEDIA = {"image", "video", "document", "gif"}
_OF_PRODUCTS = {"CATALOG", "MPM", "SPM", "PRODUCT"}
_BUTTON_PARAMETER = {
    "url": "text",
    "quick_reply": "payload",
    "copy_code": "coupon_code",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """``header`` is the kind of header in lower case; names are numbers if positional.

    ``buttons`` has for each its type in lower case and whether a message must give it
    a value. ``fixed_length`` is the body's length without its variables.
    """

    header: str | None = None
    header_names: tuple[str, ...] = ()
    body_names: tuple[str, ...] = ()
    is_named: bool = False
    buttons: tuple[tuple[str, bool], ...] = ()
    fixed_length: int = 0
    most_characters: int = 1024
    most_code: int = 20
    has_deal: bool = False
    is_free: bool = False
    shows_products: bool = False

    def check(self, components: Any) -> None:
        """Refuse components that do not fill in exactly what is asked for.

        Raises:
            Refused: 132000 (count), 132012 (kind, name, form), 131008 (empty, absent)
                or 132005 (too long).
        """
        if self.is_free:
            return
        header: Sequence[Any] = ()
        body: Sequence[Any] = ()
        filled = ends = 0
        for component in _sequence(components):
            kind = component.get("type") if isinstance(component, Mapping) else None
            kind = kind.lower() if isinstance(kind, str) else None
            if kind == "body":
                body = _sequence(component.get("parameters"))
            elif kind == "header":
                header = _sequence(component.get("parameters"))
            elif kind == "limited_time_offer" and self.has_deal:
                ends += _checked_end(component)
            elif kind == "button":
                filled |= self._check_button(component)
            else:
                raise Refused(132012, f"components: {kind!r} is not in the template")
        if ends != self.has_deal:
            raise Refused(132000, "limited_time_offer: expects its one parameter")
        self._check_header(header)
        length = _check_texts("body", body, self.body_names, is_named=self.is_named)
        if self.fixed_length + length > self.most_characters:
            raise Refused(132005, f"At most {self.most_characters} characters.")
        for place, (kind, is_required) in enumerate(self.buttons):
            if is_required and not filled >> place & 1:
                raise Refused(
                    131008,
                    f"buttons: Button at index {place} of type {kind} requires a "
                    "parameter",
                )

    def _check_header(self, parameters: Sequence[Any]) -> None:
        if self.header is None or self.header == "text":
            names = self.header_names
            _check_texts("header", parameters, names, is_named=self.is_named)
            return
        given = parameters[0].get("type") if len(parameters) == 1 else None
        given = given.lower() if isinstance(given, str) else "unknown"
        if given != self.header:
            raise Refused(
                132012,
                f"header: Format mismatch, expected {self.header.upper()}, received "
                f"{given.upper()}",
            )
        value = parameters[0].get(given)
        if not isinstance(value, Mapping):
            raise Refused(131008, f"header: {given} is missing")
        if given in _MEDIA and not (value.get("id") or value.get("link")):
            raise Refused(131008, f"header: {given} needs an id or a link")

    def _check_button(self, component: Mapping[str, Any]) -> int:
        try:
            place = int(component.get("index", ""))
            kind, is_required = self.buttons[place]
        except (ValueError, TypeError, IndexError):
            raise Refused(132012, "buttons: no button at that index") from None
        if place < 0 or str(component.get("sub_type", "")).lower() != kind:
            raise Refused(132012, f"buttons: Button at index {place} is of type {kind}")
        parameters = _sequence(component.get("parameters"))
        wanted = _BUTTON_PARAMETER.get(kind)
        if wanted is None:
            return 1 << place
        if kind == "url" and not is_required and parameters:
            raise Refused(132000, f"buttons: Button at index {place} has no variable")
        if len(parameters) != 1:
            raise Refused(132000, f"buttons: Button at index {place} takes one")
        value = parameters[0]
        if not isinstance(value, Mapping) or value.get("type") != wanted:
            raise Refused(132012, f"buttons: expected a parameter of type {wanted}")
        if not value.get(wanted):
            raise Refused(131008, f"buttons: Parameter of type {wanted} is missing")
        if kind == "copy_code" and not (
            str(value[wanted]).isalnum() and len(str(value[wanted])) <= self.most_code
        ):
            words = f"buttons: a code has up to {self.most_code} letters and digits"
            raise Refused(132012, words)
        return 1 << place


def shape_of(components: Sequence[Any], form: str) -> Shape:
    """The shape of components that the grammar has accepted."""
    parts = {str(each.get("type", "")).upper(): each for each in components}
    body = str(parts.get("BODY", {}).get("text", ""))
    header = parts.get("HEADER", {})
    names = variables(str(header.get("text", "")))
    has_deal = "LIMITED_TIME_OFFER" in parts
    return Shape(
        header=str(header["format"]).lower() if header else None,
        header_names=tuple(names),
        body_names=tuple(variables(body)),
        is_named=form == "NAMED",
        buttons=tuple(
            (str(each["type"]).lower(), _takes_a_value(each))
            for each in parts.get("BUTTONS", {}).get("buttons", [])
        ),
        fixed_length=len(VARIABLE.sub("", body)),
        most_characters=_most_characters(parts.keys()),
        most_code=15 if has_deal else 20,
        has_deal=has_deal,
        # Carousels have parts within parts; they are taken as they come.
        is_free="CAROUSEL" in parts,
        shows_products=_shows_products(components),
    )


def _shows_products(components: Any) -> bool:
    """Whether a part of it, or of one of its cards, is of a catalog."""
    if isinstance(components, list):
        return any(map(_shows_products, components))
    if not isinstance(components, Mapping):
        return False
    kinds = {str(components.get(name, "")).upper() for name in ("type", "format")}
    return bool(kinds & _OF_PRODUCTS) or any(map(_shows_products, components.values()))


def carried_products(sent: Any) -> Iterator[tuple[str | None, str | None]]:
    """Each product that a message names, with the catalog that is named beside it. A
    button that opens the catalog names at least that there is one."""
    if isinstance(sent, list):
        for each in sent:
            yield from carried_products(each)
    elif isinstance(sent, Mapping):
        id_ = sent.get("product_retailer_id")
        id_ = id_ or sent.get("thumbnail_product_retailer_id")
        is_button = str(sent.get("sub_type", "")).upper() in _OF_PRODUCTS
        if id_ or is_button:
            catalog = sent.get("catalog_id")
            yield catalog and str(catalog), id_ and str(id_)
        for each in sent.values():
            yield from carried_products(each)


def _most_characters(kinds: Collection[str]) -> int:
    if "LIMITED_TIME_OFFER" in kinds:
        return 600
    return 32_768 if set(kinds) == {"BODY"} else 1024


def _checked_end(component: Mapping[str, Any]) -> int:
    """One for an offer's end, which is told in milliseconds."""
    parameters = _sequence(component.get("parameters"))
    value = parameters[0] if len(parameters) == 1 else None
    if not isinstance(value, Mapping) or value.get("type") != "limited_time_offer":
        raise Refused(132012, "limited_time_offer: expects one of its own kind")
    end = value.get("limited_time_offer")
    at = end.get("expiration_time_ms") if isinstance(end, Mapping) else None
    if not isinstance(at, int):
        raise Refused(131008, "limited_time_offer: expiration_time_ms is missing")
    if not _IN_MILLISECONDS <= at < _IN_MILLISECONDS * 100:
        raise Refused(132012, "limited_time_offer: expiration_time_ms is no time")
    return 1


def rendered(components: Sequence[Any], sent: Any) -> dict[str, Any]:
    """Header, body and footer as the recipient reads them, and the buttons."""
    values = {
        str(each.get("type", "")).lower(): _sequence(each.get("parameters"))
        for each in _sequence(sent)
    }
    read: dict[str, Any] = {"buttons": []}
    for part in components:
        kind = str(part["type"]).lower()
        if kind == "buttons":
            read["buttons"] = _pressable(part["buttons"], sent)
        elif kind == "limited_time_offer":
            [end] = values[kind]
            at = end["limited_time_offer"]["expiration_time_ms"]
            read["deal"] = {"text": part["limited_time_offer"]["text"], "ends_at": at}
        elif "text" in part:
            read[kind] = _filled(part["text"], values.get(kind, ()))
    return read


def _pressable(buttons: Sequence[Any], sent: Any) -> list[dict[str, Any]]:
    """The buttons with what this message has put into them."""
    given: dict[int, Any] = {}
    for each in _sequence(sent):
        if str(each.get("type", "")).lower() == "button":
            parameters = _sequence(each.get("parameters"))
            given[int(each["index"])] = parameters[0] if parameters else {}
    return [_pressed(button, given.get(n, {})) for n, button in enumerate(buttons)]


def _pressed(button: Mapping[str, Any], value: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(button["type"]).upper()
    if kind == "COPY_CODE":
        return {**button, "code": value.get("coupon_code")}
    if kind == "URL":
        end = str(value.get("text", ""))
        filled = VARIABLE.sub(lambda _: end, button["url"])
        return {**button, "url": filled}
    if kind == "QUICK_REPLY":
        return {**button, "payload": value.get("payload", button["text"])}
    return dict(button)


def _filled(text: str, parameters: Sequence[Any]) -> str:
    shown = {}
    for place, each in enumerate(parameters):
        key = each.get("parameter_name", str(place + 1))
        kind = each.get("type", "text")
        value = each.get(kind)
        if isinstance(value, Mapping):
            value = value.get("fallback_value")
        shown[key] = str(value)
    return VARIABLE.sub(lambda hit: shown.get(hit.group(1), hit.group()), text)


def _check_texts(
    place: str, parameters: Sequence[Any], names: tuple[str, ...], *, is_named: bool
) -> int:
    if len(parameters) != len(names):
        raise Refused(
            132000,
            f"{place}: number of localizable_params ({len(parameters)}) does not match "
            f"the expected number of params ({len(names)})",
        )
    length = 0
    seen = []
    for parameter in parameters:
        if not isinstance(parameter, Mapping):
            raise Refused(132012, f"{place}: a parameter is an object")
        length += _length(place, parameter)
        name = parameter.get("parameter_name")
        if is_named:
            seen.append(name)
        elif name is not None:
            raise Refused(132012, f"{place}: the template has no named parameters")
    if is_named and (set(seen) != set(names)):
        raise Refused(132012, f"{place}: Parameter name is missing or unknown")
    return length


def _length(place: str, parameter: Mapping[str, Any]) -> int:
    kind = parameter.get("type")
    if kind not in _TYPED:
        raise Refused(
            132012, f"{place}: Format mismatch, expected TEXT, received {kind}"
        )
    text = parameter.get(kind)
    if kind != "text":
        text = text.get(_TYPED[kind]) if isinstance(text, Mapping) else None
    if not isinstance(text, str) or not text.strip():
        raise Refused(131008, f"Parameter of type {kind} is missing text value")
    if "\n" in text or "\t" in text or "\r" in text or "     " in text:
        raise Refused(132012, _HYGIENE)
    return len(text)


def _takes_a_value(button: Mapping[str, Any]) -> bool:
    kind = str(button["type"]).upper()
    return kind in {"COPY_CODE", "MPM", "OTP"} or "{{" in str(button.get("url", ""))


def _sequence(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Refused(100, "Param template['components'] must be an array.")
    return value
