"""A real Chromium, asked by its own protocol what it shows and complains of."""

import asyncio
import json
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

PROGRAM = shutil.which("chromium")
_FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic"),
    *("--no-first-run", "--disable-background-networking", "--disable-sync"),
    *("--disable-component-update", "--remote-debugging-port=0"),
)
_PATIENCE_SECONDS = 20.0


class Tab:
    """One page and its frames."""

    def __init__(self, wire: aiohttp.ClientWebSocketResponse) -> None:
        self.complaints: list[str] = []
        self._wire = wire
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._contexts: dict[str, int] = {}
        self._listening = asyncio.create_task(self._listen())

    async def goes_to(self, address: str) -> None:
        await self._ask("Page.navigate", url=address)

    async def frames(self) -> list[dict[str, Any]]:
        """The page itself first, then what it frames; each with ``id`` and ``url``."""
        tree = (await self._ask("Page.getFrameTree"))["frameTree"]
        return [tree["frame"], *(each["frame"] for each in tree.get("childFrames", ()))]

    async def says(self, script: str, *, frame: int = 0) -> Any:
        """What a script answers in the page, or in one of its frames."""
        found = (await self.frames())[frame]
        answer = await self._ask(
            "Runtime.evaluate",
            expression=script,
            contextId=self._contexts[found["id"]],
            awaitPromise=True,
            returnByValue=True,
        )
        return answer["result"].get("value")

    async def shows(self, words: str, *, frame: int = 0) -> None:
        """Wait until the page, or one of its frames, shows these words.

        Raises:
            AssertionError: it shows something else.
        """
        seen = ""

        async def is_there() -> bool:
            nonlocal seen
            seen = await self.says("document.body.innerText", frame=frame) or ""
            return words in seen

        if not await _eventually(is_there):
            raise AssertionError(f"{words!r} is not in {seen!r}")

    async def leads_to(self, words: str, *, frame: int = 0) -> None:
        """Wait until the page, or one of its frames, is at such an address.

        Raises:
            AssertionError: it is somewhere else.
        """

        async def is_there() -> bool:
            return words in (await self.frames())[frame]["url"]

        if not await _eventually(is_there):
            raise AssertionError(await self.frames())

    async def refuses(self, *, frame: int) -> None:
        """Wait until it is clear that a frame is not shown.

        Raises:
            AssertionError: it is.
        """

        async def is_refused() -> bool:
            return str((await self.frames())[frame]["url"]).startswith("chrome-error:")

        if not await _eventually(is_refused):
            raise AssertionError(await self.frames())

    async def open(self) -> None:
        for domain in ("Page", "Runtime", "Log"):
            await self._ask(f"{domain}.enable")

    async def close(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)

    async def _ask(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        asked = {"id": number, "method": method, "params": params}
        await self._wire.send_json(asked)
        return await asyncio.wait_for(answer, _PATIENCE_SECONDS)

    async def _listen(self) -> None:
        async for message in self._wire:
            said = json.loads(message.data)
            if "id" in said:
                answer = self._answers.pop(said["id"])
                if "error" in said:
                    answer.set_exception(RuntimeError(said["error"]["message"]))
                else:
                    answer.set_result(said["result"])
                continue
            self._note(said["method"], said["params"])

    def _note(self, method: str, params: dict[str, Any]) -> None:
        if method == "Runtime.executionContextCreated":
            context = params["context"]
            told = context.get("auxData", {})
            if told.get("isDefault"):
                self._contexts[told["frameId"]] = context["id"]
        if method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(params["entry"]["text"])
        if method == "Runtime.exceptionThrown":
            self.complaints.append(params["exceptionDetails"]["text"])


@asynccontextmanager
async def tab() -> AsyncIterator[Tab]:
    """A new Chromium with an empty page."""
    with tempfile.TemporaryDirectory(prefix="sosik-chromium-") as folder:
        started = await asyncio.create_subprocess_exec(
            PROGRAM or "chromium",
            *(f"--user-data-dir={folder}", *_FLAGS, "about:blank"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "HOME": folder},
            start_new_session=True,
        )
        try:
            async with aiohttp.ClientSession() as session:
                address = await _address(Path(folder) / "DevToolsActivePort", session)
                async with session.ws_connect(address, max_msg_size=0) as wire:
                    opened = Tab(wire)
                    await opened.open()
                    yield opened
                    await opened.close()
        finally:
            os.killpg(started.pid, signal.SIGKILL)
            await started.wait()


async def _eventually(is_so: Callable[[], Awaitable[bool]]) -> bool:
    until = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
    while asyncio.get_running_loop().time() < until:
        # While a page is on its way somewhere else nothing can be asked of it.
        with suppress(IndexError, KeyError, RuntimeError):
            if await is_so():
                return True
        await asyncio.sleep(0.05)
    return False


async def _address(file: Path, session: aiohttp.ClientSession) -> str:
    """Where the first page is, by the port that Chromium writes down."""
    port = ""

    async def is_written() -> bool:
        nonlocal port
        with suppress(FileNotFoundError):
            port = (await asyncio.to_thread(file.read_text)).partition("\n")[0]
        return bool(port)

    if not await _eventually(is_written):
        raise AssertionError("Chromium does not start")
    async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
        found = [each for each in await answer.json() if each["type"] == "page"]
    return str(found[0]["webSocketDebuggerUrl"])


def watching(story: Callable[[Tab], Any]) -> None:
    """Have a story played in a Chromium of its own."""

    async def play() -> None:
        async with tab() as page:
            await story(page)

    asyncio.run(play())
