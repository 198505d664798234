"""Written summaries: their hash, what they rest on, and when they are stale."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from build import case, codings, segment, study, transcript
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.check import check
from qcode.core.errors import UnknownName
from qcode.core.model import Case, Coded, CodingSet, Interview, Study, Summary
from qcode.core.summaries import fingerprint, rests_on, rows_of_case, stale, summary_of, written

TEXT = "**R:** She rang me, and we met. We agreed on two days.\n"
RANG = segment("She rang me", "contact", id="aaaaaaaa")
MET = segment("we met", Coded("contact"), Coded("trust"), id="bbbbbbbb")
AGREED = segment("We agreed", "agreements", id="cccccccc")


def _study(*sets: CodingSet, summaries: tuple[Summary, ...] = (), text: str = TEXT, consent: str = "given") -> Study:
    of = case("1", transcript("1/boss", text), planned=[Interview("employer", consent=consent)])
    return study(replace(of, summaries=summaries, path="cases/1/case.yaml"), codings=sets)


def _anna(*segments: object) -> CodingSet:
    return codings("1/boss", "anna", *segments, status="done")  # type: ignore[arg-type]


def _rests(found: Study, summary: Summary) -> list[str | None]:
    of = found.cases[0]
    return [row.id for row in rests_on(found, rows_of_case(found, of), of, summary)]


def _stale(found: Study, summary: Summary) -> bool:
    return stale(found, rows_of_case(found, found.cases[0]), found.cases[0], summary)


def _sealed(found: Study, code: str, quotes: tuple[str, ...] | None = None) -> Summary:
    """The summary of a code, as it is written for that study."""
    of = found.cases[0]
    after = written(found, of, rows_of_case(found, of), code, "Said.", quotes)
    made = summary_of(found, replace(of, summaries=after), code)
    assert made is not None
    return made


def test_the_hash_is_the_one_that_the_format_defines() -> None:
    """Sorted lines of id, tab and words with single spaces; the first twelve digits of their SHA-256."""
    expected = sha256(b"aaaaaaaa\tShe rang me\nbbbbbbbb\twe met\n").hexdigest()[:12]
    assert fingerprint([("bbbbbbbb", "we  met"), ("aaaaaaaa", "She\nrang me")]) == expected
    assert fingerprint([]) == "e3b0c44298fc"  # SHA-256 of nothing, as published


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["a1", "b2", None]), st.text("ab \n\té", max_size=6)), max_size=5))
def test_the_hash_knows_no_order_and_no_lines(quotes: list[tuple[str | None, str]]) -> None:
    folded = [(name, "\n".join(words.split())) for name, words in reversed(quotes)]
    assert fingerprint(quotes) == fingerprint(folded)
    assert fingerprint([*quotes, ("zz", "more")]) != fingerprint(quotes)


def test_a_summary_that_names_no_quotes_rests_on_all_that_count_in_its_cell() -> None:
    found = _study(_anna(RANG, MET, AGREED), codings("1/boss", "bram", segment("She", "contact", id="dddddddd")))
    assert _rests(found, Summary("contact")) == ["aaaaaaaa", "bbbbbbbb", "dddddddd"]
    assert _rests(found, Summary("themes")) == ["aaaaaaaa", "bbbbbbbb", "cccccccc", "dddddddd"]
    assert _rests(found, Summary("deals")) == ["cccccccc"]  # an id that agreements had before
    agreed = _study(_anna(RANG, MET), codings("1/boss", "consensus", replace(MET, id="eeeeeeee"), status="done"))
    assert _rests(agreed, Summary("contact")) == ["eeeeeeee"]


def test_a_summary_that_names_quotes_rests_on_those_whoever_counts() -> None:
    found = _study(_anna(RANG, MET), codings("1/boss", "consensus", status="done"))
    assert _rests(found, Summary("contact", quotes=("bbbbbbbb",))) == ["bbbbbbbb"]


def test_nothing_rests_on_the_words_of_who_withdrew() -> None:
    found = _study(_anna(RANG, MET), consent="withdrawn")
    assert _rests(found, Summary("contact")) == []
    assert _rests(found, Summary("contact", quotes=("aaaaaaaa",))) == []
    with pytest.raises(UnknownName):
        written(found, found.cases[0], rows_of_case(found, found.cases[0]), "contact", "x", ["aaaaaaaa"])


def test_a_summary_is_stale_when_its_quotes_changed() -> None:
    before = _study(_anna(RANG, MET))
    whole, one = _sealed(before, "contact"), _sealed(before, "contact", ("aaaaaaaa",))
    assert (_stale(before, whole), _stale(before, one)) == (False, False)
    more = _study(_anna(RANG, MET, segment("two days", "contact", id="ffffffff")))
    assert (_stale(more, whole), _stale(more, one)) == (True, False)
    fewer = _study(_anna(MET))
    assert (_stale(fewer, whole), _stale(fewer, one)) == (True, True)
    edited = _study(_anna(RANG, MET), text=TEXT.replace("She rang me", "She phoned me"))
    assert (_stale(edited, whole), _stale(edited, one)) == (True, True)
    elsewhere = _study(_anna(RANG, MET), text=TEXT.replace("two days", "three days"))
    assert (_stale(elsewhere, whole), _stale(elsewhere, one)) == (False, False)


def test_without_a_hash_nobody_can_tell() -> None:
    assert not _stale(_study(_anna(RANG)), Summary("contact", "By hand."))


def test_an_empty_text_takes_a_summary_away_and_none_keeps_it() -> None:
    found = _study(_anna(RANG), summaries=(Summary("deals", "Old."), Summary("contact", "Kept.", ("aaaaaaaa",), "0")))
    of: Case = found.cases[0]
    rows = rows_of_case(found, of)
    assert written(found, of, rows, "agreements", " ", None) == (of.summaries[1],)
    kept = written(found, of, rows, "contact", None, None)[1]
    assert (kept.text, kept.quotes) == ("Kept.", ("aaaaaaaa",))
    assert kept.hash == fingerprint([("aaaaaaaa", "She rang me")])


def test_check_finds_what_is_wrong_with_summaries() -> None:
    summaries = (
        Summary("nowhere"), Summary("deals"), Summary("agreements"),
        Summary("contact", quotes=("zzzzzzzz",), hash="0123456789ab"),
    )  # fmt: skip
    found = check(_study(_anna(RANG), summaries=summaries), ignore=["consent-missing"])
    rules = {problem.rule: problem.severity for problem in found if "summar" in problem.rule}
    assert rules == {
        "summary-code": "error", "duplicate-summary": "warning", "summary-quote": "error", "stale-summary": "warning",
    }  # fmt: skip
    assert {problem.where.path for problem in found if "summar" in problem.rule} == {"cases/1/summaries.yaml"}
