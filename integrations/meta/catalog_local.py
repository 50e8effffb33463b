"""What is otherwise about an item in a language or a country, in Meta's own form.

Meta takes texts for a language alone, and prices for a country alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from core.catalog import DeleteLocal, LocalWords, ShownLocal, UpsertLocal
from core.currencies import written
from core.values import Money
from integrations.meta.parts import text
from integrations.strict_json import objects_in

Wire = Mapping[str, Any]

_PAIRS = """
af:af_ZA ar:ar_AR bg:bg_BG bn:bn_IN cs:cs_CZ da:da_DK de:de_DE el:el_GR en:en_XX
es:es_XX et:et_EE fa:fa_IR fi:fi_FI fr:fr_XX gu:gu_IN he:he_IL hi:hi_IN hr:hr_HR
hu:hu_HU id:id_ID it:it_IT ja:ja_XX kn:kn_IN ko:ko_KR lt:lt_LT lv:lv_LV ml:ml_IN
mr:mr_IN ms:ms_MY nl:nl_XX pl:pl_PL pt-BR:pt_XX pt-PT:pt_PT ro:ro_RO ru:ru_RU sk:sk_SK
sl:sl_SI sv:sv_SE sw:sw_KE ta:ta_IN te:te_IN th:th_TH tr:tr_TR uk:uk_UA ur:ur_PK
vi:vi_VN zh-CN:zh_CN zh-TW:zh_TW
"""
_CODES = MappingProxyType(dict(pair.split(":") for pair in _PAIRS.split()))
"""Meta's own codes of languages."""


def price_text(money: Money) -> str:
    """Such as ``39.90 EUR`` or ``39900 KRW``."""
    return f"{written(money)} {money.currency}"


def key_of(place: str) -> str:
    """What Meta calls a language or a country."""
    return _CODES.get(place, place)


def request_of(change: UpsertLocal | DeleteLocal) -> dict[str, Any]:
    """One of the ``requests`` of ``localized_items_batch``."""
    kind = "LANGUAGE" if change.place in _CODES else "COUNTRY"
    there = {"type": kind, "value": key_of(change.place)}
    data: dict[str, Any] = {"id": change.retailer_id}
    if isinstance(change, DeleteLocal):
        return {"method": "DELETE", "localization": there, "data": data}
    otherwise = change.otherwise
    if isinstance(otherwise, LocalWords):
        data |= {"title": otherwise.title, "description": otherwise.description}
    else:
        sale = otherwise.sale_price
        data |= {"price": price_text(otherwise.price)}
        data |= {"sale_price": price_text(sale) if sale else ""}
    return {"method": "UPDATE", "localization": there, "data": data}


def fields_of(places: Sequence[str]) -> str:
    """What is asked of each item besides its own fields."""
    if not places:
        return ""
    keys = ",".join(map(key_of, places))
    return f",override_details.keys({keys}){{type,key,values}}"


def shown_local(said: Wire, places: Sequence[str]) -> Iterator[ShownLocal]:
    """What an item shows otherwise in these places."""
    names = {key_of(place): place for place in places}
    told = said.get("override_details")
    if isinstance(told, Mapping):
        told = told.get("data")
    for each in objects_in(told):
        place = names.get(text(each.get("key")) or "")
        if place is not None:
            values = _values(each.get("values"))
            yield ShownLocal(
                place=place,
                title=text(values.get("title")),
                description=text(values.get("description")),
                price=digits(values.get("price")),
                sale_price=digits(values.get("sale_price")),
            )


def _values(told: object) -> Wire:
    """Meta tells them by their names, or as a list of names and values."""
    if isinstance(told, Mapping):
        return told
    return {str(each.get("name")): each.get("value") for each in objects_in(told)}


def digits(price: object) -> str | None:
    """Of a price that Meta has written in a language of its own choice."""
    found = "".join(each for each in text(price) or "" if each.isdecimal())
    return found.lstrip("0") or None
