"""Where a result goes, and in which form."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypedDict

from qcode.cli.boundary import tell
from qcode.core.errors import QcodeError

# Endings that are not the name of their format.
ENDINGS = {"txt": "table", "markdown": "md", "htm": "html", "tex": "latex"}


def chosen(form: str | None, output: Path | None, forms: Sequence[str]) -> str:
    """The form asked for; else what the output file's ending says; else the first. Raises QcodeError."""
    if form is not None:
        return form
    if output is None:
        return forms[0]
    ending = output.suffix.lstrip(".").lower()
    ending = ENDINGS.get(ending, ending)
    if ending in forms:
        return ending
    hint = f"Give --format, or an ending that is one of: {', '.join(forms)}."
    raise QcodeError(f"{output}: its ending names no format", hint=hint)


def emit(result: str | bytes, output: Path | None) -> None:
    """Print a result, or write it to a file that is then whole or not there at all. Raises QcodeError for bytes that
    would go to a terminal.
    """
    if output is not None:
        _write(result, output)
    elif isinstance(result, bytes):
        if sys.stdout.isatty():
            hint = "Give --output with a file, or send it to one with '>'."
            raise QcodeError("this format is a file, not something for a terminal", hint=hint)
        sys.stdout.buffer.write(result)
    else:
        print(result, end="" if result.endswith("\n") or not result else "\n")


def _write(result: str | bytes, output: Path) -> None:
    import os
    import tempfile

    if isinstance(result, str):
        ended = result if result.endswith("\n") else result + "\n"
        result = ended.encode("utf-8", "backslashreplace")
    handle, name = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
    try:
        with open(handle, "wb") as file:
            file.write(result)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, output)
    except BaseException:
        os.unlink(name)
        raise
    tell(f"Wrote {output}.")


def emit_folder(files: Iterable[tuple[str, bytes]], folder: Path) -> None:
    """Write files, each by its path in it, to a folder that is then whole or not there at all.

    Raises QcodeError where something lies there already.
    """
    import os
    import shutil
    import tempfile

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise QcodeError(f"{folder} is there already", hint="Name another folder, or take this one away first.")
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.absolute().parent))
    try:
        for path, data in files:
            (beside / path).parent.mkdir(parents=True, exist_ok=True)
            (beside / path).write_bytes(data)
        mask = os.umask(0)
        os.umask(mask)
        beside.chmod(0o777 & ~mask)
        os.replace(beside, folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    tell(f"Wrote {folder}.")


class Screen(TypedDict, total=False):
    """What a result is shown on: nothing of it where it is no terminal."""

    width: int
    colour: bool


def screen(output: Path | None) -> Screen:
    """How wide the terminal is and whether it shows colour; nothing where there is none."""
    import os
    import shutil

    if output is not None or not sys.stdout.isatty():
        return {}
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return {"width": shutil.get_terminal_size().columns, "colour": not plain}
