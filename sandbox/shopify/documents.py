"""Verdicts on GraphQL documents, each asked for once and remembered ever after."""

import asyncio
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from sandbox.files import keep, kept

Verdict = dict[str, Any]
_MOST_KEPT = 2000
# Part of each key, so that plans of an older form are not found.
_PLAN_FORM = b"1\n"


_SHIPPED = Path(__file__).parents[1] / "schema" / "verdicts.json"


def key_of(document: str) -> str:
    """What a verdict is remembered by."""
    return hashlib.sha256(_PLAN_FORM + document.encode()).hexdigest()


class Documents:
    """A new document is judged by a short-lived child, so its memory is not ours."""

    def __init__(self, path: Path) -> None:
        self._path = path
        shipped: dict[str, Verdict] = json.loads(_SHIPPED.read_text("utf-8"))
        self._verdicts: dict[str, Verdict] = shipped | kept(path, {})
        self._asked: dict[str, asyncio.Task[Verdict]] = {}

    async def verdict(self, document: str) -> Verdict:
        """``errors`` or ``operations``, as ``sandbox.validate`` has them."""
        key = key_of(document)
        known = self._verdicts.get(key)
        if known is not None:
            return known
        task = self._asked.get(key)
        if task is None:
            task = self._asked[key] = asyncio.create_task(_judged(document))
        try:
            verdict = await asyncio.shield(task)
        finally:
            if task.done():
                self._asked.pop(key, None)
        if len(self._verdicts) < _MOST_KEPT:
            self._verdicts[key] = verdict
            keep(self._path, self._verdicts)
        return verdict


async def _judged(document: str) -> Verdict:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox.validate",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    said, _ = await child.communicate(document.encode())
    if child.returncode != 0:
        raise RuntimeError("sandbox.validate failed")
    verdict: Verdict = json.loads(said)
    return verdict
