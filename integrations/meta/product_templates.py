"""Templates that show something of a catalog: how Meta reviews them, and how a message
fills them in."""

from enum import StrEnum
from typing import Any

from core.showcases import (
    OneProduct,
    RowOfCards,
    SeveralProducts,
    Showcase,
    WholeCatalog,
)

_FIRST_BUTTON = "0"


class Shows(StrEnum):
    """What a template shows beside its words; the labels of its button are Meta's."""

    CATALOG = "catalog"
    PRODUCT = "product"
    PRODUCTS = "products"
    CARDS = "cards"


_BUTTONS = {
    Shows.CATALOG: {"type": "CATALOG", "text": "View catalog"},
    Shows.PRODUCT: {"type": "SPM", "text": "View"},
    Shows.PRODUCTS: {"type": "MPM", "text": "View items"},
}
_HEADER = {"type": "HEADER", "format": "PRODUCT"}
_CARD = {
    "components": [
        _HEADER,
        {"type": "BUTTONS", "buttons": [_BUTTONS[Shows.PRODUCT]]},
    ]
}


def reviewed_parts(shows: Shows) -> list[dict[str, Any]]:
    """What is added to the words of a template when it is submitted. Cards are shown to
    the reviewers twice; a message has as many as it likes."""
    if shows is Shows.CARDS:
        return [{"type": "CAROUSEL", "cards": [_CARD, _CARD]}]
    buttons = {"type": "BUTTONS", "buttons": [_BUTTONS[shows]]}
    return [_HEADER, buttons] if shows is Shows.PRODUCT else [buttons]


def filled_parts(showcase: Showcase) -> list[dict[str, Any]]:
    """What is added to the components of a message from such a template."""
    match showcase:
        case WholeCatalog(thumbnail=None):
            return []
        case WholeCatalog(thumbnail=thumbnail):
            return [_button("catalog", {"thumbnail_product_retailer_id": thumbnail})]
        case OneProduct(catalog_id=catalog_id, retailer_id=retailer_id):
            return [_product(catalog_id, retailer_id)]
        case SeveralProducts(sections=sections):
            told = [
                {
                    "title": each.title,
                    "product_items": [
                        {"product_retailer_id": id_} for id_ in each.retailer_ids
                    ],
                }
                for each in sections
            ]
            first = sections[0].retailer_ids[0]
            action = {"thumbnail_product_retailer_id": first, "sections": told}
            return [_button("mpm", action)]
        case RowOfCards(catalog_id=catalog_id, retailer_ids=ids):
            cards = [
                {"card_index": place, "components": [_product(catalog_id, id_)]}
                for place, id_ in enumerate(ids)
            ]
            return [{"type": "carousel", "cards": cards}]


def _button(kind: str, action: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "button",
        "sub_type": kind,
        "index": _FIRST_BUTTON,
        "parameters": [{"type": "action", "action": action}],
    }


def _product(catalog_id: str, retailer_id: str) -> dict[str, Any]:
    named = {"product_retailer_id": retailer_id, "catalog_id": catalog_id}
    product = {"type": "product", "product": named}
    return {"type": "header", "parameters": [product]}
