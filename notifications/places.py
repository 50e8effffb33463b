"""Where a parcel is: the town that a scan means, in the reader's own script.

Carriers write places as they like: «HONG KONG, HK», «Hong Kong SAR», «香港». The towns
through which parcels pass between countries stand in ``places.tsv``, a line each, with
their names in every language of ours. Any other town keeps its script, and loses only
what is no part of its name: capitals throughout, codes, postcodes, «distribution
center».
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

_TABLE = Path(__file__).with_name("places.tsv")


@dataclass(frozen=True, slots=True)
class Hub:
    """A town through which parcels pass; ``names`` by language, English among them.

    ``countries`` may write it as their own: Hong Kong is its own, and China's.
    """

    countries: frozenset[str]
    names: Mapping[str, str]
    codes: tuple[str, ...]
    also: tuple[str, ...]


def said(written: str | None, country: str | None, language: str) -> str | None:
    """The town as somebody reads it who reads this language; None for no town."""
    hub = _hub(written or "", country)
    if hub is not None:
        return hub.names[language if language in hub.names else "en"]
    return _cleaned(written or "")


def identity(written: str | None, country: str | None) -> str | None:
    """One text for one town, however it is written; None where no town is told.

    Two carriers' words for a hub are one. Of another town only its name counts: some
    say the country and some leave it out, and a parcel comes through two towns of one
    name less often than through one town that two tell of.
    """
    hub = _hub(written or "", country)
    if hub is not None:
        return f"hub {hub.names['en']}"
    cleaned = _cleaned(written or "")
    return spoken(cleaned) if cleaned else None


@cache
def hubs() -> tuple[Hub, ...]:
    """All of the table."""
    with _TABLE.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(
        Hub(
            countries=frozenset(row.pop("countries").split(",")),
            codes=tuple(filter(None, row.pop("codes").split(","))),
            also=tuple(filter(None, row.pop("also").split(";"))),
            names=row,
        )
        for row in rows
    )


@lru_cache(maxsize=4096)
def _hub(written: str, country: str | None) -> Hub | None:
    for part in (written, *_SEPARATORS.split(written), *_parts(written)):
        found = _by_code().get(part.strip(), ()) or _by_name().get(spoken(part), ())
        of_country = [hub for hub in found if not country or country in hub.countries]
        if len(of_country) == 1:
            return of_country[0]
    return None


@cache
def _by_name() -> Mapping[str, tuple[Hub, ...]]:
    found: dict[str, list[Hub]] = {}
    for hub in hubs():
        # The capital of Mexico is Mexico in French, and the country in English.
        foreign = (each for each in hub.names.values() if not _is_country(each))
        words = {spoken(each) for each in (hub.names["en"], *foreign, *hub.also)}
        for word in words:
            found.setdefault(word, []).append(hub)
    return {word: tuple(those) for word, those in found.items()}


@cache
def _by_code() -> Mapping[str, tuple[Hub, ...]]:
    return {code: (hub,) for hub in hubs() for code in hub.codes}


@lru_cache(maxsize=4096)
def _cleaned(written: str) -> str | None:
    """The name of the town alone; None where a country is all that is told."""
    for part in _parts(written):
        if not _is_country(part):
            return _cased(part)
    return None


_BRACKETS = re.compile(r"[(\[（【「]([^)\]）】」]*)[)\]）】」]")
_SEPARATORS = re.compile(
    r"\s*[,;:|/·•、，；_]\s*|\s+[-–—]+\s+|\s*-\s*(?=[A-Z]{2,3}\s*(?:,|$))"
)
_CODE = re.compile(r"[A-Z]{2}|[A-Z]{3}", re.ASCII)
_POSTCODE = re.compile(r"[A-Z]{0,2}-?\d[\dA-Z-]*", re.ASCII | re.IGNORECASE)


def _parts(written: str) -> Iterator[str]:
    """What may be the name of a town, the likeliest first."""
    if written.isascii() and written.isprintable():
        plain = written
    else:
        plain = unicodedata.normalize("NFKC", written)
    outside = _BRACKETS.sub(" ", plain)
    bracketed = " , ".join(_BRACKETS.findall(plain))
    for part in _SEPARATORS.split(f"{outside} , {bracketed}"):
        name = _without_facility(_without_codes(part.split()))
        if name and not _CODE.fullmatch(name):
            yield name


def _without_codes(words: list[str]) -> list[str]:
    """Without postcodes at either end, and without the state behind a town."""
    kept = list(words)
    while kept and _POSTCODE.fullmatch(kept[0]):
        del kept[0]
    while len(kept) > 1 and _is_code_behind(kept[-1]):
        del kept[-1]
    return [] if len(kept) == 1 and _POSTCODE.fullmatch(kept[0]) else kept


def _is_code_behind(word: str) -> bool:
    return bool(_POSTCODE.fullmatch(word)) or word in _STATES


def _without_facility(words: list[str]) -> str:
    """Without «distribution center» behind, or «Paketzentrum» before the town."""
    kept = list(words)
    while kept and spoken(kept[-1]) in _FACILITIES:
        del kept[-1]
        kept = _without_codes(kept)
    if kept and spoken(kept[0]) in _BEFORE_A_TOWN:
        while kept and spoken(kept[0]) in _FACILITIES | _BEFORE_A_TOWN | _LITTLE:
            del kept[0]
    return _FACILITY_BEHIND.sub("", " ".join(kept)).strip(" -–—.'\"*#&")


def _cased(name: str) -> str:
    """As people write it, where it came in capitals or in small letters throughout."""
    if not (name.isupper() or name.islower()):
        return name
    words = name.lower().split(" ")
    return " ".join(
        word if place and word in _LITTLE else _CAPITAL.sub(_capital, word)
        for place, word in enumerate(words)
    )


_CAPITAL = re.compile(r"(?:^|-|(?<=^\w)['’]|(?<=-\w)['’])\w")


def _capital(found: re.Match[str]) -> str:
    return found.group().upper()


def _is_country(part: str) -> bool:
    return bool(_CODE.fullmatch(part)) or spoken(part) in _COUNTRIES


_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u065f\u093c]")
"""Of Latin, Greek, Cyrillic, Arabic and Hindi. Other marks are vowels, and stay."""
_OF_A_TOWN = re.compile(r"(?<=.)(?:특별시|광역시|시|市)$")


@lru_cache(maxsize=4096)
def spoken(text: str) -> str:
    """The text as it sounds: no capitals, accents, spaces or punctuation."""
    town = _OF_A_TOWN.sub("", text.strip())
    apart = _ACCENTS.sub("", unicodedata.normalize("NFKD", town).casefold())
    return "".join(
        each for each in apart if each.isalnum() or unicodedata.category(each)[0] == "M"
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(spoken(word) for word in text.split())


_WRITTEN_BEHIND = """
AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH
NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR
AB BC MB NB NL NS ON PE QC SK YT NSW VIC QLD TAS ACT
AC AM AP BA CE ES GO MG PB PI PR RJ RN RO RR RS SE SP TO
US USA UK GB CN HK TW KR JP SG MY TH PH VN UAE BR MX FR PT AU NZ
"""
_STATES = frozenset(_WRITTEN_BEHIND.split())
"""Of the United States, Canada, Australia and Brazil, and some countries: what stands
behind a town without a comma."""

_FACILITIES = _words("""
hub hubs facility center centre gateway depot station terminal airport sort sorting
distribution transit transfer processing warehouse branch office exchange regional
international intl mail parcel postal post express logistics delivery service services
operations network destination origin inbound outbound customs cargo
dc ndc rdc isc imc ipc usps ups fedex dhl
tratamento distribuição triagem correios agência unidade centro tratamiento
distribución clasificación oficina aeropuerto aeroporto flughafen paketzentrum
briefzentrum verteilzentrum zustellbasis zustellstützpunkt plateforme agence tri
aéroport kantor pos bandara
""")
"""Words of a place where parcels are handled, which are no part of a town's name."""

_BEFORE_A_TOWN = _words("""
hub isc imc ipc dc unidade agência centro centre oficina paketzentrum briefzentrum
verteilzentrum zustellbasis zustellstützpunkt flughafen plateforme agence kantor bandara
aeropuerto aeroporto aéroport
""")

_WRITTEN_SMALL = """
a am an bei d da das de del den der des di do dos du e el en i im in la las le les los
of on sur the u und upon y
"""
_LITTLE = frozenset(_WRITTEN_SMALL.split())
"""Written small inside a name: Rio de Janeiro, Frankfurt am Main."""

_FACILITY_BEHIND = re.compile(
    # Written without a space, in Chinese, Japanese and Korean.
    r"(?<=.)(?:国际|國際|国内|國內|転送|航空|互换|互換|交换|交換|邮件|郵件|速递|速遞|物流|处理|處理"
    r"|转运|轉運|中转|中轉|集散|分拨|分撥|分拣|分揀|集运|集運|操作|营业|營業|配送|机场|機場|空港|海关"
    r"|海關|郵便|邮政|郵政|中心|站|场|場|局|仓|倉|点|點|部"
    r"|国際|センター|ターミナル|ベース|支店|営業所"
    r"|국제|우편|물류|집중국|교환|통관|공항|허브|터미널|센터|우체국|집하장|영업소|대리점"
    r"|HUB|Hub|hub)+$"
)

_NAMES_OF_COUNTRIES = """
Afghanistan;Albania;Algeria;Argentina;Armenia;Australia;Austria;Azerbaijan;Bangladesh
Belarus;Belgium;Bolivia;Brazil;Brasil;Bulgaria;Cambodia;Canada;Chile;China;Colombia
People's Republic of China;Mainland China;Costa Rica;Croatia;Cyprus;Czech Republic
Czechia;Denmark;Dominican Republic;Ecuador;Egypt;El Salvador;Estonia;Ethiopia;Finland
France;Georgia;Germany;Deutschland;Ghana;Greece;Guatemala;Honduras;Hungary;Iceland;India
Indonesia;Iran;Iraq;Ireland;Israel;Italy;Italia;Japan;Jordan;Kazakhstan;Kenya;Korea
South Korea;Republic of Korea;Kyrgyzstan;Laos;Latvia;Lebanon;Lithuania;Malaysia;Malta
Mexico;México;Moldova;Mongolia;Morocco;Myanmar;Nepal;Netherlands;The Netherlands
New Zealand;Nicaragua;Nigeria;Norway;Oman;Pakistan;Panama;Panamá;Paraguay;Peru;Perú
Philippines;Poland;Polska;Portugal;Qatar;Romania;Russia;Russian Federation;Saudi Arabia
Serbia;Slovakia;Slovenia;South Africa;Spain;España;Sri Lanka;Sweden;Switzerland;Taiwan
Tanzania;Thailand;Tunisia;Turkey;Türkiye;Ukraine;United Arab Emirates;United Kingdom
Great Britain;England;United States;United States of America;Uruguay;Uzbekistan
Venezuela;Vietnam;Viet Nam
中国;中國;台湾;台灣;日本;韩国;韓國;美国;美國;한국;대한민국;중국;일본;미국;대만
"""
_COUNTRIES = frozenset(
    spoken(name) for name in re.split("[;\n]", _NAMES_OF_COUNTRIES.strip())
)
