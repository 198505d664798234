"""How quickly the coding desk answers on a transcript of 2,000 turns with 1,000 segments.

`python benchmarks/desk.py [--turns N] [--segments N] [--presses N]` prints medians in milliseconds: from a key to the
paint that follows it, for moving, scrolling and coding (saving included); how long opening takes; and the same for
Textual's own empty app, measured in the same run. Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static

from qcode.cli.desk import Way
from qcode.core.model import Study
from qcode.core.session import Session, open_session
from qcode.store.files import apply
from qcode.store.project import load, plan_codings
from qcode.tui.app import Desk

SIZE = (140, 40)
CODES = [f"code-{number}" for number in range(20)]
BOOK = (
    "name: Desk\nversion: 1\nlanguage: en\nperspectives: [{id: employer}]\nvalences: [{id: helping}]\ncodes:\n"
    + "".join(f"- {{id: {code}, key: C{number}, label: Code number {number}}}\n" for number, code in enumerate(CODES))
)
SAYS = "He said that {n} people came, and that none of them stayed for long. We waited for {n} weeks. Then they rang."


class Empty(App[None]):
    """The least that Textual does: an app with one line of text, which a key changes."""

    BINDINGS = [("j", "change", "change")]  # noqa: RUF012, Textual's own form

    def compose(self) -> ComposeResult:
        yield Static("0")

    def action_change(self) -> None:
        line = self.query_one(Static)
        line.update(str(int(str(line.content)) + 1), layout=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=2000)
    parser.add_argument("--segments", type=int, default=1000)
    parser.add_argument("--presses", type=int, default=40)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make(root, given.turns, given.segments)
        for line in asyncio.run(measure(root, given.presses)):
            print(line)


def make(root: Path, turns: int, segments: int) -> None:
    """A study of one long interview, coded by anna."""
    for path, text in {
        "qcode.yaml": "study: Desk\ncodebook: book.yaml\ncoders: {anna: Anna}\n",
        "book.yaml": BOOK,
        "cases/1/case.yaml": "interviews:\n- {perspective: employer}\n",
        "cases/1/long.md": "---\nperspective: employer\n---\n# Long\n\n"
        + "\n\n".join(f"**{'IR'[n % 2]}:** {SAYS.format(n=n)}" for n in range(turns))
        + "\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    session = opened(load(root))
    layout = session.transcript.layout
    for number in range(segments):
        turn = layout.turns[number * len(layout.turns) // segments]
        session = session.add((turn.start + 7, turn.end), [CODES[number % len(CODES)]])
    apply(root, plan_codings(root, [(session.opened, session.codings)]))


def opened(study: Study) -> Session:
    return open_session(study, study.transcripts["1/long"], "anna")


async def measure(root: Path, presses: int) -> list[str]:
    lines = []
    empty = Empty()
    began = time.perf_counter()
    async with empty.run_test(size=SIZE) as pilot:
        await pilot.pause()
        lines.append(f"{'empty app: open':<32} {(time.perf_counter() - began) * 1000:8.1f}")
        lines.append(f"{'empty app: key to paint':<32} {await times(empty, pilot, ['j'] * presses):8.1f}")
    began = time.perf_counter()
    desk = Desk(opened(load(root).require()), Way(root, "anna").doors())
    async with desk.run_test(size=SIZE) as pilot:
        await pilot.pause()
        lines.append(f"{'desk: open, study and all':<32} {(time.perf_counter() - began) * 1000:8.1f}")
        for what, keys in (
            ("next turn", ["j"] * presses),
            ("page", ["pagedown"] * presses),
            ("next word", ["w", *["l"] * presses]),
            ("extend by a word", ["L"] * presses),
            ("next turn without a code", ["n"] * presses),
        ):
            lines.append(f"{'desk: ' + what:<32} {await times(desk, pilot, keys):8.1f}")
        desk_screen = desk.screen
        await pilot.press("t", "c", "c", "1", "enter")
        await pilot.pause()
        for what, keys in (("code again (saved)", ["full_stop", "j"] * presses), ("undo (saved)", ["u"] * presses)):
            lines.append(f"{'desk: ' + what:<32} {await times(desk, pilot, keys, keys[0]):8.1f}")
        assert desk.screen is desk_screen
    return lines


async def times(app: App[None], pilot: Pilot[None], keys: list[str], only: str | None = None) -> float:
    """The median over the keys (or one of them) of what passes until all that it set off is painted, in ms."""
    painted: Callable[[], Awaitable[None]] = pilot.pause
    took = []
    for key in keys:
        began = time.perf_counter()
        app.simulate_key(key)
        await painted()
        if only in (None, key):
            took.append((time.perf_counter() - began) * 1000)
    return median(took)


if __name__ == "__main__":
    main()
