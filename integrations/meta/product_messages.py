"""Messages that show something of a catalog, as Meta reads them."""

from typing import Any

from core.showcases import (
    OneProduct,
    RowOfCards,
    Section,
    SeveralProducts,
    Showcase,
    WholeCatalog,
)


def interactive_of(
    showcase: Showcase, *, text: str, footer: str = ""
) -> dict[str, Any]:
    """The ``interactive`` of a message. The words of one product may be empty, and a
    row of cards has no footer."""
    content = _content(showcase)
    if text:
        content["body"] = {"text": text}
    if footer:
        content["footer"] = {"text": footer}
    return content


def _content(showcase: Showcase) -> dict[str, Any]:
    match showcase:
        case WholeCatalog(thumbnail=thumbnail):
            action: dict[str, Any] = {"name": "catalog_message"}
            if thumbnail is not None:
                shown = {"thumbnail_product_retailer_id": thumbnail}
                action["parameters"] = shown
            return {"type": "catalog_message", "action": action}
        case OneProduct():
            return {"type": "product", "action": _named(showcase)}
        case SeveralProducts(catalog_id=catalog_id, header=header, sections=sections):
            told = [_section(each) for each in sections]
            return {
                "type": "product_list",
                "header": {"type": "text", "text": header},
                "action": {"catalog_id": catalog_id, "sections": told},
            }
        case RowOfCards(catalog_id=catalog_id, retailer_ids=ids):
            cards = [_card(n, catalog_id, id_) for n, id_ in enumerate(ids)]
            return {"type": "carousel", "action": {"cards": cards}}


def _named(product: OneProduct) -> dict[str, str]:
    return {
        "catalog_id": product.catalog_id,
        "product_retailer_id": product.retailer_id,
    }


def _section(section: Section) -> dict[str, Any]:
    items = [{"product_retailer_id": each} for each in section.retailer_ids]
    titled = {"title": section.title} if section.title else {}
    return {**titled, "product_items": items}


def _card(place: int, catalog_id: str, retailer_id: str) -> dict[str, Any]:
    product = OneProduct(catalog_id=catalog_id, retailer_id=retailer_id)
    return {"card_index": place, "type": "product", "action": _named(product)}


def words_of(content: dict[str, Any]) -> str | None:
    """What is read of an ``interactive`` of this kind, without the products; None for
    one that says nothing."""
    parts = (content.get(name) for name in ("header", "body", "footer"))
    lines = [str(part["text"]) for part in parts if part]
    return "\n".join(lines) or None
