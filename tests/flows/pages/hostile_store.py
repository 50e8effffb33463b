"""A store whose people, things and texts are called what nobody is called: code,
markup, formulas, and scripts that change their direction."""

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import islice, product
from typing import Any

from sqlalchemy import text

from storage.tenancy import Crossing
from tests import samples

_ATTACKS = (
    "<script>window.hit=1</script>",
    '"><script>window.hit=1</script>',
    "'><img src=x onerror=window.hit=1>",
    "<svg/onload=window.hit=1>",
    '" onmouseover="window.hit=1" x="',
    "' autofocus onfocus='window.hit=1",
    "</title><script>window.hit=1</script>",
    "</textarea><script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    "<!--<img src='--><img src=x onerror=window.hit=1>",
    "<a href=javascript:window.hit=1>go</a>",
    "javascript:window.hit=1",
    "<iframe srcdoc='<script>parent.hit=1</script>'>",
    "<base href=https://evil.example/>",
    "<form action=https://evil.example/><button>",
    "<style>body{display:none}</style>",
    "<meta http-equiv=refresh content=0;url=https://evil.example/>",
    "<div hx-get=https://evil.example/ hx-trigger=load>",
    "<s-button onclick=window.hit=1>",
    "{{ 7 * 7 }}{% for x in ().__class__.__mro__ %}",
    "%(name)s %s %n ${7*7} #{7*7}",
    "=cmd|' /C calc'!A0",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
    "\\u003cscript\\u003ewindow.hit=1\\u003c/script\\u003e",
    "`${window.hit=1}`",
)
_SCRIPTS = (
    *(
        "Ada {}",
        "김서연 {}",
        "王小明{}",
        "さくら {}",
        "Élodie {}",
        "Łukasz {}",
        "Ñandú {}",
    ),
    *("محمد {}", "דוד {}", "देवी {}", "สมชาย {}", "Ωmega {}", "Жанна {}", "ɐpɐ {}"),
    *("\u202e{}\u202c", "\u2067{}\u2069", "e\u0301\u0302\u0303\u0304{}", "👩‍👩‍👧‍👦{}"),
    *("\u200b{}\ufeff", "𝒜𝒹𝒶 {}"),
)
STRINGS = [script.format(attack) for attack, script in product(_ATTACKS, _SCRIPTS)]
assert len(STRINGS) == len(set(STRINGS)) == 500

_PER_ORDER = 8


def fill(world: Any, *, at_most: int = 500) -> None:
    """Open a shop of such, in which something of everything has happened."""
    shop_id = world.open_shop(automations=True)
    strings = iter(STRINGS[:at_most])
    number = 0
    while some := list(islice(strings, _PER_ORDER)):
        number += 1
        _order(world, number, some)
    world.work()
    for each in STRINGS[:at_most:10]:
        world.person_says({"type": "text", "text": {"body": each}})
    world.work()
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        named = "UPDATE shops SET name = :name WHERE id = :id"
        tx.connection.execute(text(named), {"name": STRINGS[1], "id": shop_id})
        about = {"shop": shop_id, "now": world.now, "said": STRINGS[2]}
        changed = """INSERT INTO changes
            (shop_id, at, door, actor, what, subject, after)
          VALUES (:shop, :now, 'page', :said, :said, :said,
            jsonb_build_object('name', CAST(:said AS text)))"""
        tx.connection.execute(text(changed), about)


def _order(world: Any, number: int, some: list[str]) -> None:
    a, b, c, d, e, f, g, h = (some * _PER_ORDER)[:_PER_ORDER]
    phone = f"+4915112{number:06d}"
    told = samples.order(
        order_id=number,
        name=f"#{number} {a}"[:80],
        first_name=b,
        phone=phone,
        note=c,
        tags=d,
        email=f"{number}@example.com",
        line_items=[
            {"id": number, "variant_id": number, "title": e, "name": f, "quantity": 1}
        ],
    )
    told["customer"] |= {"id": 100 + number, "last_name": g, "note": h}
    told["shipping_address"] |= {"first_name": b, "city": g, "address1": h}
    world.shopify_says("orders/create", told, webhook_id=f"hostile-{number}")


class _Reader(HTMLParser):
    """Reads a page as a browser does, and keeps what could act."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.wrong += [f"<{tag} {name}>" for name in said if name.startswith("on")]
        if tag in ("iframe", "object", "embed", "base", "style") or (
            tag == "meta" and "http-equiv" in said
        ):
            self.wrong.append(f"<{tag}>")
        if tag == "script" and not said.get("src"):
            self.wrong.append("<script> without a source")
        for name in ("src", "href", "action", "formaction", "hx-get", "hx-post"):
            address = said.get(name, "").lower().lstrip()
            if address.startswith(("http", "//", "javascript:", "data:text")):
                is_evil = "evil.example" in address or not address.startswith("http")
                self.wrong += [f"<{tag} {name}={address}>"] if is_evil else []


def acting(page: str) -> Iterator[str]:
    """What in a page would act that no page of ours has: each is a mistake."""
    reader = _Reader()
    reader.feed(page)
    yield from reader.wrong
    for each in _ATTACKS:
        if each.startswith("<") and each in page:
            yield each
