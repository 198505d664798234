"""Pictures of the desk on a small study.

`python tests/tui/scenes.py` draws them anew. Look at them before you keep them.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from textual.pilot import Pilot
from textual.widgets import Input

from qcode.core.codebook import Codebook
from qcode.core.errors import QcodeError
from qcode.core.model import Study
from qcode.core.session import Session, open_session
from qcode.store.project import load
from qcode.tui.app import Desk
from qcode.tui.doors import Doors, Draft, Memory
from qcode.tui.screen import DeskScreen

KEPT = Path(__file__).parent / "snapshots"
SIZES = ((80, 24), (140, 40))
THEMES = ("dark", "light")
Act = Callable[[Pilot[None], DeskScreen], Awaitable[None]]

BOOK = """\
name: Work places
version: 2
language: en
phases: [{id: start, label: the start}, {id: job, label: on the job}]
perspectives: [{id: employer}, {id: client}]
valences: [{id: helping}, {id: hindering}, {id: both}]
codes:
- id: themes
  label: Themes
  codes:
  - id: contact
    key: T1
    label: A known contact
    color: "#2a9d8f"
    definition: Whether there is one person to ring, and who that is.
    include: Remarks on a change of that person, and on nobody being there.
  - id: hours
    key: T2
    label: Hours and tasks
    color: "#e9c46a"
    definition: What was agreed about hours, tasks and times, or changed in them.
  - {id: money, key: T3, label: Money, definition: Wages and subsidies., perspectives: [employer]}
- id: steps
  label: Steps
  codes:
  - id: giving-in
    key: S1
    label: Giving in, on either side
    color: "#e76f51"
    definition: One side drops a wish so that the match can go on.
    include: Hours, tasks, times, and also what was asked and refused.
    exclude: What both wanted from the start.
    examples: ["I wanted thirty hours, she could do twenty. Then twenty it is."]
  - id: trust
    key: S2
    label: A bond of trust
    color: "#7b6dc9"
    definition: Somebody is believed, rung or confided in, or no longer.
  - {id: plain-talk, key: S3, label: Plain talk on what cannot be done, definition: What is said and what is kept back.}
"""
GUIDE = """\
id: employers
perspective: employer
title: Employers
blocks:
- id: A
  title: The start
  questions:
  - {id: A1, text: How did this person come to you?, themes: [contact]}
  - {id: A2, text: What did you agree?, themes: [hours, giving-in]}
"""
EMPLOYER = """\
---
perspective: employer
guide: employers
speakers: {I: interviewer, Employer: respondent}
---
# Employer, case 4

## The start {phase=start}

{q=A1}
**I:** How did she come to you?

**Employer:** Through the town. Joan rang me, on a Monday, and she had one name for me. Not three names, one. \
I had known Joan for years, so I said: send her round.

{q=A2}
**I:** And what did you agree?

**Employer:** I wanted thirty hours, since that is what the till needs. She could do twenty. Well, then twenty it is. \
I did ask what she could not do, and there Joan went rather quiet.

## On the job {phase=job}

**I:** How did it go in the first weeks?

**Employer:** Fine, until the till changed. Nobody had told me that she does not read well; [that] I heard from a \
customer. I was cross with Joan, and I told her so. 👍 She came the same day.

**I:** Did that help?

**Employer:** It did. We put pictures on the keys.
"""
CLIENT = """\
perspective: client
turns:
- {speaker: I, text: "How did you hear of the shop?", phase: start}
- {speaker: R, text: "Joan knows everything about me. She said: shall I tell them, or will you? I said nobody tells."}
- {speaker: I, text: "And the hours?"}
- {speaker: R, text: "Twenty. They wanted more, but they gave in."}
"""
CODED = """\
transcript: {file}
coder: {coder}
segments:
"""


class Coding(NamedTuple):
    id: str
    quote: str
    codes: str  # a YAML list


RANG = "Joan rang me, on a Monday, and she had one name for me. Not three names, one."
TWENTY = "I wanted thirty hours, since that is what the till needs. She could do twenty. Well, then twenty it is."
QUIET = "I did ask what she could not do, and there Joan went rather quiet."
HELPED = "[{code: trust, valence: helping}]"
EMPLOYER_BY = {
    "anna": (
        Coding("a0000001", RANG, "[contact]"),
        Coding("a0000002", "I had known Joan for years, so I said: send her round.", HELPED),
        Coding("a0000003", TWENTY, "[{code: giving-in, valence: helping}, hours]"),
        Coding("a0000004", "She could do twenty.", "[{code: plain-talk, memo: Said by her or by Joan?}]"),
        Coding("a0000005", "I was cross with Joan, and I told her so.", "[{code: trust, valence: hindering}]"),
        Coding("a0000006", "Nobody had told me she is a slow reader;", "[plain-talk]"),  # the words have changed
    ),
    "bram": (
        Coding("b0000001", RANG, "[contact]"),
        Coding("b0000002", TWENTY, "[{code: giving-in, valence: both}, hours]"),
        Coding("b0000003", QUIET, "[{code: plain-talk, valence: hindering}]"),
    ),
}
CLIENT_BY = {
    "anna": (Coding("a0000011", "They wanted more, but they gave in.", "[{code: giving-in, valence: helping}]"),)
}
CASE = "interviews:\n- {perspective: employer}\n- {perspective: client}\n"


def study(folder: Path) -> Study:
    """The study that all pictures are of."""
    files = {
        "qcode.yaml": "study: Shops\nlanguage: en\ncodebook: book.yaml\nguides: guides\ncoders: {anna: A, bram: B}\n"
        "desk: {new_codes: true}\n",
        "book.yaml": BOOK,
        "guides/employers.yaml": GUIDE,
        "cases/4/case.yaml": CASE,
        "cases/4/employer.md": EMPLOYER,
        "cases/4/client.yaml": CLIENT,
        "cases/4/memos/keys.md": '---\nabout: "4"\ntype: idea\n---\n# Pictures on the keys\n\nAsk the others, too.\n',
    }
    for name, by in (("employer.md", EMPLOYER_BY), ("client.yaml", CLIENT_BY)):
        for coder, made in by.items():
            entries = "".join(f'- id: {c.id}\n  quote: "{c.quote}"\n  codes: {c.codes}\n' for c in made)
            path = f"cases/4/codings/{name.partition('.')[0]}.{coder}.yaml"
            files[path] = CODED.format(file=name, coder=coder) + entries
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return load(folder).require()


def keys(*pressed: str) -> Act:
    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press(*pressed)

    return act


def tab(name: str, *pressed: str) -> Act:
    """A tab of the side in front, after some keys."""

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        screen.code = "giving-in"
        await pilot.press(*pressed, "z" if screen.side.has_class("off") else "#")
        screen.side.turn_to(name)

    return act


SCENES: dict[str, tuple[str, Act]] = {
    "reading": ("anna", keys("j", "s", "l")),
    "palette": ("anna", keys("j", "j", "j", "s", "c", *"giv")),
    "new-code": ("anna", keys("j", "j", "j", "s", "l", "C", *"Half the hours", "enter", *"step")),
    "sides": ("anna", tab("others", "j")),
    "memos": ("anna", tab("memos", "j")),
    "problems": ("anna", tab("problems", "j")),
    "consensus": ("consensus", keys("n")),
    "help": ("anna", keys("?")),
}


def take(session: Session, size: tuple[int, int], theme: str, act: Act, title: str = "qcode tag") -> str:
    """The desk as SVG after some act. Nothing in it depends on the clock or on what is elsewhere."""

    async def run() -> str:
        desk = Desk(session, Doors(lambda s: s, lambda _: session, new_code=_make), Memory())
        desk.animation_level = "none"
        desk.theme = f"textual-{theme}"
        async with desk.run_test(size=size) as pilot:
            await pilot.pause()
            assert isinstance(desk.screen, DeskScreen)
            await act(pilot, desk.screen)
            for field in desk.screen.query(Input):
                field.cursor_blink = False
            await pilot.pause()
            await pilot.pause()
            return drawn(desk.export_screenshot(title=title))

    return asyncio.run(run())


def _make(draft: Draft, transcript: str) -> tuple[str, Codebook]:
    raise QcodeError("no code is made for a picture")


def drawn(svg: str) -> str:
    """An SVG without what is drawn by lot, nor fonts from elsewhere."""
    svg = re.sub(r"terminal-\d+", "terminal", svg)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return "\n".join(line.rstrip() for line in svg.splitlines()).strip() + "\n"


def every() -> Iterator[tuple[str, tuple[int, int], str]]:
    """What pictures there are: scene, size, theme."""
    yield from product(SCENES, SIZES, THEMES)


def name_of(scene: str, size: tuple[int, int], theme: str) -> str:
    return f"{scene}-{size[0]}x{size[1]}-{theme}.svg"


def made(of: Study, scene: str, size: tuple[int, int], theme: str) -> str:
    coder, act = SCENES[scene]
    return take(open_session(of, of.transcripts["4/employer"], coder), size, theme, act)


def main() -> None:
    KEPT.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        of = study(Path(folder))
        for picture in every():
            (KEPT / name_of(*picture)).write_text(made(of, *picture), encoding="utf-8")


if __name__ == "__main__":
    main()
