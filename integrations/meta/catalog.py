"""A store's catalog at Meta: what is changed in it, and what it shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from core.catalog import (
    Access,
    BatchStatus,
    Change,
    CommerceSettings,
    Handle,
    ItemSet,
    ItemsPage,
    Problem,
    SetsPage,
    Taken,
    place_of,
)
from core.errors import Unsure, WillNotWork
from integrations.meta import catalog_items, catalog_sets
from integrations.meta.catalog_answers import (
    FIELDS,
    is_finished,
    merged,
    next_page,
    problems_in_answer,
    problems_in_status,
    shown_item,
)
from integrations.meta.catalog_local import fields_of
from integrations.meta.catalog_refusals import BREAKS_A_RULE, refusal
from integrations.meta.catalog_schema import problems_of_batch, problems_of_request
from integrations.meta.graph_calls import GraphCalls
from integrations.meta.parts import part, text
from integrations.strict_json import objects_in

_ITEMS_OF_A_PAGE = 200
_SETS_OF_A_PAGE = 100
_MOST_PAGES = 1_000
_NOT_THERE = "meta_100"
HANDLE_UNKNOWN = "handle_unknown"
CATALOG_UNKNOWN = "catalog_unknown"
NO_BUSINESS = "no_business"
SET_UNKNOWN = "set_unknown"
_NO_SUCH_OBJECT = 33


@dataclass(frozen=True, slots=True)
class MetaCatalog:
    """As ``core.catalog.Catalog`` says."""

    graph: GraphCalls

    def portions(self, changes: Iterable[Change]) -> Iterator[list[Change]]:
        return catalog_items.portions(changes)

    def send(self, access: Access, changes: Sequence[Change]) -> Taken:
        requests, broken = [], []
        for change in changes:
            request = catalog_items.request_of(change)
            found = problems_of_request(request)
            if found:
                told = refusal(BREAKS_A_RULE, "; ".join(found))
                broken.append(Problem(retailer_id=change.retailer_id, errors=(told,)))
            else:
                requests.append(request)
        if not requests:
            return Taken(handle=None, problems=tuple(broken))
        wrong = problems_of_batch(requests)
        body = catalog_items.batch_body(map(catalog_items.as_written, requests))
        if wrong or len(body) > catalog_items.MOST_BYTES:
            raise ValueError("; ".join(wrong) or "a portion has too many bytes")
        edge = "localized_items_batch" if place_of(changes[0]) else "items_batch"
        path = f"{access.catalog_id}/{edge}"
        with _of_catalog():
            said = self.graph.post_bytes(path, access.token, body)
        handles = [each for each in said.get("handles") or () if isinstance(each, str)]
        problems = (*broken, *problems_in_answer(said))
        if not handles and len(problems) < len(changes):
            raise Unsure("taken without a handle", code="odd_answer")
        handle = Handle(" ".join(handles)) if handles else None
        return Taken(handle=handle, problems=problems)

    def progress(self, access: Access, handle: Handle) -> BatchStatus:
        each = [self._status(access, one) for one in handle.split()]
        return merged(each)

    def _status(self, access: Access, handle: str) -> BatchStatus:
        path = f"{access.catalog_id}/check_batch_request_status"
        query = {"handle": handle, "load_ids_of_invalid_requests": "true"}
        found: list[Mapping[str, Any]] = []
        for _ in range(_MOST_PAGES):
            try:
                with _of_catalog():
                    said = self.graph.get(path, access.token, query)
            except WillNotWork as unknown:
                if unknown.code != _NOT_THERE:
                    raise
                raise _unknown() from None
            found += objects_in(said.get("data"))
            after = next_page(said)
            if after is None or not all(map(is_finished, found)):
                break
            query["after"] = after
        if not found:
            raise _unknown()
        if not all(map(is_finished, found)):
            return BatchStatus(is_finished=False)
        return problems_in_status(found)

    def items(
        self, access: Access, after: str | None = None, places: Sequence[str] = ()
    ) -> ItemsPage:
        query = {"fields": FIELDS + fields_of(places), "limit": str(_ITEMS_OF_A_PAGE)}
        if after:
            query["after"] = after
        with _of_catalog():
            said = self.graph.get(f"{access.catalog_id}/products", access.token, query)
        found = (shown_item(each, places) for each in objects_in(said.get("data")))
        return ItemsPage(tuple(each for each in found if each), next_page(said))

    def create(self, token: str, *, account_id: str, name: str) -> str:
        query = {"fields": "owner_business_info"}
        account = self.graph.get(account_id, token, query)
        business = text(part(account, "owner_business_info").get("id"))
        if not business:
            raise WillNotWork("the account tells no business", code=NO_BUSINESS)
        wanted = {"name": name, "vertical": "commerce"}
        said = self.graph.post(f"{business}/owned_product_catalogs", token, wanted)
        return _id(said)

    def attached(self, token: str, *, account_id: str) -> str | None:
        said = self.graph.get(f"{account_id}/product_catalogs", token)
        found = [text(each.get("id")) for each in objects_in(said.get("data"))]
        return found[0] if found else None

    def attach(self, access: Access, *, account_id: str) -> None:
        path, token = f"{account_id}/product_catalogs", access.token
        there = self.attached(token, account_id=account_id)
        if there == access.catalog_id:
            return
        if there is not None:  # an account shows one, and refuses a second
            self.graph.delete(path, token, {"catalog_id": there})
        self.graph.post(path, token, {"catalog_id": access.catalog_id})

    def settings(self, token: str, *, phone_number_id: str) -> CommerceSettings:
        said = self.graph.get(f"{phone_number_id}/whatsapp_commerce_settings", token)
        # A number of which nothing was ever set has Meta's defaults.
        first, *_ = [*objects_in(said.get("data")), {}]
        return CommerceSettings(
            is_cart_enabled=first.get("is_cart_enabled") is not False,
            is_catalog_visible=first.get("is_catalog_visible") is True,
        )

    def set_settings(
        self, token: str, settings: CommerceSettings, *, phone_number_id: str
    ) -> None:
        wanted = {
            "is_cart_enabled": _word(settings.is_cart_enabled),
            "is_catalog_visible": _word(settings.is_catalog_visible),
        }
        path = f"{phone_number_id}/whatsapp_commerce_settings?{urlencode(wanted)}"
        self.graph.post(path, token, {})

    def sets(self, access: Access, after: str | None = None) -> SetsPage:
        query = {"fields": catalog_sets.FIELDS, "limit": str(_SETS_OF_A_PAGE)}
        if after:
            query["after"] = after
        path = f"{access.catalog_id}/product_sets"
        with _of_catalog():
            said = self.graph.get(path, access.token, query)
        found = (catalog_sets.shown_set(each) for each in objects_in(said.get("data")))
        return SetsPage(tuple(each for each in found if each), next_page(said))

    def create_set(self, access: Access, wanted: ItemSet) -> str:
        path = f"{access.catalog_id}/product_sets"
        query = {"retailer_id": wanted.own_id, "fields": "id,retailer_id"}
        with _of_catalog():
            said = self.graph.get(path, access.token, query)
        there = [
            _id(each)
            for each in objects_in(said.get("data"))
            if each.get("retailer_id") == wanted.own_id
        ]
        if there:
            self.replace_set(access, there[0], wanted)
            return there[0]
        body = {**catalog_sets.data_of(wanted), "retailer_id": wanted.own_id}
        return _id(self.graph.post(path, access.token, body))

    def replace_set(self, access: Access, set_id: str, wanted: ItemSet) -> None:
        try:
            self.graph.post(set_id, access.token, catalog_sets.data_of(wanted))
        except WillNotWork as refusal:
            if not _is_gone(refusal):
                raise
            raise WillNotWork("the set is gone", code=SET_UNKNOWN) from None

    def delete_set(self, access: Access, set_id: str) -> None:
        query = {"allow_live_product_set_deletion": "true"}
        try:
            self.graph.delete(set_id, access.token, query)
        except WillNotWork as refusal:
            if not _is_gone(refusal):
                raise


def _is_gone(refusal: WillNotWork) -> bool:
    subcode = (refusal.said or {}).get("error_subcode")
    return refusal.code == _NOT_THERE and subcode == _NO_SUCH_OBJECT


@contextmanager
def _of_catalog() -> Iterator[None]:
    """Tell a catalog that is not there from an item that is wrong: Meta has one code
    for both."""
    try:
        yield
    except WillNotWork as refusal:
        if not _is_gone(refusal):
            raise
        raise WillNotWork(
            "Meta knows no such catalog, or our token may not open it",
            code=CATALOG_UNKNOWN,
            said=refusal.said,
        ) from None


def _word(is_so: bool) -> str:
    return "true" if is_so else "false"


def _unknown() -> WillNotWork:
    return WillNotWork("Meta knows nothing of the portion", code=HANDLE_UNKNOWN)


def _id(said: Mapping[str, Any]) -> str:
    found = text(said.get("id"))
    if not found:
        raise Unsure("an answer without an id", code="odd_answer")
    return found
