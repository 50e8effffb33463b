"""``shopify.app.toml`` says of the app what the app does, by the words of Shopify."""

import gzip
import json
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from core.settings import Settings
from integrations.shopify.payloads import TOPICS, is_of_interest
from integrations.shopify.scopes import OPTIONAL, SCOPES, missing_from
from integrations.shopify.subscriptions import AS_IT_IS, NARROWED, Narrowed
from sandbox.shopify.hooks import COMPLIANCE_TOPICS
from sandbox.validate import verdict
from tests.repo.test_settings import GOOD
from tests.wire.test_shopify_graphql import DOCUMENTS

ROOT = Path(__file__).parents[2]
APP = tomllib.loads((ROOT / "shopify.app.toml").read_text(encoding="utf-8"))
SUBSCRIPTIONS = APP["webhooks"]["subscriptions"]
ASKED = APP["access_scopes"]["scopes"].split(",")
MAY_HAVE = APP["access_scopes"]["optional_scopes"]
KNOWN = json.loads((ROOT / "sandbox/schema/topics.json").read_text(encoding="utf-8"))
HOST = "https://sosik.example.com"


def is_granted(any_of):
    """Whether what we ask for is enough where one of these is needed."""
    return not any_of or any(
        scope in {*ASKED, *MAY_HAVE}
        or scope.replace("read_", "write_", 1) in {*ASKED, *MAY_HAVE}
        for scope in any_of
    )


def test_every_topic_that_is_asked_for_is_in_it_once_and_no_other():
    found = [topic for each in SUBSCRIPTIONS for topic in each.get("topics", ())]

    assert sorted(found) == sorted(TOPICS)
    assert all(map(is_of_interest, found))


def test_a_topic_is_narrowed_here_as_it_is_there():
    for each in SUBSCRIPTIONS:
        narrowed = Narrowed(
            each.get("filter"), frozenset(each.get("include_fields", ()))
        )
        for topic in each.get("topics", ()):
            assert narrowed == NARROWED.get(topic, AS_IT_IS)


def test_what_is_narrowed_tells_when_it_changed_and_of_what():
    """Shopify keeps back what has not changed, and an id is what all else hangs on."""
    for narrowed in NARROWED.values():
        assert {"id", "updated_at"} <= narrowed.fields


def test_shopify_knows_every_topic_by_the_name_that_we_know():
    for topic, name in TOPICS.items():
        assert KNOWN[topic][0] == name


def test_the_real_schema_knows_every_topic_and_field():
    packed = (ROOT / "sandbox/schema/admin_2026-10.json.gz").read_bytes()
    types = json.loads(gzip.decompress(packed))["schema"]["__schema"]["types"]
    by_name = {each["name"]: each for each in types}
    topics = {
        each["name"] for each in by_name["WebhookSubscriptionTopic"]["enumValues"]
    }
    given = {
        each["name"] for each in by_name["WebhookSubscriptionInput"]["inputFields"]
    }

    assert set(TOPICS.values()) <= topics
    assert {"uri", "filter", "includeFields", "format"} <= given


def test_every_scope_that_is_asked_for_has_its_reason_and_no_other():
    page = (ROOT / "docs/reference/scopes.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", page, re.MULTILINE))

    assert list(SCOPES) == ASKED
    assert list(OPTIONAL) == MAY_HAVE
    for scope, reason in {**SCOPES, **OPTIONAL}.items():
        assert rows[scope] == reason


def test_every_topic_is_told_to_whoever_has_these_scopes():
    for topic in TOPICS:
        assert is_granted(KNOWN[topic][1]), topic


@cache
def scopes_of(document):
    """What its fields need, by the real schema: of each, one of several scopes."""
    found = verdict(document.read_text(encoding="utf-8"))
    assert "errors" not in found
    return [
        needed
        for operation in found["operations"]
        for needed in _scopes_in(operation["fields"])
    ]


def _scopes_in(fields):
    for field in fields:
        yield from field.get("scopes", ())
        yield from _scopes_in(field["fields"])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.stem)
def test_every_question_is_answered_to_whoever_has_these_scopes(document):
    assert all(map(is_granted, scopes_of(document)))


def test_no_scope_is_asked_for_without_a_use():
    """All but the app proxy's are those of a topic or of a question."""
    needed = [KNOWN[topic][1] for topic in TOPICS]
    needed += [scopes for document in DOCUMENTS for scopes in scopes_of(document)]

    asked = {*ASKED, *MAY_HAVE}
    used = {scope for scope in asked if any(scope in any_of for any_of in needed)}
    assert asked - used == {"write_app_proxy"}
    assert APP["app_proxy"]


@pytest.mark.parametrize(
    ("granted", "missing"),
    [
        (set(SCOPES), []),
        (set(SCOPES) - {"read_orders"}, []),
        (set(SCOPES) - {"read_products"}, ["read_products"]),
        (set(SCOPES) - {"write_orders"}, ["write_orders"]),
        (set(), list(SCOPES)),
    ],
)
def test_what_a_store_has_not_granted_is_known(granted, missing):
    assert missing_from(frozenset(granted)) == missing


def test_every_address_in_it_is_one_that_we_answer(app):
    urls = app.url_map.bind("sosik.example.com", url_scheme="https")
    opened = [APP["application_url"], *APP["auth"]["redirect_urls"]]
    opened.append(f"{APP['app_proxy']['url']}/")

    for address in opened:
        assert address.startswith(f"{HOST}/")
        assert urls.match(address.removeprefix(HOST))
    assert {each["uri"] for each in SUBSCRIPTIONS} == {"/webhooks/shopify"}


def test_what_shopify_wants_of_every_app_is_in_it():
    """Compliance topics, an address of its own, and no grant by the old way."""
    [compliance] = [each for each in SUBSCRIPTIONS if "compliance_topics" in each]

    assert set(compliance["compliance_topics"]) == COMPLIANCE_TOPICS
    assert compliance.keys() == {"compliance_topics", "uri"}
    assert APP["embedded"] is True
    assert "use_legacy_install_flow" not in APP["access_scopes"]
    assert APP["access"]["admin"]["embedded_app_direct_api_access"] is False
    assert len(APP["name"]) <= 30
    assert len(APP["app_proxy"]["subpath"]) <= 30
    assert APP["app_proxy"]["prefix"] in {"apps", "a", "community", "tools"}


def test_one_version_of_the_api_is_meant_everywhere():
    settings = Settings.from_env(GOOD)

    assert APP["webhooks"]["api_version"] == settings.shopify_api_version


def test_no_secret_is_in_it():
    text = (ROOT / "shopify.app.toml").read_text(encoding="utf-8")

    assert not re.search(r"shp[a-z]{2}_|secret", text)
