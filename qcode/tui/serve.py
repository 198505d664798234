"""The desk in a browser on this machine: textual-serve runs the desk's command anew for each page that opens it.

Loads textual_serve and aiohttp (the extra `serve`), so import it only when it is asked for.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import shlex
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from html import escape

from aiohttp import web
from textual_serve.server import Server

HOST = "127.0.0.1"
# Nothing from outside: the page's own scripts, styles and fonts, and the one connection back to the desk.
_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; font-src 'self';"
    " img-src 'self' data:; connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/css/xterm.css">
<style>
@font-face {{
  font-family: "Roboto Mono"; font-weight: 100 700;
  src: url("/static/fonts/RobotoMono-VariableFont_wght.ttf");
}}
@font-face {{
  font-family: "Roboto Mono"; font-weight: 100 700; font-style: italic;
  src: url("/static/fonts/RobotoMono-Italic-VariableFont_wght.ttf");
}}
html, body, #terminal {{ margin: 0; width: 100vw; height: 100vh; overflow: hidden; background: #121212; }}
#ended {{
  display: none; position: fixed; inset: 0; padding-top: 40vh; text-align: center;
  font: 16px "Roboto Mono", monospace; color: #eee; background: #121212;
}}
#ended a {{ color: #8cf; }}
body.-closed #ended {{ display: block; }}
</style>
<script src="/static/js/textual.js"></script>
<script nonce="{nonce}">
// Once the desk is painted, keys go to it without a click.
addEventListener("DOMContentLoaded", () => new MutationObserver((_, watch) => {{
  if (!document.body.classList.contains("-first-byte")) return;
  watch.disconnect();
  document.querySelector(".xterm-helper-textarea").focus();
}}).observe(document.body, {{attributeFilter: ["class"]}}));
</script>
</head>
<body>
<div id="terminal" class="textual-terminal" data-session-websocket-url="ws://{host}/ws" data-font-size="16"></div>
<div id="ended">The desk is closed; everything is saved. <a href="/">Open it again</a></div>
</body>
</html>
"""
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Served:
    """A command for the desk, behind an address that only who was told it can open."""

    def __init__(self, command: Sequence[str], port: int, title: str = "qcode") -> None:
        """Take the port (0: any that is free). Raises OSError where it is taken."""
        self._socket = socket.create_server((HOST, port), reuse_port=False)
        self._key = secrets.token_urlsafe(16)
        self._host = f"{HOST}:{self._socket.getsockname()[1]}"
        self._server = _Quiet(quoted(command), self._host, title)

    @property
    def address(self) -> str:
        """What to open in the browser. The key in it keeps out other people and other pages."""
        return f"http://{self._host}/?key={self._key}"

    def run(self) -> None:
        """Serve until Ctrl+C."""
        # A page's desk may outlive the loop for a moment while it closes; asyncio would warn of that.
        logging.getLogger("asyncio").setLevel(logging.ERROR)
        web.run_app(self._app(), sock=self._socket, print=None, shutdown_timeout=2, access_log=None)

    async def _app(self) -> web.Application:
        app = await self._server._make_app()

        @web.middleware
        async def guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
            return self._entered(request) or await handler(request)

        app.middlewares.append(guard)
        return app

    def _entered(self, request: web.Request) -> web.Response | None:
        """Let in only this address, from a page of its own, with the key: in the address once, then in a cookie.

        Without the first two, any page in the same browser could open the desk or read the answers.
        """
        if request.headers.get("Host") != self._host:
            raise web.HTTPForbidden(text="This is not the address of the desk.")
        if request.headers.get("Origin", f"http://{self._host}") != f"http://{self._host}":
            raise web.HTTPForbidden(text="Only the desk's own page may ask for this.")
        cookie = f"qcode-{self._host.rpartition(':')[2]}"
        if self._fits(request.query.get("key", "")):
            answer = web.Response(status=302, headers={"Location": "/"})
            answer.set_cookie(cookie, self._key, httponly=True, samesite="Strict")
            return answer
        if not self._fits(request.cookies.get(cookie, "")):
            raise web.HTTPForbidden(text="Open the address that qcode printed, with its key.")
        return None

    def _fits(self, key: str) -> bool:
        return hmac.compare_digest(key.encode(), self._key.encode())


class _Quiet(Server):
    """textual-serve with a page of our own: theirs asks a font of another server. It prints nothing."""

    def __init__(self, command: str, host: str, title: str) -> None:
        super().__init__(command, public_url=f"http://{host}", title=title)
        self._host = host

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: whoever serves tells the address."""

    async def handle_index(self, request: web.Request) -> web.Response:
        nonce = secrets.token_urlsafe(16)
        page = _PAGE.format(title=escape(self.title), host=self._host, nonce=nonce)
        policy = _POLICY.format(host=self._host, nonce=nonce)
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
        return web.Response(text=page, content_type="text/html", headers=headers)


def quoted(command: Sequence[str], platform: str = sys.platform) -> str:
    """The command as one line for the system's shell."""
    return subprocess.list2cmdline(command) if platform == "win32" else shlex.join(command)
