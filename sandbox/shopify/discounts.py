"""A shop's discounts and their codes, as far as codes for everything are concerned."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.shopify.execute import Node, connection

_MOST_AT_ONCE = 250
_LONGEST_CODE = 255
_INPUT = "basicCodeDiscount"


@dataclass(slots=True)
class Code:
    id: str
    text: str
    uses: int = 0


@dataclass(slots=True)
class Discount:
    """``ends_at`` None is never. ``customers`` are the ids of those it is for, none
    where it is for all."""

    id: str
    title: str
    percentage: float
    starts_at: datetime
    ends_at: datetime | None
    usage_limit: int | None
    customers: list[str]
    combines_with: Mapping[str, bool]
    codes: dict[str, Code] = field(default_factory=dict)

    def status(self, now: datetime) -> str:
        if self.ends_at is not None and self.ends_at <= now:
            return "EXPIRED"
        return "ACTIVE" if self.starts_at <= now else "SCHEDULED"


@dataclass(slots=True)
class Creation:
    """Codes that are being added; they are there once somebody asks again."""

    id: str
    discount: Discount
    wanted: list[str]
    is_done: bool = False
    failed: int = 0


@dataclass(slots=True)
class DiscountBook:
    """``is_slow`` is whether codes that are added come only with the next question."""

    discounts: dict[str, Discount] = field(default_factory=dict)
    creations: dict[str, Creation] = field(default_factory=dict)
    is_slow: bool = True
    serial: int = 0

    def use(self, text: str, now: datetime) -> str | None:
        """Somebody buys with a code; why that is not possible, or None."""
        refusal = self.refusal(text, now)
        discount = self._of_code(text)
        if refusal is None and discount is not None:
            discount.codes[text.upper()].uses += 1
        return refusal

    def refusal(self, text: str, now: datetime) -> str | None:
        """Why a code does not count now, or None."""
        self._settle()
        discount = self._of_code(text)
        if discount is None:
            return "Enter a valid discount code"
        code = discount.codes[text.upper()]
        if discount.status(now) != "ACTIVE":
            return "Discount code isn't active"
        if discount.usage_limit is not None and code.uses >= discount.usage_limit:
            return "Discount code has reached its usage limit"
        return None

    def by_code(self, text: str, now: datetime) -> Node | None:
        self._settle()
        discount = self._of_code(text)
        return None if discount is None else _node(discount, now)

    def create(self, arguments: Mapping[str, Any], now: datetime) -> Node:
        self._settle()
        wanted = arguments[_INPUT]
        errors = _problems(wanted)
        text = str(wanted.get("code") or "")
        if not errors and self._of_code(text) is not None:
            words = "Code must be unique. Please try a different code."
            errors = [_error([_INPUT, "code"], words, "TAKEN")]
        if errors:
            return {"codeDiscountNode": None, "userErrors": errors}
        discount = _made(self._id("DiscountCodeNode"), wanted)
        self.discounts[discount.id] = discount
        self._add(discount, text)
        return {"codeDiscountNode": _node(discount, now), "userErrors": []}

    def add(self, arguments: Mapping[str, Any]) -> Node:
        """Codes that are there already fail alone, once the others are made."""
        self._settle()
        discount = self.discounts.get(arguments["discountId"])
        wanted = [str(each["code"]) for each in arguments["codes"]]
        if discount is None:
            errors = [_error(["discountId"], "Discount does not exist.", "INVALID")]
        elif not 1 <= len(wanted) <= _MOST_AT_ONCE:
            words = f"Cannot add more than {_MOST_AT_ONCE} codes at once."
            errors = [_error(["codes"], words, "TOO_MANY_ARGUMENTS")]
        else:
            errors = [
                _error(["codes", str(place), "code"], "Code is not valid.", "INVALID")
                for place, text in enumerate(wanted)
                if not _is_code(text)
            ]
        if errors or discount is None:
            return {"bulkCreation": None, "userErrors": errors}
        name = self._id("DiscountRedeemCodeBulkCreation")
        creation = self.creations[name] = Creation(name, discount, wanted)
        shown = _creation(creation)
        if not self.is_slow:
            self._settle()
            shown = _creation(creation)
        return {"bulkCreation": shown, "userErrors": []}

    def creation(self, arguments: Mapping[str, Any]) -> Node | None:
        self._settle()
        found = self.creations.get(arguments["id"])
        return None if found is None else _creation(found)

    def remove(self, arguments: Mapping[str, Any]) -> Node:
        self._settle()
        discount = self.discounts.get(arguments["discountId"])
        ids = set(arguments.get("ids") or ())
        if discount is None or not ids:
            missing = ["ids"] if discount else ["discountId"]
            errors = [_error(missing, "Nothing to delete.", "INVALID")]
            return {"job": None, "userErrors": errors}
        kept = {key: each for key, each in discount.codes.items() if each.id not in ids}
        discount.codes = kept
        return {"job": {"id": self._id("Job"), "done": False}, "userErrors": []}

    def deactivate(self, arguments: Mapping[str, Any], now: datetime) -> Node:
        self._settle()
        discount = self.discounts.get(arguments["id"])
        if discount is None:
            errors = [_error(["id"], "Discount does not exist.", "INVALID")]
            return {"codeDiscountNode": None, "userErrors": errors}
        if discount.status(now) != "EXPIRED":
            discount.ends_at = now
        return {"codeDiscountNode": _node(discount, now), "userErrors": []}

    def _settle(self) -> None:
        for creation in self.creations.values():
            if creation.is_done:
                continue
            for text in creation.wanted:
                if self._of_code(text) is None:
                    self._add(creation.discount, text)
                else:
                    creation.failed += 1
            creation.is_done = True

    def _add(self, discount: Discount, text: str) -> None:
        code = Code(self._id("DiscountRedeemCode"), text)
        discount.codes[text.upper()] = code

    def _of_code(self, text: str) -> Discount | None:
        found = (d for d in self.discounts.values() if text.upper() in d.codes)
        return next(found, None)

    def _id(self, kind: str) -> str:
        self.serial += 1
        return f"gid://shopify/{kind}/{1_400_000_000 + self.serial}"


def _made(name: str, wanted: Mapping[str, Any]) -> Discount:
    ends_at = wanted.get("endsAt")
    customers = (wanted.get("context") or {}).get("customers") or {}
    return Discount(
        id=name,
        title=wanted["title"],
        percentage=wanted["customerGets"]["value"]["percentage"],
        starts_at=datetime.fromisoformat(wanted["startsAt"]),
        ends_at=None if ends_at is None else datetime.fromisoformat(ends_at),
        usage_limit=wanted.get("usageLimit"),
        customers=list(customers.get("add") or ()),
        combines_with=dict(wanted.get("combinesWith") or {}),
    )


def _problems(wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Why Shopify would not create it."""
    given = [name for name in ("title", "code", "startsAt") if not wanted.get(name)]
    errors = [
        _error([_INPUT, name], f"{name} can't be blank", "BLANK") for name in given
    ]
    if not _is_code(str(wanted.get("code") or "")):
        errors.append(_error([_INPUT, "code"], "Code is not valid.", "INVALID"))
    share = ((wanted.get("customerGets") or {}).get("value") or {}).get("percentage")
    if share is None or not 0 < share <= 1:
        place = [_INPUT, "customerGets", "value", "percentage"]
        words = "Value must be between 0.0 and 1.0"
        errors.append(_error(place, words, "VALUE_OUTSIDE_RANGE"))
    begin, end = wanted.get("startsAt"), wanted.get("endsAt")
    if begin and end and datetime.fromisoformat(begin) >= datetime.fromisoformat(end):
        words = "Ends at needs to be after starts_at"
        errors.append(_error([_INPUT, "endsAt"], words, "END_DATE_BEFORE_START_DATE"))
    if not wanted.get("context"):
        # The older customerSelection would do at Shopify; here nobody may need it.
        errors.append(_error([_INPUT, "context"], "context can't be blank", "BLANK"))
    if not (wanted.get("customerGets") or {}).get("items"):
        place = [_INPUT, "customerGets", "items"]
        errors.append(_error(place, "Items can't be blank", "APPLIES_ON_NOTHING"))
    return errors


def _is_code(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_CODE and "," not in text and "\n" not in text


def _node(discount: Discount, now: datetime) -> Node:
    ends_at = discount.ends_at
    return {
        "__typename": "DiscountCodeNode",
        "id": discount.id,
        "codeDiscount": {
            "__typename": "DiscountCodeBasic",
            "title": discount.title,
            "status": discount.status(now),
            "startsAt": _stamp(discount.starts_at),
            "endsAt": None if ends_at is None else _stamp(ends_at),
            "usageLimit": discount.usage_limit,
            "appliesOncePerCustomer": True,
            "asyncUsageCount": sum(each.uses for each in discount.codes.values()),
            "codes": lambda a: _codes(discount, a),
        },
    }


def _codes(discount: Discount, arguments: Mapping[str, Any]) -> Node:
    wanted = str(arguments.get("query") or "").upper()
    found = [
        {"id": each.id, "code": each.text, "asyncUsageCount": each.uses}
        for key, each in discount.codes.items()
        if wanted in key
    ]
    return connection(found, arguments)


def _creation(creation: Creation) -> Node:
    wanted, failed = len(creation.wanted), creation.failed
    return {
        "id": creation.id,
        "done": creation.is_done,
        "codesCount": wanted,
        "importedCount": wanted - failed if creation.is_done else 0,
        "failedCount": failed,
    }


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _error(field: list[str], message: str, code: str) -> dict[str, Any]:
    return {"field": field, "message": message, "code": code, "extraInfo": None}
