"""What the simulated Shopify asks of a child, asked in the process of the tests."""

import json

from sandbox.shopify.documents import Verdict


async def judged_here(document: str) -> Verdict:
    """As a child would judge it, with a schema that is loaded once for all tests."""
    from sandbox.validate import verdict  # costly, and few tests ask what is not known

    found: Verdict = json.loads(json.dumps(verdict(document)))
    return found
