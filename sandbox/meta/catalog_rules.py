"""What Meta finds in one request of a batch: at once, and when it works at it.

The rules stand here a second time, apart from the program's own, so that one mistake
is not made on both sides.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

METHODS = ("CREATE", "UPDATE", "DELETE")
_AVAILABILITIES = (
    *("in stock", "out of stock", "preorder", "available for order"),
    *("discontinued", "pending", "mark_as_sold", "mark_as_expired"),
)
_CONDITIONS = (
    *("new", "refurbished", "used", "cpo", "open_box_new"),
    *("used_like_new", "used_good", "used_fair"),
)
_REQUIRED = (
    *("title", "description", "availability", "condition", "price", "link"),
    *("image_link",),
)
_MOST = {
    "title": 200,
    "description": 9_999,
    "brand": 100,
    "item_group_id": 100,
    **dict.fromkeys(("color", "size", "material", "pattern"), 200),
    **{f"custom_label_{n}": 100 for n in range(5)},
}
_MOST_IMAGES = 20
_MOST_ADDRESS = 2_000
_PRICE = re.compile(r"(\d+(?:\.(\d+))?) ([A-Z]{3})", re.ASCII)
_WHOLE = {"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"}
_THOUSANDTHS = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
_ADDRESS = re.compile(r"https?://[^\s/]+\.\S+", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_LINK_IN_TEXT = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


def id_of(request: Any) -> str:
    """The store's id of the item; empty where it has none."""
    data = request.get("data") if isinstance(request, Mapping) else None
    id_ = data.get("id") if isinstance(data, Mapping) else None
    return id_ if isinstance(id_, str) else ""


def found_at_once(request: Any) -> list[str]:
    """Errors for which a request is not even begun."""
    if not isinstance(request, Mapping) or not isinstance(request.get("data"), Mapping):
        return ["Each request must be an object with a method and data."]
    data, found = request["data"], []
    if request.get("method") not in METHODS:
        found.append(f"method must be one of {', '.join(METHODS)}.")
    if not id_of(request):
        found.append("A required field is missing: id")
    elif len(id_of(request)) > 100:
        found.append("Field id exceeds the limit of 100 characters.")
    if "retailer_id" in data:
        found.append("Field retailer_id is not supported here; use id.")
    prices = (name for name in ("price", "sale_price") if data.get(name))
    found += filter(None, (_price_error(name, data[name]) for name in prices))
    for name, known in (("availability", _AVAILABILITIES), ("condition", _CONDITIONS)):
        if name in data and data[name] not in known:
            found.append(f"(#100) Param {name} must be one of {{{', '.join(known)}}}")
    return found


def found_in_work(
    data: Mapping[str, Any], before: Mapping[str, Any] | None
) -> list[str]:
    """Errors of an item that is to be ``data`` over what it was ``before``."""
    whole = {**(before or {}), **data}
    found = [
        f"A required field is missing: {name}"
        for name in _REQUIRED
        if not str(whole.get(name) or "").strip()
    ]
    if not any(whole.get(name) for name in ("brand", "gtin", "mpn")):
        found.append("A required field is missing: brand")
    for name, most in _MOST.items():
        value = whole.get(name)
        if value is not None and not isinstance(value, str):
            found.append(f"Field {name} has an invalid format.")
        elif value and len(value) > most:
            found.append(f"Field {name} exceeds the limit of {most} characters.")
    found += _wrong_addresses(whole)
    prices = [
        Decimal(match[1])
        for name in ("price", "sale_price")
        if (match := _PRICE.fullmatch(str(whole.get(name) or "")))
    ]
    if prices and not prices[0]:
        found.append("The price must be greater than 0.")
    if len(prices) == 2 and prices[1] >= prices[0]:
        found.append("The sale price must be lower than the price.")
    return found


def warnings_of(data: Mapping[str, Any]) -> list[str]:
    """What is taken all the same."""
    found = []
    for name in ("title", "description"):
        text = str(data.get(name) or "")
        if text.isupper() and len(text) > 5:
            found.append(f"Field {name} is all upper case.")
        if _TAG.search(text):
            found.append(f"Field {name} contains HTML tags.")
    if _LINK_IN_TEXT.search(str(data.get("description") or "")):
        found.append("The description contains an off-platform link.")
    return found


def _price_error(name: str, price: Any) -> str | None:
    match = _PRICE.fullmatch(price) if isinstance(price, str) else None
    if match is None:
        return (
            f"(#100) Param {name} has an invalid format: a number, a space and an ISO "
            "currency code, such as 9.99 USD."
        )
    most = 0 if match[3] in _WHOLE else 3 if match[3] in _THOUSANDTHS else 2
    if len(match[2] or "") > most:
        return f"(#100) Param {name} has an invalid format: too many decimals."
    return None


def _wrong_addresses(whole: Mapping[str, Any]) -> list[str]:
    more = whole.get("additional_image_link") or []
    if not isinstance(more, list) or len(more) > _MOST_IMAGES:
        return [f"Field additional_image_link exceeds {_MOST_IMAGES} links."]
    named = [(name, whole.get(name)) for name in ("link", "image_link")]
    named += [("additional_image_link", each) for each in more]
    return [
        f"Field {name} is an invalid URL."
        for name, value in named
        if value
        and (
            not isinstance(value, str)
            or len(value) > _MOST_ADDRESS
            or not _ADDRESS.fullmatch(value)
        )
    ]


_PRICES = ("price", "sale_price", "availability")
_TEXTS = (
    "title",
    "description",
    "color",
    "size",
    "material",
    "pattern",
    "link",
    "brand",
)
_LANGUAGE = re.compile(r"[a-z]{2}_[A-Z]{2}")
_COUNTRY = re.compile(r"[A-Z]{2}")


def found_in_place(request: Mapping[str, Any]) -> list[str]:
    """Errors about where a request says that an item is otherwise, and in what."""
    there = request.get("localization")
    if not isinstance(there, Mapping):
        return ["A required field is missing: localization"]
    kind, value = there.get("type"), str(there.get("value"))
    if kind not in ("LANGUAGE", "COUNTRY", "LANGUAGE_AND_COUNTRY"):
        return ["localization.type must be LANGUAGE, COUNTRY or LANGUAGE_AND_COUNTRY."]
    form = _LANGUAGE if kind == "LANGUAGE" else _COUNTRY
    if kind != "LANGUAGE_AND_COUNTRY" and not form.fullmatch(value):
        return [f"localization.value {value} is no known {kind}."]
    others = _PRICES if kind == "LANGUAGE" else ()
    known = {"id", *_TEXTS, *_PRICES}
    return [
        f"Field {name} cannot be localized by {kind}."
        for name in request["data"]
        if name not in known or name in others
    ]
