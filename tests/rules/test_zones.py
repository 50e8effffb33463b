"""Which clocks somebody may live by, by the address, the phone and the store."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import notifications.zones
from core.values import Phone
from core.zones import zone_named, zone_names, zones_of_countries
from notifications.zones import Source, Whereabouts, Zones, zones_of
from notifications.zones.addresses import zones_at
from notifications.zones.phones import country_of, is_us_number, zones_of_phone
from tests.each import for_each

TABLE = Path(notifications.zones.__file__).with_name("regions.tsv")


@pytest.mark.parametrize(
    ("country", "province", "postcode", "town", "zone"),
    [
        ("BR", "AM", "69005-010", "Manaus", "America/Manaus"),
        ("BR", "AM", None, "Tabatinga", "America/Eirunepe"),
        ("BR", "SP", "01310-100", "São Paulo", "America/Sao_Paulo"),
        ("BR", "AC", None, None, "America/Rio_Branco"),
        ("BR", "PE", "53990-000", "Fernando de Noronha", "America/Noronha"),
        ("MX", "BC", None, "Tijuana", "America/Tijuana"),
        ("MX", "Q ROO", "77500", "Cancún", "America/Cancun"),
        ("MX", "CHIH", "32000", "Ciudad Juarez", "America/Ciudad_Juarez"),
        ("MX", "NAY", "63732", "Bucerias", "America/Bahia_Banderas"),
        ("MX", "SON", None, None, "America/Hermosillo"),
        ("ID", "JK", None, None, "Asia/Jakarta"),
        ("ID", "BA", None, "Denpasar", "Asia/Makassar"),
        ("ID", "PA", None, None, "Asia/Jayapura"),
        ("AU", "WA", "6000", "Perth", "Australia/Perth"),
        ("AU", "NSW", "2000", "Sydney", "Australia/Sydney"),
        ("AU", "NSW", "2880", "Broken Hill", "Australia/Broken_Hill"),
        ("AU", "NSW", "2898", None, "Australia/Lord_Howe"),
        ("AU", "QLD", None, None, "Australia/Brisbane"),
        ("RU", "KGD", None, None, "Europe/Kaliningrad"),
        ("RU", "KAM", None, None, "Asia/Kamchatka"),
        ("RU", "SA", "677000", "Якутск", "Asia/Yakutsk"),
        ("US", "TN", "37209", "Nashville", "America/Chicago"),
        ("US", "TN", "37902", "Knoxville", "America/New_York"),
        ("US", "KY", "40202", "Louisville", "America/New_York"),
        ("US", "KY", "42101", "Bowling Green", "America/Chicago"),
        ("US", "IN", "46204", "Indianapolis", "America/Indiana/Indianapolis"),
        ("US", "IN", "47708", "Evansville", "America/Chicago"),
        ("US", "FL", "32501-1234", "Pensacola", "America/Chicago"),
        ("US", "FL", "33101", "Miami", "America/New_York"),
        ("US", "TX", "79901", "El Paso", "America/Denver"),
        ("US", "TX", "78701", "Austin", "America/Chicago"),
        ("US", "ID", "83814", "Coeur d'Alene", "America/Los_Angeles"),
        ("US", "ID", "83702", "Boise", "America/Boise"),
        ("US", "AZ", "85001", "Phoenix", "America/Phoenix"),
        ("US", "AK", "99546", "Adak", "America/Adak"),
        ("US", "HI", None, None, "Pacific/Honolulu"),
        ("US", "PR", "00901", "San Juan", "America/Puerto_Rico"),
        ("PR", None, None, None, "America/Puerto_Rico"),
        ("CA", "BC", "V6B 1A1", "Vancouver", "America/Vancouver"),
        ("CA", "BC", "V1J 2A1", "Fort St. John", "America/Dawson_Creek"),
        ("CA", "ON", "P9N 1A1", "Kenora", "America/Winnipeg"),
        ("CA", "ON", "M5V 1A1", "Toronto", "America/Toronto"),
        ("CA", "QC", "G4T 1A1", None, "America/Halifax"),
        ("CA", "NU", "X0A 0H0", "Iqaluit", "America/Iqaluit"),
        ("CA", "NL", "A1A 1A1", "St. John's", "America/St_Johns"),
        ("ES", "GC", "35001", None, "Atlantic/Canary"),
        ("ES", "B", "08001", "Barcelona", "Europe/Madrid"),
        ("PT", "PT-20", "9500-001", None, "Atlantic/Azores"),
        ("PT", "PT-30", None, None, "Atlantic/Madeira"),
        ("PT", "PT-11", "1000-001", None, "Europe/Lisbon"),
        ("CL", "MA", None, None, "America/Punta_Arenas"),
        ("CL", "VS", "2770000", "Hanga Roa", "Pacific/Easter"),
        ("CL", "RM", "8320000", "Santiago", "America/Santiago"),
        ("EC", None, None, "Puerto Ayora", "Pacific/Galapagos"),
        ("FR", None, "97400", "Saint-Denis", "Indian/Reunion"),
        ("FR", None, "75001", "Paris", "Europe/Paris"),
        ("RE", None, None, None, "Indian/Reunion"),
        ("NZ", "CIT", "8016", None, "Pacific/Chatham"),
        ("NZ", "AUK", "1010", "Auckland", "Pacific/Auckland"),
        ("KI", None, None, "Kiritimati", "Pacific/Kiritimati"),
        ("CD", None, None, "Lubumbashi", "Africa/Lubumbashi"),
        ("MN", None, "84000", "Khovd", "Asia/Hovd"),
        ("UA", None, "01001", "Київ", "Europe/Kyiv"),
        ("KR", None, None, None, "Asia/Seoul"),
        ("NP", None, None, None, "Asia/Kathmandu"),
        ("IR", None, None, None, "Asia/Tehran"),
    ],
)
def test_an_address_has_one_clock(country, province, postcode, town, zone):
    found = zones_at(country, province=province, postcode=postcode, town=town)

    assert found == {zone}


@pytest.mark.parametrize(
    ("country", "province", "postcode", "town", "zones"),
    [
        ("US", "TN", None, None, "America/Chicago America/New_York"),
        ("US", "TN", None, "Springfield", "America/Chicago America/New_York"),
        # Both are in this part of Kentucky.
        ("US", "KY", "42701", None, "America/Chicago America/New_York"),
        # One of the two is wrong, and nobody can tell which.
        ("US", "FL", "33101", "Pensacola", "America/Chicago America/New_York"),
        ("BR", "AM", None, None, "America/Manaus America/Eirunepe"),
        ("ES", None, None, None, "Europe/Madrid Atlantic/Canary"),
        ("CN", "XJ", None, None, "Asia/Shanghai Asia/Urumqi"),
        ("PF", None, None, None, "Pacific/Tahiti Pacific/Marquesas Pacific/Gambier"),
    ],
)
def test_where_the_address_leaves_several_clocks_all_of_them_count(
    country, province, postcode, town, zones
):
    found = zones_at(country, province=province, postcode=postcode, town=town)

    assert found == set(zones.split())


def test_an_island_with_a_code_of_its_own_is_meant_only_where_it_is_told():
    assert zones_at("FR") == {"Europe/Paris"}
    assert zones_at("FR", province="RE") == {"Indian/Reunion"}
    assert "America/Puerto_Rico" not in zones_at("US")
    assert zones_of_phone(Phone("+33612345678")) == {"Europe/Paris"}


def test_a_soldier_abroad_has_no_clock_by_the_address():
    assert zones_at("US", province="AE", postcode="09001") == set()


def test_a_country_that_nobody_knows_has_no_clock():
    assert zones_at("XX") == set()


LONDONER, NEW_YORKER = Phone("+447911123456"), Phone("+12125550123")


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (
            {"country": "JE", "phone": LONDONER},
            Zones(("Europe/Jersey",), Source.ADDRESS),
        ),
        # One country: the address is newer than the area code.
        (
            {"country": "US", "province": "CA", "phone": NEW_YORKER},
            Zones(("America/Los_Angeles",), Source.ADDRESS),
        ),
        # A gift: its buyer may be at home, or on the way with it.
        (
            {"country": "DE", "phone": LONDONER},
            Zones(("Europe/Berlin", "Europe/London"), Source.ADDRESS_AND_PHONE),
        ),
        (
            {"country": "CA", "province": "AB", "phone": NEW_YORKER},
            Zones(("America/Edmonton", "America/New_York"), Source.ADDRESS_AND_PHONE),
        ),
        ({"phone": NEW_YORKER}, Zones(("America/New_York",), Source.PHONE)),
        (
            {"country": "US", "province": "AP", "phone": NEW_YORKER},
            Zones(("America/New_York",), Source.PHONE),
        ),
        ({"shop_zone": "Asia/Seoul"}, Zones(("Asia/Seoul",), Source.SHOP)),
        ({"shop_zone": "../passwd"}, Zones(("UTC",), Source.NOTHING)),
        ({}, Zones(("UTC",), Source.NOTHING)),
    ],
)
def test_the_address_counts_first_then_the_phone_then_the_store(where, expected):
    assert zones_of(Whereabouts(**where)) == expected


def test_an_area_code_tells_of_a_telephone_on_a_wall_and_not_of_most_mobiles():
    assert zones_of_phone(Phone("+5592988887777")) == {"America/Manaus"}
    assert zones_of_phone(Phone("+61291234567")) == {"Australia/Sydney"}
    assert zones_of_phone(Phone("+61412345678")) >= {
        "Australia/Perth",
        "Australia/Sydney",
    }
    assert zones_of_phone(Phone("+6281234567890")) >= {"Asia/Jakarta", "Asia/Jayapura"}


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+447911123456", "GB"),
        ("+821012345678", "KR"),
        ("+79161234567", "RU"),
        ("+77011234567", "KZ"),
        ("+14165550100", "CA"),
        ("+18765550100", "JM"),
        ("+883510000000", None),
    ],
)
def test_a_number_tells_its_country(number, country):
    assert country_of(Phone(number)) == country


@pytest.mark.parametrize(
    "area",
    [
        "201",
        "212",
        "305",
        "312",
        "415",
        "512",
        "617",
        "702",
        "808",
        "907",
        "347",
        "646",
        "737",
        "984",
        "959",
        "945",
        "332",
    ],
)
def test_an_area_code_of_the_states_is_one(area):
    assert is_us_number(Phone(f"+1{area}5550123"))


OF_OTHERS = """
204 226 236 250 289 306 343 365 403 416 418 431 437 438 450 506 514 519 579 581 587 604
613 639 647 705 709 778 780 807 819 825 867 873 902 905
242 246 264 268 284 345 441 473 649 658 664 721 758 767 784 809 829 849 868 869 876
787 939 340 670 671 684
"""
"""Of Canada, the Caribbean and Bermuda, and the islands of the United States."""


@pytest.mark.parametrize(
    "area",
    OF_OTHERS.split(),
)
def test_an_area_code_of_another_country_or_an_island_is_none(area):
    assert not is_us_number(Phone(f"+1{area}5550123"))


def test_a_number_of_another_calling_code_is_none():
    assert not is_us_number(LONDONER)
    assert not is_us_number(Phone("+521234567890"))


def shown_by(zone):
    """What the clock differs by from UTC, over two years."""
    start = datetime(2026, 11, 1, tzinfo=UTC)
    clock = zone_named(zone)
    return tuple(
        (start + timedelta(hours=12 * half)).astimezone(clock).utcoffset()
        for half in range(2 * 730)
    )


NOT_DELIVERED_TO = {"GL": {"America/Danmarkshavn"}}
"""Weather stations: nobody lives there."""


@for_each("country", sorted(zones_of_countries()))
def test_every_clock_of_a_country_is_possible_at_one_of_its_addresses(country):
    ours = {shown_by(zone) for zone in zones_at(country)}
    theirs = set(zones_of_countries()[country]) - NOT_DELIVERED_TO.get(country, set())

    missing = [zone for zone in theirs if shown_by(zone) not in ours]

    assert missing == []


def test_the_table_names_zones_that_exist_and_each_postcode_of_a_province_once():
    with TABLE.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))

    told = [zone for row in rows for zone in row["zones"].split(",") if zone]
    assert set(told) <= zone_names()
    claims = [
        (row["country"], province, postcode)
        for row in rows
        for province in row["provinces"].split(",")
        for postcode in row["postcodes"].split(",")
        if postcode
    ]
    assert len(set(claims)) == len(claims)


def of_its_own(country):
    with TABLE.open(encoding="utf-8", newline="") as table:
        rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
        told = [row["zones"].split(",") for row in rows if row["country"] == country]
    return {zone for zones in told for zone in zones} or zones_at(country)


OF_ITS_OWN = {country: of_its_own(country) for country in zones_of_countries()}


@settings(deadline=None, max_examples=200)
@given(
    country=st.sampled_from(sorted(zones_of_countries())),
    province=st.none() | st.text(max_size=6),
    postcode=st.none() | st.text("0123456789AVX -", max_size=9),
    town=st.none() | st.text(max_size=20),
)
def test_whatever_is_written_no_address_has_a_clock_of_another_country(
    country, province, postcode, town
):
    found = zones_at(country, province=province, postcode=postcode, town=town)

    assert found <= OF_ITS_OWN[country]
