"""The reports that are made of words, for a small study worked out by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.check import check
from qcode.core.codebook import Code, Codebook, Level
from qcode.core.decisions import Decision, Ledger
from qcode.core.errors import QcodeError, UnknownName
from qcode.core.layout import read_markdown
from qcode.core.model import (
    Case,
    Coded,
    CodingSet,
    Interview,
    Memo,
    Observation,
    Pile,
    Privacy,
    Segment,
    Settings,
    Study,
    Summary,
    Transcript,
)
from qcode.core.privacy import shared, shared_rows
from qcode.core.query import Selection, selection
from qcode.core.rows import rows, units
from qcode.core.summaries import fingerprint
from qcode.report.document import Document, Quotes
from qcode.report.formats import render
from qcode.report.kinds import Ask
from qcode.report.kinds import document as made
from qcode.report.telling import context

BOOK = Codebook(
    name="Small", version=3,
    phases=(Level("before"), Level("after", "afterwards")),
    perspectives=(Level("boss", "employer"), Level("town"), Level("person", "client")),
    outcomes=(Level("good"),),
    valences=(Level("helping"), Level("hindering"), Level("both")),
    codes=(
        Code("themes"),
        Code(
            "money", key="T1", label="Money", parent="themes", perspectives=("boss", "town"),
            definition="What it costs.",
        ),
        Code(
            "work", key="T2", label="Work", parent="themes", include="Tasks.", exclude="Money.",
            examples=("I sort.",),
        ),
        Code("trust", key="S1", label="Trust", phase="after", definition="Counting on somebody.", aliases=("bond",)),
        Code("late", key="S2", label="Lateness", since=3, phase="before"),
        Code("gone", key="S3", label="Gone", retired=True, replaced_by="trust", phase="before"),
    ),
)  # fmt: skip
BOSS = (
    "# Start {phase=before}\n\n**I:** Well?\n\n**R:** It cost me nothing. She rang me. =1+1 [b]she rang[/b] me again.\n"
)
PERSON = "# Start {phase=before}\n\n**I:** And you?\n\n**R:** She never rang me. I sort the post.\n"


def _transcript(stem: str, text: str) -> Transcript:
    layout = read_markdown(text, 0, {"I": "interviewer", "R": "respondent"})
    return Transcript("7", stem, f"cases/7/{stem}.md", stem, text, "0" * 40, layout)


TEXTS = (_transcript("boss", BOSS), _transcript("person", PERSON))
RANG = Observation(
    "rang", "She rang, or not", "About calls.", {"boss": "Every week.", "person": "Never."}, "differ",
    "They mean other weeks.", ("b2", "p1", "b1"), ("work",), ("bond",),
)  # fmt: skip
CASE = Case(
    "7", "cases/7/case.yaml", "good", {"sector": "[b]care"},
    (
        Interview("boss", transcript=TEXTS[0]), Interview("town", said_held=False),
        Interview("person", transcript=TEXTS[1]),
    ),
    TEXTS, (RANG,), (Summary("money", "It was free.", (), fingerprint([("b1", "It cost me nothing.")])),),
)  # fmt: skip
ANNA = CodingSet(
    "boss.md", "anna", (
        Segment("b1", "It cost me nothing.", (Coded("money"),)),
        Segment("b2", "She rang me.", (Coded("bond", "helping"),)),
        Segment(
            "b3", "=1+1 [b]she rang[/b] me again",
            (Coded("trust", "helping"), Coded("work", phase="after", memo="Odd.")),
        ),
    ), "done", 2, case="7",
)  # fmt: skip
BRAM = CodingSet("boss.md", "bram", (Segment("c1", "rang me.", (Coded("trust", "hindering"),)),), "open", 3, case="7")
PERSONS = CodingSet(
    "person.md", "anna", (Segment("p1", "She never rang me.", (Coded("trust", "hindering"),)),), case="7"
)
MEMOS = (
    Memo(
        "how", "codebooks/memos/how.md", "study", "method", "2019-01-02", "anna",
        "# How we code\n\nBy hand.\n\n- One.\n- Two.",
    ),
    Memo("t", "codebooks/memos/t.md", "bond", "rule", None, None, "Trust is not money."),
    Memo("p", "cases/7/memos/p.md", "p1", "theory", None, "bram", "# Never?\n\nAsk again.", "7"),
    Memo("x", "cases/7/memos/x.md", "nowhere", None, None, None, "Lost.", "7"),
)  # fmt: skip
DECISION = Decision("2019-01-01", "anna", "merge", ("bond",), ("trust",), "They were one.", 2)
STUDY = Study(
    Settings("Calls", coders={"anna": "Anna A."}), BOOK, (CASE,), (ANNA, BRAM, PERSONS),
    read_memos=lambda: Pile(MEMOS), read_decisions=lambda: Ledger((DECISION,)),
)  # fmt: skip


SEVEN = Selection(cases=("7",))


def ask(study: Study = STUDY, chosen: Selection | None = None, **more: Any) -> Ask:
    chosen = chosen or Selection()
    return Ask(study, rows(study, coders=chosen.coders), units(study, coders=chosen.coders), chosen, **more)


def shown(found: Document, form: str = "table", width: int | None = None) -> str:
    text = render(found, form, width=width)
    assert isinstance(text, str)
    return text


def of(found: Document, **wanted: Any) -> dict[str, Any]:
    (record,) = [dict(r) for r in found.records if all(r[name] == value for name, value in wanted.items())]
    return record


def test_perspectives_tell_who_speaks_and_who_does_not() -> None:
    found = made("perspectives", ask())
    trust = of(found, code="trust")
    assert (trust["speaks"], trust["silent"], trust["not_coded"]) == (["boss", "person"], [], [])
    assert (trust["not_interviewed"], trust["not_applicable"]) == (["town"], [])
    # b2 and c1 overlap: one passage, on which the coders differ; b3 is a passage of its own
    assert trust["perspectives"]["boss"] == {
        "state": "value", "complete": True, "passages": 2, "valences": {"disputed": 1, "helping": 1}
    }  # fmt: skip
    assert trust["perspectives"]["person"]["complete"] is False
    money = of(found, code="money")
    assert (money["speaks"], money["not_interviewed"], money["not_applicable"]) == (["boss"], ["town"], ["person"])
    assert of(found, code="work")["not_coded"] == ["person"]  # anna is not done with the person's interview
    assert [record["code"] for record in found.records] == ["money", "work", "trust"]


def test_the_verdict_is_that_of_the_observations_that_name_the_code() -> None:
    found = made("perspectives", ask())
    verdict = {"observation": "rang", "agreement": "differ", "title": RANG.title, "why": RANG.why}
    assert of(found, code="trust")["verdict"] == ["differ"]
    assert of(found, code="work")["observations"] == [verdict]
    assert of(found, code="money")["verdict"] == []


def test_perspectives_are_a_table_per_case_on_a_screen_and_one_in_a_sheet() -> None:
    found = made("perspectives", ask())
    assert shown(found).split("\n\n")[0] == (
        "Case 7: good\n"
        "code      employer  town  client  verdict\n"
        "─────────────────────────────────────────\n"
        "T1 Money  1         -     n/a     –\n"
        "T2 Work   1         -     .       differ\n"
        "S1 Trust  ▲1 ≠1     -     ▼1+     differ\n"
        "▲ helping · ▼ hindering · ≠ disputed · a number alone: passages without valence · "
        "+ = not all of it coded yet · . = not yet coded · - = not interviewed · n/a = the code does not apply\n"
        "T2, S1 differ: She rang, or not. They mean other weeks.\n"
        "passages · 1 case · 2 transcripts · coded by anna, bram · 6 codings · codebook version 3\n"
    )
    assert shown(found, "csv").splitlines() == [
        "case,code,employer,town,client,verdict,why",
        "7,T1 Money,1,not interviewed,n/a,–,",
        '7,T2 Work,1,not interviewed,not yet coded,differ,"She rang, or not: They mean other weeks."',
        '7,S1 Trust,"2 (1 helping, 1 disputed)",not interviewed,1+ hindering,differ,'
        '"She rang, or not: They mean other weeks."',
    ]


def test_compare_puts_quotes_abreast_by_phase_and_code() -> None:
    found = made("compare", ask(chosen=SEVEN), evidence=True)
    assert [(r["phase"], r["code"]) for r in found.records] == [
        ("before", "money"),
        ("after", "work"),
        ("after", "trust"),
    ]
    trust = found.records[2]["perspectives"]
    assert [quote["quote"] for quote in trust["boss"]["quotes"]] == ["She rang me.", "=1+1 [b]she rang[/b] me again"]
    assert trust["boss"]["quotes"][0]["segments"] == ["b2", "c1"]
    assert trust["boss"]["quotes"][0]["valence"] == "disputed"
    assert trust["person"]["quotes"][0]["start"] == PERSON.index("She never")
    assert trust["town"] == {"state": "not-interviewed", "complete": True, "quotes": []}
    tables = {table.title: table for table in found.tables}
    assert [column.label for column in tables["afterwards"].columns] == ["code", "employer", "town", "client"]
    assert tables["afterwards"].rows[1][1].split("\n\n") == [
        "“She rang me.” (disputed · 7/boss:5)", "“=1+1 [b]she rang[/b] me again” (helping · 7/boss:5)",
    ]  # fmt: skip
    assert tables["afterwards"].evidence[1] == [(), ["b2", "c1", "b3"], [], ["p1"]]


def test_who_speaks_of_a_code_in_another_phase_is_silent_in_this_one() -> None:
    wrong = replace(ANNA.segments[0], id="b9", quote="Well?", codes=(Coded("work"),))
    study = replace(STUDY, codings=(replace(ANNA, segments=(*ANNA.segments, wrong), codebook_version=3), PERSONS))
    found = made("compare", ask(study, SEVEN))
    by_phase = {r["phase"]: r["perspectives"]["boss"] for r in found.records if r["code"] == "work"}
    assert {phase: len(said["quotes"]) for phase, said in by_phase.items()} == {"before": 1, "after": 1}
    moved = replace(wrong, codes=(Coded("work", phase="after"),))
    study = replace(STUDY, codings=(replace(ANNA, segments=(moved,)), replace(PERSONS, segments=(
        Segment("p2", "I sort the post.", (Coded("work"),)),), status="done")))  # fmt: skip
    states = {
        (r["phase"], name): said["state"]
        for r in made("compare", ask(study, SEVEN)).records
        for name, said in r["perspectives"].items()
    }
    assert states[("before", "boss")] == "zero"
    assert states[("after", "person")] == "zero"


def test_compare_stands_stacked_where_it_is_narrow_and_leaves_room_for_notes() -> None:
    found = made("compare", ask(chosen=SEVEN), notes=True)
    narrow, wide = shown(found, width=80), shown(found, width=140)
    assert "employer:\n7/boss:5 · R · disputed · anna, bram · b2 c1\n    “She rang me.”" in narrow
    assert "town: not interviewed" in narrow
    assert any(line.startswith("S1 Trust") and "“She rang me.”" in line for line in wide.splitlines())
    text = shown(found, "md")
    assert text.startswith("# Case 7: good\n")
    assert text.count("Agree, partly, differ or silent; why: …") == 1  # of money, that no observation names
    assert text.count("Notes: …") == 2
    assert "Striking observations: …" in text
    assert "…" not in shown(made("compare", ask(chosen=SEVEN)), "md")
    with pytest.raises(QcodeError, match="one case is compared at a time"):
        made("compare", ask())


def test_quotes_are_flat_for_a_sheet_and_have_the_attributes_of_their_case() -> None:
    found = made("quotes", ask())
    assert [(r["code"], r["id"]) for r in found.records] == [
        ("money", "b1"), ("work", "b3"), ("trust", "b2"), ("trust", "c1"), ("trust", "b3"), ("trust", "p1"),
    ]  # fmt: skip
    record = of(found, code="work")
    assert record["code_path"] == "themes/work"
    assert BOSS[record["start"] : record["end"]] == record["quote"] == "=1+1 [b]she rang[/b] me again"
    assert (record["sector"], record["memo"], record["phase"], record["line"]) == ("[b]care", "Odd.", "after", 5)
    assert "'=1+1 [b]she rang[/b] me again" in shown(found, "csv").splitlines()[2]
    by_case = made("quotes", ask(), by="case")
    assert [getattr(block, "text", getattr(block, "title", "")) for block in by_case.blocks] == [
        "Case 7: good", "T1 Money", "T2 Work", "S1 Trust",
    ]  # fmt: skip
    with pytest.raises(UnknownName):
        made("quotes", ask(), by="coder")


def test_context_is_the_lines_around_without_blank_ones() -> None:
    start = BOSS.index("She rang me.")
    assert context(BOSS, start, start + 12, 1, 1) == (
        "**I:** Well?\n**R:** It cost me nothing. ", " =1+1 [b]she rang[/b] me again.",
    )  # fmt: skip
    assert context(BOSS, start, start + 12, 0, 0) == ("", "")


@settings(deadline=None, max_examples=100)
@given(st.text("ab \n", max_size=30), st.integers(0, 30), st.integers(0, 30), st.integers(1, 4), st.integers(1, 4))
def test_context_is_what_stands_around(text: str, start: int, length: int, before: int, after: int) -> None:
    """Together with the words themselves it is a run of the text's lines that are not blank."""
    end = min(start + length, len(text))
    start = min(start, end)
    above, below = context(text, start, end, before, after)
    squeezed = [line for line in text[:start].split("\n") if line.strip()]
    assert above.split("\n") == (squeezed[-len(above.split("\n")) :] or [""])
    assert len(above.split("\n")) <= before + 1
    assert len(below.split("\n")) <= after + 1


def test_the_framework_has_summaries_and_else_quotes() -> None:
    found = made("framework", ask(), evidence=True)
    money, trust = of(found, code="money"), of(found, code="trust")
    assert (money["summary"], money["stale"], money["evidence"]) == ("It was free.", False, ["b1"])
    assert (trust["summary"], len(trust["quotes"]), trust["complete"]) == (None, 3, False)
    (table,) = found.tables
    assert [column.label for column in table.columns] == ["case", "T1 Money", "T2 Work", "S1 Trust", "S2 Lateness"]
    assert table.rows[0][1] == "It was free."
    assert table.rows[0][4] == "."
    few = made("framework", ask(), quotes=1, with_quotes=True).tables[0].rows[0]
    assert few[1] == "It was free.\n\n“It cost me nothing.” (7/boss:5)"
    assert few[3].endswith("\n\n… and 2 more")
    assert "not yet coded: S2" in shown(found)


def test_a_summary_is_marked_stale_when_its_quotes_changed() -> None:
    edited = replace(CASE, transcripts=(_transcript("boss", BOSS.replace("nothing", "a lot")), TEXTS[1]))
    edited = replace(
        edited, interviews=(replace(CASE.interviews[0], transcript=edited.transcripts[0]), *CASE.interviews[1:])
    )
    found = made("framework", ask(replace(STUDY, cases=(edited,))))
    assert of(found, code="money")["stale"] is True
    assert "It was free. [stale: its quotes changed since it was written]" in found.tables[0].rows[0][1]


def test_a_branch_that_was_summed_up_has_a_column() -> None:
    study = replace(STUDY, cases=(replace(CASE, summaries=(Summary("themes", "Both."),)),))
    found = made("framework", ask(study))
    assert [len(of(found, code=code)["quotes"]) for code in ("themes", "money", "work")] == [2, 1, 1]


def test_the_typology_is_the_chapter() -> None:
    found = made("typology", ask())
    assert [record["code"] for record in found.records] == ["trust", "late"]
    trust = of(found, code="trust")
    assert trust["valences"]["disputed"] == 1
    (example,) = trust["examples"]
    assert [quote["segments"] for quote in example["quotes"]] == [["b2"], ["p1"]]
    assert (example["evidence"], example["others"]) == (["b2", "p1", "b1"], 1)
    assert shown(found) == TYPOLOGY
    all_of_it = of(made("typology", ask(), all_evidence=True), code="trust")["examples"][0]
    assert [quote["segments"] for quote in all_of_it["quotes"]] == [["b1"], ["b2"], ["p1"]]


TYPOLOGY = """\
before

S2 Lateness

Found in none of 1 case.

No case is told as an example of it yet.

afterwards

S1 Trust

Counting on somebody.

Found in 1 of 1 case (7): 1 good.

Told by, in cases: 1 employer, 1 client.

3 passages: 1 helping, 1 hindering, 1 disputed.

Case 7: good. She rang, or not

About calls.

employer: Every week.

client: Never.

Verdict: differ. They mean other weeks.

7/boss:5 · employer · helping · anna · b2
    “She rang me.”

7/person:5 · client · hindering · anna · p1
    “She never rang me.”

1 more passage behind it, not coded so.

passages · 1 case · 2 transcripts · coded by anna, bram · 6 codings · codebook version 3
"""


def test_the_codebook_is_an_appendix_with_counts_of_whole_branches() -> None:
    found = made("codebook", ask())
    counts = {r["code"]: (r["passages"], r["transcripts"], r["cases"]) for r in found.records}
    assert counts == {"themes": (2, 1, 1), "money": (1, 1, 1), "work": (1, 1, 1), "trust": (3, 2, 1), "late": (0, 0, 0)}
    text = shown(found, "md")
    assert text.startswith(
        "# Small, version 3\n\n## themes\n\n2 passages in 1 case\n\n### T1 Money\n\nWhat it costs.\n"
    )
    assert "Includes: Tasks.\n\nExcludes: Money.\n\nExample: “I sort.”\n" in text
    assert "phase: afterwards · before: bond" in text
    assert "since version 3" in text
    retired = made("codebook", ask(), under="S3", retired=True)
    assert [r["code"] for r in retired.records] == ["gone"]
    assert "retired, now S1 Trust" in shown(retired)
    assert shown(made("codebook", ask(), under="S3")).startswith("Small, version 3\n\nThe codebook has no such code.")


def test_memos_are_listed_and_told_with_what_they_are_about() -> None:
    found = made("memos", ask())
    assert [(r["name"], r["kind"], r["target"]) for r in found.records] == [
        ("how", "study", "study"), ("t", "code", "trust"), ("p", "segment", "p1"), ("x", None, None),
    ]  # fmt: skip
    text = shown(found)
    assert "About segment p1, 7/person, anna: “She never rang me.” (theory, bram)" in text
    assert "How we code\n\nAbout the study (method, anna, 2019-01-02)\n\nBy hand.\n\n- One.\n\n- Two.\n" in text
    assert "About nowhere, which is not there" in text
    assert [r["name"] for r in made("memos", ask(), type=["rule", "theory"]).records] == ["t", "p"]
    with_notes = made("memos", ask(), codings=True).records
    assert (with_notes[-1]["type"], with_notes[-1]["text"], with_notes[-1]["target"]) == ("coding", "Odd.", "b3")
    by_type = made("memos", ask(), by="type")
    assert [r["type"] for r in by_type.records] == ["method", "rule", "theory", None]


@pytest.mark.parametrize(
    ("flags", "names"),
    [
        ({"codes": ["trust"]}, ["t", "p"]),
        ({"codes": ["money"]}, []),
        ({"cases": ["7"]}, ["p"]),
        ({"perspectives": ["boss"]}, []),
    ],
)
def test_memos_of_a_selection(flags: dict[str, list[str]], names: list[str]) -> None:
    found = made("memos", ask(chosen=selection(STUDY, all_cases=True, **flags)))  # type: ignore[arg-type]
    assert [record["name"] for record in found.records] == names


def test_progress_tells_what_is_done_and_what_is_next() -> None:
    found = made("progress", ask())
    boss = of(found, transcript="7/boss", coder="anna")
    assert (boss["segments"], boss["codings"], boss["codes"], boss["status"]) == (3, 4, 3, "done")
    assert (boss["turns"], boss["turns_coded"], boss["share"]) == (1, 1, 1.0)  # the interviewer's turn is nobody's
    assert boss["newer_codes"] == ["late"]
    assert of(found, coder="bram")["status"] == "open"
    text = shown(found)
    assert "Begun, not done: 7/boss (bram), 7/person (anna).\n" in text
    assert "Done before these codes came: 7/boss (anna: late).\n" in text
    assert "Anna A.            2     1         4        5         100%" in text
    nobody = made("progress", ask(replace(STUDY, codings=())))
    assert [(r["transcript"], r["coder"]) for r in nobody.records] == [("7/boss", None), ("7/person", None)]
    assert "Not begun: 7/boss, 7/person.\n" in shown(nobody)


GECODEERD = ("beurten", "gecodeerd")


def test_progress_speaks_the_language_of_the_report() -> None:
    """As a part of an audit trail it is published."""
    text = shown(made("progress", replace(ask(), language="nl")))
    assert "Begonnen, niet klaar: 7/boss (bram), 7/person (anna).\n" in text
    assert text.splitlines()[0].split() == ["codeur", "transcripten", "klaar", "segmenten", "coderingen", *GECODEERD]


def test_progress_names_what_is_done_twice_without_a_consensus() -> None:
    twice = (ANNA, replace(BRAM, status="done"), PERSONS)
    said = "Done by two or more, and no consensus that is done: 7/boss.\n"
    assert said in shown(made("progress", ask(replace(STUDY, codings=twice))))
    agreed = (*twice, replace(BRAM, coder="consensus", status="done"))
    assert said not in shown(made("progress", ask(replace(STUDY, codings=agreed))))


def test_the_audit_trail_holds_decisions_rules_progress_and_problems() -> None:
    found = made("audit", ask(problems=lambda: check(STUDY)))
    parts = [record["part"] for record in found.records]
    assert [parts.count(part) for part in ("decision", "memo", "coding")] == [1, 2, 3]
    assert of(found, part="decision")["reason"] == "They were one."
    text = shown(found)
    assert "2019-01-01 · anna · version 2: merge bond → trust. They were one.\n" in text
    assert "Version 3 brought late.\n" in text
    assert "Trust is not money." in text
    assert "Ask again." not in text  # a memo of theory
    assert {r["rule"] for r in found.records if r["part"] == "problem"} >= {"consent-missing", "memo-about"}
    assert "Trust is not money." not in shown(made("audit", ask(), type=["method"]))


KINDS: dict[str, dict[str, Any]] = {
    "perspectives": {}, "compare": {"notes": True}, "quotes": {"before": 1, "after": 1},
    "framework": {"with_quotes": True}, "typology": {"all_evidence": True}, "codebook": {"retired": True},
    "memos": {"codings": True}, "progress": {}, "audit": {},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shared_has_no_word_of_a_respondent_where_quotes_stay_inside(kind: str) -> None:
    closed = replace(STUDY, settings=replace(STUDY.settings, privacy=Privacy(minimum_cell=2, quotes="none")))
    inside = shared(closed)
    given = Ask(
        inside,
        shared_rows(inside, rows(closed)),
        units(inside),
        SEVEN,
        shared=True,
        problems=lambda: check(closed),
    )
    found = made(kind, given, **KINDS[kind])
    for form in ("table", "md", "csv", "json", "html"):
        text = shown(found, form, 80 if form == "table" else None)
        assert not any(words in text for words in ("rang me", "nothing.", "sort the post", "▒", "Odd."))
    assert '"passages": 1' not in shown(found, "json")
    assert "1 passage" not in shown(found, "md")


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_respondent_said_who_withdrew_is_in_no_report(kind: str) -> None:
    withdrawn = replace(CASE.interviews[2], consent="withdrawn")
    gone = replace(CASE, interviews=(*CASE.interviews[:2], withdrawn))
    found = made(kind, ask(replace(STUDY, cases=(gone,)), replace(SEVEN, all_cases=True)), **KINDS[kind])
    assert "never rang" not in shown(found, "json") + shown(found, "md", None) + shown(found, "html")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_so_where_there_is_nothing(kind: str) -> None:
    bare = replace(CASE, interviews=(), transcripts=(), observations=(), summaries=())
    study = Study(STUDY.settings, Codebook(), (bare,), ())
    found = made(kind, ask(study, SEVEN), **KINDS[kind])
    assert len(shown(found, width=80).splitlines()) > 1
    assert json.loads(shown(found, "json"))["report"] == kind
    assert not any(isinstance(block, Quotes) for block in found.blocks)
