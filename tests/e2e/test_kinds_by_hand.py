"""The kinds that look at text, as printed by commands, against files read by another program (count_by_hand.py)."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import count_by_hand as by_hand
import foreign_studies as foreign
import pytest

from qcode.cli.boundary import guarded
from qcode.cli.main import app

SEEDS = range(4)
Capture = pytest.CaptureFixture[str]
MEASURES = ("passages", "codings", "segments", "turns", "words", "transcripts", "cases")


@pytest.fixture(params=SEEDS, ids=str)
def want(request: pytest.FixtureRequest, tmp_path: Path) -> by_hand.Want:
    return by_hand.Want(foreign.write(tmp_path, int(request.param)), {})


def reported(capsys: Capture, root: Path, *args: str) -> list[dict[str, Any]]:
    status = guarded(app, ["-C", str(root), "report", *args, "--format", "json"])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    return json.loads(printed.out)["data"]  # type: ignore[no-any-return]


def under(want: by_hand.Want, code: str) -> list[dict[str, Any]]:
    return [c for c in want.codings if c["code"] in want.study.below(code)]


def leaves(want: by_hand.Want) -> list[str]:
    coded = {c["code"] for c in want.codings}
    codes = want.study.codes.items()
    return [c for c, entry in codes if c in coded or not (entry["parent"] or entry["retired"])]


def passages(want: by_hand.Want, code: str) -> list[tuple[str, int, int]]:
    """The code's own, as (transcript, start, end)."""
    groups = by_hand.per([c for c in want.codings if c["code"] == code], "transcript")
    return [
        (name, *span) for (name,), own in groups.items() for span in by_hand.joined(by_hand.spans(own), touching=False)
    ]


def touched(want: by_hand.Want, spans: list[tuple[str, int, int]]) -> set[tuple[str, int]]:
    return {
        (name, number)
        for name, start, end in spans
        for number, turn in enumerate(want.study.transcripts[name]["turns"])
        if start < turn[1] and turn[0] < end
    }


def test_frequencies(want: by_hand.Want, tmp_path: Path, capsys: Capture) -> None:
    records = reported(capsys, tmp_path, "frequencies")
    every = by_hand.measure(want.study, want.codings, "passages", as_one=False)
    for record in records:
        if record["state"] in ("value", "zero"):
            own = under(want, record["code"])
            counts = {m: by_hand.measure(want.study, own, m, as_one=True) for m in MEASURES}
            assert {m: record[m] for m in MEASURES} == counts
            assert record["share"] == counts["passages"] / every
    assert {r["code"] for r in records} == {
        c for c, e in want.study.codes.items() if not e["retired"] or under(want, c)
    }


def test_cooccurrence(want: by_hand.Want, tmp_path: Path, capsys: Capture) -> None:
    spans = {code: passages(want, code) for code in leaves(want)}
    turns = {code: touched(want, own) for code, own in spans.items()}
    found = {(r["a"], r["b"]): r for r in reported(capsys, tmp_path, "cooccurrence", "--as", "matrix")}
    assert found.keys() == set(combinations(spans, 2))
    listed = reported(capsys, tmp_path, "cooccurrence")
    assert [r for r in found.values() if r["count"]] == sorted(listed, key=lambda r: [*found].index((r["a"], r["b"])))
    for (a, b), record in found.items():
        n = sum(t == u and p < s and r < q for t, p, q in spans[a] for u, r, s in spans[b])
        either = turns[a] | turns[b]
        assert (record["count"] or 0, record["n_a"], record["n_b"]) == (n, len(spans[a]), len(spans[b]))
        if record["state"] in ("value", "zero") and either:
            assert record["jaccard"] == len(turns[a] & turns[b]) / len(either)
        if n:
            assert record["c"] == n / (len(spans[a]) + len(spans[b]) - n)
            assert record["c_above_1"] == (record["c"] > 1)
    for record in reported(capsys, tmp_path, "cooccurrence", "--as", "matrix", "--within", "turn"):
        assert (record["count"] or 0) == len(turns[record["a"]] & turns[record["b"]])
    for record in reported(capsys, tmp_path, "cooccurrence", "--as", "matrix", "--within", "case"):
        cases = [{t.split("/")[0] for t, _, _ in spans[record[side]]} for side in ("a", "b")]
        assert (record["count"] or 0) == len(cases[0] & cases[1])


def test_coverage(want: by_hand.Want, tmp_path: Path, capsys: Capture) -> None:
    """Turns: of all speakers but interviewers, those of which a character is coded."""
    records = reported(capsys, tmp_path, "coverage")
    for record in records:
        if record["transcript"]:
            text = want.study.transcripts[record["transcript"]]
            own = [c for c in want.codings if c["transcript"] == record["transcript"]]
            settings = want.study.settings.get("speakers") or {"I": "interviewer"}
            roles = {**settings, **(text["head"].get("speakers") or {})}
            said = [] if text["withdrawn"] else [t for t in text["turns"] if roles.get(t[2]) != "interviewer"]
            coded = [t for t in said if any(c["start"] < t[1] and t[0] < c["end"] for c in own)]
            assert (record["turns"], record["turns_coded"]) == (len(said), len(coded))
            assert 0 <= record["words_coded"] <= record["words"]
    whole = next(record for record in records if record.get("total"))
    for name in ("turns", "turns_coded", "words", "words_coded", "transcripts"):
        assert whole[name] == sum(r[name] for r in records if r is not whole)


def test_process_and_saturation(want: by_hand.Want, tmp_path: Path, capsys: Capture) -> None:
    """Of saturation what doesn't depend on who waits: nothing is new twice, and all that is coded is found."""
    steps = [c for c in leaves(want) if want.study.codes[c]["phase"]]
    records = reported(capsys, tmp_path, "process")
    spans = sorted((code, *passage) for code in (steps or leaves(want)) for passage in passages(want, code))
    assert sorted((r["code"], r["transcript"], r["start"], r["end"]) for r in records) == spans
    order = [*want.study.declared["phase"], None]
    for name in {r["transcript"] for r in records}:
        places = [(order.index(r["phase"]), r["start"]) for r in records if r["transcript"] == name]
        assert places == sorted(places)
    interviews = reported(capsys, tmp_path, "saturation")
    new = [code for record in interviews for code in record["new"]]
    assert len(new) == len(set(new))
    assert set(new) == {c["code"] for c in want.codings}


def test_valence_and_configurations(want: by_hand.Want, tmp_path: Path, capsys: Capture) -> None:
    """Where one thing is said of a code in a case, that is what it did there; and presence is a coding in the case."""
    for record in reported(capsys, tmp_path, "valence"):
        own = [c for c in want.codings if (c["code"], c["case"]) == (record["code"], record["case"])]
        said = {c["valence"] for c in own} - {None}
        if len(said) < 2:
            assert record["verdict"] == (said.pop() if said else "none")
        else:
            assert record["verdict"] in ("both", "disputed")
    some = leaves(want)[:2]
    args = ["--condition", some[0], "--condition", some[1], "--as", "cases"]
    for record in reported(capsys, tmp_path, "configurations", *args):
        for code in some:
            there = any(c["case"] == record["case"] for c in under(want, code))
            assert (record["configuration"][code] == 1) == there
