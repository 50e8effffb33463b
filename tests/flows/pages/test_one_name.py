"""What several pages have is called alike on all of them."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from webapp.spreadsheets import cell

TEMPLATES = Path("webapp/templates/pages")


@pytest.mark.parametrize(
    "path",
    [
        *("/messages", "/orders", "/customers", "/templates", "/automations"),
        *("/flows", "/whatsapp", "/settings/staff", "/flows/cart_reminder/results"),
    ],
)
def test_a_list_comes_as_csv_by_a_link_of_one_name(desk, path):
    assert " As CSV " in desk.reads(path)


def test_no_file_of_a_list_has_another_name():
    for file in TEMPLATES.glob("*.html"):
        named = re.findall(
            r'file_link\(gettext\("([^"]+)"\), file\)', file.read_text(encoding="utf-8")
        )
        assert set(named) <= {"As CSV"}, file


def test_every_list_of_a_page_comes_as_a_file():
    """Customers' numbers and words are in their proof, and found people on theirs."""
    else_where = {"customer", "messages_rows", "customers_rows", "people_found"}
    for file in TEMPLATES.glob("*.html"):
        text = file.read_text(encoding="utf-8")
        if file.stem not in else_where:
            assert text.count("ui.table(") <= text.count("ui.file_link("), file


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("/flows?format=csv", "Flow,State,Whose steps"),
        ("/flows/cart_reminder/play?format=csv", "Step,Would be"),
        ("/operations?format=csv", "Number,What"),
        ("/operations?list=failures&format=csv", "Messages,Because"),
        ("/operations?list=found&format=csv", "What was ever found,"),
        ("/operations?list=past&format=csv", "Part,How far it is"),
        ("/settings/staff?format=csv", "Who,Number,Role"),
        ("/settings/tokens?format=csv", "Name,Role,Made by"),
        ("/whatsapp?format=csv", "Number,Phone number ID"),
        ("/catalog?list=withheld&format=csv", "Variants,Why"),
    ],
)
def test_each_file_has_a_head_also_while_there_is_nothing_in_it(desk, path, head):
    answer = desk.gets(path)

    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.get_data(as_text=True).startswith(f"\ufeff{head}")


def test_in_a_file_a_number_is_below_nothing_and_a_text_is_no_formula():
    assert (cell(-1.5), cell(Decimal(-2))) == ("-1.5", "-2")
    assert (cell("-1.5"), cell("=1+1")) == ("'-1.5", "'=1+1")


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/automations/order_confirmation", "/app/automations"),
        ("/templates/sosik_order_confirmation_1", "/app/templates"),
        ("/flows/cart_reminder", "/app/flows"),
    ],
)
def test_what_is_one_of_many_leads_back_to_all_of_them(desk, path, back):
    page = desk.gets(path).get_data(as_text=True)

    main = page.partition("<main")[2]
    assert re.search(rf'<a href="{back}">All \w+</a>', main)


def test_a_flow_is_called_by_its_title_for_who_hears_the_page_too(desk):
    assert "Steps : Cart reminder" in desk.reads("/flows")
    assert "cart_reminder" not in desk.reads("/flows")


def test_in_korean_a_store_and_a_flow_have_one_name():
    said = Path("translations/ko/LC_MESSAGES/sosik.po").read_text(encoding="utf-8")
    ours = [entry for entry in said.split("\n\n") if "webapp/templates/pages" in entry]

    assert len(ours) > 300
    assert not [entry for entry in ours if re.search("쇼핑몰|플로우", entry)]


def test_a_day_s_field_stands_in_line_with_the_others_in_the_frame(desk):
    """Words below one field of a row would lift it above the rest."""
    [days] = re.findall(
        '<form method="get".*?</form>',
        desk.gets("/messages").get_data(as_text=True),
        re.DOTALL,
    )
    assert days.count('placeholder="2026-11-20"') == 2
    assert "details=" not in days
