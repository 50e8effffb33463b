"""The verdicts that are shipped with the sandbox are those it would come to."""

from integrations.shopify.graphql import document_text
from sandbox.shopify.documents import key_of
from sandbox.shopify.known import DOCUMENTS, judged, shipped


def test_every_document_of_ours_is_judged_beforehand_and_rightly():
    assert shipped() == judged()


def test_they_are_found_by_what_the_client_sends():
    for file in DOCUMENTS.glob("*.graphql"):
        assert key_of(document_text(file.stem)) in shipped()
