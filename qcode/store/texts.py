"""Texts that quotes were written against, kept in .qcode/texts: git knows only those that were committed.

A file each, by transcript and git's blob id: .qcode/texts/CASE/STEM/ID. They may vanish at any time.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from qcode.core.errors import QcodeError
from qcode.store.journal import own, qcode_dir


class Text(NamedTuple):
    """The text of a transcript (CASE/STEM) as a coder had it before them."""

    transcript: str
    blob: str
    text: str


def keep_text(root: Path, text: Text) -> None:
    """Keep a text, if it is not kept yet. Where that can't be, quotes are only found less well after an edit."""
    with suppress(OSError, QcodeError):
        folder = _home(root)
        for name in text.transcript.split("/"):
            folder = own(folder / name)
        if not (folder / text.blob).exists():
            temp = folder / f".{os.getpid()}"
            temp.write_text(text.text, encoding="utf-8", newline="")
            os.replace(temp, folder / text.blob)


def kept_texts(root: Path) -> dict[str, Path]:
    """Where each text that is kept lies, by its blob id."""
    home = root / ".qcode" / "texts"
    return {name: Path(folder, name) for folder, _, names in os.walk(home) for name in names if name[0] != "."}


def forget_texts(root: Path, staying: Collection[str]) -> None:
    """Keep no text of any transcript but of these, as when consent is withdrawn."""
    for case in [*_folders(root / ".qcode" / "texts")]:
        for transcript in [*_folders(case)]:
            if f"{case.name}/{transcript.name}" not in staying:
                shutil.rmtree(transcript)


def _home(root: Path) -> Path:
    return own(qcode_dir(root) / "texts")


def _folders(path: Path) -> list[Path]:
    return [entry for entry in path.iterdir() if entry.is_dir() and not entry.is_symlink()] if path.is_dir() else []
