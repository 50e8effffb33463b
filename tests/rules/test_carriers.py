"""Which carrier a name or a number means, by our own corpus; and what it says."""

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import Milestone
from integrations import carriers
from tests.each import for_each

CORPUS = tomllib.loads(
    Path(__file__).with_name("carriers_corpus.toml").read_text(encoding="utf-8")
)
NUMBERS = [(number, who) for who, all_ in CORPUS["numbers"].items() for number in all_]
NAMES = [(word, who) for who, words in CORPUS["names"].items() for word in words]


def test_the_corpus_is_as_large_as_promised():
    assert len(set(NUMBERS)) >= 120
    assert len(set(NAMES)) >= 200
    assert len({who for _, who in NUMBERS + NAMES}) >= 80


@for_each(("number", "who"), NUMBERS)
def test_a_number_names_its_carrier(number, who):
    assert carriers.of_number(number).name == who
    assert who in {carrier.name for carrier in carriers.candidates(number)}


@pytest.mark.parametrize(("number", "who"), CORPUS["shared"].items())
def test_a_number_that_several_write_names_none_and_all(number, who):
    assert carriers.of_number(number) is None
    assert set(who) <= {carrier.name for carrier in carriers.candidates(number)}


@pytest.mark.parametrize("number", CORPUS["nobodys"]["numbers"])
def test_what_is_no_tracking_number_names_nobody(number):
    assert carriers.of_number(number) is None


@for_each(("word", "who"), NAMES)
def test_a_spelling_means_its_carrier(word, who):
    assert carriers.named(word).name == who


@pytest.mark.parametrize("word", CORPUS["nobodys"]["names"])
def test_a_word_for_no_carrier_means_none(word):
    assert carriers.named(word) is carriers.UNKNOWN


@given(
    name=st.sampled_from(NAMES),
    between=st.sampled_from(["", " ", "-", ".", "  ", "\u00a0", " - "]),
)
def test_capitals_spaces_and_punctuation_do_not_count(name, between):
    word, who = name

    spread = between.join(word.lower())
    assert carriers.named(f"{between}{word.upper()}{between}").name == who
    if len(spread) <= carriers.LONGEST_NAME:
        assert carriers.named(spread).name == who


@given(st.text(max_size=300))
def test_any_name_is_survived(word):
    assert carriers.named(word).name


def test_a_name_is_found_within_50_microseconds():
    words = [word for word, _ in NAMES]
    carriers.named("UPS")
    rounds = []
    for _ in range(5):
        began = time.perf_counter()
        for word in words:
            carriers.named(word)
        rounds.append((time.perf_counter() - began) / len(words))

    # The quickest round: in the others a neighbour may have had the processor.
    assert min(rounds) < 50e-6


def test_the_shops_own_word_counts_for_more_than_the_number():
    url = carriers.page_of("Hermes UK", "1Z999AA10123456784")

    assert url == "https://www.evri.com/track/parcel/1Z999AA10123456784"


def test_without_a_carrier_the_number_leads_to_the_page():
    for company in ("", "Other", "기타"):
        url = carriers.page_of(company, "1Z999AA10123456784")

        assert url == "https://www.ups.com/track?tracknum=1Z999AA10123456784"
    assert carriers.page_of("Other", "1001") is None


def test_korea_posts_numbers_from_abroad_have_a_page_of_their_own():
    korea_post = carriers.named("우체국택배")

    assert "RetrieveDomRigi" in korea_post.tracking_url("6012345678901")
    assert "RetrieveEmsRigi" in korea_post.tracking_url("EG473124829KR")
    # With a wrong check digit it is no postal number.
    assert "RetrieveDomRigi" in korea_post.tracking_url("EG473124828KR")


SAID = [
    ("CJ Logistics", "배달완료", Milestone.DELIVERED),
    ("CJ Logistics", "배송 출발", Milestone.OUT_FOR_DELIVERY),
    ("CJ Logistics", "간선상차", Milestone.IN_TRANSIT),
    ("Hanjin", "배송완료 (경비실)", Milestone.DELIVERED),
    ("Lotte Global Logistics", "배달 완료", Milestone.DELIVERED),
    ("Logen", "터미널입고", Milestone.IN_TRANSIT),
    ("Korea Post", "미배달, 폐문부재", Milestone.ATTEMPTED),
    ("Korea Post", "접수", Milestone.LABELLED),
    ("Korea Post", "통관보류", Milestone.DELAYED),
    ("Korea Post", "반송", Milestone.IN_TROUBLE),
    ("Yamato", "配達完了", Milestone.DELIVERED),
    ("Sagawa", "持ち出し中", Milestone.OUT_FOR_DELIVERY),
    ("Japan Post", "ご不在のため持ち帰り", Milestone.ATTEMPTED),
    ("Japan Post", "お届け先にお届け済み", Milestone.DELIVERED),
    ("SF Express", "已签收", Milestone.DELIVERED),
    ("SF Express", "派送中", Milestone.OUT_FOR_DELIVERY),
    ("Hongkong Post", "已送達", Milestone.DELIVERED),
    ("Cainiao", "清关中", Milestone.IN_TRANSIT),
    ("Correios", "Objeto entregue ao destinatário", Milestone.DELIVERED),
    ("Correios", "Objeto postado", Milestone.IN_TRANSIT),
    ("Correios", "Objeto saiu para entrega ao destinatario",
     Milestone.OUT_FOR_DELIVERY),
    ("Correios", "Objeto aguardando retirada no endereço indicado",
     Milestone.READY_FOR_PICKUP),
    ("Jadlog", "EM ROTA", Milestone.OUT_FOR_DELIVERY),
    ("Estafeta", "Entregado", Milestone.DELIVERED),
    ("SEUR", "En reparto", Milestone.OUT_FOR_DELIVERY),
    ("MRW", "Ausente", Milestone.ATTEMPTED),
    ("Correos", "ENTREGADO", Milestone.DELIVERED),
    ("DHL Paket", "Die Sendung wurde erfolgreich zugestellt.", Milestone.DELIVERED),
    ("DHL Paket", "In das Zustellfahrzeug geladen", Milestone.OUT_FOR_DELIVERY),
    ("Hermes", "Empfänger nicht angetroffen", Milestone.ATTEMPTED),
    ("La Poste", "Votre colis est livré", Milestone.DELIVERED),
    ("Colissimo", "En cours de livraison", Milestone.OUT_FOR_DELIVERY),
    ("PostNL", "Bezorgd", Milestone.DELIVERED),
    ("InPost", "Umieszczona w Paczkomacie", Milestone.READY_FOR_PICKUP),
    ("InPost", "out_for_delivery", Milestone.OUT_FOR_DELIVERY),
    ("JNE", "Dalam perjalanan", Milestone.IN_TRANSIT),
    ("SiCepat", "Paket dibawa kurir", Milestone.OUT_FOR_DELIVERY),
    ("Pos Malaysia", "Dalam penghantaran", Milestone.OUT_FOR_DELIVERY),
    ("Thailand Post", "นำจ่ายสำเร็จ", Milestone.DELIVERED),
    ("Thailand Post", "นำจ่ายไม่สำเร็จ", Milestone.ATTEMPTED),
    ("Aramex", "تم التسليم", Milestone.DELIVERED),
    ("SMSA Express", "Proof of Delivery Captured", Milestone.DELIVERED),
    ("UPS", "Out For Delivery Today", Milestone.OUT_FOR_DELIVERY),
    ("UPS", "Delivered to UPS Access Point™", Milestone.READY_FOR_PICKUP),
    ("UPS", "Origin Scan", Milestone.IN_TRANSIT),
    ("FedEx", "On FedEx vehicle for delivery", Milestone.OUT_FOR_DELIVERY),
    ("FedEx", "Shipment information sent to FedEx", Milestone.LABELLED),
    ("USPS", "Delivered, In/At Mailbox", Milestone.DELIVERED),
    ("USPS", "Delivered, Garage / Other Door", Milestone.DELIVERED),
    ("USPS", "Out for Delivery, Expected Delivery by 9:00pm",
     Milestone.OUT_FOR_DELIVERY),
    ("USPS", "Delivered, To Original Sender", Milestone.IN_TROUBLE),
    ("USPS", "In Transit, Arriving Late", Milestone.DELAYED),
    ("Royal Mail", "We've got it", Milestone.IN_TRANSIT),
    ("Canada Post", "Item out for delivery", Milestone.OUT_FOR_DELIVERY),
    ("Australia Post", "Onboard for delivery", Milestone.OUT_FOR_DELIVERY),
    ("Delhivery", "Dispatched", Milestone.OUT_FOR_DELIVERY),
    ("Delhivery", "RTO", Milestone.IN_TROUBLE),
    ("India Post", "Item Delivered", Milestone.DELIVERED),
    ("DTDC", "Booked", Milestone.IN_TRANSIT),
]  # fmt: skip


@pytest.mark.parametrize(("who", "words", "milestone"), SAID)
def test_a_carriers_words_have_their_milestone(who, words, milestone):
    assert carriers.named(who).milestone_of(words) is milestone


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("USPS", "Delivered: expected tomorrow"),
        ("USPS", "Delivered, then returned to the sender"),
        ("USPS", "Not delivered"),
        ("UPS", "Delivered, attempt failed"),
        ("Hanjin", "배송완료 (반송)"),
        ("Hanjin", "배송완료예정"),
        ("CJ Logistics", "배달완료, 예정 시각 15시"),
        ("Correios", "Entregue, devolvido ao remetente"),
        ("Correos", "Entregado: no"),
        ("SF Express", "签收 (拒收)"),
        ("DHL", "lorem ipsum"),
        ("DHL", ""),
        ("DHL", "delivered " * 50),
    ],
)
def test_news_that_we_do_not_know_is_no_milestone(who, words):
    assert carriers.named(who).milestone_of(words) is None


def test_an_unknown_carrier_speaks_english():
    assert carriers.UNKNOWN.milestone_of("Delivered") is Milestone.DELIVERED
