"""``python -m sandbox --meta-port M --shopify-port S``: both simulators as one process.

That is how ``./sosik up`` has them: most of a simulator's memory is what both need.
"""

import argparse
import asyncio
import os
from collections.abc import Mapping

from core.lifeline import watch
from sandbox.meta.__main__ import simulator_in as meta_in
from sandbox.serving import serve
from sandbox.shopify.__main__ import simulator_in as shopify_in


def main(environment: Mapping[str, str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--meta-port", type=int, required=True)
    parser.add_argument("--shopify-port", type=int, required=True)
    asked = parser.parse_args()
    watch(environment)
    asyncio.run(
        serve(
            (meta_in(environment), asked.meta_port),
            (shopify_in(environment), asked.shopify_port),
            host="127.0.0.1",
        )
    )


if __name__ == "__main__":
    main(os.environ)
