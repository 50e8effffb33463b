"""Verdicts on GraphQL documents, each asked for once and remembered ever after."""

import asyncio
import hashlib
import json
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sandbox.files import keep, kept

Verdict = dict[str, Any]
Judge = Callable[[str], Awaitable[Verdict]]
_MOST_KEPT = 2000
# Part of each key, so that plans of an older form are not found.
_PLAN_FORM = b"1\n"
_SHIPPED = Path(__file__).parents[1] / "schema" / "verdicts.json"


# All that can stand behind it on its line has no place that could be told.
_FILTERED = re.compile(r'(\{\s*\w+\(query: ")([^"\\\n]*)("\) \{\n)')


def key_of(document: str) -> str:
    """What a verdict is remembered by."""
    return hashlib.sha256(_PLAN_FORM + document.encode()).hexdigest()


async def judged_by_a_child(document: str) -> Verdict:
    """A short-lived one, so that its memory is not ours."""
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


def _filled(verdict: Verdict, wanted: str) -> Verdict:
    if "errors" in verdict:
        return verdict
    [operation] = verdict["operations"]
    [outermost, *others] = operation["fields"]
    arguments = {**outermost["arguments"], "query": wanted}
    fields = [{**outermost, "arguments": arguments}, *others]
    return {"operations": [{**operation, "fields": fields}]}


class Documents:
    """``judge`` is asked for what is not known yet; what the outermost connection of a
    query is filtered by, such as a date, makes no other document of it."""

    def __init__(self, path: Path, judge: Judge) -> None:
        self._path = path
        self._judge = judge
        shipped: dict[str, Verdict] = json.loads(_SHIPPED.read_text("utf-8"))
        self._verdicts: dict[str, Verdict] = shipped | kept(path, {})
        self._asked: dict[str, asyncio.Future[Verdict]] = {}

    async def verdict(self, document: str) -> Verdict:
        """``errors`` or ``operations``, as ``sandbox.validate`` has them."""
        filtered = _FILTERED.match(document)
        if filtered is None:
            return await self._verdict(document)
        before, wanted, behind = filtered.groups()
        verdict = await self._verdict(before + behind + document[filtered.end() :])
        return _filled(verdict, wanted)

    async def _verdict(self, document: str) -> Verdict:
        key = key_of(document)
        known = self._verdicts.get(key)
        if known is not None:
            return known
        task = self._asked.get(key)
        if task is None:
            task = self._asked[key] = asyncio.ensure_future(self._judge(document))
        try:
            verdict = await asyncio.shield(task)
        finally:
            if task.done():
                self._asked.pop(key, None)
        if len(self._verdicts) < _MOST_KEPT:
            self._verdicts[key] = verdict
            keep(self._path, self._verdicts)
        return verdict
