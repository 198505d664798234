"""Reading a study's files. In most tests the docstring is the input file."""

from __future__ import annotations

import hashlib
import inspect
import subprocess
from pathlib import Path

import pytest
import yaml

from qcode.core.model import Coded, Interview
from qcode.store.codec_case import Place, read_case, read_observations, read_transcript
from qcode.store.codec_codings import read_codings
from qcode.store.codec_study import read_codebook, read_settings
from qcode.store.reading import Faults, blob_id, decode


@pytest.fixture
def text(request: pytest.FixtureRequest) -> str:
    return inspect.cleandoc(request.function.__doc__) + "\n"


@pytest.fixture
def faults() -> Faults:
    return Faults("file.yaml")


def told(faults: Faults) -> list[tuple[str, int, int]]:
    return [(p.rule, p.where.line, p.where.column) for p in faults.problems]


def test_settings(text: str, faults: Faults) -> None:
    """
    study: no
    language: nl
    codebook: codebooks/a.yaml
    coders:
      anna: {name: Anna, organisation: Bureau A}
      bram.b: Bram
      chris:
        organisation: Bureau C
    minimum_perspectives: 3
    targets: {duurzaam: 8, geen: 0}
    """
    found = read_settings(text, faults)
    assert (found.study, found.language, found.codebook, found.guides) == (
        "no",
        "nl",
        "codebooks/a.yaml",
        "codebooks/guides",
    )
    assert found.coders == {"anna": "Anna", "bram.b": "Bram", "chris": "chris"}
    assert (found.minimum_perspectives, found.targets) == (3, {"duurzaam": 8, "geen": 0})
    assert found.speakers == {"I": "interviewer", "R": "respondent"}
    assert faults.problems == []


@pytest.mark.parametrize(
    ("written", "allowed", "said"),
    [
        ("study: S\n", False, []),
        ("desk:\n", False, []),
        ("desk: {new_codes: true}\n", True, []),
        ("desk: {new_codes: false}\n", False, []),
        ("desk: {new_code: true}\n", False, [("unknown-key", 1, 8)]),
        ("desk: {new_codes: perhaps}\n", False, [("schema", 1, 19)]),
        ("desk: true\n", False, [("schema", 1, 7)]),
    ],
)
def test_new_codes_at_the_desk_are_allowed_only_where_it_is_said(
    written: str, allowed: bool, said: list[tuple[str, int, int]], faults: Faults
) -> None:
    assert read_settings(written, faults).new_codes is allowed
    assert told(faults) == said


def test_wrong_settings(text: str, faults: Faults) -> None:
    """
    studie: x
    minimum_perspectives: twee
    targets: [8]
    coders:
      "-": x
    """
    assert read_settings(text, faults).minimum_perspectives == 2
    assert told(faults) == [("unknown-key", 1, 1), ("schema", 5, 8), ("schema", 2, 23), ("schema", 3, 10)]
    assert faults.problems[0].hint == "Did you mean 'study'?"


def test_codebook(text: str, faults: Faults) -> None:
    """
    name: Proef
    version: 4
    phases: [{id: voor, label: Vóór}, na]
    codes:
    - id: stappen
      label: {nl: Stappen, en: Steps}
      codes:
      - id: 02
        key: S2
        aliases: [oud, on]
        perspectives: [werkgever]
        since: 3
        phase: voor
        examples: ["Ja: zo.", 22:30]
      - id: weg
        retired: true
        replaced_by: 02
    - id: thema
      perspectives: []
      examples: {nl: [een], en: [one]}
    """
    book = read_codebook(text, faults)
    assert [(c.id, c.parent, c.since, c.retired) for c in book.codes] == [
        ("stappen", None, 1, False),
        ("02", "stappen", 3, False),
        ("weg", "stappen", 1, True),
        ("thema", None, 1, False),
    ]
    code = book.by_id["02"]
    assert (code.aliases, code.examples, code.perspectives) == (("oud", "on"), ("Ja: zo.", "22:30"), ("werkgever",))
    assert book.by_id["stappen"].label == {"nl": "Stappen", "en": "Steps"}
    assert book.by_id["thema"].examples == ("een", "one")
    assert book.by_id["weg"].replaced_by == "02"
    assert [(level.id, level.label) for level in book.phases] == [("voor", "Vóór"), ("na", None)]
    assert code.where[:2] == ("file.yaml", 8)
    assert faults.problems == []


def test_a_case(text: str, faults: Faults) -> None:
    """
    outcome: duurzaam
    attributes: {sector: 01, datum: 2020-01-01, leeg: , waar: yes}
    interviews:
    - perspective: werkgever
      held: true
      date: 2019-05-01
    - {perspective: gemeente, consent: withdrawn, held: ~}
    """
    found = read_case(text, faults)
    assert found.attributes == {"sector": "01", "datum": "2020-01-01", "waar": "yes"}
    assert found.interviews == (
        Interview("werkgever", said_held=True, date="2019-05-01"),
        Interview("gemeente", consent="withdrawn"),
    )
    assert faults.problems == []


def test_a_wrong_case(text: str, faults: Faults) -> None:
    """
    outcme: duurzaam
    interviews:
    - held: misschien
    - perspective: werkgever
      consent: withdrwn
    - los
    """
    read_case(text, faults)
    assert told(faults) == [
        ("unknown-key", 1, 1),
        ("schema", 3, 3),
        ("schema", 3, 9),
        ("schema", 5, 12),
        ("schema", 6, 3),
    ]
    assert [p.severity for p in faults.problems][:2] == ["warning", "error"]


def test_observations(text: str, faults: Faults) -> None:
    """
    - id: o1
      title: Twee lezingen
      perspectives:
        werkgever: Hij wilde niet.
      agreement: differ
      evidence: [k1, 02]
      illustrates: [motivatie]
    """
    (found,) = read_observations(text, faults)
    assert (found.evidence, found.illustrates, found.agreement) == (("k1", "02"), ("motivatie",), "differ")
    assert found.perspectives == {"werkgever": "Hij wilde niet."}
    assert faults.problems == []


def test_codings(text: str, faults: Faults) -> None:
    """
    transcript: werkgever.md   # met de hand
    coder: anna
    segments:
    - quote: |
        Hij zei:
        nee.
      codes: [no, {code: een, valence: helping, memo: ~}]
    - id: k1
      line: 12
      quote: 'het is ''goed'''
      before: ""
      codes:
        - twee
    """
    found = read_codings(text, "2", faults)
    first, second = found.segments
    assert (found.transcript, found.coder, found.status, found.codebook_version, found.case) == (
        "werkgever.md", "anna", "open", None, "2",
    )  # fmt: skip
    assert (first.id, first.quote, first.before) == (None, "Hij zei:\nnee.\n", None)
    assert first.codes == (Coded("no"), Coded("een", valence="helping"))
    assert (second.quote, second.before, second.line, second.slot) == ("het is 'goed'", "", 12, 1)
    assert [s.where.line for s in found.segments] == [4, 8]
    assert [c.where.line for c in (*first.codes, *second.codes)] == [7, 7, 13]
    assert faults.problems == []


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("transcript: t\ncoder: c\ncodebook_version: x\n", ("schema", 3, 19)),
        ("transcript: t\ncoder: c\ncodebook_version: 0\n", ("schema", 3, 19)),
        ("transcript: t\ncoder: c\nsegments: geen\n", ("schema", 3, 11)),
        ("transcript: t\ncoder: c\nsegments:\n- codes: [a]\n", ("schema", 4, 3)),
        ("transcript: t\ncoder: c\nsegments:\n- quote: a\n  codes: a\n", ("schema", 5, 10)),
        ("transcript: t\ncoder: c\nsegments:\n- quote: a\n  codes: [[a]]\n", ("schema", 5, 11)),
        ("transcript: t\n", ("schema", 1, 1)),
        ("", ("schema", 1, 1)),
        ("- a\n", ("schema", 1, 1)),
        ("transcript: t\ncoder: c\ncoder: d\n", ("duplicate-key", 3, 1)),
        ("transcript: !!str t\ncoder: c\n", ("yaml-tag", 1, 13)),
        ("transcript: t\ncoder: c\nx: &a {}\n<<: *a\n", ("yaml-tag", 4, 1)),
        ("transcript: *a\n", ("yaml", 1, 13)),
        ("transcript: a: b\n", ("yaml", 1, 14)),
        ("transcript: t\n\tcoder: c\n", ("yaml", 2, 1)),
        ("a: 1\n---\nb: 1\n", ("yaml", 2, 1)),
        ("transcript: a\x07b\n", ("yaml", 1, 14)),
        ("transcript: t\u2028\ncoder: \x07\n", ("yaml", 2, 8)),
        ("a: " + "[" * 70 + "]" * 70, ("yaml-bomb", 1, 1)),
        ("a: &a [*a]\n", ("yaml-bomb", 1, 4)),
    ],
)
def test_broken_codings(broken: str, expected: tuple[str, int, int], faults: Faults) -> None:
    read_codings(broken, "1", faults)
    assert expected in told(faults)
    assert faults.stop


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "a: " + "{a: " * 10_000])
def test_depth_is_a_fault_and_no_crash(text: str, faults: Faults) -> None:
    read_codings(text, "1", faults)
    assert [p.rule for p in faults.problems] == ["yaml-bomb"]


def test_aliases_that_grow_are_a_bomb(faults: Faults) -> None:
    levels = [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 10)]
    read_codings("\n".join(["x0: &x0 [a]", *levels, "segments: *x9"]), "1", faults)
    assert [p.rule for p in faults.problems] == ["yaml-bomb"]


def test_a_small_alias_is_allowed(faults: Faults) -> None:
    text = "transcript: t\ncoder: c\nsegments:\n- quote: a\n  codes: &c [x, y]\n- quote: b\n  codes: *c\n"
    assert [len(s.codes) for s in read_codings(text, "1", faults).segments] == [2, 2]
    assert faults.problems == []


SCALARS = [
    *["02", "no", "1.10", "22:30", "1e3", "0x1F", "12_3", "2020-01-01", "é", "'a''b'", '"a\\u00e9\\n"'],
    *["a\n    b", "|-\n    x\n    y", ">\n    x\n    y"],
]


@pytest.mark.parametrize("scalar", SCALARS)
def test_scalars_are_text_as_written(scalar: str, faults: Faults) -> None:
    """PyYAML's base loader, which types nothing, is the second reader."""
    text = f"transcript: t\ncoder: c\nsegments:\n- quote: {scalar}\n"
    (segment,) = read_codings(text, "1", faults).segments
    assert segment.quote == yaml.load(text, yaml.BaseLoader)["segments"][0]["quote"]
    assert faults.problems == []


def transcript(text: str, faults: Faults, path: str = "cases/2/werkgever.md") -> object:
    return read_transcript(text, Place("2", "werkgever", path, "b10b"), {"R": "respondent"}, faults)


def test_a_transcript(text: str, faults: Faults) -> None:
    """
    ---
    perspective: werkgever
    respondent: WG02
    grade: 7.5
    speakers: {Mia: interviewer}
    ---
    Mia: Hoe ging het?

    R: Goed.
    """
    found = read_transcript(text, Place("2", "werkgever", "cases/2/werkgever.md", "b10b"), {"R": "respondent"}, faults)
    assert (found.id, found.perspective, found.respondent, found.grade) == ("2/werkgever", "werkgever", "WG02", 7.5)
    assert [(t.speaker, t.role, t.line) for t in found.layout.turns] == [
        ("Mia", "interviewer", 7),
        ("R", "respondent", 9),
    ]
    assert found.text == text
    assert faults.problems == []


def test_a_transcript_in_yaml(text: str, faults: Faults) -> None:
    """
    perspective: gemeente
    turns:
    - speaker: R
      text: "Eén."
      phase: voor
    -
      speaker: I
      text: |
        Twee.
      q: B3
    """
    found = read_transcript(text, Place("2", "g", "cases/2/g.yaml", "b10b"), {"R": "respondent"}, faults)
    assert found.text == "Eén.\n\nTwee.\n"
    assert [
        (t.line, found.layout.phase_at(t.start), found.layout.question_at(t.start)) for t in found.layout.turns
    ] == [(3, "voor", None), (7, "voor", "B3")]
    assert faults.problems == []


def test_faults_of_front_matter_have_the_files_lines(faults: Faults) -> None:
    transcript("---\ngrade: goed\nperspectief: x\n---\nR: ja\n", faults)
    assert sorted(told(faults)) == [("schema", 2, 8), ("unknown-key", 3, 1)]


@pytest.mark.parametrize("text", ["---\nperspective: x\nR: ja\n", "---"])
def test_front_matter_without_an_end(text: str, faults: Faults) -> None:
    transcript(text, faults)
    assert told(faults) == [("front-matter", 1, 1)]
    assert faults.stop


@pytest.mark.parametrize("text", ["", "R: ja\n", "---\n---", "---\n---\nR: ja"])
def test_front_matter_may_be_absent_or_empty(text: str, faults: Faults) -> None:
    transcript(text, faults)
    assert faults.problems == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"goed\r\nfout \xe9", ("encoding", 2, 6)),
        ("\ufeffé".encode() + b"\xff", ("encoding", 1, 2)),
        ("een\ncafe\u0301".encode(), ("nfc", 2, 0)),
        (b"a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\n", ("conflict", 2, 1)),
    ],
)
def test_faults_of_bytes(data: bytes, expected: tuple[str, int, int], faults: Faults) -> None:
    decode(data, faults)
    assert told(faults) == [expected]


def test_line_ends_and_bom_go(faults: Faults) -> None:
    assert decode("\ufeffa\r\nb\rc\n\f\u2028\ufeff".encode(), faults) == "a\nb\nc\n\f\u2028\ufeff"


def test_lines_of_yaml_are_counted_by_line_feeds_alone(faults: Faults) -> None:
    """libyaml ends a line at U+2028 too."""
    read_case('outcome: "a\u2028b"\nheld: x\n', faults)
    assert told(faults) == [("unknown-key", 2, 1)]


def test_blob_ids_are_gits(tmp_path: Path) -> None:
    data = "\ufeffé🙂\r\nlos \r en\n".encode()
    lf = data.replace(b"\r\n", b"\n")
    (tmp_path / "x").write_bytes(lf)
    git = subprocess.run(
        ["git", "hash-object", "--no-filters", "x"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert blob_id(data) == git.stdout.strip() == hashlib.sha1(b"blob %d\0" % len(lf) + lf).hexdigest()
