"""Each rule of `check` has a study broken in just that way, and is silent about a sound one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from build import BOOK, CODES, SETTINGS, TEXT, blob, case, codings, levels, segment, study, transcript, two_cases

from qcode.core.check import READING, RULES, check
from qcode.core.codebook import Code, Codebook
from qcode.core.decisions import Decision, Ledger
from qcode.core.errors import Problem, UnknownName, Where
from qcode.core.facts import Facts, differing
from qcode.core.model import Coded, Interview, Memo, Observation, Pile, Segment, Settings, Study, Summary


def sound() -> Study:
    """A study that uses everything the rules look at, and is in order."""
    whole = codings(
        "2/boss",
        "anna",
        segment("we met", Coded("meeting", valence="helping", phase="before"), id="k1"),
        segment("two days", "deals", "contact", id="k2", line=11),
        status="done",
        codebook_version=3,
        text=blob(TEXT),
    )
    agreed = codings("2/boss", "consensus", segment("two days", "trust", id="k3"))
    seen = Observation(
        "o1",
        evidence=("k1", "k2"),
        steps=("meeting",),
        illustrates=("deals", "themes"),
        agreement="agree",
        perspectives={"client": "…"},
    )
    first = transcript("2/boss", respondent="B1")
    planned = [
        Interview("employer", "B1", consent="given"),
        Interview("client", consent="withdrawn"),
        Interview("client"),
    ]
    return study(
        case("2", first, planned=planned, observations=[seen]),
        codings=[whole, agreed],
        settings=replace(SETTINGS, targets={"lasting": 3}),
    )


def coded(*segments: Segment, name: str = "2/boss", coder: str = "anna", **more: object) -> Study:
    return two_cases(codings(name, coder, *segments, **more))


def book(*codes: Code, **more: object) -> Study:
    return study(book=replace(BOOK, codes=(*CODES, *codes), **more))  # type: ignore[arg-type]


def observed(**what: object) -> Study:
    seen = Observation("o1", **what)  # type: ignore[arg-type]
    mine = codings("2/boss", "anna", segment("we met", "meeting", id="k1"))
    return study(case("2", transcript("2/boss"), observations=[seen]), codings=[mine])


def with_targets(**targets: int) -> Study:
    return Study(Settings(coders=SETTINGS.coders, targets=targets), BOOK)


TWICE = "**R:** A word said here in passing.\n\n**R:** A word said here in passing.\n"


def summed(*summaries: Summary) -> Study:
    """A sound study in which a case has these summaries."""
    first, *others = sound().cases
    return replace(sound(), cases=(replace(first, summaries=summaries), *others))


SPLIT = Decision("2020-01-01", "anna", "split", ("rapport",), ("trust", "contact"))

BROKEN: dict[str, list[Callable[[], Study]]] = {
    "code-id": [lambda: book(Code("two words"))],
    "duplicate-code": [lambda: book(Code("trust"))],
    "duplicate-code-key": [lambda: book(Code("other", key="s2"))],
    "duplicate-alias": [
        lambda: book(Code("other", aliases=("trust",))),
        lambda: book(Code("other", aliases=("deals",))),
    ],
    "duplicate-level": [
        lambda: book(phases=levels("before before")),
        lambda: book(valences=levels("both both")),
    ],
    "code-parent": [
        lambda: book(Code("other", parent="nowhere")),
        lambda: book(Code("other", parent="other")),
        lambda: book(Code("one", parent="other"), Code("other", parent="one")),
    ],
    "replaced-by": [
        lambda: book(Code("other", retired=True, replaced_by="nowhere")),
        lambda: book(Code("other", retired=True, replaced_by="other")),
    ],
    "unknown-outcome": [lambda: study(case("1", outcome="endless")), lambda: with_targets(endless=3)],
    "unknown-perspective": [
        lambda: book(Code("other", perspectives=("stranger",))),
        lambda: study(case("1", planned=[Interview("stranger")])),
        lambda: study(case("1", transcript("1/a", perspective="stranger"))),
        lambda: observed(perspectives={"stranger": "…"}),
    ],
    "unknown-phase": [
        lambda: book(Code("other", phase="later")),
        lambda: study(case("1", transcript("1/a", "# Then {phase=later}\n\n**R:** Yes.\n"))),
        lambda: coded(segment("we met", Coded("trust", phase="later"))),
    ],
    "unknown-valence": [lambda: coded(segment("we met", Coded("trust", valence="nice")))],
    "attribute-name": [
        lambda: study(case("1", attributes={"passages": "2"})),
        lambda: study(case("1", attributes={"section-phase": "x"})),
    ],
    "no-perspective": [lambda: study(case("1", transcript("1/a", perspective=None)))],
    "same-respondent": [lambda: study(case("1", transcript("1/a", respondent="B"), transcript("1/b", respondent="B")))],
    "consent-missing": [
        lambda: study(case("1", transcript("1/a"), planned=[])),
        lambda: study(case("1", planned=[Interview("client", said_held=True)])),
        lambda: study(case("1", planned=[Interview("client", said_held=True, consent="pending")])),
    ],
    "consent-withdrawn": [
        lambda: study(case("1", transcript("1/a"), planned=[Interview("employer", consent="withdrawn")]))
    ],
    "duplicate-observation": [lambda: study(case("1", observations=[Observation("o1"), Observation("o1")]))],
    "unknown-agreement": [lambda: observed(agreement="somewhat")],
    "evidence-gone": [lambda: observed(evidence=("k1", "k9"))],
    "illustrates": [
        lambda: observed(illustrates=("meeting",)),
        lambda: observed(evidence=("k1",), illustrates=("trust",)),
        lambda: observed(evidence=("k1",), illustrates=("themes",)),
    ],
    "no-transcript": [lambda: coded(name="2/gone"), lambda: coded(name="3/boss")],
    "file-name": [
        lambda: coded(path="cases/2/codings/boss.bram.yaml"),
        lambda: coded(path="cases/2/codings/person.anna.yaml"),
    ],
    "two-files": [lambda: two_cases(codings("2/boss", "anna"), codings("2/boss", "anna"))],
    "coder-id": [
        lambda: study(
            *two_cases().cases, codings=[codings("2/boss", "a b")], settings=replace(SETTINGS, coders={"a b": "A"})
        )
    ],
    "unknown-coder": [lambda: coded(coder="zoe")],
    "status": [lambda: coded(status="finished")],
    "codebook-version": [lambda: coded(codebook_version=4)],
    "duplicate-id": [
        lambda: coded(segment("we met", "trust", id="k1"), segment("two days", "trust", id="k1")),
        lambda: two_cases(
            codings("2/boss", "anna", segment("we met", "trust", id="k1")),
            codings("10/boss", "bram", segment("we met", "trust", id="k1")),
        ),
    ],
    "no-codes": [lambda: coded(segment("we met"))],
    "unknown-code": [
        lambda: coded(segment("we met", "trusst")),
        lambda: coded(segment("we met", against=("trusst",))),
        lambda: observed(steps=("trusst",)),
        lambda: observed(illustrates=("trusst",)),
    ],
    "retired-code": [lambda: coded(segment("we met", "rapport"))],
    "unsettled-split": [
        lambda: decided(
            coded(segment("we met", "rapport")), Decision("2020-01-01", "anna", "split", ("rapport",), ("a",))
        ),
        lambda: decided(
            coded(segment("we met", against=("rapport",))),
            Decision("2020-01-01", "anna", "split", ("rapport",), ("a",)),
        ),
        # Its evidence went to a part, so that no evidence of the whole is left: to settle, and no fault.
        lambda: decided(
            observed(evidence=("k1",), steps=("rapport",), illustrates=("rapport",)),
            Decision("2020-01-01", "anna", "split", ("rapport",), ("meeting", "trust")),
        ),
    ],
    "duplicate-coding": [
        lambda: coded(segment("we met", "agreements", Coded("deals", valence="both"))),
        lambda: coded(segment("we met", "trust", id="k1"), segment("we met", Coded("trust", phase="after"), id="k2")),
    ],
    "coded-against": [
        lambda: coded(segment("we met", "trust", id="k1", against=("trust",))),
        lambda: coded(segment("we met", "trust", id="k1"), segment("we met", id="k2", against=("trust",))),
    ],
    "not-applicable": [lambda: coded(segment("we met", "contact"), name="2/person")],
    "lost": [lambda: coded(segment("gone with the wind and never seen again", "trust"))],
    "ambiguous": [
        lambda: study(
            case("1", transcript("1/a", TWICE)), codings=[codings("1/a", "anna", segment("A word said", "trust"))]
        )
    ],
    "changed": [lambda: coded(segment("She rang me, and so we met. She rang mee again.", "trust"))],
    "moved": [
        lambda: coded(
            segment(
                "She rang me, and we met. She rang me again.", "trust", before="before that,", after="and it was good"
            )
        )
    ],
    "memo-about": [
        lambda: replace(sound(), read_memos=lambda: Pile((Memo("x", "codebooks/memos/x.md", about="gone"),))),
        lambda: replace(sound(), read_memos=lambda: Pile((Memo("x", "codebooks/memos/x.md"),))),
    ],
    "unknown-operation": [lambda: decided(sound(), Decision("2020-01-01", "anna", "renamed"))],
    "summary-code": [lambda: summed(Summary("nowhere", "x"))],
    "duplicate-summary": [lambda: summed(Summary("agreements", "x"), Summary("deals", "y"))],
    "summary-quote": [lambda: summed(Summary("trust", "x", ("gone",)))],
    "stale-summary": [lambda: summed(Summary("trust", "x", (), "0123456789ab"))],
}


def decided(study: Study, decision: Decision) -> Study:
    return replace(study, read_decisions=lambda: Ledger((decision,)))


def found(broken: Study) -> list[str]:
    return [problem.rule for problem in check(broken)]


def test_a_sound_study_has_no_problems() -> None:
    assert check(sound()) == []


def test_every_rule_has_a_broken_study() -> None:
    assert [rule.name for rule in RULES] == list(BROKEN)


@pytest.mark.parametrize(
    ("rule", "broken"),
    [(rule, make()) for rule, makes in BROKEN.items() for make in makes],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_broken_study_breaks_that_rule_alone(rule: str, broken: Study) -> None:
    assert set(found(broken)) == {rule}
    assert check(broken, only=[rule]) == check(broken)
    assert check(broken, ignore=[rule]) == []


@pytest.mark.parametrize(
    ("name", "broken"),
    [(rule, make()) for rule, makes in BROKEN.items() for make in makes],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_case_by_case_is_found_what_is_found_at_once(name: str, broken: Study) -> None:
    """By any rule, in a study with faults of that rule: nothing is seen twice or missed."""
    (rule,) = (rule for rule in RULES if rule.name == name)
    at_once = [f for find in (rule.frame, rule.find) if find for f in find(Facts(broken))]
    assert [(p.where, p.message, p.hint) for p in check(broken)] == sorted(at_once)


@pytest.mark.parametrize(
    "fine",
    [
        lambda: coded(segment("we met", "agreements", "deals")),  # twice the same says nothing else
        lambda: coded(path="cases/2/codings/boss.anna.yaml"),
        lambda: book(Code("other", aliases=("something-before",))),
        lambda: book(Code("other", retired=True, replaced_by="deals")),  # an alias is a code
        lambda: study(case("1", planned=[Interview("client", consent="pending")])),  # not held yet
        lambda: study(case("1", transcript("1/a", respondent="A"), transcript("1/b", respondent="B"))),
        lambda: coded(codebook_version=2),
        lambda: study(case("1", outcome=None)),
    ],
)
def test_what_is_in_order(fine: Callable[[], Study]) -> None:
    assert found(fine()) == []


def test_a_problem_says_where_and_what_to_do() -> None:
    at = Where("cases/2/codings/boss.anna.yaml", 9, 3)
    (problem,) = check(coded(segment("we met", Coded("trusst", where=at))))
    assert (problem.severity, problem.where, problem.message) == ("error", at, "unknown code 'trusst'")
    assert "'trust'" in problem.hint


def test_an_example_of_a_code_that_was_split_names_the_part_that_its_evidence_shows() -> None:
    """The whole went into two parts, and the one piece of evidence is coded with one of them."""
    split = Decision("2020-01-01", "anna", "split", ("rapport",), ("meeting", "trust"))
    seen = decided(observed(evidence=("k1",), illustrates=("rapport",)), split)
    (problem,) = check(seen)
    assert problem.message == "observation 'o1' names 'rapport', which was split into meeting, trust"
    assert problem.hint == "Name in its place what its evidence shows: meeting."


def test_a_changed_quote_comes_with_its_likeness() -> None:
    (problem,) = check(BROKEN["changed"][0]())
    assert problem.severity == "warning"
    assert "% alike" in problem.message


def test_the_lines_of_an_ambiguous_quote_are_named() -> None:
    (problem,) = check(BROKEN["ambiguous"][0]())
    assert "lines 1, 3" in problem.message


def test_faults_in_reading_come_along_sorted_by_path_as_people_count_and_line() -> None:
    def fault(path: str, line: int, rule: str = "yaml") -> Problem:
        return Problem(rule, "error", Where(path, line), "…", stops=True)

    faults = (fault("cases/10/case.yaml", 1), fault("cases/2/b.md", 7, "nfc"), fault("cases/2/b.md", 2))
    broken = replace(coded(coder="zoe", path="cases/3/codings/boss.zoe.yaml"), faults=faults)
    assert [(p.where.path, p.where.line) for p in check(broken)] == [
        ("cases/2/b.md", 2),
        ("cases/2/b.md", 7),
        ("cases/3/codings/boss.zoe.yaml", 0),
        ("cases/10/case.yaml", 1),
    ]
    assert [p.rule for p in check(broken, only=["nfc", "unknown-coder"])] == ["nfc", "unknown-coder"]
    assert [p.rule for p in check(broken, ignore=["yaml"])] == ["nfc", "unknown-coder"]


def unreadable(path: str) -> tuple[Problem, ...]:
    return (Problem("yaml", "error", Where(path, 1), "…", stops=True),)


@pytest.mark.parametrize(
    ("broken", "path"),
    [
        (lambda: coded(segment("we met", "trusst")), "codebooks/book.yaml"),
        (lambda: coded(coder="zoe"), "qcode.yaml"),
        (lambda: coded(status="finished"), "cases/2/codings/boss.anna.yaml"),
        (lambda: coded(name="2/gone"), "cases/2/gone.md"),
        (lambda: observed(evidence=("k9",), illustrates=("trust",)), "cases/2/codings/boss.bram.yaml"),
    ],
)
def test_what_follows_from_a_file_that_cant_be_read_is_no_further_fault(broken: Callable[[], Study], path: str) -> None:
    whole = replace(broken(), settings=replace(SETTINGS, codebook="codebooks/book.yaml"))
    assert check(whole) != []
    assert found(replace(whole, faults=unreadable(path))) == ["yaml"]


@pytest.mark.parametrize("flag", ["only", "ignore"])
def test_a_rule_that_is_not_there_is_an_error(flag: str) -> None:
    with pytest.raises(UnknownName) as caught:
        check(sound(), **{flag: ["unknwon-outcome"]})  # type: ignore[arg-type]
    assert "'unknown-outcome'" in caught.value.hint
    assert check(sound(), only=["yaml"]) == []


def test_every_rule_has_a_line_of_docs_and_a_name_of_its_own() -> None:
    names = [*(rule.name for rule in RULES), *READING]
    assert len(set(names)) == len(names)
    assert all(rule.doc.endswith(".") for rule in RULES)


def test_an_old_text_at_hand_tells_equals_apart() -> None:
    old = "**I:** At first?\n\n**R:** Yes.\n\n**I:** And afterwards?\n\n**R:** No.\n"
    new = old.replace("No.", "Yes.")
    mine = codings("1/a", "anna", segment("Yes.", "trust"), text=blob(old))
    one = study(case("1", transcript("1/a", new)), codings=[mine])
    assert found(one) == ["ambiguous"]
    assert check(one, old_text=lambda _: old) == []


def test_a_codebook_without_anything_is_sound() -> None:
    assert check(Study(Settings(), Codebook())) == []


def test_two_texts_are_quoted_where_they_differ() -> None:
    """From three words before; from the beginning, where that is nearer; where one goes on, at its end."""
    assert differing("a b c d e f g", "a b c d e X g") == ("“… c d e f g”", "“… c d e X g”")
    assert differing("a b", "a c") == ("“a b”", "“a c”")
    assert differing("a b c d e", "a b c d") == ("“… b c d e”", "“… b c d”")
