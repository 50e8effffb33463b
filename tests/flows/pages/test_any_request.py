"""Whatever a browser sends to any of our addresses is answered, refused or turned away;
nothing of it breaks a page."""

import json
import re
from base64 import urlsafe_b64encode
from html import unescape
from random import Random
from urllib.parse import quote, urlencode

from notifications import api_tokens
from storage.changes import By
from tests import samples
from tests.flows.owner import APP_URL
from tests.flows.pages.desk import Desk
from tests.flows.test_two_stores_http import LIBRARYS
from tests.shopify_signs import id_token
from tests.world import SHOP

_TIMES = 3
"""That each way to each address is tried: as often on a slow machine as on a quick."""
_SEED = 20_261_128

_ODD = (
    *("", " ", "0", "1", "-1", "1.5", "1e999", "NaN", "٣", "²", "true", "null"),
    *("\0", "a\0b", "\r\nX: y", "\ud800", "\ufffe", "\u202e", "🙂" * 300),
    *(
        "%",
        "%00",
        "%s %(x)s {0}",
        "\\",
        "'",
        '"',
        "';--",
        "<b>",
        "../..",
        "//x.example",
    ),
    *(str(2**31), str(2**63 - 1), str(2**63), str(-(2**63) - 1), "9" * 400),
    *("0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "0000-00-00"),
    *("xx", "zz", "en", "KR", "owner", "UTC", "Asia/Seoul", "Etc/../..", "x" * 70_000),
    *("[]", "{}", '[["a"]]', "[" * 900, "a,b", ",", "fr,ko", "all", "save", "play"),
)
_PLACES = (
    *([], [0], [-1], [1], [2**63], [10**40], [""], ["\0"], ["\ud800"], ["x", "y"]),
    *([1, 2, 3], [True], [None], [[1]], {"a": 1}, 7, ["x" * 200], ["é" * 60]),
    *(["0001-01-01T00:00:00+14:00", 1], ["9999-12-31T23:59:59-14:00", 1]),
    *(["2026-11-20T12:00:00+00:00", 2**63], ["2026-11-20T12:00:00+00:00", "x"]),
)
_NAMES = (
    *("after", "before", "format", "said", "live", "progress", "days", "test", "state"),
    *("automation", "order", "contact", "from", "to", "name", "title", "offers", "tag"),
    *("language", "countries", "locale", "shop", "host", "embedded", "id_token"),
    *("again", "ticket", "code", "error", "hmac", "timestamp", "limit"),
)
_NUMBERS = (0, 1, 2, 3, 2**31, 2**63 - 1, 2**63, 2**64, 10**60)
_OWN_FIELDS = {
    "consent": {"said": "yes", "scope": "marketing", "where": "x", "statement": "y"},
    "erase": {"typed": "1"},
    "decide": {"decision": "arrived"},
    "read-again": {"event": "1"},
}
"""Of forms that are on a page only when there is something to be done."""
_MAY_FAIL = 502
"""What an outsider did not answer to is no fault of ours."""


class Stranger:
    """Sends what nobody would type, from within the store and with all of its rights,
    to addresses and in forms that there are."""

    def __init__(self, desk: Desk, dice: Random):
        self.desk, self.dice = desk, dice
        self.real = self._what_there_is()
        self.token = self._token()
        self.forms = {}
        for path in (*self._plain_pages(), *self._pages_with_forms()):
            self._learn(path)

    def _what_there_is(self):
        world = self.desk.world
        return {
            "name": [*world.services.automations, "sosik_order_confirmation_1"],
            "message_id": [row.id for row in world.messages],
            "number": [row.phone_number_id for row in world.rows("numbers")],
            "section": ["clock", "languages", "consent", "sending", "offers"],
            "user": ["4711"],
            "press": ["press_1"],
            "ending": ["json", "pdf"],
        }

    def _token(self):
        shop_id, by = self.desk.world.shop_ids[SHOP], By("page", "4711")
        services = self.desk.world.services
        return api_tokens.make(shop_id, "Till", "agent", by=by, services=services).plain

    def _plain_pages(self):
        pages = self.desk.owner.app.extensions["sosik-pages"]
        return [
            route.path.removeprefix("/app")
            for route in pages.routes
            if route.method == "GET" and "<" not in route.path
        ]

    def _pages_with_forms(self):
        yield from ("/automations/cart_reminder", "/flows/cart_reminder")
        yield from ("/customers/1", f"/messages/{self.real['message_id'][0]}")
        yield f"/whatsapp/{self.real['number'][0]}"

    def _learn(self, path):
        page = self.desk.gets(path).get_data(as_text=True)
        for action, body in re.findall(
            r'<form[^>]*action="([^"]*)"(.*?)</form>', page, re.DOTALL
        ):
            tags = re.findall(r"<[^>]*\sname=\"[^>]*>", body)
            fields = dict(map(_field, tags))
            self.forms[unescape(action).partition("?")[0]] = (path, fields)

    def asks(self, method, rule):
        """Asks something at an address like this; answers what was asked, and the
        status."""
        path = re.sub(r"<(?:(int|path):)?(\w+)>", self._part, rule)
        query, form = self._query(), self._form(path) if method == "POST" else None
        answer = self.desk.owner.browser.open(
            f"{path}?{_written(query)}",
            method=method,
            data=None if form is None else _written(form),
            content_type="application/x-www-form-urlencoded",
            base_url=APP_URL,
            headers=self._headers(path),
        )
        answer.get_data()
        return (method, path, query, form), answer.status_code

    def _headers(self, path):
        languages = ("en", "ko", "xx-YY;q=abc", "é", "*")
        is_program = path.startswith("/api/")
        token = self.token if is_program else id_token(at=self.desk.world.now)
        return {
            "Authorization": f"Bearer {token}",
            "Accept-Language": self.dice.choice(languages),
        }

    def _part(self, found):
        if found[1] == "int":
            return str(self.dice.choice(_NUMBERS))
        if found[2] in self.real and self.dice.random() < 0.6:
            return quote(self.dice.choice(self.real[found[2]]))
        return quote((self._odd()[:80] or "x").encode(errors="surrogatepass"), safe="")

    def _query(self):
        dice, query = self.dice, {}
        for _ in range(dice.choice((0, 0, 1, 2))):
            query[dice.choice(_NAMES)] = self._odd()
        if dice.random() < 0.3:
            query[dice.choice(("after", "before"))] = _place(dice.choice(_PLACES))
        if dice.random() < 0.2:
            query["format"] = "csv"
        return query

    def _form(self, path):
        """A form of that address, as it is shown now, with some of its fields odd."""
        dice = self.dice
        if path in self.forms:
            self._learn(self.forms[path][0])
            fields = dict(self.forms[path][1])
        else:
            fields = dict(_OWN_FIELDS.get(path.rpartition("/")[2], {}))
        for name in list(fields):
            if dice.random() < 0.2:
                fields[name] = self._odd()
            elif dice.random() < 0.05:
                del fields[name]
        if dice.random() < 0.03:
            fields |= {f"f{number}": "x" for number in range(10_000)}
        return fields

    def _odd(self):
        return self.dice.choice(_ODD)


def _field(tag):
    [name] = re.findall(r'\sname="([^"]*)"', tag)
    value = re.search(r'\svalue="([^"]*)"', tag)
    return unescape(name), unescape(value[1]) if value else "1"


def _place(value):
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _written(fields):
    return urlencode(fields, errors="surrogatepass")


def _ways(app):
    """Every address that is answered, but those of the operator's library."""
    return sorted(
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith(LIBRARYS)
        for method in rule.methods & {"GET", "POST"}
    )


def test_nothing_that_is_sent_to_any_address_breaks_it(desk):
    for number in range(1, 4):
        phone = f"+4915112345{number:03}"
        desk.world.agree(phone)
        order = samples.order(order_id=number, name=f"#{number}", phone=phone)
        desk.world.shopify_says("orders/create", order, webhook_id=f"w{number}")
    desk.world.work()
    dice = Random(_SEED)
    stranger, ways = Stranger(desk, dice), _ways(desk.owner.app)
    dice.shuffle(ways)

    broken = []
    for way in ways * _TIMES:
        asked, status = stranger.asks(*way)
        if status >= 500 and status != _MAY_FAIL:
            broken.append((status, asked))

    assert broken == []
    assert len(ways) > 50
