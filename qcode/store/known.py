"""The names that a study knows, for completion at the prompt: kept beside the index, as a small file of JSON."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qcode.core.errors import QcodeError
from qcode.core.words import one_line

if TYPE_CHECKING:
    from qcode.core.model import Study

MARKER = "qcode.yaml"
_NAME = "names.json"
_LOOKED_AT = (MARKER, "cases")


class Known(NamedTuple):
    """Names in the order of the study; of each code its label, too."""

    codes: list[tuple[str, str]]
    cases: list[str]
    coders: list[str]
    transcripts: list[str]


def find_root(start: Path) -> Path:
    """The folder with qcode.yaml: this one or the nearest above. Raises QcodeError."""
    here = Path(os.path.abspath(start))
    for folder in (here, *here.parents):
        if (folder / MARKER).is_file():
            return folder
    hint = "Go to the folder of a study, or use -C DIR, or start one with 'qcode init'."
    raise QcodeError(f"no study here: no {MARKER} in {here} or above it", hint=hint)


def known_names(root: Path) -> Known:
    """The names, read anew where the settings, the codebook or the cases' folder look otherwise than they did."""
    file = root / ".qcode" / _NAME
    with suppress(OSError, ValueError, TypeError, KeyError):
        said = json.loads(file.read_text(encoding="utf-8"))
        if said["looks"] == _looks(root, said["codebook"]):
            codes, cases, coders, transcripts = said["names"]
            return Known([(code, label) for code, label in codes], cases, coders, transcripts)
    from qcode.store.index import load_indexed

    study = load_indexed(root)
    names, codebook = _names(study), study.settings.codebook
    with suppress(OSError, QcodeError, ValueError):
        _keep(root, json.dumps({"looks": _looks(root, codebook), "codebook": codebook, "names": names}))
    return names


def _names(study: Study) -> Known:
    book, language = study.codebook, study.language
    return Known(
        [(code.id, one_line(book.title(code.id, language))) for code in book.by_order if not code.retired],
        [case.id for case in study.cases],
        list(dict.fromkeys([*study.settings.coders, *(codings.coder for codings in study.codings)])),
        list(study.transcripts),
    )


def _looks(root: Path, codebook: str) -> list[list[int]]:
    """Size and times of change of what new names are written in."""
    looks = [os.stat(root / path) for path in (*_LOOKED_AT, codebook)]
    return [[one.st_size, one.st_mtime_ns, one.st_ctime_ns, one.st_ino] for one in looks]


def _keep(root: Path, text: str) -> None:
    from qcode.store.journal import qcode_dir

    file = qcode_dir(root) / _NAME
    temp = file.with_suffix(f".{os.getpid()}")
    temp.write_text(text, encoding="utf-8")
    os.replace(temp, file)
