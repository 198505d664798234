"""Small studies for the tests of analysis: built by hand or drawn at random, with the rows of their codings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from qcode.core.codebook import Code, Codebook, Level
from qcode.core.layout import Layout, Turn
from qcode.core.model import Case, CodingSet, Interview, Settings, Study, Transcript
from qcode.core.rows import Row, Unit, units

TEXT = "een twee  drie\n\nvier vijf zes  zeven"  # turns at 0-9 and 16-26: some words are in neither
TURNS = ((0, 9), (16, 26))

BOOK = Codebook(
    version=4,
    phases=(Level("voor", {"nl": "vooraf", "en": "before"}), Level("na", "erna")),
    perspectives=(Level("wg", "werkgever"), Level("gm", "gemeente"), Level("wz")),
    outcomes=(Level("goed"), Level("slecht")),
    valences=(Level("helping"), Level("hindering"), Level("both")),
    codes=(
        Code("tak", key="T", label={"nl": "Tak", "en": "Branch"}),
        Code("een", key="T1", parent="tak", phase="na"),
        Code("twee", key="T2", parent="tak", perspectives=("wg",), since=3),
        Code("diep", parent="twee", perspectives=("wg", "gm")),
        Code("oud", parent="tak", retired=True, since=4),
        Code("los", perspectives=("wz",), since=4),
        Code("weg", retired=True),
    ),
)
CODES = [*(code.id for code in BOOK.codes), "vreemd"]


@dataclass(frozen=True)
class Sample:
    study: Study
    rows: list[Row]
    units: list[Unit]


def transcript(case: str, stem: str, perspective: str | None) -> Transcript:
    layout = Layout(TEXT, tuple(Turn(a, b, "I", None, 1, i) for i, (a, b) in enumerate(TURNS)))
    return Transcript(case, stem, f"cases/{case}/{stem}.md", perspective, TEXT, "0" * 40, layout)


def row(case: Case, of: str, code: str, start: int, end: int, **other: Any) -> Row:
    """A coding of some characters of TEXT; `of` is the transcript's stem."""
    inside = next(t for t in case.transcripts if t.stem == of)
    words = [(i, i + len(w)) for i, w in _words()]
    values: dict[str, Any] = {
        "id": f"s{start}-{end}", "case": case.id, "transcript": inside.id, "perspective": inside.perspective,
        "outcome": case.outcome, "phase": None, "section_phase": None, "coder": "anna", "code": code, "valence": None,
        "speaker": "I", "line": 1, "start": start, "end": end, "quote": TEXT[start:end], "state": "exact", "memo": None,
        "words_from": sum(e <= start for _, e in words), "words_to": sum(s < end for s, _ in words),
        "turns_from": sum(e <= start for _, e in TURNS), "turns_to": sum(s < end for s, _ in TURNS),
        "segment": 0, "counted": True,
    }  # fmt: skip
    return Row(**(values | other))


def _words() -> list[tuple[int, str]]:
    found, at = [], 0
    for word in TEXT.split():
        at = TEXT.index(word, at)
        found.append((at, word))
        at += len(word)
    return found


def case(
    name: str,
    perspectives: Sequence[str | None],
    *,
    outcome: str | None = "goed",
    absent: Sequence[str] = (),
    attributes: Mapping[str, str] | None = None,
) -> Case:
    """A case with a transcript per perspective, and planned interviews that were not held."""
    texts = tuple(transcript(name, f"{p}{i}", p) for i, p in enumerate(perspectives))
    held = tuple(Interview(t.perspective, transcript=t) for t in texts)
    planned = tuple(Interview(p, said_held=False) for p in absent)
    return Case(name, f"cases/{name}", outcome, attributes or {}, (*held, *planned), texts)


def sample(
    cases: Sequence[Case], rows: Sequence[Row], done: Mapping[str, Sequence[tuple[str, int | None]]], **settings: Any
) -> Sample:
    """A study with these codings. done: by transcript, the coders that are done with it and the version they used."""
    codings = tuple(
        CodingSet(name.split("/")[1], coder, status="done", codebook_version=version, case=name.split("/")[0])
        for name, coders in done.items()
        for coder, version in coders
    )
    study = Study(Settings(**settings), BOOK, tuple(cases), codings)
    return Sample(study, list(rows), units(study))


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """A study of up to four cases: planned, held and withdrawn interviews; done, half done and not done; any codes."""
    cases = [
        draw(_cases(str(number))) for number in draw(st.permutations(["2", "10", "3", "1"]))[: draw(st.integers(1, 4))]
    ]
    texts = [(c, t) for c in cases for t in c.transcripts]
    done = {t.id: draw(st.sampled_from(_DONE)) for _, t in texts}
    rows = [draw(_rows(*draw(st.sampled_from(texts)))) for _ in range(draw(st.integers(0, 14)))] if texts else []
    coders = draw(st.sampled_from([{}, {"bram": "Bram B.", "anna": "Anna"}]))
    return sample(cases, rows, done, coders=coders, minimum_perspectives=draw(st.integers(1, 2)))


_DONE: list[list[tuple[str, int | None]]] = [
    [], [("anna", None)], [("anna", 2)], [("anna", 3), ("bram", 1)], [("bram", 4)]
]  # fmt: skip


@st.composite
def _cases(draw: st.DrawFn, name: str) -> Case:
    perspectives: list[str | None] = draw(st.lists(st.sampled_from(["wg", "gm", "wz", "wg", "im", None]), max_size=3))
    texts = [transcript(name, f"t{i}", p) for i, p in enumerate(perspectives)]
    consents = [draw(st.sampled_from([None, None, None, "withdrawn"])) for _ in texts]
    interviews = [Interview(t.perspective, transcript=t, consent=c) for t, c in zip(texts, consents, strict=True)]
    more = draw(st.lists(st.tuples(st.sampled_from(["wg", "gm", "wz"]), st.booleans()), max_size=2))
    interviews += [Interview(perspective, said_held=held) for perspective, held in more]
    outcome = draw(st.sampled_from(["goed", "slecht", "onbekend", None]))
    sector = draw(st.sampled_from(["zorg", "bouw", None]))
    return Case(name, "", outcome, {"sector": sector} if sector else {}, tuple(interviews), tuple(texts))


@st.composite
def _rows(draw: st.DrawFn, of: Case, text: Transcript) -> Row:
    start = draw(st.integers(0, len(TEXT) - 1))
    end = draw(st.integers(start + 1, min(len(TEXT), start + 12)))
    withdrawn = text.stem in of.withdrawn
    return row(
        of, text.stem, draw(st.sampled_from(CODES)), start, end,
        id=draw(st.sampled_from(["a1", "b2", "c3", None])),
        phase=draw(st.sampled_from(["voor", "na", "elders", None])),
        section_phase=draw(st.sampled_from(["na", None])),
        coder=draw(st.sampled_from(["anna", "bram", "chris"])),
        valence=draw(st.sampled_from(["helping", "hindering", "both", None])),
        speaker=draw(st.sampled_from(["I", "R", "Buur", None])),
        counted=not withdrawn and draw(st.sampled_from([True, True, True, False])),
    )  # fmt: skip
