"""The worked examples of docs/extend, run as they stand there."""

import hashlib
import hmac
import inspect
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from core.errors import UnreadablePayload
from core.events import NumberMoved, OrderSeen
from core.outcomes import Answer, NoAnswer, NotSent
from core.tracking import written_plainly
from core.values import Item, MessageId, Milestone, OrderId, Phone, WhatsAppUser
from integrations import carriers, tracking
from integrations.meta.creation_schema import problems_of_creation
from integrations.meta.templates import TemplateText, creation_body
from notifications import automations
from notifications.automations import Automation, Draft, NotProposed
from notifications.ports import Accepted, Channel, Consequence, NotTaken, Unknown

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "extend"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@contextmanager
def example_of(page: str) -> Iterator[ModuleType]:
    """The program that a page shows, as a module, for as long as the block lasts."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    [program] = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    module = ModuleType(f"docs.extend.{page}")
    sys.modules[module.__name__] = module  # dataclasses look there
    try:
        exec(compile(program, f"{page}.md", "exec"), vars(module))
        yield module
    finally:
        del sys.modules[module.__name__]


def test_the_carrier_of_the_page_is_one():
    with example_of("carrier") as made:
        carrier = made.CARRIER

    number = "ADX0123456789"
    assert isinstance(carrier, carriers.Carrier)
    assert carrier.tracking_url(number) == (
        "https://www.ada-express.example/track?number=ADX0123456789"
    )
    assert carrier.forms[0].is_its_own
    assert carrier.forms[0].fits(written_plainly("adx 0123 456 789"))
    assert carriers.candidates(number) == ()  # nobody else writes numbers like it
    assert carrier.milestone_of("On the bicycle") is Milestone.OUT_FOR_DELIVERY
    assert carrier.milestone_of("Fell off the bicycle") is None
    assert carriers.named("Ada Express") is carriers.UNKNOWN


def order_of(*quantities: int) -> OrderSeen:
    nothing = dict.fromkeys(("line_id", "product_id", "variant_id", "title", "variant"))
    items = tuple(
        Item(**nothing, sku=None, price=None, quantity=quantity)
        for quantity in quantities
    )
    return OrderSeen(
        happened_at=NOON,
        order_id=OrderId(1),
        items=items,
        name="#1001",
        placed_at=NOON,
        cancelled_at=None,
        payment="paid",
        cash_on_delivery=False,
        total=None,
        phone=Phone("+4915112345678"),
        country=None,
        first_name=None,
        locale=None,
        status_url=None,
        agreed=True,
        wording=None,
    )


def test_the_automation_of_the_page_is_one():
    with example_of("automation") as made:
        automation: Automation[Any] = made.AUTOMATION

    config = automation.config({})
    draft = automation.propose(order_of(4, 6), config)
    small = automation.propose(order_of(9), config)
    assert isinstance(draft, Draft)
    assert draft.occasion == "large_order:1"
    assert draft.wanted_at == NOON
    assert small == NotProposed("order_is_small")
    assert automation.name not in automations.discover()
    assert automation.template.name == f"sosik_{automation.name}_1"
    assert timedelta(minutes=1) <= automation.lifetime <= timedelta(days=7)
    for language, text in automation.template.texts.items():
        submitted = TemplateText(
            name=automation.template.name,
            language=language,
            category=automation.template.category,
            header=text.header,
            body=text.body,
            footer=text.footer,
            examples=automation.template.examples,
        )
        assert problems_of_creation(creation_body(submitted)) == []


def test_the_channel_of_the_page_has_the_shape_of_one():
    with example_of("channel") as made:
        channel = made.SmsChannel("https://sms.example")
        with example_of("automation") as other:
            template = other.TEMPLATE
    asked_for = {
        name: inspect.signature(method).parameters
        for name, method in vars(Channel).items()
        if inspect.isfunction(method) and not name.startswith("_")
    }

    assert asked_for
    for name, parameters in asked_for.items():
        has = inspect.signature(getattr(type(channel), name)).parameters
        assert list(has) == list(parameters), name
    body = channel.body(
        to=WhatsAppUser(phone=Phone("+4915112345678")),
        template=template,
        language="en",
        values={"shop_name": "Ada's Things"},
        reference=MessageId("msg_1"),
        attempt=1,
    )
    assert json.loads(body)["text"].startswith("Your order at Ada's Things is packed")
    assert json.loads(body)["reference"] == "msg_1"
    post = channel.post(
        body, phone_number_id="", token="secret", start_at=1.0, not_after=2.0
    )
    assert (post.url, post.body) == ("https://sms.example/messages", body)


def test_the_channel_of_the_page_takes_nothing_but_a_clear_no_for_one():
    with example_of("channel") as made:
        judge = made.SmsChannel("https://sms.example").judge

    assert judge(Answer(202, {}, b'{"id": "1"}')) == Accepted("1")
    assert judge(NotSent("connection_failed")) == NotTaken(
        "no_connection", Consequence.TRY_LATER
    )
    assert judge(Answer(400, {}, b"")) == NotTaken("sms_400", Consequence.FAIL)
    for nobody_knows in (NoAnswer("timeout"), Answer(503, {}, b"")):
        assert judge(nobody_knows) == Unknown("no_answer")


def test_the_tracking_service_of_the_page_is_one():
    told = {"number": "adx 0123 456 789", "scan": "moving", "at": NOON.isoformat()}
    body = json.dumps(told | {"city": "Berlin", "country": "DE"}).encode()
    signed = hmac.digest(b"key", body, hashlib.sha256).hex().encode()

    with example_of("tracking-service") as made:
        service: tracking.Service = made.SERVICE
        [moved] = service.read(body, NOON)
        nothing = service.read(body.replace(b"moving", b"lost"), NOON)
        for garbled in (b"", b"[]", b"{}", b'{"number": 1, "scan": [], "at": 2}'):
            with pytest.raises(UnreadablePayload):
                service.read(garbled, NOON)

    assert isinstance(service, tracking.Service)
    assert service.name not in tracking.discover()
    assert service.matches(body, signed, [b"older", b"key"])
    assert not service.matches(body, signed, [b"", b"older"])
    assert not service.matches(body, b"", [b""])
    assert isinstance(moved, NumberMoved)
    assert (moved.number, moved.milestone) == ("ADX0123456789", Milestone.IN_TRANSIT)
    assert moved.scan_id < 0
    assert nothing == []


def test_the_page_of_languages_names_every_place_that_has_them_all():
    page = (PAGES / "language.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| (?:each file of )?`([^`]+)`", page, re.MULTILINE)
    languages = sorted(automations.discover()["order_confirmation"].template.texts)

    def has_all(file: Path) -> bool:
        text = file.read_text(encoding="utf-8")
        return all(re.search(rf"\b{language}\b", text) for language in languages)

    rooms = [ROOT / room for room in ("core", "storage", "integrations")]
    rooms += [ROOT / room for room in ("notifications", "wiring", "webapp", "workers")]
    files = [file for room in rooms for file in room.rglob("*.py")]
    files += (ROOT / "notifications").glob("*.tsv")
    having = {str(file.relative_to(ROOT)) for file in files if has_all(file)}

    assert having
    for file in having:
        assert any(file == name or file.startswith(name) for name in named), file
    for name in named:
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.name)
def test_a_page_names_files_that_there_are(page):
    rooms = (
        "core|storage|integrations|notifications|wiring|webapp|workers|sandbox|tests"
    )
    named = re.findall(rf"`((?:{rooms}|translations)/[\w./-]*)`", page.read_text())
    of_the_examples = {"wiring/sms.py", "integrations/tracking/turnstile/__init__.py"}
    of_the_examples |= {"translations/pl/"}

    for name in set(named) - of_the_examples:
        assert (ROOT / name).exists(), name
