"""Messages that show products of a catalog: only of the account's own, and only what
is in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.meta.accounts import Number
from sandbox.meta.commerce import Commerce
from sandbox.meta.errors import Refused
from sandbox.meta.shape import carried_products

_MOST_SECTIONS = 10
_MOST_PRODUCTS = 30
_MOST_SECTION_TITLE = 24
_CARDS = range(2, 11)


class ProductMessages:
    def __init__(self, commerce: Commerce) -> None:
        self._commerce = commerce

    def check_freeform(self, number: Number, content: Mapping[str, Any]) -> None:
        """Raises Refused: 131008 where something is missing, 131009 where it is wrong
        or not in the catalog."""
        kind, action = content["type"], content["action"]
        if kind == "product":
            self._check_product(number, content, action)
        elif kind == "product_list":
            self._check_list(number, content, action)
        elif kind == "catalog_message":
            self._check_catalog(number, action)
        elif kind == "carousel":
            self._check_carousel(number, content, action)

    def check_template(self, number: Number, components: Any) -> None:
        """As ``check_freeform``, for the products that a template is filled with."""
        for catalog_id, retailer_id in carried_products(components):
            self._must_have(number, catalog_id, retailer_id)

    def read_of(self, waba_id: str, content: Any) -> list[dict[str, str]]:
        """The products that a message shows, as their reader sees them now."""
        ids = dict.fromkeys(id_ for _, id_ in carried_products(content) if id_)
        catalog = self._commerce.catalog_of(waba_id) if ids else None
        if catalog is None:
            return []
        there = (self._commerce.sellable(catalog, id_) for id_ in ids)
        return [
            {
                "retailer_id": each.id,
                "title": str(each.data["title"]),
                "price": str(each.data.get("sale_price") or each.data["price"]),
            }
            for each in there
            if each is not None
        ]

    def _check_product(
        self, number: Number, content: Mapping[str, Any], action: Mapping[str, Any]
    ) -> None:
        if "header" in content:
            raise Refused(131009, "A product message has no header")
        self._must_have(
            number,
            _wanted(action, "catalog_id"),
            _wanted(action, "product_retailer_id"),
        )

    def _check_list(
        self, number: Number, content: Mapping[str, Any], action: Mapping[str, Any]
    ) -> None:
        header = _part(content, "header")
        if header.get("type") != "text":
            raise Refused(131008, "A product list needs a header of text")
        if len(_wanted(header, "text")) > 60:
            raise Refused(131009, "header is a text of up to 60 characters")
        sections = _sequence(action, "sections")
        if not 1 <= len(sections) <= _MOST_SECTIONS:
            raise Refused(131009, f"A product list has 1 to {_MOST_SECTIONS} sections")
        ids = [id_ for each in sections for id_ in _products_of(each, len(sections))]
        if len(ids) > _MOST_PRODUCTS:
            raise Refused(131009, f"A product list has up to {_MOST_PRODUCTS} products")
        catalog = self._attached(number, _wanted(action, "catalog_id"))
        # Those that are not there are left out; one at least is.
        if not any(self._commerce.sellable(catalog, id_) for id_ in ids):
            raise _not_found()

    def _check_catalog(self, number: Number, action: Mapping[str, Any]) -> None:
        if action.get("name") != "catalog_message":
            raise Refused(131008, "action needs the name catalog_message")
        catalog = self._attached(number, None)
        parameters = action.get("parameters")
        given = parameters if isinstance(parameters, Mapping) else {}
        if "thumbnail_product_retailer_id" in given:
            wanted = _wanted(given, "thumbnail_product_retailer_id")
            self._must_have(number, catalog, wanted)

    def _check_carousel(
        self, number: Number, content: Mapping[str, Any], action: Mapping[str, Any]
    ) -> None:
        if "header" in content or "footer" in content:
            raise Refused(131009, "A carousel has neither a header nor a footer")
        cards = _sequence(action, "cards")
        if len(cards) not in _CARDS:
            raise Refused(131009, "A carousel has 2 to 10 cards")
        kinds = {card.get("type") for card in cards}
        if len(kinds) != 1 or not kinds <= {"product", "cta_url"}:
            raise Refused(131009, "All cards are of one type: product or cta_url")
        if [card.get("card_index") for card in cards] != list(range(len(cards))):
            raise Refused(131009, "card_index counts from 0")
        if kinds == {"product"}:
            of_cards = [_part(card, "action") for card in cards]
            if len({each.get("catalog_id") for each in of_cards}) != 1:
                raise Refused(131009, "All cards are of one catalog")
            for each in of_cards:
                self._must_have_both(number, each)

    def _attached(self, number: Number, catalog_id: str | None) -> str:
        there = self._commerce.catalog_of(number.waba.id)
        if there is None or catalog_id not in (None, there):
            raise Refused(
                131009, "The catalog is not connected to this WhatsApp Business Account"
            )
        return there

    def _must_have_both(self, number: Number, named: Mapping[str, Any]) -> None:
        catalog, product = (
            _wanted(named, name) for name in ("catalog_id", "product_retailer_id")
        )
        self._must_have(number, catalog, product)

    def _must_have(
        self, number: Number, catalog_id: str | None, retailer_id: str | None
    ) -> None:
        """``retailer_id`` None is a mere mention of the account's catalog."""
        catalog = self._attached(number, catalog_id)
        if retailer_id and self._commerce.sellable(catalog, retailer_id) is None:
            raise _not_found()


def _not_found() -> Refused:
    return Refused(131009, "Products not found in FB Catalog")


def _products_of(section: Any, sections: int) -> Iterator[str]:
    title = section.get("title", "")
    if sections > 1 and not title:
        raise Refused(131008, "Each of several sections has a title")
    if not isinstance(title, str) or len(title) > _MOST_SECTION_TITLE:
        raise Refused(
            131009, f"title is a text of up to {_MOST_SECTION_TITLE} characters"
        )
    items = _sequence(section, "product_items")
    if not items:
        raise Refused(131008, "A section has at least one product")
    for each in items:
        yield _wanted(each, "product_retailer_id")


def _sequence(whole: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = whole.get(name)
    if not isinstance(found, list) or not all(isinstance(e, Mapping) for e in found):
        raise Refused(131008, f"{name} is required")
    return found


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = whole.get(name)
    return found if isinstance(found, Mapping) else {}


def _wanted(whole: Mapping[str, Any], name: str) -> str:
    found = whole.get(name)
    if not isinstance(found, str) or not found:
        raise Refused(131008, f"{name} is required")
    return found
