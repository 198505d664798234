"""The pictures of the desk in docs/pictures, of the example study.

`python tests/tui/pictures.py` draws them anew. Look at them before you keep them.
"""

from __future__ import annotations

from pathlib import Path

from scenes import Act, keys, take
from textual.pilot import Pilot

from qcode.core.session import open_session
from qcode.store.project import load
from qcode.tui.screen import DeskScreen

HOME = Path(__file__).parents[2]
SIZE = (120, 30)


def to_difference(code: str) -> Act:
    """On to the passage on which coders differ about a code."""

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        span = next(one.span for one in screen._differences() if one.code == code)
        while screen.selection.span != span:
            await pilot.press("n")
        await pilot.press("z")  # the text has all the room

    return act


PICTURES: dict[str, tuple[str, str, Act]] = {
    "reading": ("13/werkgever", "anna", keys(*"jjjjjj", "s", "l")),
    "palette": ("13/werkgever", "anna", keys(*"jjjjjj", "s", "l", "c", *"afsp")),
    "team": ("5/werkgever", "consensus", to_difference("concessies")),
}


def main() -> None:
    study = load(HOME).require()
    for name, (transcript, coder, act) in PICTURES.items():
        session = open_session(study, study.transcripts[transcript], coder)
        svg = take(session, SIZE, "dark", act, f"qcode tag {transcript}")
        (HOME / f"docs/pictures/{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
