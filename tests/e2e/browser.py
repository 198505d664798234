"""A headless Chromium spoken to through its own protocol: what it asked for, was told and complained of is kept."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
PATIENCE = 60.0  # seconds; what is waited for is there long before
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
_KEYS = {"Enter": ("\r", 13), "Escape": ("", 27)}


class Page:
    """One page, and all that went on in it."""

    def __init__(self, wire: aiohttp.ClientWebSocketResponse) -> None:
        self._wire = wire
        self._session: dict[str, str] = {}
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._happened = asyncio.Event()
        self.asked: list[str] = []  # addresses
        self.complaints: list[str] = []
        self.painted = ""  # what the desk sent, without colours

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        number = len(self._answers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._wire.send_json({"id": number, "method": method, "params": params, **self._session})
        return await asyncio.wait_for(self._answers[number], PATIENCE)

    async def listen(self) -> None:
        async for message in self._wire:
            said = json.loads(message.data)
            if "id" in said:
                self._answers[said["id"]].set_result(said.get("result", said))
            else:
                self._take(said["method"], said["params"])
            self._happened.set()

    def _take(self, method: str, params: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.asked.append(params["request"]["url"])
        elif method == "Network.webSocketCreated":
            self.asked.append(params["url"])
        elif method == "Network.webSocketFrameReceived":
            data = params["response"]["payloadData"]
            text = base64.b64decode(data).decode() if params["response"]["opcode"] == 2 else ""
            self.painted += _ESCAPE.sub("", text)
        elif _complains(method, params):
            self.complaints.append(str(params))

    async def open(self, address: str) -> None:
        target = await self.send("Target.createTarget", url="about:blank")
        attached = await self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        for domain in ("Network", "Page", "Runtime", "Log"):
            await self.send(f"{domain}.enable")
        await self.send("Page.navigate", url=address)

    async def press(self, *keys: str) -> None:
        for key in keys:
            text, code = _KEYS.get(key, (key, ord(key[0].upper())))
            given = {"key": key, "windowsVirtualKeyCode": code, **({"text": text} if text else {})}
            await self.send("Input.dispatchKeyEvent", type="keyDown", **given)
            await self.send("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    async def value(self, expression: str) -> Any:
        return (await self.send("Runtime.evaluate", expression=expression))["result"].get("value")

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something that comes with what the page is told."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                self._happened.clear()
                await self._happened.wait()

    async def shows(self, words: str) -> None:
        await self.until(lambda: words in self.painted)

    async def becomes(self, expression: str) -> None:
        """Ask the page until it says true; each time is a way there and back."""
        async with asyncio.timeout(PATIENCE):
            while not await self.value(expression):
                pass


def _complains(method: str, params: dict[str, Any]) -> bool:
    if method == "Runtime.consoleAPICalled":
        return params["type"] in ("error", "assert")  # a warning: that the machine is slow
    return method == "Runtime.exceptionThrown" or (method == "Log.entryAdded" and params["entry"]["level"] == "error")


@asynccontextmanager
async def page(profile: Path) -> AsyncIterator[Page]:
    """A browser with an empty page; its profile in a folder of its own."""
    assert CHROMIUM
    options = ("--headless", "--no-sandbox", "--remote-debugging-port=0", "--enable-unsafe-swiftshader")
    quiet = ("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync")
    process = await asyncio.create_subprocess_exec(
        CHROMIUM, *options, *quiet, f"--user-data-dir={profile}", "about:blank",
        stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stderr
    try:
        async with asyncio.timeout(PATIENCE):
            while not (found := re.search(rb"DevTools listening on (ws://\S+)", await process.stderr.readline())):
                assert process.returncode is None, "Chromium has ended"
        async with aiohttp.ClientSession() as client, client.ws_connect(found[1].decode(), max_msg_size=0) as wire:
            made = Page(wire)
            listening = asyncio.create_task(made.listen())
            yield made
            await wire.send_json({"id": -1, "method": "Browser.close"})
            listening.cancel()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
