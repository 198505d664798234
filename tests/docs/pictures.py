"""The README's pictures, drawn by the desk itself from the example: `python tests/docs/pictures.py` draws them anew."""

from __future__ import annotations

from pathlib import Path
from sys import path

path.append(str(Path(__file__).parents[1] / "tui"))

from scenes import Act, keys, take

from qcode.core.session import open_session
from qcode.store.project import load

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs/pictures"
SIZE = (120, 32)
SHOWN: dict[str, tuple[str, str, Act]] = {
    "reading": ("13/werkgever", "anna", keys(*"jjjjj", "s")),
    "palette": ("13/werkgever", "anna", keys(*"jjjjjjj", "s", "c", *"con")),
    "team": ("13/werkgever", "consensus", keys("z", *"jjjjjj")),
}


def main() -> None:
    study = load(ROOT).require()
    for name, (transcript, coder, act) in SHOWN.items():
        session = open_session(study, study.transcripts[transcript], coder)
        picture = take(session, SIZE, "dark", act, title=f"qcode tag {transcript}")
        (PICTURES / f"{name}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
