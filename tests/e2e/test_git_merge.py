"""Merging on real repositories: branches, rebases, cherry-picks, octopus merges, worktrees, submodules."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from repositories import ANNA, BOOK, FILES, FRIDAY, SAID, TRUST, Repository, repository


def apart(repo: Repository) -> None:
    """Anna codes one passage on a branch, and on main another and the first one again, otherwise."""
    repo.git("checkout", "-q", "-b", "late")
    repo.tag(TRUST, "trust")
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    repo.tag(SAID, "money")
    repo.tag(FRIDAY, "trust", more=("--valence", "helping"))
    repo.commit("main")


EVERY = [(FRIDAY, "contact"), (FRIDAY, "trust"), (SAID, "money"), (TRUST, "trust")]


def test_two_branches_of_one_coder_come_together(repo: Repository) -> None:
    apart(repo)
    repo.git("merge", "-q", "late")
    assert sorted(repo.coded()) == sorted(EVERY)
    assert repo.qcode("check").status == 0


def test_either_order_says_the_same(repo: Repository) -> None:
    apart(repo)
    repo.git("branch", "other", "late")
    repo.git("merge", "-q", "late")
    one = repo.read(ANNA)
    repo.git("checkout", "-q", "other")
    repo.git("merge", "-q", "main~1")
    assert repo.read(ANNA) == one


def test_a_rebase_and_a_cherry_pick_bring_the_same(repo: Repository) -> None:
    apart(repo)
    repo.git("checkout", "-q", "-b", "rebased", "late")
    repo.git("rebase", "-q", "main")
    assert sorted(repo.coded()) == sorted(EVERY)
    repo.git("checkout", "-q", "-b", "picked", "main")
    repo.git("cherry-pick", "late")
    assert sorted(repo.coded()) == sorted(EVERY)
    # What was picked before comes in once.
    repo.git("merge", "-q", "late")
    assert sorted(repo.coded()) == sorted(EVERY)


def test_an_octopus_of_three_coders(repo: Repository) -> None:
    """Each in a file of their own. git asks no driver then, and refuses where lines collide: one by one they do."""
    for coder, code in (("anna", "gifts"), ("bram", "bus"), ("carla", "desk")):
        repo.git("checkout", "-q", "-b", coder, "main")
        repo.tag(SAID, "money", coder=coder)
        repo.commit(f"{coder} coded")
        repo.qcode("codebook", "add", code, "--under", "themes", "--reason", "met in the interviews", "--by", coder)
        repo.commit(f"{coder} added a code")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "anna~1", "bram~1", "carla~1")
    files = [f"cases/1/codings/employer.{coder}.yaml" for coder in ("anna", "bram", "carla")]
    assert all((SAID, "money") in repo.coded(path) for path in files)
    before = repo.git("rev-parse", "HEAD").out
    assert repo.git("merge", "anna", "bram", "carla", fails=True).status != 0
    repo.git("merge", "--abort", fails=True)
    repo.git("reset", "-q", "--hard")
    assert repo.git("rev-parse", "HEAD").out == before
    for coder in ("anna", "bram", "carla"):
        repo.git("merge", "-q", coder)
    book = yaml.safe_load(repo.read(BOOK))
    themes = {code["id"]: code.get("since", 1) for code in book["codes"][0]["codes"]}
    assert set(themes) == {"contact", "money", "gifts", "bus", "desk"}
    # Who was done at version 3 on carla's branch has not seen gifts (4), nor who was done at 4 on main desk (5).
    assert (book["version"], themes["gifts"], themes["bus"], themes["desk"]) == (5, 4, 4, 5)
    assert repo.qcode("check").status == 0


def test_the_same_passage_coded_on_both_sides_is_one_segment(repo: Repository) -> None:
    """With the smaller id; evidence that names the other still finds it."""
    repo.git("checkout", "-q", "-b", "late")
    ids = [repo.tag(TRUST, "trust")]
    observed = ("observe", "add", "1", "--title", "Trust", "--evidence", ids[0])
    repo.qcode(*observed)
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    ids.append(repo.tag(TRUST, "money"))
    repo.qcode(*observed[:-1], ids[1])
    repo.commit("main")
    repo.git("merge", "late", fails=True)  # two observations of one id and title, on other evidence: union
    assert repo.coded() == [(FRIDAY, "contact"), (TRUST, "money"), (TRUST, "trust")]
    segment = yaml.safe_load(repo.read(ANNA))["segments"][1]
    assert (segment["id"], segment["aliases"]) == (min(ids), [max(ids)])
    checked = repo.qcode("check")
    assert "not there" not in checked.out
    assert repo.qcode("find", "--text", "trusted him", "--format", "csv").out.count('"I trusted him') == 2
    for name in ids:
        repo.qcode("untag", name, "--code", "trust", "--dry-run")


def test_what_two_branches_decided_against_is_decided(repo: Repository) -> None:
    """On the same words it is one segment; what one side took back stays so; what was coded meanwhile is told."""
    repo.tag(SAID, more=("--against", "trust"))
    repo.commit("decided")
    repo.git("checkout", "-q", "-b", "late")
    repo.tag(SAID, more=("--against", "money"))
    repo.tag(TRUST, more=("--against", "contact"))
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    repo.qcode("untag", segments_of(repo)[SAID]["id"], "--code", "trust")
    repo.tag(TRUST, more=("--against", "money"))
    repo.tag(FRIDAY, "money")
    repo.commit("main")
    repo.git("merge", "-q", "late")
    there = segments_of(repo)
    assert {quote: set(one.get("against", ())) for quote, one in there.items()} == {
        FRIDAY: set(),
        TRUST: {"contact", "money"},
        SAID: {"money"},
    }
    assert [quote for quote, one in there.items() if "codes" in one] == [FRIDAY]
    assert len(there[TRUST]["aliases"]) == 1
    assert repo.qcode("check").status == 0


def segments_of(repo: Repository) -> dict[str, dict[str, Any]]:
    """Anna's segments by their words."""
    return {one["quote"]: one for one in yaml.safe_load(repo.read(ANNA))["segments"]}


def test_one_coding_changed_in_two_ways_is_a_conflict_to_read(repo: Repository) -> None:
    """Marks around the two lines that differ; settled either way the file is whole."""
    repo.git("checkout", "-q", "-b", "late")
    repo.tag(FRIDAY, "contact", more=("--valence", "helping"))
    repo.tag(TRUST, "trust")
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    repo.tag(FRIDAY, "contact", more=("--valence", "hindering"))
    repo.tag(SAID, "money")
    repo.commit("main")
    foreseen = repo.qcode("git", "merge", "--preview", "late").out
    assert "contact · valence: ‘hindering’ here, ‘helping’ there" in foreseen
    assert "1 place to settle by hand." in foreseen
    done = repo.git("merge", "late", fails=True)
    assert done.status == 1
    assert "1 place changed in two ways" in done.err
    marks = "<<<<<<< ours\n    valence: hindering\n=======\n    valence: helping\n>>>>>>> theirs\n"
    assert marks in repo.read(ANNA)
    # git diff shows the conflict as people read it, and nothing that both sides say alike.
    shown = repo.git("diff").out
    assert "++<<<<<<< ours\n +  + contact (hindering)\n++=======\n+   + contact (helping)\n++>>>>>>> theirs\n" in shown
    assert "quote:" not in shown
    assert repo.qcode("check", fails=True).out.startswith(f"{ANNA}:")
    repo.write(ANNA, repo.read(ANNA).replace(marks, "    valence: both\n"))
    assert sorted(repo.coded()) == sorted([(FRIDAY, "contact"), (SAID, "money"), (TRUST, "trust")])
    assert repo.qcode("check").status == 0


def test_both_memos_are_kept(repo: Repository) -> None:
    repo.git("checkout", "-q", "-b", "late")
    repo.tag(FRIDAY, "contact", more=("--memo", "Fridays only?"))
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    repo.tag(FRIDAY, "contact", more=("--memo", "Who rang whom"))
    repo.commit("main")
    repo.git("merge", "-q", "late")
    [coded] = yaml.safe_load(repo.read(ANNA))["segments"][0]["codes"]
    assert coded["memo"] == "Fridays only?\n\nWho rang whom"


def test_a_rename_meets_an_edit_and_late_codings(repo: Repository) -> None:
    """The code has the new id and the new words; what was coded under the old one counts under the new."""
    repo.git("checkout", "-q", "-b", "late")
    repo.tag(TRUST, "trust")
    why = ("--reason", "clearer", "--by", "anna")
    repo.qcode("codebook", "edit", "trust", "--definition", "That they rely on each other.", *why)
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    repo.qcode("codebook", "rename", "trust", "reliance", "--reason", "the field's word", "--by", "bram")
    repo.commit("main")
    repo.git("merge", "-q", "late")
    code = yaml.safe_load(repo.read(BOOK))["codes"][1]["codes"][0]
    assert (code["id"], code["definition"]) == ("reliance", {"en": "That they rely on each other."})
    assert code["aliases"] == ["bond", "trust"]
    assert "reliance" in repo.qcode("find", "--code", "reliance", "--format", "csv").out
    assert repo.qcode("check").status == 0


def test_comments_of_both_sides_survive(repo: Repository) -> None:
    """In the text of either; and where lines collide, those of ours."""
    repo.write(BOOK, "\n".join(("# Our codebook", repo.read(BOOK).rstrip(), "# the end", "")))
    repo.commit("comments")
    repo.git("checkout", "-q", "-b", "late")
    repo.replace(BOOK, "- id: themes\n", "# what it is about\n- id: themes\n")
    repo.replace(BOOK, "{id: money, key: T2,", "{id: money, key: T9,")
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    repo.replace(BOOK, "- id: steps\n", "# what was done\n- id: steps\n")
    repo.replace(BOOK, "{id: money, key: T2,", "{id: money, key: T2, color: '#ff0000',")
    repo.commit("main")
    repo.git("merge", "-q", "late")
    text = repo.read(BOOK)
    assert all(comment in text for comment in ("# Our codebook", "# what was done", "# the end"))
    money = yaml.safe_load(text)["codes"][0]["codes"][1]
    assert money == {"id": "money", "key": "T9", "color": "#ff0000", "perspectives": ["employer"]}


@pytest.mark.parametrize("side", ["late", "main"])
def test_line_ends_of_windows_on_one_side(repo: Repository, side: str) -> None:
    """Nothing is in conflict for its line ends, and those of ours stay."""
    apart(repo)
    repo.git("checkout", "-q", side)
    repo.write(ANNA, repo.read(ANNA).replace("\n", "\r\n"))
    repo.commit("an editor for Windows")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "late")
    assert sorted(repo.coded()) == sorted(EVERY)
    assert ("\r\n" in repo.read(ANNA)) == (side == "main")


def test_without_the_driver_different_coders_never_collide(tmp_path: Path) -> None:
    """On a machine where nothing is installed; the attributes are there, and git falls back on its own merge."""
    repo = repository(tmp_path / "r")
    repo.git("config", "--remove-section", "merge.qcode")
    repo.git("config", "--remove-section", "diff.qcode")
    repo.git("checkout", "-q", "-b", "late")
    repo.tag(TRUST, "trust", coder="bram")
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    repo.tag(SAID, "money", coder="carla")
    repo.commit("main")
    repo.git("merge", "-q", "late")
    assert repo.coded("cases/1/codings/employer.bram.yaml") == [(TRUST, "trust")]
    assert repo.coded("cases/1/codings/employer.carla.yaml") == [(SAID, "money")]


def test_a_conflict_of_lines_is_read_and_made_good_with_the_driver(tmp_path: Path) -> None:
    """One coder on two machines, one without the driver: marks around lines, both sides whole; none once installed."""
    repo = Repository(tmp_path / "study", files=FILES)
    repo.tag(FRIDAY, "contact")
    repo.commit("first coding")
    repo.git("checkout", "-q", "-b", "late")
    repo.tag(TRUST, "trust")
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    repo.tag(SAID, "money")
    repo.commit("main")
    assert repo.git("merge", "-q", "late", fails=True).status == 1
    text = repo.read(ANNA)
    signs = [line[:7] for line in text.splitlines() if line[:7] in ("<<<<<<<", "=======", ">>>>>>>")]
    assert signs == ["<<<<<<<", "=======", ">>>>>>>"]
    ours, theirs = text.split("<<<<<<<")[1].split("=======\n")
    assert (SAID in ours, TRUST in theirs) == (True, True)
    assert "remove the marks" in repo.qcode("check", fails=True).out
    repo.qcode("git", "install")
    repo.git("checkout", "--merge", "--", ANNA)
    assert sorted(repo.coded()) == sorted([(FRIDAY, "contact"), (SAID, "money"), (TRUST, "trust")])
    assert repo.qcode("check").status == 0


def test_a_driver_that_is_gone_leaves_it_to_git(repo: Repository) -> None:
    """As after an update of Python: the command that git was told is not there. Nothing is lost: git sets marks."""
    command = repo.git("config", "merge.qcode.driver").out.rstrip("\n")
    assert sys.executable in command
    repo.git("config", "merge.qcode.driver", command.replace(sys.executable, "/nowhere/python"))
    repo.git("checkout", "-q", "-b", "late")
    repo.tag(FRIDAY, "trust")
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    repo.tag(FRIDAY, "money")
    repo.commit("main")
    assert repo.git("merge", "late", fails=True).status == 1
    text = repo.read(ANNA)
    assert "<<<<<<< ours\n  - money\n=======\n  - trust\n>>>>>>> theirs\n" in text


def test_what_is_no_yaml_is_merged_by_lines(repo: Repository) -> None:
    """A broken side is never rewritten: git's own merge, marked as in conflict so that somebody looks at it."""
    apart(repo)
    repo.git("checkout", "-q", "late")
    repo.write(ANNA, repo.read(ANNA) + "note: [unfinished\n")
    repo.commit("broken")
    repo.git("checkout", "-q", "main")
    done = repo.git("merge", "late", fails=True)
    assert done.status == 1
    assert "merged by lines" in done.err
    assert "note: [unfinished" in repo.read(ANNA)
    assert all(quote in repo.read(ANNA) for quote in (FRIDAY, SAID, TRUST))


def test_codebooks_that_make_none_are_not_merged_in_silence(repo: Repository) -> None:
    """The same code merged into two others."""
    repo.git("checkout", "-q", "-b", "late")
    repo.qcode("codebook", "merge", "contact", "--into", "money", "--reason", "one thing", "--by", "anna")
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    repo.qcode("codebook", "merge", "contact", "--into", "trust", "--reason", "another", "--by", "bram")
    repo.commit("main")
    assert "would be the name of two codes" in repo.qcode("git", "merge", "--preview", "late").out
    done = repo.git("merge", "late", fails=True)
    assert done.status == 1
    assert "'contact' would be the name of two codes, money and trust" in done.err


def test_a_late_coding_meets_a_split(repo: Repository) -> None:
    """Coded with the whole on one branch, split on the other: the codings there have become parts, the late one is not
    decided in silence but waits under the old code."""
    repo.git("checkout", "-q", "-b", "late")
    repo.tag(TRUST, "contact")
    repo.tag(FRIDAY, "money")
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    why = ("--reason", "two things", "--by", "bram")
    repo.qcode("codebook", "split", "contact", "--into", "calls", "--into", "visits", "--rest", "calls", *why)
    repo.commit("main")
    repo.git("merge", "-q", "late")
    assert sorted(repo.coded()) == sorted([(FRIDAY, "calls"), (FRIDAY, "money"), (TRUST, "contact")])
    repo.qcode("codebook", "split", "contact", "--continue", "--rest", "visits", *why)
    assert sorted(repo.coded()) == sorted([(FRIDAY, "calls"), (FRIDAY, "money"), (TRUST, "visits")])
    assert repo.qcode("check").status == 0


def test_a_merger_of_codes_meets_a_split(repo: Repository) -> None:
    """money became part of contact here, contact was split there: every coding is still under a code there is."""
    repo.git("checkout", "-q", "-b", "late")
    repo.tag(TRUST, "money")
    repo.qcode("codebook", "merge", "money", "--into", "contact", "--reason", "one thing", "--by", "anna")
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    why = ("--reason", "two things", "--by", "bram")
    repo.qcode("codebook", "split", "contact", "--into", "calls", "--into", "visits", "--rest", "calls", *why)
    repo.commit("main")
    repo.git("merge", "-q", "late")
    book = yaml.safe_load(repo.read(BOOK))
    themes = {code["id"]: code for code in book["codes"][0]["codes"]}
    assert set(themes) == {"contact", "calls", "visits"}
    assert (themes["contact"]["retired"], themes["contact"]["aliases"]) == (True, ["money"])
    assert sorted(repo.coded()) == sorted([(FRIDAY, "calls"), (TRUST, "money")])
    assert repo.qcode("check").status == 0


def test_in_a_worktree(repo: Repository, tmp_path: Path) -> None:
    apart(repo)
    repo.git("worktree", "add", "-q", str(tmp_path / "tree"), "late")
    tree = Repository(tmp_path / "tree")
    tree.git("merge", "-q", "main")
    assert sorted(tree.coded()) == sorted(EVERY)


def test_in_a_submodule(tmp_path: Path) -> None:
    """Its settings and hooks lie in the repository above; they are found there."""
    source = repository(tmp_path / "source")
    above = Repository(tmp_path / "above", files={"README.md": "a project\n"})
    above.git("submodule", "add", "-q", str(source.top), "study")
    above.commit("submodule")
    inside = Repository(above.top / "study").installed()
    apart(inside)
    inside.git("merge", "-q", "late")
    assert sorted(inside.coded()) == sorted(EVERY)
    assert (above.top / ".git/modules/study/hooks/pre-commit").exists()


def test_paths_with_spaces_and_in_any_script(tmp_path: Path) -> None:
    """Of the repository, of the study in it and of its files."""
    repo = repository(tmp_path / "Onze 'studie' é 研究", "de map/één")
    os.rename(repo.root / "cases/1", repo.root / "cases/Zoë & co")
    repo.commit("renamed")
    path = "cases/Zoë & co/codings/employer.anna.yaml"
    repo.git("checkout", "-q", "-b", "late")
    repo.qcode("tag", "Zoë & co/employer", "--quote", FRIDAY, "--code", "trust", "--coder", "anna")
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    repo.qcode("tag", "Zoë & co/employer", "--quote", FRIDAY, "--code", "money", "--coder", "anna")
    repo.commit("main")
    assert "Zoë & co/employer, anna: 1 added" in repo.qcode("git", "merge", "--preview", "late").out
    repo.git("merge", "-q", "late")
    assert sorted(repo.coded(path)) == sorted([(FRIDAY, "contact"), (FRIDAY, "money"), (FRIDAY, "trust")])


def test_a_key_that_qcode_does_not_know_comes_in_too(repo: Repository) -> None:
    repo.git("checkout", "-q", "-b", "late")
    repo.replace(ANNA, "  codes:\n", "  confidence: high\n  codes:\n")
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    repo.tag(FRIDAY, "money")
    repo.commit("main")
    repo.git("merge", "-q", "late")
    assert yaml.safe_load(repo.read(ANNA))["segments"][0]["confidence"] == "high"
    assert sorted(repo.coded()) == sorted([(FRIDAY, "contact"), (FRIDAY, "money")])
