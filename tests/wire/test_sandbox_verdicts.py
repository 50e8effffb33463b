"""The verdicts that are shipped with the sandbox are those it would come to."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from integrations.shopify.bulk_operations import query_of
from integrations.shopify.graphql import document_text
from sandbox.shopify.documents import Documents, judged_by_a_child, key_of
from sandbox.shopify.known import DOCUMENTS, QUERIES, judged, shipped
from sandbox.validate import verdict
from tests.judging import judged_here

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
A_MONTH_AGO = datetime(2026, 10, 20, 12, tzinfo=UTC)


def test_every_document_of_ours_is_judged_beforehand_and_rightly():
    assert shipped() == judged()


def test_they_are_found_by_what_the_client_sends():
    for file in DOCUMENTS.glob("*.graphql"):
        assert key_of(document_text(file.stem)) in shipped()


@pytest.mark.parametrize("since", [None, A_MONTH_AGO])
@pytest.mark.parametrize("part", sorted(file.stem for file in QUERIES.iterdir()))
def test_what_is_read_in_bulk_is_known_whatever_its_date(tmp_path, part, since):
    query = query_of(part, NOW, since)

    assert judged_with(nobody, tmp_path, query) == as_told(verdict(query))


@pytest.mark.parametrize(
    "query",
    [
        '{\n  orders(query: "name:#1") {\n nodes { nosuch } } }',
        '{\n  orders(query: "name:\\"a\\"") {\n nodes { id } } }',
        '{ orders(query: "") {\n nodes { id } } shop { name } }',
        '{ orders(query: "a") { nodes { nosuch } } }',
        '{ nosuch(query: "a") {\n nodes { id } } }',
    ],
)
def test_a_filter_changes_nothing_else_of_a_verdict(tmp_path, query):
    assert judged_with(judged_here, tmp_path, query) == as_told(verdict(query))


def test_what_nobody_knows_is_judged_by_a_child_and_remembered(tmp_path):
    known, unknown = (
        tmp_path / "documents.json",
        '{ orders(query: "a") { nodes { id } } }',
    )

    first = asyncio.run(Documents(known, judged_by_a_child).verdict(unknown))
    again = asyncio.run(Documents(known, nobody).verdict(unknown))

    assert first == again == as_told(verdict(unknown))


def judged_with(judge, folder, query):
    return asyncio.run(Documents(folder / "documents.json", judge).verdict(query))


async def nobody(document):
    raise AssertionError("this was not known")


def as_told(found):
    return json.loads(json.dumps(found))
