"""What git has to know of a study: the attributes of its files, and the hook that checks it before a commit."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import PurePosixPath

_NOTE = "# Merged by what they say, not by lines. Written by `qcode git install`; `qcode git uninstall` takes it away."
_MERGED = (
    "cases/*/codings/*.yaml merge=qcode diff=qcode",
    "cases/*/observations.yaml merge=qcode",
    "cases/*/summaries.yaml merge=qcode",
    "codebooks/*.yaml merge=qcode",
    "codebooks/decisions/*.yaml merge=qcode",
)
BEFORE = ".before-qcode"  # the ending of a hook that was there before ours
_OURS = "# Checks the study before a commit. Written by `qcode git install`; `qcode git uninstall` takes it away."
_HOOK = """\
#!/bin/sh
{note}
before="$0{ending}"
if [ -x "$before" ]; then "$before" "$@" || exit $?; fi
qcode_check() {{
    [ -f "$1/qcode.yaml" ] || return 0
    where="$1"
    set -- check --staged --orphans HEAD
    if {python} -c 'import qcode' 2>/dev/null; then said=$({python} -m qcode -C "$where" "$@" 2>&1) && return 0
    elif command -v qcode >/dev/null; then said=$(qcode -C "$where" "$@" 2>&1) && return 0
    else echo 'qcode is not found: this commit is not checked.' >&2; return 0; fi
    printf '%s\\n' "$said" | grep -A 1 ': error: ' >&2 || printf '%s\\n' "$said" >&2
    echo "Not committed: 'qcode check' finds these errors. To commit all the same: git commit --no-verify" >&2
    return 1
}}
"""
_CALL = "qcode_check {folder} || exit 1\n"


def with_attributes(there: str, codebook: str) -> str:
    """A .gitattributes with our lines, which come first, so that those of the user overrule them."""
    ours = (f"{line}\n" for line in (_NOTE, *_lines(codebook)))
    return "".join(ours) + without_attributes(there, codebook)


def without_attributes(there: str, codebook: str) -> str:
    """A .gitattributes without our lines."""
    ours = {_NOTE, *_lines(codebook)}
    return "".join(line for line in there.splitlines(keepends=True) if line.rstrip("\r\n") not in ours)


def with_check(hook: str | None, folder: str, python: str) -> str:
    """Our hook, that checks the study in this folder of the repository, too."""
    calls = [line for line in _calls(hook or "") if line != _call(folder)]
    head = _HOOK.format(note=_OURS, ending=BEFORE, python=shlex.quote(python))
    return "".join([head, *calls, _call(folder)])


def without_check(hook: str, folder: str) -> str | None:
    """Our hook without the study in this folder; None where it then checks none."""
    left = [line for line in hook.splitlines(keepends=True) if line != _call(folder)]
    return "".join(left) if _calls("".join(left)) else None


def is_ours(hook: str) -> bool:
    return _OURS in hook.splitlines()


def merge_command(python: str) -> str:
    """What git runs to merge a file: ours, and where that can't, or is not there any more, its own merge by lines."""
    ours = f"{shlex.quote(python)} -m qcode git driver %O %A %B %L %P %X %Y"
    lines = "git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B"
    return f"{ours}; s=$?; test $s -eq 0 && exit 0; test $s -eq 10 && exit 1; {lines} && test $s -ne 11"


def textconv_command(python: str) -> str:
    """What git runs to show a codings file in a diff."""
    return f"{shlex.quote(python)} -m qcode git textconv"


def _calls(hook: str) -> Sequence[str]:
    return [line for line in hook.splitlines(keepends=True) if line.startswith("qcode_check ")]


def _call(folder: str) -> str:
    return _CALL.format(folder=shlex.quote(folder or "."))


def _lines(codebook: str) -> list[str]:
    """The lines of attributes; one more where the codebook lies elsewhere."""
    known = not codebook or (PurePosixPath(codebook).parent.as_posix() == "codebooks" and codebook.endswith(".yaml"))
    pattern = f"/{codebook}"
    if any(sign in pattern for sign in ' "\\'):
        pattern = '"' + pattern.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return [*_MERGED, *([] if known else [f"{pattern} merge=qcode"])]
