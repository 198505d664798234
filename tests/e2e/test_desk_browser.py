"""The desk in a browser: a real one, without a window; and who is kept out."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser import CHROMIUM, page
from hypothesis import given
from hypothesis import strategies as st

from qcode.cli.desk import served_command
from qcode.tui.serve import quoted

Run = Callable[..., subprocess.CompletedProcess[str]]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\?key=\S+")


@contextmanager
def served(root: Path, *args: str) -> Iterator[str]:
    """The desk's address, while it is served; Ctrl+C ends it."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("QCODE_", "GIT_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "qcode", "-C", str(root), "tag", "--serve", "--port", "0", *args],
        env=environment | {"GIT_CONFIG_GLOBAL": os.devnull}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr
    try:
        said = process.stderr.readline()
        found = ADDRESS.search(said)
        assert found, said + process.stderr.read()
        yield found[0]
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_key_in_the_browser_codes_a_segment_and_nothing_comes_from_outside(study: Path, tmp_path: Path) -> None:
    """In a folder whose name a shell would take apart."""
    root = tmp_path / 'it\'s $(touch x) "mine" & so on'
    root.mkdir()
    for name in ("qcode.yaml", "codebooks", "cases"):
        (study / name).rename(root / name)
    file = root / "cases/1/codings/employer.anna.yaml"

    async def act(address: str) -> None:
        async with page(tmp_path / "profile") as browser:
            await browser.open(address)
            await browser.shows("She rang me every Friday.")
            assert await browser.value("document.querySelectorAll('canvas').length > 0")
            assert await browser.value("document.activeElement.className") == "xterm-helper-textarea", (
                "no click is needed"
            )
            await browser.press("j", "c")
            await browser.shows("Enter apply")
            await browser.press("s", "1", "+", "Enter")
            await browser.shows("S1+")
            assert "valence: helping" in file.read_text(encoding="utf-8")
            await browser.press("q")
            await browser.becomes("document.getElementById('ended').checkVisibility()")
            origin = "{0.scheme}://{0.netloc}/".format(urlsplit(address))
            assert browser.asked
            outside = [a for a in browser.asked if not a.replace("ws:", "http:").startswith((origin, "data:"))]
            assert outside == []
            assert browser.complaints == []

    with served(root, "--coder", "anna", "1/employer") as address:
        asyncio.run(act(address))
    assert not (tmp_path / "x").exists()


def status(address: str, path: str = "/", **headers: str) -> int:
    wire = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    wire.request("GET", path, headers=headers)
    answer = wire.getresponse()
    answer.read()
    wire.close()
    return answer.status


def test_only_its_own_page_with_the_key_gets_in(study: Path) -> None:
    with served(study, "--coder", "anna") as address:
        at = urlsplit(address)
        assert at.hostname == "127.0.0.1"
        wire = http.client.HTTPConnection(at.netloc, timeout=20)
        wire.request("GET", f"/?{at.query}")
        entered = wire.getresponse()
        entered.read()
        wire.close()
        cookie = (entered.getheader("Set-Cookie") or "").partition(";")[0]
        assert entered.status == 302
        assert status(address, Cookie=cookie) == 200
        assert status(address) == 403
        assert status(address, "/ws") == 403
        assert status(address, "/?key=guess") == 403
        assert status(address, Cookie=cookie, Host="evil.example") == 403, "a name that was made to lead here"
        assert status(address, "/ws", Cookie=cookie, Origin="http://evil.example") == 403, "another page's script"
        assert status(address, "/static/js/textual.js") == 403


def test_a_port_that_is_taken_is_told(qcode: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = qcode("tag", "--serve", "--port", port, "--coder", "anna")
    assert done.returncode == 2
    assert f"port {port}" in done.stderr
    assert "--port 0" in done.stderr


def test_without_the_extra_one_is_told_how_to_get_it(qcode: Run, tmp_path: Path) -> None:
    (tmp_path / "bare/textual_serve").mkdir(parents=True)
    gone = "raise ModuleNotFoundError(\"No module named 'textual_serve'\", name='textual_serve')"
    (tmp_path / "bare/textual_serve/__init__.py").write_text(gone)
    path = os.pathsep.join([str(tmp_path / "bare"), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = qcode("tag", "--serve", "--coder", "anna", PYTHONPATH=path)
    assert done.returncode == 2
    assert "pip install 'qcode[serve]'" in done.stderr


@pytest.mark.parametrize(
    "args", [("--serve", "--code", "trust", "--lines", "8"), ("--port", "80"), ("--serve", "9/nobody")]
)
def test_what_makes_no_sense_is_refused_before_anything_is_served(qcode: Run, args: tuple[str, ...]) -> None:
    done = qcode("tag", *args, "--coder", "anna")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2


words = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))


@given(words, words, st.booleans())
def test_the_command_arrives_word_for_word(folder: str, transcript: str, read_only: bool) -> None:
    command = served_command(Path("/" + folder), transcript, "anna", read_only=read_only)
    assert shlex.split(quoted(command, "linux")) == command
    assert command[-2:] == (["--", transcript] if transcript else command[-2:])
    assert ("--read-only" in command) == (read_only or "--read-only" in (folder, transcript))
