"""What Meta demands of a template before it is even reviewed."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.meta.buttons import check_buttons
from sandbox.meta.errors import Refused
from sandbox.meta.languages import LANGUAGES

CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")
VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")

_NAME = re.compile(r"[a-z0-9_]{1,512}", re.ASCII)
_NAMED = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_BRACES = re.compile(r"\{\{|\}\}")
_MEDIA = {"IMAGE", "VIDEO", "DOCUMENT", "GIF"}
_WORD = re.compile(r"[^\W\d_]+|\d+")
# Scripts written without spaces: two characters there weigh as much as a word.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_TTL = {
    "UTILITY": (30, 43_200),
    "AUTHENTICATION": (30, 900),
    "MARKETING": (43_200, 2_592_000),
}


def check_template(wanted: Mapping[str, Any]) -> None:
    """Refuse a template that the grammar does not allow.

    Raises:
        Refused: code 100 with the subcode and the words that Meta has for it.
    """
    if not _NAME.fullmatch(str(wanted.get("name", ""))):
        raise _wrong("Invalid name", "Only lowercase letters, digits and underscores.")
    if wanted.get("language") not in LANGUAGES:
        raise _wrong("Invalid language", "The language code is not supported.")
    category = str(wanted.get("category", "")).upper()
    if category not in CATEGORIES:
        raise _wrong("Invalid category", f"Must be one of {', '.join(CATEGORIES)}.")
    form = parameter_format(wanted)
    check_components(wanted.get("components"), category, form)
    _check_ttl(wanted.get("message_send_ttl_seconds"), category)


def parameter_format(wanted: Mapping[str, Any]) -> str:
    form = str(wanted.get("parameter_format", "POSITIONAL")).upper()
    if form not in {"POSITIONAL", "NAMED"}:
        raise _wrong("Invalid parameter format", "Must be POSITIONAL or NAMED.")
    return form


def check_components(components: Any, category: str, form: str) -> None:
    """The components alone, as when a template is edited.

    Raises:
        Refused: as ``check_template``.
    """
    if not isinstance(components, list) or not components:
        raise _wrong("Components are missing", "A template needs a BODY.")
    kinds = [component_type(each) for each in components]
    for once in ("HEADER", "BODY", "FOOTER", "BUTTONS"):
        if kinds.count(once) > 1:
            raise _wrong("Duplicate component", f"Only one {once} is allowed.")
    if "BODY" not in kinds:
        raise _wrong("Body is missing", "A template needs a BODY.", 2388072)
    if category == "AUTHENTICATION":
        return
    for kind, component in zip(kinds, components, strict=True):
        _check_component(kind, component, category, form, kinds)
    if "LIMITED_TIME_OFFER" in kinds:
        _check_parts_of_offer(components, kinds)


def component_type(component: Any) -> str:
    if not isinstance(component, Mapping):
        raise _wrong("Invalid component", "A component is an object.")
    return str(component.get("type", "")).upper()


def variables(text: str) -> list[str]:
    """The names or numbers between braces, each once, in the order of the text."""
    return list(dict.fromkeys(VARIABLE.findall(text)))


def _check_component(
    kind: str, component: Mapping[str, Any], category: str, form: str, kinds: list[str]
) -> None:
    if kind == "HEADER":
        _check_header(component, form)
    elif kind == "BODY":
        most = 600 if "LIMITED_TIME_OFFER" in kinds else 1024
        _check_body(component, form, most)
    elif kind == "FOOTER":
        if "LIMITED_TIME_OFFER" in kinds:
            raise _wrong("Footer is not allowed", "An offer has no footer.", 2388073)
        _check_footer(component)
    elif kind == "BUTTONS":
        check_buttons(component.get("buttons"))
    elif kind == "CAROUSEL":
        _check_carousel(component, form)
    elif kind == "LIMITED_TIME_OFFER":
        _check_offer(component, category, kinds)
    else:
        raise _wrong("Invalid component", f"Unknown component type {kind!r}.")


def _check_header(header: Mapping[str, Any], form: str) -> None:
    format_ = str(header.get("format", "")).upper()
    example = header.get("example") or {}
    if format_ == "TEXT":
        text = _text(header, 60, 2388047)
        names = _checked_variables(text, form, 2388047)
        if len(names) > 1:
            raise _wrong("Header format", "A header has one variable.", 2388047)
        if "\n" in text or re.search(r"[*~`]|_\w+_", VARIABLE.sub("", text)):
            raise _wrong("Header format", "No new lines or markdown.", 2388047)
        key = "header_text_named_params" if form == "NAMED" else "header_text"
        _check_examples(names, example.get(key), form, 2388043)
    elif format_ in _MEDIA:
        handles = example.get("header_handle")
        if not isinstance(handles, list) or not handles:
            raise _wrong("Example is missing", "Media needs header_handle.", 2388273)
    elif format_ not in {"LOCATION", "PRODUCT"}:
        raise _wrong("Header format", f"Unknown header format {format_!r}.", 2388047)


def _check_body(body: Mapping[str, Any], form: str, most: int) -> None:
    text = _text(body, most, 2388072)
    names = _checked_variables(text, form, 2388072)
    trimmed = text.strip()
    if trimmed.startswith("{{") or trimmed.endswith("}}"):
        raise _wrong(
            "Leading or trailing params",
            "Variables can't be at the start or end of the template.",
            2388299,
        )
    if re.search(r"\}\}\s*\{\{", text):
        raise _wrong("Body format", "Variables stand next to each other.", 2388072)
    plain = VARIABLE.sub(" ", text)
    unspaced = len(_UNSPACED.findall(plain))
    words = len(_WORD.findall(_UNSPACED.sub(" ", plain))) + unspaced // 2
    if names and words < 2 * len(names) + 1:
        raise _wrong(
            "Too many params for template length",
            "This template has too many variables for its length.",
            2388293,
        )
    key = "body_text_named_params" if form == "NAMED" else "body_text"
    examples = (body.get("example") or {}).get(key)
    if form == "POSITIONAL" and isinstance(examples, list) and examples:
        examples = examples[0] if isinstance(examples[0], list) else examples
    _check_examples(names, examples, form, 2388043)


def _check_footer(footer: Mapping[str, Any]) -> None:
    text = _text(footer, 60, 2388073)
    if _BRACES.search(text):
        raise _wrong("Footer format", "A footer has no variables.", 2388073)


def _check_carousel(carousel: Mapping[str, Any], form: str) -> None:
    cards = carousel.get("cards")
    if not isinstance(cards, list) or not 2 <= len(cards) <= 10:
        raise _wrong("Invalid carousel", "A carousel has 2 to 10 cards.")
    shapes = set()
    for card in cards:
        parts = card.get("components") or [] if isinstance(card, Mapping) else []
        shapes.add(tuple(component_type(part) for part in parts))
        for part in parts:
            if component_type(part) == "BODY":
                _check_body(part, form, 160)
    if len(shapes) != 1:
        raise _wrong("Invalid carousel", "All cards have the same components.")


def _check_offer(offer: Mapping[str, Any], category: str, kinds: list[str]) -> None:
    if category != "MARKETING":
        raise _wrong("Invalid category", "A limited-time offer is MARKETING.")
    words = (offer.get("limited_time_offer") or {}).get("text", "")
    if not words or len(words) > 16:
        raise _wrong("Invalid offer", "The text has 1 to 16 characters.", 2388040)
    if "BUTTONS" not in kinds:
        raise _wrong("Invalid offer", "An offer needs its URL button.")


def _check_parts_of_offer(components: list[Any], kinds: list[str]) -> None:
    """What an offer demands of the parts beside it."""
    parts = dict(zip(kinds, components, strict=True))
    offer = parts["LIMITED_TIME_OFFER"].get("limited_time_offer") or {}
    buttons = parts.get("BUTTONS", {}).get("buttons") or []
    order = [str(button.get("type", "")).upper() for button in buttons]
    wanted = ["COPY_CODE", "URL"] if offer.get("has_expiration") else ["URL"]
    if order not in (wanted, ["COPY_CODE", "URL"]):
        raise _wrong("Invalid offer", f"Its buttons are {' and '.join(wanted)}.")
    for button in buttons:
        code = str(button.get("example", ""))
        if button["type"].upper() == "COPY_CODE" and len(code) > 15:
            raise _wrong("Invalid offer", "A code has up to 15 characters.", 2388040)
    header = parts.get("HEADER")
    if header is not None and str(header.get("format", "")).upper() not in {
        "IMAGE",
        "VIDEO",
    }:
        raise _wrong("Header format", "An offer has an image or a video.", 2388047)


def _check_ttl(seconds: Any, category: str) -> None:
    if seconds is None or (seconds == -1 and category != "MARKETING"):
        return
    low, high = _TTL[category]
    if not isinstance(seconds, int) or not low <= seconds <= high:
        raise _wrong("Invalid time to live", f"Must be {low} to {high} seconds.")


def _text(component: Mapping[str, Any], most: int, subcode: int) -> str:
    text = component.get("text")
    if not isinstance(text, str) or not text.strip():
        raise _wrong("Text is missing", "The component needs a text.", subcode)
    if len(text) > most:
        raise _wrong("Text is too long", f"At most {most} characters.", 2388040)
    return text


def _checked_variables(text: str, form: str, subcode: int) -> list[str]:
    if _BRACES.search(VARIABLE.sub("", text)):
        raise _wrong("Param format", "Braces are not balanced.", subcode)
    names = variables(text)
    if form == "POSITIONAL":
        if names != [str(place + 1) for place in range(len(names))]:
            raise _wrong("Param format", "Use {{1}}, {{2}} ... in order.", subcode)
    elif not all(_NAMED.fullmatch(name) for name in names):
        raise _wrong("Param format", "Lowercase letters and underscores.", subcode)
    return names


def _check_examples(names: list[str], given: Any, form: str, subcode: int) -> None:
    if not names:
        return
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list):
        raise _wrong("Example is missing", "Every variable needs one.", subcode)
    if form == "NAMED":
        shown = {e.get("param_name"): e.get("example") for e in given}
        complete = set(shown) == set(names) and all(shown.values())
    else:
        complete = len(given) == len(names) and all(given)
    if not complete:
        raise _wrong("Example is missing", "Every variable needs one.", subcode)


def _wrong(title: str, advice: str, subcode: int = 2388042) -> Refused:
    return Refused(
        100, subcode=subcode, advice=(title, advice), message="Invalid parameter"
    )
