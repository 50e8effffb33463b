"""``python -m wiring.probe``: whether this machine's web can work; exit code 0 or 1.

For those who restart what does not answer, where no curl is at hand.
"""

import os
import sys
from collections.abc import Mapping

from wiring.ports import host_to_probe, status_of


def is_ready(env: Mapping[str, str]) -> bool:
    """Whether the web that ``HOST`` and ``PORT`` name answers ``/readyz`` with 200."""
    host = host_to_probe(env.get("HOST") or "127.0.0.1")
    return status_of(host, int(env.get("PORT") or 8000), "/readyz") == 200


if __name__ == "__main__":
    sys.exit(0 if is_ready(os.environ) else 1)
