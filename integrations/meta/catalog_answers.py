"""What Meta says of a batch and of the items of a catalog, in words of ours."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.catalog import (
    MOST_LABELS,
    BatchStatus,
    ItemState,
    Problem,
    Refusal,
    ShownItem,
)
from integrations.meta.catalog_local import digits, shown_local
from integrations.meta.catalog_refusals import (
    KEPT_FROM_WHATSAPP,
    refusal,
    refusal_of_type,
    refusal_of_words,
)
from integrations.meta.parts import part, text
from integrations.strict_json import objects_in

Wire = Mapping[str, Any]

FIELDS = (
    "id,retailer_id,retailer_product_group_id,name,description,url,image_url,"
    "additional_image_urls,price,currency,sale_price,availability,condition,brand,"
    "gtin,color,size,material,pattern,custom_label_0,custom_label_1,custom_label_2,"
    "custom_label_3,custom_label_4,review_status,review_rejection_reasons,"
    "errors{title,description,error_type,error_priority}"
)


def next_page(said: Wire) -> str | None:
    paging = part(said, "paging")
    return text(part(paging, "cursors").get("after")) if "next" in paging else None


def problems_in_answer(said: Wire) -> list[Problem]:
    """What stands in ``validation_status``: a 200 may hide refused items."""
    found = []
    for each in objects_in(said.get("validation_status")):
        id_ = text(each.get("retailer_id"))
        errors, warnings = _told(each.get("errors")), _told(each.get("warnings"))
        if id_ and (errors or warnings):
            found.append(Problem(retailer_id=id_, errors=errors, warnings=warnings))
    return found


def _told(said: object) -> tuple[Refusal, ...]:
    return tuple(refusal_of_words(_words(each)) for each in objects_in(said))


def _words(error: Wire) -> str:
    return text(error.get("message")) or ""


def is_finished(status: Wire) -> bool:
    """Whatever other word there is: it is asked again, and sent again in the end."""
    return status.get("status") == "finished"


def problems_in_status(pages: Sequence[Wire]) -> BatchStatus:
    """What the pages of one finished batch tell, put together."""
    errors: dict[str, list[Refusal]] = {}
    warnings: dict[str, list[Refusal]] = {}
    unnamed: list[Refusal] = []
    for page in pages:
        for kind, found in (("errors", errors), ("warnings", warnings)):
            for each in objects_in(page.get(kind)):
                told, id_ = refusal_of_words(_words(each)), text(each.get("id"))
                if id_:
                    found.setdefault(id_, []).append(told)
                elif kind == "errors":
                    unnamed.append(told)
        for id_ in filter(None, map(text, page.get("ids_of_invalid_requests") or ())):
            errors.setdefault(id_, [])
    problems = [
        Problem(
            retailer_id=id_,
            errors=_errors_of(id_, errors),
            warnings=tuple(warnings.get(id_, ())),
        )
        for id_ in dict.fromkeys((*errors, *warnings))
    ]
    return BatchStatus(
        is_finished=True, problems=tuple(problems), unnamed=tuple(unnamed)
    )


def _errors_of(id_: str, errors: Mapping[str, list[Refusal]]) -> tuple[Refusal, ...]:
    """An item that is among the invalid ones, and has no sentence, is refused, too."""
    if id_ not in errors:
        return ()
    return tuple(errors[id_]) or (refusal("unknown"),)


def merged(statuses: Iterable[BatchStatus]) -> BatchStatus:
    """Of several handles of one portion."""
    each = list(statuses)
    return BatchStatus(
        is_finished=all(one.is_finished for one in each),
        problems=tuple(found for one in each for found in one.problems),
        unnamed=tuple(found for one in each for found in one.unnamed),
    )


def shown_item(said: Wire, places: Sequence[str] = ()) -> ShownItem | None:
    """None for what has no id of the store's: it is not ours."""
    id_ = text(said.get("retailer_id"))
    if not id_:
        return None
    refusals = tuple(_refusals(said))
    images = said.get("additional_image_urls")
    return ShownItem(
        retailer_id=id_,
        item_group_id=text(said.get("retailer_product_group_id")),
        title=text(said.get("name")),
        description=text(said.get("description")),
        link=text(said.get("url")),
        image_link=text(said.get("image_url")),
        additional_image_links=tuple(map(str, images))
        if isinstance(images, list)
        else None,
        price=digits(said.get("price")),
        currency=text(said.get("currency")),
        sale_price=digits(said.get("sale_price")),
        availability=text(said.get("availability")),
        condition=text(said.get("condition")),
        brand=text(said.get("brand")),
        gtin=text(said.get("gtin")),
        color=text(said.get("color")),
        size=text(said.get("size")),
        material=text(said.get("material")),
        pattern=text(said.get("pattern")),
        custom_labels=tuple(
            text(said.get(f"custom_label_{n}")) or "" for n in range(MOST_LABELS)
        ),
        state=_state(said, refusals),
        refusals=refusals,
        local=tuple(shown_local(said, places)),
    )


def _refusals(said: Wire) -> Iterable[Refusal]:
    for each in objects_in(said.get("errors")):
        words = ": ".join(
            filter(None, (text(each.get("title")), text(each.get("description"))))
        )
        yield refusal_of_type(text(each.get("error_type")) or "", words)
    for reason in said.get("review_rejection_reasons") or ():
        yield refusal("policy", str(reason))


def _state(said: Wire, refusals: Iterable[Refusal]) -> ItemState:
    review = text(said.get("review_status")) or ""
    if review == "rejected" or any(
        each.code in KEPT_FROM_WHATSAPP for each in refusals
    ):
        return ItemState.REFUSED
    return ItemState.SENT if review == "pending" else ItemState.LIVE
