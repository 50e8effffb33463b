"""``python -m sandbox.shopify.known``: judges the program's own documents beforehand.

A verdict costs a child process and two seconds, on a first start one after the other.
So those on our own documents are shipped, in ``sandbox/schema/verdicts.json``; run this
when a document has changed.
"""

import json
from pathlib import Path
from typing import Any

from sandbox.shopify.documents import key_of

_OURS = Path(__file__).parents[2] / "integrations" / "shopify"
DOCUMENTS = _OURS / "documents"
QUERIES = _OURS / "bulk"
VERDICTS = Path(__file__).parents[1] / "schema" / "verdicts.json"


def judged() -> dict[str, Any]:
    """A verdict on each document of ours, by its key, and on each query of a bulk
    operation as it is without a filter and in no language or country in particular."""
    from sandbox.validate import verdict  # costly: only where it is asked for

    files = [*sorted(DOCUMENTS.glob("*.graphql")), *sorted(QUERIES.glob("*.graphql"))]
    texts = [file.read_text("utf-8") for file in files]
    for left_open in ("FILTER", "TRANSLATIONS", "PRICES"):
        texts = [text.replace(left_open, "") for text in texts]
    return {key_of(text): verdict(text) for text in texts}


def shipped() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(VERDICTS.read_text("utf-8"))
    return found


if __name__ == "__main__":
    VERDICTS.write_text(json.dumps(judged(), sort_keys=True) + "\n", "utf-8")
