"""Broken and odd studies: every command says what is wrong in the file's name and line, and none falls over."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import CODEBOOK, TRANSCRIPT

from qcode.cli.boundary import guarded
from qcode.cli.main import app

Run = Callable[..., subprocess.CompletedProcess[str]]
Files = dict[str, str | bytes | None]

CASE, SPOKEN = "cases/1/case.yaml", "cases/1/employer.md"
CODED = "cases/1/codings/employer.anna.yaml"
BOOK = "codebooks/small.yaml"
HEAD = "transcript: employer.md\ncoder: anna\n"
ONE = f"{HEAD}segments:\n- quote: rang me\n  codes: [contact]\n"
BYTES = bytes(range(256))
CONFLICT = "<<<<<<< ours\na: b\n=======\na: c\n>>>>>>> theirs\n"
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(n + 1)}: &{chr(n + 1)} [{','.join([f'*{chr(n)}'] * 9)}]\n" for n in range(97, 107)
)
STUDY = {
    "qcode.yaml": "study: Small\ncodebook: codebooks/small.yaml\ncoders: {anna: Anna, bram: Bram}\n",
    BOOK: CODEBOOK,
    CASE: "outcome: good\ninterviews:\n- {perspective: employer, consent: given}\n",
    SPOKEN: TRANSCRIPT,
    CODED: ONE,
}


def coded(segment: str, head: str = "") -> Files:
    """A study with one segment in anna's file."""
    return {CODED: f"{HEAD}{head}segments:\n{segment}"}


# The files that differ from a good study (None: not there); the file that is unreadable, if one is.
UNREADABLE: dict[str, tuple[Files, str]] = {
    "empty settings": ({"qcode.yaml": ""}, "qcode.yaml"),
    "settings of bytes": ({"qcode.yaml": BYTES}, "qcode.yaml"),
    "one case in two folders": ({"cases/Zoe\u0308/case.yaml": "", "cases/Zoë/case.yaml": ""}, "cases/Zo"),
    "no such codebook": ({"qcode.yaml": "codebook: none.yaml\n"}, "qcode.yaml"),
    "a codebook outside": ({"qcode.yaml": "codebook: ../../../etc/passwd\n"}, "qcode.yaml"),
    "an absolute codebook": ({"qcode.yaml": "codebook: /etc/passwd\n"}, "qcode.yaml"),
    "a codebook with a null byte": ({"qcode.yaml": 'codebook: "a\\0b"\n'}, "qcode.yaml"),
    "the root as a codebook": ({"qcode.yaml": "codebook: .\n"}, "qcode.yaml"),
    "a folder as a codebook": ({"qcode.yaml": "codebook: codebooks\n"}, "codebooks"),
    "a list as a codebook": ({"qcode.yaml": "codebook: [a]\n"}, "qcode.yaml:1:11"),
    "settings of other kinds": (
        {"qcode.yaml": "codebook: codebooks/small.yaml\nminimum_perspectives: 0\ntargets: 5\n"},
        "qcode.yaml:2:23",
    ),
    "a codebook in UTF-16": ({BOOK: CODEBOOK.encode("utf-16")}, f"{BOOK}:1:1"),
    "ids that can't be": ({BOOK: "phases: [a, b c, ~]\ncodes: [a, {label: b}, {id: '-'}]\n"}, BOOK),
    "a version with a point": ({BOOK: CODEBOOK.replace("version: 2", "version: 1.10")}, f"{BOOK}:2:10"),
    "a version of a thousand digits": ({BOOK: f"version: {'9' * 1000}\n"}, f"{BOOK}:1:10"),
    "a conflict in the codebook": ({BOOK: CONFLICT}, f"{BOOK}:1:1"),
    "a conflict in the settings": ({"qcode.yaml": CONFLICT}, "qcode.yaml:1:1"),
    "a conflict in codings": ({CODED: ONE + CONFLICT}, f"{CODED}:6:1"),
    "a conflict in a transcript": ({SPOKEN: (TRANSCRIPT + CONFLICT).replace("\n", "\r\n")}, f"{SPOKEN}:17:1"),
    "a conflict in observations": ({"cases/1/observations.yaml": CONFLICT}, "cases/1/observations.yaml:1:1"),
    "a case in Latin-1": ({CASE: "outcome: caf\xe9\n".encode("latin-1")}, f"{CASE}:1:13"),
    "a case that is a list": ({CASE: "- outcome\n"}, f"{CASE}:1:1"),
    "interviews that are none": ({CASE: "interviews: [{held: perhaps, consent: maybe}, 3]\n"}, f"{CASE}:1:14"),
    "attributes that are lists": ({CASE: "attributes: {a: [b]}\n"}, f"{CASE}:1:17"),
    "a folder as a case.yaml": ({CASE: None, f"{CASE}/x": ""}, CASE),
    "a folder as a transcript": ({SPOKEN: None, f"{SPOKEN}/x": ""}, SPOKEN),
    "a folder as codings": ({CODED: None, f"{CODED}/x": ""}, CODED),
    "a file as the folder of codings": ({CODED: None, "cases/1/codings": ""}, "cases/1/codings"),
    "a file as the folder of cases": ({CASE: None, SPOKEN: None, CODED: None, "cases": ""}, "cases"),
    "a transcript of bytes": ({"cases/1/x.md": BYTES}, "cases/1/x.md:"),
    "a transcript in UTF-16": ({SPOKEN: TRANSCRIPT.encode("utf-16-le") + b"\xe9"}, SPOKEN),
    "front matter without an end": ({SPOKEN: "---\nperspective: employer\n\n**R:** Yes.\n"}, f"{SPOKEN}:1:1"),
    "front matter that is a list": ({SPOKEN: "---\n- a\n---\nYes.\n"}, f"{SPOKEN}:2:1"),
    "a grade in words": ({SPOKEN: "---\nperspective: employer\ngrade: high\n---\nYes.\n"}, f"{SPOKEN}:3:8"),
    "a turn that is a number": (
        {"cases/1/t.yaml": "perspective: client\nturns:\n- {speaker: R}\n- 5\n"},
        "cases/1/t.yaml:4:3",
    ),
    "empty codings": ({CODED: ""}, CODED),
    "codings of nothing": ({CODED: "~\n"}, f"{CODED}:1:1"),
    "segments in words": ({CODED: f"{HEAD}segments: none yet\n"}, f"{CODED}:3:11"),
    "segments that are numbers": ({CODED: f"{HEAD}segments: [1, 2]\n"}, f"{CODED}:3:12"),
    "no quote": (coded("- codes: [contact]\n"), f"{CODED}:4:3"),
    "codes in words": (coded("- quote: rang me\n  codes: contact\n"), f"{CODED}:5:10"),
    "a codebook version in words": (coded("", "codebook_version: three\n"), f"{CODED}:3:19"),
    "a line before the first": (coded("- {quote: rang me, line: -4, codes: [contact]}\n"), f"{CODED}:4:26"),
    "a key twice": ({CODED: f"{ONE}coder: bram\n"}, f"{CODED}:6:1"),
    "a tag": (coded("- {quote: !!str rang me, codes: [contact]}\n"), f"{CODED}:4:11"),
    "a merge key": ({CODED: f"base: &b {{coder: anna}}\n<<: *b\n{HEAD}"}, f"{CODED}:2:1"),
    "a bomb": ({CODED: BOMB}, CODED),
    "a list that holds itself": ({CODED: f"{HEAD}segments: &s\n- *s\n"}, CODED),
    "brackets without end": ({CODED: "[" * 50_000}, CODED),
    "dashes without end": ({CODED: "- " * 50_000}, CODED),
    "levels without end": ({CODED: "".join(f"{' ' * n}a:\n" for n in range(1000))}, CODED),
    "tabs as indentation": ({CODED: ONE.replace("  codes", "\tcodes")}, f"{CODED}:5"),
    "two documents": ({CODED: f"{ONE}---\n{ONE}"}, f"{CODED}:6"),
    "a null byte in YAML": ({CODED: f"{ONE}\0"}, CODED),
    "half a character in YAML": (coded('- {quote: "\\ud800", codes: [contact]}\n'), f"{CODED}:4"),
}

# The same; the rules that `check` names. Every other command works, and counts what there is.
ODD: dict[str, tuple[Files, set[str]]] = {
    "nothing wrong": ({}, set()),
    "no cases": ({CASE: None, SPOKEN: None, CODED: None}, set()),
    "no case.yaml": ({CASE: None}, {"consent-missing"}),
    "an empty case.yaml": ({CASE: ""}, {"consent-missing"}),
    "an empty codebook": (
        {BOOK: "codes: []\n", CODED: None},
        {"unknown-outcome", "unknown-perspective", "unknown-phase"},
    ),
    "an empty transcript": ({SPOKEN: ""}, {"no-perspective", "consent-missing", "lost"}),
    "no segments": ({CODED: f"{HEAD}segments:\n"}, set()),
    "a transcript without turns": ({"cases/1/t.yaml": "perspective: client\nturns: []\n"}, {"consent-missing"}),
    "turns without text": (
        {"cases/1/t.yaml": "perspective: client\nturns:\n- {speaker: R}\n- {text: Yes.}\n- {text: ~}\n"},
        {"consent-missing"},
    ),
    "Windows line ends": ({p: t.replace("\n", "\r\n") for p, t in STUDY.items()}, set()),
    "byte order marks": ({p: f"\ufeff{t}" for p, t in STUDY.items()}, set()),
    "old Mac line ends": ({SPOKEN: TRANSCRIPT.replace("\n", "\r")}, set()),
    "form feeds and odd separators": (
        {SPOKEN: TRANSCRIPT.replace("## A", "\f## A").replace("How", "\x0b\u2028\x85How")},
        set(),
    ),
    "a null byte in a transcript": (
        coded('- {quote: "a\\0b", codes: [contact]}\n') | {SPOKEN: f"{TRANSCRIPT}a\0b\n"},
        set(),
    ),
    "a null byte in a blob id": (coded("- {quote: nowhere at all, codes: [contact]}\n", 'text: "a\\0b"\n'), {"lost"}),
    "a blob id that is an option": (
        coded("- {quote: nowhere at all, codes: [contact]}\n", "text: --batch\n"),
        {"lost"},
    ),
    "an empty quote": (coded('- {quote: "", codes: [contact]}\n'), {"lost"}),
    "a quote that is lost": (coded("- {quote: nothing like it, codes: [contact]}\n"), {"lost"}),
    "codes of other kinds": (coded("- {quote: rang me, codes: [1, 1.10, 2019-03-11, no]}\n"), {"unknown-code"}),
    "names that nobody declared": (
        coded("- quote: rang me\n  codes: [{code: contact, valence: odd, phase: odder}, nothing]\n")
        | {CASE: "outcome: great\ninterviews:\n- {perspective: mayor, held: true, consent: given}\n"},
        {f"unknown-{name}" for name in ("outcome", "perspective", "valence", "phase", "code")} | {"consent-missing"},
    ),
    "codings of no transcript": (
        {"cases/1/codings/gone.anna.yaml": ONE.replace("employer.md", "gone.md")},
        {"no-transcript"},
    ),
    "a head that climbs": ({CODED: ONE.replace("employer.md", "../1/employer.md")}, {"no-transcript", "file-name"}),
    "a head with half a name": ({CODED: ONE.replace("employer.md", "ployer.md")}, {"no-transcript", "file-name"}),
    "a head with the stem": ({CODED: ONE.replace("employer.md", "employer")}, set()),
    "an unknown key": ({CASE: "outcme: good\n"}, {"unknown-key", "consent-missing"}),
    "aliases that stay small": (
        coded("- {quote: rang me, codes: &c [contact]}\n- {quote: And then, codes: *c}\n"),
        set(),
    ),
    "one id in two files": (
        coded("- {id: k7q2m9xa, quote: rang me, codes: [contact]}\n")
        | {
            "cases/1/codings/employer.bram.yaml": "transcript: employer.md\ncoder: bram\nsegments:\n"
            "- {id: k7q2m9xa, quote: And then, codes: [contact]}\n"
        },
        {"duplicate-id"},
    ),
    "coders that can't be": ({CODED: ONE.replace("anna", "a/b")}, {"coder-id", "unknown-coder", "file-name"}),
    "a dotted coder": ({"cases/1/codings/employer.a.b.yaml": ONE.replace("anna", "a.b")}, {"unknown-coder"}),
    "codes that replace one another": (
        {BOOK: CODEBOOK.replace("by: trust", "by: x") + "  - {id: x, retired: true, replaced_by: old-step}\n"},
        {"replaced-by"},
    ),
    "aliases of one another": (
        {BOOK: f"{CODEBOOK}  - {{id: x, aliases: [y]}}\n  - {{id: y, aliases: [x]}}\n"},
        {"duplicate-alias"},
    ),
    "a code below itself": (
        coded("- {quote: rang me, codes: [themes]}\n")
        | {BOOK: f"{CODEBOOK}  - {{id: themes, codes: [{{id: themes}}]}}\n"},
        {"duplicate-code", "code-parent"},
    ),
    "twenty levels of codes": (
        {BOOK: CODEBOOK + "".join(f"{'  ' * n}- id: n{n}\n{'  ' * n}  codes:\n" for n in range(1, 25))},
        set(),
    ),
    "observations that rest on nothing": (
        {"cases/1/observations.yaml": "- {id: a, evidence: [z], perspectives: {m: x}}\n- {id: a, steps: [nope]}\n"},
        {"duplicate-observation", "evidence-gone", "unknown-perspective", "unknown-code"},
    ),
    "names of other scripts": (
        {
            "cases/Zoë 3/case.yaml": "outcome: good\n",
            "cases/Zoë 3/gesprek één.md": TRANSCRIPT,
            "cases/Zoë 3/codings/gesprek één.anna.yaml": ONE.replace("employer.md", "gesprek één.md"),
        },
        {"consent-missing"},
    ),
    "names in normal form D": (
        {
            "cases/Zoe\u0308/case.yaml": "outcome: good\ncase: Zoë\n",
            "cases/Zoe\u0308/e\u0301.md": f"{TRANSCRIPT}cafe\u0301 noir\n",
            "cases/Zoe\u0308/codings/e\u0301.anna.yaml": "transcript: é.md\ncoder: anna\nsegments:\n"
            "- {quote: café noir, codes: [contact]}\n",
        },
        {"consent-missing", "nfc"},
    ),
    "marks without an end": ({SPOKEN: f"{TRANSCRIPT}\n# Last {{{'q=a' * 40}\n"}, set()),
    "an attribute of five thousand digits": ({CASE: f"attributes: {{n: {'1' * 5000}}}\n"}, {"consent-missing"}),
    "an agreement that there is not": (
        {"cases/1/observations.yaml": "- {id: o, agreement: somewhat}\n"},
        {"unknown-agreement"},
    ),
    "attributes named as dimensions": (
        {CASE: "attributes: {case: x, passages: y, code: z}\n"},
        {"consent-missing", "attribute-name"},
    ),
    "a very long line": (
        coded("- {quote: wurd wrd word wordx lost indeed, codes: [contact]}\n- {quote: rang me, codes: [contact]}\n")
        | {SPOKEN: f"{TRANSCRIPT}\n**R:** {'word ' * 60_000}\n"},
        {"lost"},
    ),
    "ten thousand turns": (
        coded("".join(f"- {{quote: Answer {n}., codes: [contact]}}\n" for n in range(0, 5000, 50)))
        | {SPOKEN: TRANSCRIPT + "".join(f"\n**I:** Why {n}?\n\n**R:** Answer {n}.\n" for n in range(5000))},
        set(),
    ),
}

READING = (
    ["find"],
    ["find", "--format", "json"],
    ["report"],
    ["report", "cases", "--format", "json"],
    ["report", "matrix", "--all-cases", "--format", "csv"],
    ["report", "matrix", "--cols", "n", "--all-cases"],
)
TAG = ["tag", "1/employer", "--quote", "begin?", "--code", "trust", "--coder", "anna"]
PLACE = re.compile(r"qcode: [^:\n]+(?::\d+){0,2}: .+\n  .+\n\Z")


class Qcode:
    """`qcode` in this process, in one study: the status, stdout and stderr of a command."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.capsys = capsys

    def __call__(self, *args: str) -> tuple[int, str, str]:
        status = guarded(app, ["-C", str(self.root), *args])
        return status, *self.capsys.readouterr()

    def problems(self) -> list[dict[str, object]]:
        """What `check` finds: the same in both forms, exit status 1 where there is an error."""
        status, listed, _ = self("check", "--format", "json")
        found: list[dict[str, object]] = json.loads(listed)["problems"]
        shape = {"rule": str, "severity": str, "path": str, "line": int, "column": int, "message": str, "hint": str}
        assert all({key: type(value) for key, value in problem.items()} == shape for problem in found)
        assert status == any(problem["severity"] == "error" for problem in found)
        plain, lines, _ = self("check")
        assert plain == status
        assert sum(not line.startswith("    ") for line in lines.splitlines()) == len(found)
        return found


@pytest.fixture
def broken(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Qcode]:
    """Make a study with these files instead of the good ones."""
    monkeypatch.delenv("QCODE_DEBUG", raising=False)

    def make(files: Files) -> Qcode:
        for path, content in (STUDY | files).items():
            if content is not None:
                (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / path).write_bytes(content.encode() if isinstance(content, str) else content)
        return Qcode(tmp_path, capsys)

    return make


def files(root: Path) -> dict[str, bytes]:
    """Every file and folder in a study, with its content, but the cache, which reading commands may write."""
    every = (path for path in root.rglob("*") if ".qcode" not in path.relative_to(root).parts)
    return {str(path.relative_to(root)): path.read_bytes() if path.is_file() else b"" for path in every}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_stops_what_needs_it(broken: Callable[..., Qcode], name: str) -> None:
    changed, place = UNREADABLE[name]
    qcode = broken(changed)
    before = files(qcode.root)
    errors = [problem for problem in qcode.problems() if problem["severity"] == "error"]
    assert any("{path}:{line}:{column}".format(**problem).startswith(place) for problem in errors)
    assert all(problem["hint"] for problem in errors)
    assert qcode("status")[0] == 0
    for args in (*READING[:-1], TAG):
        status, out, err = qcode(*args)
        assert (status, out) == (2, ""), args
        assert PLACE.match(err), err
        assert err.startswith(f"qcode: {place}")
        assert len(err) < 1000
    assert files(qcode.root) == before


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_stops_nothing(broken: Callable[..., Qcode], name: str) -> None:
    changed, rules = ODD[name]
    qcode = broken(changed)
    before = files(qcode.root)
    assert {problem["rule"] for problem in qcode.problems()} == rules
    assert qcode("status")[0] == 0
    for args in READING:
        status, out, err = qcode(*args)
        known = status == 0 or (status == 2 and "unknown dimension" in err)
        assert known, (args, err)
        if "json" in args:
            json.loads(out)
    assert files(qcode.root) == before
    status, out, err = qcode(*TAG)
    if status:
        assert (status, out) == (2, "")
        assert len(err.splitlines()) == 2
        return
    assert {problem["rule"] for problem in qcode.problems()} - {"retired-code"} <= rules
    assert out.strip() in {record["id"] for record in json.loads(qcode("find", "--format", "json")[1])["data"]}
    assert files(qcode.root).keys() - set(before) <= {CODED, "cases/1/codings"}
