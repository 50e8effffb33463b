"""The page of the catalog: what buyers see, why not of the rest, and what to do."""

import csv
import io
import re
from datetime import timedelta

import pytest

from core.errors import TryLater
from notifications.roles import Role
from tests.asked import counted
from tests.flows.pages.desk import version_in, words_in
from tests.flows.shelf import PROMPT, Shelf
from tests.flows.terminal import without_waiting
from tests.world import SHOP
from wiring.outside import keeper_at, patient_store_at

GUN = "Airsoft pistol replica"
HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}"
NO_PICTURE = {"title": "Bare shelf", "images": []}


class Own(Shelf):
    """The shelf of the store whose owner is at the desk."""

    def __init__(self, desk):
        self.world, self.terminal = desk.world, None
        self.shopify, self.domain = desk.owner.shopify, SHOP
        self.shop_id = desk.world.shop_ids[SHOP]
        known = {"domain": SHOP, "name": "Ada's Things", "token": "shpat_test"}
        self.shopify.post("shops", known)
        self.shopify.post("settings", {"bucket": 1_000_000})
        self.world.meta.post("settings", {"catalog": PROMPT})
        store = patient_store_at(desk.owner.settings, self.world.services)
        self.store = without_waiting(store)
        self.keeper = keeper_at(desk.owner.settings)


@pytest.fixture
def shelf(desk):
    shelf = Own(desk)
    before = {each["id"] for each in shelf.products()}
    yield shelf
    for each in shelf.products():
        if each["id"] not in before:
            shelf.owner("products/delete", id=each["id"])


@pytest.fixture
def kept(shelf):
    """A catalog in which the store's products are."""
    shelf.connect()
    shelf.turns(8)
    return shelf


def refused(shelf):
    """Meta does not show one of the items, and that is known here."""
    number = min(shelf.items)
    judged = {"catalog_id": shelf.catalog_id, "retailer_id": str(number)}
    shelf.world.meta.post(
        "catalog_items", {**judged, "review": "rejected", "reasons": ["POLICY"]}
    )
    return number


def product_of(shelf, title):
    return next(each for each in shelf.products() if each["title"] == title)


def changes_noted(desk):
    return [(row.what, row.subject, row.actor) for row in desk.world.rows("changes")]


def test_without_a_catalog_it_says_what_one_is_good_for_and_leads_on(desk):
    said = desk.reads("/catalog")

    assert "No catalog is connected yet" in said
    assert 'href="/app/catalog/settings"' in desk.gets("/catalog").text


def test_it_tells_how_many_variants_are_shown_and_lists_the_products(desk, kept):
    said = desk.reads("/catalog")

    assert "Linen apron shown: 1" in said
    shown = kept.states["live"]
    assert f"shown {shown} on their way 0 refused by Meta 0 withheld" in said
    assert "No product is known yet" not in said


def test_what_is_withheld_is_told_in_plain_words_with_what_to_do(desk, kept):
    kept.changes(title=GUN, variants=[{"price": "9.00"}])
    kept.changes(**NO_PICTURE)
    kept.turns(12)

    said = desk.reads("/catalog?state=withheld")

    assert "Meta's commerce policy forbids it" in said
    assert "«airsoft" in said.casefold()
    assert "The product has no picture. Add one at Shopify." in said
    assert "Linen apron" not in said


def test_it_is_searched_by_any_part_of_a_title_and_filtered_by_state(desk, kept):
    assert "Walnut tray" in desk.reads("/catalog?title=NUT+tr")
    assert "Linen apron" not in desk.reads("/catalog?title=NUT+tr")
    assert "Walnut tray" in desk.reads("/catalog?title=nut&state=live")
    assert "No product is like that" in desk.reads("/catalog?title=nut&state=refused")
    assert "No product is like that" in desk.reads("/catalog?state=waiting")
    assert "This is no filter that there is" in desk.reads("/catalog?state=odd")


def test_it_pages_through_all_of_them_and_back(desk, kept):
    kept.owner("products/fill", count=120, variants=1)
    desk.sends("/catalog/read")
    kept.turns(12)

    seen, path = [], "/catalog"
    while path is not None:
        page = desk.gets(path).text
        seen.append(re.findall(r'<a href="/app/catalog/(\d+)">', page))
        older = re.search(r'rel="next" href="/app([^"]+)"', page)
        path = older and older[1].replace("&amp;", "&")
    back = re.search(r'rel="prev" href="/app([^"]+)"', page)[1].replace("&amp;", "&")

    every = [int(each) for found in seen for each in found]
    assert every == sorted(every, reverse=True)
    assert len(set(every)) == len(every) >= 126
    assert [len(each) for each in seen[:2]] == [50, 50]
    assert (
        re.findall(r'<a href="/app/catalog/(\d+)">', desk.gets(back).text) == seen[-2]
    )


@pytest.mark.parametrize("place", ["W10", "WyJhIl0", "Wy0xXQ", "WzEsMl0", "x"])
def test_a_place_that_somebody_made_up_is_refused(desk, kept, place):
    assert desk.gets(f"/catalog?after={place}").status_code == 400


def test_it_asks_as_often_for_many_products_as_for_few(desk, kept, monkeypatch):
    desk.reads("/catalog")
    with counted(monkeypatch) as few:
        desk.reads("/catalog")
    kept.changes(title=GUN, variants=[{"price": "9.00"}])
    for number in range(40):
        kept.puts(title=f"Cup {number}", variants=[{"price": "9.00"}] * 3)
    kept.turns(12)
    with counted(monkeypatch) as many:
        desk.reads("/catalog")

    # What is against one that is forbidden is looked up, once for all of them.
    assert len(few) <= len(many) <= len(few) + 1


def test_the_file_has_every_variant_with_its_reason(desk, kept):
    kept.changes(title='=HYPERLINK("x")', images=[], variants=[{"price": "9.00"}] * 2)
    kept.turns(12)

    answer = desk.gets("/catalog?format=csv")

    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head[0] == "Product"
    assert len(rows) == len(kept.items)
    bare = [row for row in rows if "HYPERLINK" in row[0]]
    assert len(bare) == 2
    assert all(not row[0].startswith("=") for row in rows)
    assert {row[6] for row in bare} == {"no_image"}
    assert {row[8] for row in bare} == {"Add one at Shopify."}


def test_a_product_is_shown_with_all_its_variants_and_what_meta_said(desk, kept):
    number = refused(kept)
    kept.world.now += timedelta(days=1)
    kept.turns(14)
    assert kept.items[number].state == "refused"
    product = kept.items[number].product_id

    said = desk.reads(f"/catalog/{product}")

    assert "refused by Meta" in said
    assert "Meta says that the product breaks its commerce policy." in said
    assert f"/admin/products/{product}" in desk.gets(f"/catalog/{product}").text


def test_the_owner_has_a_product_offered_all_the_same_and_takes_that_back(desk, kept):
    kept.changes(title=GUN, variants=[{"price": "9.00"}])
    kept.turns(12)
    id_ = product_of(kept, GUN)["id"]
    path = f"/catalog/{id_}"
    version = version_in(desk.gets(path), f"{path}/overrule")

    said = {"reason": "It is a toy.", "word": "allow", "version": version}
    done = desk.sends(f"{path}/overrule", said)
    kept.turns(12)

    assert done.status_code == 303
    noted = changes_noted(desk)
    again = version_in(desk.gets(path), f"{path}/overrule")
    desk.sends(f"{path}/overrule", said | {"version": again})
    assert changes_noted(desk) == noted, "said again, it is no other word"
    page = desk.reads(path)
    assert "allowed said by Member of staff 4711" in page
    assert "It is a toy." in page
    assert product_of(kept, GUN)["variants"][0]["id"] in {
        id_ for id_, row in kept.items.items() if row.state == "live"
    }

    assert desk.sends(f"{path}/take-back").status_code == 303
    kept.turns(12)
    assert "looks like that" in desk.reads(path)
    assert changes_noted(desk)[-2:] == [
        ("product_allowed", f"product {id_}", "4711"),
        ("product_word_taken_back", f"product {id_}", "4711"),
    ]


def test_a_word_without_a_reason_is_refused_beside_the_field(desk, kept):
    id_ = product_of(kept, "Linen apron")["id"]
    path = f"/catalog/{id_}"
    version = version_in(desk.gets(path), f"{path}/overrule")

    for reason in ("", "   ", "x" * 501):
        said = {"reason": reason, "word": "withhold", "version": version}
        assert desk.sends(f"{path}/overrule", said).status_code == 422
    assert desk.world.rows("policy_overrules") == []


def test_who_speaks_after_somebody_else_sees_what_that_one_said_and_changes_nothing(
    desk, kept
):
    id_ = product_of(kept, "Linen apron")["id"]
    path = f"/catalog/{id_}"
    version = version_in(desk.gets(path), f"{path}/overrule")
    first = {"reason": "Sold in the shop alone.", "word": "withhold"}
    second = {"reason": "No, everywhere.", "word": "allow"}

    desk.sends(f"{path}/overrule", {**first, "version": version})
    answer = desk.sends(f"{path}/overrule", {**second, "version": version})

    assert answer.status_code == 409
    said = words_in(answer)
    assert "Somebody else has changed this meanwhile" in said
    assert "Sold in the shop alone." in said
    [row] = desk.world.rows("policy_overrules")
    assert not row.is_allowed


def test_checking_again_asks_the_store_and_sends_what_was_refused(desk, kept):
    number = refused(kept)
    kept.world.now += timedelta(days=1)
    kept.turns(14)
    item = kept.items[number]
    before = kept.calls
    again = {
        "catalog_id": kept.catalog_id,
        "retailer_id": str(number),
        "review": "approved",
    }
    kept.world.meta.post("catalog_items", {**again, "reasons": []})

    done = desk.sends(f"/catalog/{item.product_id}/check")
    assert kept.items[number].state == "waiting"
    kept.turns(12)

    assert done.status_code == 303
    assert kept.calls > before
    assert kept.items[number].state == "live"
    assert changes_noted(desk)[-1][0] == "product_checked"


def test_of_a_product_that_is_not_there_nothing_can_be_done(desk, kept):
    for path in ("/catalog/1", f"/catalog/{2**70}"):
        assert desk.gets(path).status_code == 422
        for what in ("overrule", "take-back", "check"):
            assert desk.sends(f"{path}/{what}").status_code == 422
    assert changes_noted(desk) == []


def test_names_of_any_kind_stay_text(desk, kept):
    kept.changes(title=HOSTILE, vendor=HOSTILE, kind=HOSTILE, variants=[{"price": "1"}])
    kept.turns(12)
    id_ = product_of(kept, HOSTILE)["id"]

    for path in ("/catalog", f"/catalog/{id_}", "/catalog?title=%3Cscript%3E"):
        page = desk.gets(path).text
        assert "<script>alert" not in page
        assert "49" not in words_in(desk.gets(path)).split("alert(1)")[-1][:12]
    assert "alert(1)" in desk.reads(f"/catalog/{id_}")


def test_a_catalog_is_made_and_connected_with_what_buyers_have_of_it(desk, shelf):
    page = desk.gets("/catalog/settings")
    said = {
        "version": version_in(page, "/catalog/settings"),
        "has_cart": "1",
        "hidden_tag": "secret",
        "languages": "fr, pt-BR",
        "countries": "br",
        "sets": "all",
    }

    done = desk.sends("/catalog/settings", said)

    assert done.status_code == 303
    row = shelf.row
    assert (row.has_cart, row.is_visible, row.hidden_tag) == (True, False, "secret")
    assert (row.sets, row.languages, row.countries) == ("all", "fr,pt-BR", "BR")
    [number] = desk.world.rows("numbers")
    shown = keeper_at(desk.owner.settings).settings(
        shelf.access.token, phone_number_id=number.phone_number_id
    )
    assert (shown.is_cart_enabled, shown.is_catalog_visible) == (True, False)
    noted = [what for what, *_ in changes_noted(desk)]
    assert noted == ["catalog_connected", "catalog_chosen"]
    again = version_in(desk.gets("/catalog/settings"), "/catalog/settings")
    desk.sends("/catalog/settings", said | {"version": again})
    assert len(changes_noted(desk)) == 2, "saved again, nothing is another"
    assert "The store is about to be read" in desk.reads("/catalog")
    assert 'hx-trigger="every 4s"' in desk.gets("/catalog").text
    shelf.turns(8)
    assert "hx-trigger" not in desk.gets("/catalog?progress=1").text


def test_settings_that_are_wrong_are_refused_beside_the_field_and_kept_as_typed(
    desk, shelf
):
    version = version_in(desk.gets("/catalog/settings"), "/catalog/settings")
    wrong = {"languages": "xx", "countries": "Brazil", "sets": "a b"}
    said = {"version": version, "catalog_id": "12; drop", "hidden_tag": "a,b", **wrong}

    answer = desk.sends("/catalog/settings", said)

    assert answer.status_code == 422
    words = words_in(answer)
    assert "This is no catalog's number" in words
    assert "One tag, without a comma." in words
    assert "Meta has no such language" in words
    assert "Countries are two letters, such as FR" in words
    assert "sets are all, none, or the handles of collections" in words
    assert "12; drop" in words
    assert desk.world.rows("catalogs") == []


def test_where_meta_does_not_answer_nothing_is_kept_and_its_code_is_named(
    desk, shelf, monkeypatch
):
    def fail(*_given, **_named):
        raise TryLater("busy", code="meta_80014")

    monkeypatch.setattr("integrations.meta.catalog.MetaCatalog.attached", fail)
    version = version_in(desk.gets("/catalog/settings"), "/catalog/settings")

    answer = desk.sends("/catalog/settings", {"version": version})

    assert answer.status_code == 502
    assert "meta_80014" in words_in(answer)
    assert desk.world.rows("catalogs") == []


def test_reading_the_store_is_begun_and_noted(desk, kept):
    done = desk.sends("/catalog/read")

    assert done.status_code == 303
    assert kept.row.run == "wanted"
    assert changes_noted(desk) == [("catalog_read", None, "4711")]


def test_who_may_only_look_is_offered_nothing_else(desk, kept):
    desk.has_role(Role.VIEWER)
    id_ = product_of(kept, "Linen apron")["id"]

    for path in ("/catalog", f"/catalog/{id_}", "/catalog/settings"):
        page = desk.gets(path).text
        assert "/app/catalog/read" not in page
        assert "/overrule" not in page
        assert "/check" not in page
        assert 'type="submit"' not in page.partition('<form method="post"')[2]


@pytest.mark.parametrize("alone", [False, True])
def test_it_speaks_korean_and_without_the_admin_it_is_plain(desk, kept, alone):
    kept.changes(**NO_PICTURE)
    kept.turns(12)
    desk.language = "ko"
    if alone:
        desk.signs_in()
        page = desk.owner.gets("/app/catalog", headers={"Accept-Language": "ko"}).text
        assert "<s-" not in page
    else:
        page = desk.gets("/catalog").text
    assert "카탈로그" in page
    assert "Why, and what to do" not in page


def test_a_product_of_many_variants_is_paged_through_and_a_reason_of_all_told_once(
    desk, kept
):
    kept.changes(title=GUN, variants=[{"price": "9.00"}] * 230)
    kept.turns(12)
    path = f"/catalog/{product_of(kept, GUN)['id']}"

    sizes = []
    while path is not None:
        page = desk.gets(path).text
        sizes.append(page.count("<tr>") - 1)
        assert page.count("Meta&#39;s commerce policy forbids it") == 1
        older = re.search(r'rel="next" href="/app([^"]+)"', page)
        path = older and older[1]
    assert sizes == [100, 100, 30]
