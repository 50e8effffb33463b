"""Whatever people, things and texts are called, on the owner's pages it is text."""

import csv
import io
import re

import pytest

from tests.flows.pages.desk import Desk
from tests.flows.pages.hostile_store import STRINGS, acting, fill

_LINK = re.compile(r'href="(/app/[^"?#]+)"')


@pytest.fixture
def hostile(world, owner):
    fill(world)
    return Desk(owner)


def test_the_reader_of_these_tests_notices_what_acts():
    for each in STRINGS:
        if each.lstrip().endswith(">") and "script>" in each and "&lt;" not in each:
            assert list(acting(f"<p>{each}</p>")), each
    assert list(acting('<p onclick="x">'))
    assert not list(acting("<p>a &lt;script&gt; b</p>"))


def test_500_hostile_strings_are_text_on_every_page(hostile, owner):
    pages = owner.app.extensions["sosik-pages"]
    waiting = [
        route.path
        for route in pages.routes
        if route.method == "GET" and "<" not in route.path
    ]
    seen, shown = set(), ""
    while waiting and len(seen) < 120:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = hostile.gets(path.removeprefix("/app"))
        assert answer.status_code in (200, 303), path
        if not answer.content_type.startswith("text/html"):
            assert "attachment" in answer.headers["Content-Disposition"], path
            continue
        page = answer.get_data(as_text=True)

        assert list(acting(page)) == [], path
        assert not re.search(r"%\((?!name\))", page), (
            f"{path}: a value is not filled in"
        )
        shown += page
        # Also what the lists lead to, some of each kind.
        waiting += _LINK.findall(page)[:8]

    assert "window.hit=1" in shown, "they are shown somewhere, or this proves nothing"


def test_no_cell_of_a_file_is_a_formula(hostile, owner):
    pages = owner.app.extensions["sosik-pages"]
    files = set()
    for route in pages.routes:
        if route.method == "GET" and "<" not in route.path:
            answer = hostile.gets(f"{route.path.removeprefix('/app')}?format=csv")
            if "text/csv" not in answer.content_type:
                continue
            files.add(route.path)
            rows = csv.reader(io.StringIO(answer.get_data(as_text=True)))
            for cell in (cell for row in rows for cell in row):
                assert not cell.lstrip("\ufeff ").startswith(("=", "+", "-", "@"))
    assert {"/app/messages", "/app/orders", "/app/customers", "/app/catalog"} <= files
