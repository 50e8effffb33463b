"""A town is one town however a carrier writes it, and is said as the reader writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import automations, places
from tests.each import for_each

LANGUAGES = {
    language
    for automation in automations.discover().values()
    for language in automation.template.texts
}
HUBS = places.hubs()


@for_each("hub", HUBS, called=lambda hub: hub.names["en"])
def test_every_hub_has_a_name_in_every_language(hub):
    assert hub.names.keys() == LANGUAGES
    assert all(name == name.strip() != "" for name in hub.names.values())


@for_each("hub", HUBS, called=lambda hub: hub.names["en"])
def test_every_hub_is_found_by_each_of_its_names_and_codes(hub):
    [country, *_] = sorted(hub.countries)

    for written in (hub.names["en"], hub.names["en"].upper(), *hub.codes, *hub.also):
        assert places.said(written, country, "en") == hub.names["en"]
    ours = places.identity(hub.names["en"], country)
    assert {places.identity(name, country) for name in hub.names.values()} <= {
        ours,
        None,
    }


def test_there_are_hubs_in_every_part_of_the_world():
    countries = {country for hub in HUBS for country in hub.countries}

    assert len(HUBS) >= 60
    assert {"CN", "HK", "KR", "JP", "TW", "SG", "ID", "IN", "AE", "SA"} <= countries
    assert {"GB", "DE", "FR", "ES", "US", "MX", "BR", "AU", "ZA"} <= countries


def test_no_name_or_code_is_that_of_two_hubs_in_one_country():
    taken = {}
    for hub in HUBS:
        for country in hub.countries:
            for word in {*hub.names.values(), *hub.codes, *hub.also}:
                assert taken.setdefault((country, word), hub) is hub


HONG_KONG = (
    *("HONG KONG, HK", "Hong Kong", "hong kong (hub)", "Hong Kong SAR", "HKG"),
    *("香港", "香港国际机场", "香港國際機場", "홍콩", "हांगकांग", "Hongkong, 999077"),
    *("HONG KONG - HONG KONG SAR, CHINA", "  hong   KONG ", "Hong-Kong", "هونغ كونغ"),
)


@pytest.mark.parametrize("written", HONG_KONG)
@pytest.mark.parametrize("country", ["HK", "CN", None])
def test_hong_kong_is_one_place_and_everybody_reads_it(written, country):
    assert places.identity(written, country) == places.identity("Hong Kong", None)
    assert places.said(written, country, "en") == "Hong Kong"
    assert places.said(written, country, "ko") == "홍콩"
    assert places.said(written, country, "zh_TW") == "香港"


@pytest.mark.parametrize(
    ("written", "country", "town"),
    [
        ("LOS ANGELES CA DISTRIBUTION CENTER", "US", "Los Angeles"),
        ("ISC NEW YORK NY(USPS)", None, "New York"),
        ("Frankfurt am Main", "DE", "Frankfurt"),
        ("50667 Köln", None, "Cologne"),
        ("CINCINNATI HUB,OH-USA", None, "Cincinnati"),
        ("EAST MIDLANDS-UK", "GB", "East Midlands"),
        ("【深圳市】", "CN", "Shenzhen"),
        ("深圳国际互换局", "CN", "Shenzhen"),
        ("广州集散中心", None, "Guangzhou"),
        ("옥천HUB", "KR", "Okcheon"),
        ("인천국제우편물류센터", "KR", "Incheon"),
        ("서울특별시", "KR", "Seoul"),
        ("川崎東郵便局", "JP", "Kawasaki"),
        ("東京国際郵便局", None, "Tokyo"),
        ("Unidade de Tratamento, CURITIBA/PR", "BR", "Curitiba"),
        ("Unidade de Distribuição - VALINHOS/SP", "BR", "Valinhos"),
        ("Sao Paulo, SP", "BR", "São Paulo"),
        ("Paketzentrum Hamburg", "DE", "Hamburg"),
        ("JAKARTA GATEWAY", "ID", "Jakarta"),
        ("Bengaluru_Bommasandra_GW (Karnataka)", "IN", "Bengaluru"),
        ("BOM/MHU", "IN", "Mumbai"),
        ("دبي", "AE", "Dubai"),
        ("MEXICO CITY", "MX", "Mexico City"),
        ("XI'AN", "CN", "Xi'an"),
    ],
)
def test_a_hub_is_known_under_what_carriers_put_around_it(written, country, town):
    assert places.said(written, country, "en") == town


@pytest.mark.parametrize(
    ("written", "country", "town"),
    [
        ("GASQUET, CA, US", "US", "Gasquet"),
        ("US,CA,Fontana", "US", "Fontana"),
        ("Charlotte NC 28201", None, "Charlotte"),
        ("CITY OF INDUSTRY", "US", "City of Industry"),
        ("International Falls, MN", "US", "International Falls"),
        ("Post Falls ID", "US", "Post Falls"),
        ("são josé dos campos", "BR", "São José dos Campos"),
        ("RIO BRANCO AC", "BR", "Rio Branco"),
        ("Zustellbasis Bad Hersfeld", "DE", "Bad Hersfeld"),
        ("L'AQUILA", "IT", "L'Aquila"),
        ("Le Havre", "FR", "Le Havre"),
        ("동서울우편집중국", "KR", "동서울"),
        ("京都", "JP", "京都"),
        ("Vienna", "US", "Vienna"),
    ],
)
def test_any_other_town_keeps_its_script_and_loses_what_is_no_part_of_it(
    written, country, town
):
    for language in LANGUAGES:
        assert places.said(written, country, language) == town


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "  ",
        "Germany",
        "US",
        "USA",
        "中国",
        "대한민국",
        "12345",
        "SP, BR",
        "-",
    ],
)
def test_a_country_or_a_code_is_no_town(written):
    assert places.said(written, None, "en") is None
    assert places.identity(written, None) is None


def test_a_town_of_the_same_name_in_another_country_is_not_the_hub():
    assert places.said("Vienna", "AT", "ko") == "빈"
    assert places.said("Vienna", "US", "ko") == "Vienna"


def test_the_capital_of_mexico_is_not_meant_by_the_name_of_the_country():
    assert places.said("Mexico", "MX", "fr") is None
    assert places.said("Ciudad de México", "MX", "fr") == "Mexico"


@given(st.text(max_size=60), st.none() | st.sampled_from(["CN", "US", "KR", "DE"]))
def test_whatever_a_stranger_writes_is_a_town_or_none(written, country):
    town = places.said(written, country, "en")

    assert town is None or town.strip()
    assert (places.identity(written, country) is None) <= (town is None)


@given(st.sampled_from(HUBS), st.sampled_from(sorted(LANGUAGES)))
def test_what_was_said_of_a_hub_is_understood_again(hub, language):
    [country, *_] = sorted(hub.countries)
    told = places.said(hub.names["en"], country, language)

    again = places.said(told, country, language)

    assert again in (told, None)  # none where a language calls it like its country
