"""One coder at work: what each step makes of a codings file, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from build import TEXT, blob, case, codings, segment, study, transcript, two_cases

from qcode.core.anchor import Anchor, locate
from qcode.core.errors import QcodeError, UnknownName
from qcode.core.layout import TurnText, read_turns
from qcode.core.model import Coded, CodingSet, Interview, Segment, Study
from qcode.core.session import Session, open_session


def counting() -> Callable[[int], int]:
    """An id source that counts: a0000000, then a0000001 … one draw a character."""
    state = {"drawn": 0}

    def draw(below: int) -> int:
        at, state["drawn"] = divmod(state["drawn"], 8)[1], state["drawn"] + 1
        return (state["drawn"] // 8 - 1) % below if at == 7 else 0

    return draw


def session(*sets: CodingSet, coder: str = "anna", one: Study | None = None, name: str = "2/boss") -> Session:
    one = one or two_cases(*sets)
    return open_session(one, one.transcripts[name], coder, draw=counting())


def span(words: str, text: str = TEXT) -> tuple[int, int]:
    return text.index(words), text.index(words) + len(words)


def codes(at: Session) -> list[list[str]]:
    return [[coded.code for coded in s.codes] for s in at.codings.segments]


def test_a_new_file_is_open_and_names_its_text_and_version() -> None:
    new = session().codings
    assert (new.transcript, new.coder, new.status, new.codebook_version) == ("boss.md", "anna", "open", 3)
    assert (new.text, new.path, new.case) == (blob(TEXT), "cases/2/codings/boss.anna.yaml", "2")


def test_a_session_knows_what_the_file_said() -> None:
    mine = codings("2/boss", "anna", segment("two days", "trust"))
    assert session(mine).add(span("we met"), ["trust"]).opened is mine
    assert session().add(span("we met"), ["trust"]).opened is None


def test_adding_describes_the_place_and_gives_an_id() -> None:
    done = session().add(span("two days"), ["T2"], valence="helping", phase="after", memo="both sides")
    new = done.codings.segments[0]
    assert (new.id, done.touched) == ("a0000000", "a0000000")
    assert (new.quote, new.line, new.text) == ("two days", 11, None)
    assert TEXT.endswith(f"{new.before}two days{new.after}") or f"{new.before}two days{new.after}" in TEXT
    assert new.codes == (Coded("agreements", "helping", "after", "both sides"),)


def test_valence_and_memo_go_with_each_code_given_and_a_code_given_twice_is_one() -> None:
    done = session().add(span("two days"), ["agreements", "deals", "S2"], valence="both")
    assert done.codings.segments[0].codes == (Coded("agreements", "both"), Coded("trust", "both"))


def test_segments_stand_in_the_order_of_the_text() -> None:
    done = session()
    for words in ("two days", "we met", "It went well", "She rang me, and we met", "How did it"):
        done = done.add(span(words), ["trust"])
    quotes = [s.quote for s in done.codings.segments]
    assert quotes == ["How did it", "She rang me, and we met", "we met", "two days", "It went well"]


def test_an_existing_order_is_left_as_it_is() -> None:
    late, early = segment("It went well", "trust", id="x1"), segment("How did it", "trust", id="x2")
    done = session(codings("2/boss", "anna", late, early)).add(span("two days"), ["trust"])
    assert [s.id for s in done.codings.segments] == ["a0000000", "x1", "x2"]


def test_the_same_span_again_adds_codes_and_changes_the_values_given() -> None:
    done = session().add(span("two days"), ["trust"], valence="helping", memo="as told")
    again = done.add(span("two days"), ["trust", "contact"], valence="hindering")
    assert again.touched == done.touched == "a0000000"
    assert again.codings.segments[0].codes == (
        Coded("trust", "hindering", None, "as told"),
        Coded("contact", "hindering"),
    )
    cleared = again.add(span("two days"), ["trust"], valence="", memo="")
    assert cleared.codings.segments[0].codes[0] == Coded("trust")


def test_a_code_written_under_an_old_id_is_the_same_code() -> None:
    mine = codings("2/boss", "anna", segment("two days", Coded("deals", memo="old"), id="x1"))
    done = session(mine).add(span("two days"), ["agreements"], valence="both")
    assert done.codings.segments[0].codes == (Coded("deals", "both", None, "old"),)


def test_adding_what_is_there_changes_nothing_and_leaves_nothing_to_undo() -> None:
    done = session().add(span("two days"), ["trust"], valence="both")
    again = done.add(span("two days"), ["trust"], valence="both")
    assert again.codings == done.codings
    assert len(again.past) == 1


def test_a_code_decided_against_is_kept_apart_from_those_given() -> None:
    """A segment of its own, or beside codes; by key or old id, each once; nothing is coded by it."""
    done = session().add(span("two days"), [], against=["T2", "deals", "S1"])
    assert (codes(done), done.codings.segments[0].against) == ([[]], ("agreements", "meeting"))
    assert done.codings.count == 0
    beside = done.add(span("two days"), ["trust"], against=["contact"])
    assert (codes(beside), beside.codings.segments[0].against) == ([["trust"]], ("agreements", "meeting", "contact"))
    assert done.add(span("two days"), [], against=["agreements"]).codings == done.codings


def test_a_memo_without_codes_says_why_it_was_decided() -> None:
    done = session().add(span("two days"), [], memo="only a rumour", against=["trust"])
    assert done.codings.segments[0].memo == "only a rumour"
    again = done.add(span("two days"), ["agreements"], memo="of the coding")
    assert again.codings.segments[0].memo == "only a rumour"
    assert again.codings.segments[0].codes == (Coded("agreements", memo="of the coding"),)


def test_a_code_that_is_given_is_no_longer_decided_against() -> None:
    mine = codings("2/boss", "anna", segment("two days", "trust", id="x1", against=("deals", "contact")))
    given = session(mine).add(span("two days"), ["agreements"])
    assert (codes(given), given.codings.segments[0].against) == ([["trust", "agreements"]], ("contact",))
    recoded = session(mine).recode("x1", "trust", "agreements")
    assert (codes(recoded), recoded.codings.segments[0].against) == ([["agreements"]], ("contact",))


@pytest.mark.parametrize("given", [[], ["agreements"]])
def test_what_is_given_cannot_be_decided_against(given: list[str]) -> None:
    mine = codings("2/boss", "anna", segment("two days", "deals", id="x1"))
    with pytest.raises(QcodeError, match="these words are coded 'agreements'"):
        session(mine).add(span("two days"), given, against=["T2"])


def test_a_decision_is_taken_back_like_a_code_and_outlasts_the_codes() -> None:
    mine = codings("2/boss", "anna", segment("two days", "trust", id="x1", against=("deals",)))
    bare = session(mine).remove("x1", "trust")
    assert (codes(bare), bare.codings.segments[0].against) == ([[]], ("deals",))
    assert bare.remove("x1", "agreements").codings.segments == ()
    assert bare.undo().codings == mine
    assert session(mine).remove("x1").codings.segments == ()
    with pytest.raises(QcodeError, match="is not coded 'contact'"):
        bare.remove("x1", "contact")


def test_ids_already_in_the_study_are_not_given_out() -> None:
    other = codings("10/boss", "bram", segment("two days", "trust", id="a0000000"))
    done = session(other).add(span("two days"), ["trust"])
    assert done.touched == "a0000001"
    # Nor is one that this session gave and took back.
    assert done.undo().add(span("we met"), ["trust"]).touched == "a0000002"


def test_ids_drawn_at_random_have_the_right_shape() -> None:
    one = two_cases()
    done = open_session(one, one.transcripts["2/boss"], "anna").add(span("two days"), ["trust"])
    assert done.touched is not None
    assert len(done.touched) == 8
    assert done.touched[0].isalpha()
    assert set(done.touched) <= set("0123456789abcdefghjkmnpqrstvwxyz")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"codes": ["rapport"]}, "retired"),
        ({"codes": ["S3"]}, "retired"),
        ({"codes": ["nothing-like-it"]}, "unknown code"),
        ({"codes": []}, "no code"),
        ({"codes": ["trust"], "valence": "nice"}, "unknown valence 'nice'"),
        ({"codes": ["trust"], "phase": "later"}, "unknown phase 'later'"),
        ({"codes": ["trust"], "span": (5, 5)}, "nothing to code"),
        ({"codes": ["trust"], "span": (-2, 5)}, "nothing to code"),
        ({"codes": ["trust"], "span": (0, 9999)}, "nothing to code"),
        ({"codes": ["trust"], "span": (TEXT.index("\n\n"), TEXT.index("\n\n") + 2)}, "nothing to code"),
    ],
)
def test_what_is_refused(given: dict[str, object], words: str) -> None:
    with pytest.raises(QcodeError, match=words):
        session().add(**{"span": span("two days"), **given})  # type: ignore[arg-type]


def test_a_retired_code_names_its_successor() -> None:
    with pytest.raises(QcodeError) as caught:
        session().add(span("two days"), ["rapport"])
    assert caught.value.hint == "Use 'trust' instead."


def test_a_respondent_who_withdrew_is_not_coded_but_codings_can_be_taken_back() -> None:
    gone = case("2", transcript("2/boss"), planned=[Interview("employer", consent="withdrawn")])
    at = session(one=study(gone, codings=[codings("2/boss", "anna", segment("two days", "trust", id="x1"))]))
    with pytest.raises(QcodeError, match="withdrawn"):
        at.add(span("two days"), ["trust"])
    with pytest.raises(QcodeError, match="withdrawn"):
        at.mark(done=True)
    assert at.remove("x1").codings.segments == ()


@pytest.mark.parametrize(("coder", "count"), [("anna", 0), ("consensus", 0), ("zoe", 1)])
def test_a_coder_not_declared_is_a_warning(coder: str, count: int) -> None:
    assert len(session(coder=coder).warnings) == count


def test_removing_one_code_and_with_the_last_one_the_segment() -> None:
    mine = codings(
        "2/boss", "anna", segment("two days", "trust", Coded("deals"), id="x1"), segment("we met", "trust", id="x2")
    )
    at = session(mine)
    assert codes(at.remove("x1", "T2")) == [["trust"], ["trust"]]
    assert codes(at.remove("x1", "deals").remove("x1", "S2")) == [["trust"]]
    assert codes(at.remove("x1")) == [["trust"]]
    with pytest.raises(UnknownName):
        at.remove("x9")
    with pytest.raises(QcodeError, match="not coded 'contact'"):
        at.remove("x1", "contact")


def test_a_code_that_is_in_no_codebook_can_be_taken_back() -> None:
    mine = codings("2/boss", "anna", segment("two days", "trust", "typo", id="x1"))
    assert codes(session(mine).remove("x1", "typo")) == [["trust"]]


def test_done_is_done_with_the_codebook_of_today() -> None:
    at = session(codings("2/boss", "anna", codebook_version=1))
    done = at.mark(done=True)
    assert (done.codings.status, done.codings.codebook_version) == ("done", 3)
    assert done.mark(done=False).codings.status == "open"
    assert done.undo().codings == at.codings


def test_undo_and_redo_walk_back_and_forth() -> None:
    states = [session()]
    for words in ("two days", "we met"):
        states.append(states[-1].add(span(words), ["trust"]))
    at = states[-1].undo()
    assert at.codings == states[1].codings
    assert at.undo().codings == states[0].codings
    assert at.undo().redo().redo().codings == states[2].codings
    with pytest.raises(QcodeError, match="nothing to redo"):
        at.mark(done=True).redo()
    with pytest.raises(QcodeError, match="nothing to undo"):
        session().undo()


def test_segments_written_by_hand_are_filled_in_by_the_first_change() -> None:
    by_hand = codings("2/boss", "anna", segment("two days", "trust"), segment("It went well", "trust"))
    done = session(by_hand).add(span("we met"), ["trust"])
    assert done.filled == 2
    assert done.codings.text == blob(TEXT)
    assert done.codings.codebook_version == 3
    assert [(s.quote, s.line, s.text) for s in done.codings.segments] == [
        ("we met", 5, None),
        ("two days", 11, None),
        ("It went well", 12, None),
    ]
    for filled in done.codings.segments:
        assert filled.id
        assert f"{filled.before or ''}{filled.quote}{filled.after or ''}" in TEXT
    assert done.add(span("two days"), ["contact"]).filled == 0


def test_what_is_not_found_gets_an_id_and_no_text_it_was_not_written_against() -> None:
    by_hand = codings("2/boss", "anna", segment("two days", "trust"), segment("gone with the wind", "trust"))
    done = session(by_hand).add(span("we met"), ["trust"])
    assert done.codings.text is None
    assert [(s.quote, s.line, s.text) for s in done.codings.segments] == [
        ("we met", 5, blob(TEXT)),
        ("two days", 11, blob(TEXT)),
        ("gone with the wind", None, None),
    ]
    assert all(s.id for s in done.codings.segments)


def test_in_a_file_on_an_older_text_new_segments_name_their_own() -> None:
    old = segment("two days", "trust", id="x1", before="We agreed on ", after=".")
    done = session(codings("2/boss", "anna", old, text="0" * 40)).add(span("we met"), ["trust"])
    assert done.codings.text == "0" * 40
    assert done.codings.segments[0].text == blob(TEXT)
    assert done.codings.segments[1] == old


def test_a_quote_that_stands_once_is_found_white_space_aside() -> None:
    at = session()
    assert at.span_of_quote("two days") == span("two days")
    assert at.span_of_quote(" two\n days ") == span("two days")
    assert at.span_of_quote("days. It went") == span("days.\nIt went")


def test_a_quote_that_stands_more_than_once_needs_its_line() -> None:
    at = session()
    with pytest.raises(QcodeError) as caught:
        at.span_of_quote("She rang me")
    assert "stands 2 times" in caught.value.message
    assert "5:8, 5:33" in caught.value.message
    assert "--line" in caught.value.hint
    with pytest.raises(QcodeError):
        at.span_of_quote("She rang me", line=5)
    second = TEXT.rindex("She rang me")
    assert at.span_of_quote("She rang me", line=5, column=33) == (second, second + 11)
    with pytest.raises(QcodeError) as caught:
        at.span_of_quote("She rang me", line=7)
    assert "line 7" in caught.value.message
    assert "lines 5:8, 5:33" in caught.value.hint


def test_places_may_overlap() -> None:
    one = study(case("1", transcript("1/a", "**R:** no no no\n")))
    with pytest.raises(QcodeError, match="2 times"):
        session(one=one, name="1/a").span_of_quote("no no")


def test_a_quote_that_is_not_there_gets_the_nearest() -> None:
    with pytest.raises(QcodeError) as caught:
        session().span_of_quote("We agreeed on two dayss. It went well")
    assert "does not stand in 2/boss" in caught.value.message
    assert "line 11" in caught.value.hint
    with pytest.raises(QcodeError) as caught:
        session().span_of_quote("an entirely different conversation")
    assert "Copy" in caught.value.hint
    with pytest.raises(QcodeError, match="empty"):
        session().span_of_quote("  ")


def test_a_quote_in_another_normal_form_is_found() -> None:
    text = "**R:** Een cafe\u0301 in Zwolle.\n"
    at = session(one=study(case("1", transcript("1/a", text))), name="1/a")
    assert at.span_of_quote("caf\u00e9 in") == span("cafe\u0301 in", text)


def test_front_matter_is_searched_last() -> None:
    text = "---\nrespondent: boss\nmode: phone\n---\n\n**R:** The boss came.\n"
    at = session(one=study(case("1", transcript("1/a", text))), name="1/a")
    assert at.span_of_quote("boss") == (text.rindex("boss"), text.rindex("boss") + 4)


def test_lines_without_their_blank_ends() -> None:
    at = session()
    assert at.span_of_lines(11, 12) == span("**R:** We agreed on two days.\nIt went well.")
    assert at.span_of_lines(4, 6) == span("**R:** She rang me, and we met. She rang me again.")
    for first, last, words in ((4, 4, "no text"), (3, 2, "after"), (12, 99, "no line 99"), (0, 0, "no text")):
        with pytest.raises(QcodeError, match=words):
            at.span_of_lines(first, last)


def test_in_the_yaml_form_lines_are_those_of_the_entries() -> None:
    layout = read_turns([TurnText("R", words, None, None, line) for words, line in (("Yes.", 4), ("No.\nYes.", 6))], {})
    here = replace(transcript("1/a", layout.text), path="cases/1/a.yaml", layout=layout)
    at = session(one=study(case("1", here)), name="1/a")
    assert at.codings.transcript == "a.yaml"
    assert at.span_of_lines(5, 7) == (6, 14)
    assert at.span_of_quote("Yes.", line=6) == (10, 14)
    done = at.add((10, 14), ["trust"])
    assert done.codings.segments[0].line == 6
    assert done.locate(done.codings.segments[0]).span == (10, 14)


def test_what_is_added_is_found_again_at_its_place() -> None:
    done = session().add(span("She rang me"), ["trust"])
    new: Segment = done.codings.segments[0]
    assert done.locate(new).span == span("She rang me")
    moved = "Preface.\n\n" + TEXT
    assert locate(moved, Anchor(new.quote, new.before, new.after)).span == span("She rang me", moved)
