"""The same load from Python, where wrk is not installed.

It takes more of the machine than wrk does, so its figures compare only with each other.
"""

import asyncio
import random
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

_ID = b"{id}"


@dataclass(slots=True)
class Answers:
    """``seconds`` holds how long each answer took."""

    seconds: list[float] = field(default_factory=list)
    bad: int = 0


def press(
    port: int, requests: Path, *, seconds: int, connections: int, seed: int
) -> Answers:
    """Send what is answered on so many connections, each request with a new id."""
    texts = [file.read_bytes() for file in sorted(requests.iterdir())]
    return asyncio.run(_press(port, texts, seconds, connections, random.Random(seed)))


async def _press(
    port: int, texts: list[bytes], seconds: int, connections: int, chance: random.Random
) -> Answers:
    answers = Answers()
    deadline = time.monotonic() + seconds
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_client(port, texts, deadline, chance, answers))
    return answers


async def _client(
    port: int,
    texts: list[bytes],
    deadline: float,
    chance: random.Random,
    answers: Answers,
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while time.monotonic() < deadline:
            new_id = str(uuid.UUID(int=chance.getrandbits(128), version=4)).encode()
            began = time.monotonic()
            writer.write(chance.choice(texts).replace(_ID, new_id, 1))
            is_good = await _answer(reader)
            answers.seconds.append(time.monotonic() - began)
            answers.bad += not is_good
    except (OSError, asyncio.IncompleteReadError):
        answers.seconds.append(time.monotonic() - began)
        answers.bad += 1
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> bool:
    """Read one answer to its end; whether it was a 200."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, has_length, rest = head.partition(b"content-length:")
    if has_length:
        await reader.readexactly(int(rest.split(b"\r\n", 1)[0]))
    return head.split(b" ", 2)[1] == b"200"
