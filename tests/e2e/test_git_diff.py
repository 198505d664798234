"""`qcode git diff` and `merge --preview`: what coders did, in people's words."""

from __future__ import annotations

import json

from repositories import ANNA, BOOK, FRIDAY, SAID, TRUST, Repository


def test_every_kind_of_change_in_a_sentence(repo: Repository) -> None:
    """Added, changed, removed, noted and done; a code by its key; what was not touched is not named."""
    repo.tag(SAID, "money")
    gone = repo.tag(TRUST, "trust")
    repo.commit("two more")
    repo.qcode("untag", gone)
    repo.tag(FRIDAY, "contact", more=("--valence", "helping", "--memo", "only Fridays"))
    repo.tag(FRIDAY, "trust", more=("--valence", "hindering"))
    repo.replace(ANNA, "status: open", "status: done")
    done = repo.qcode("git", "diff")
    assert done.out.splitlines() == [
        "anna changed 1/employer: status open → done, codebook version – → 2",
        f"anna changed T1 at 1/employer:10: valence – → helping, memo “only Fridays” ‘{FRIDAY}’",
        f"anna added S1 (hindering) at 1/employer:10 ‘{FRIDAY}’",
        f"anna removed S1 at 1/employer:16 ‘{TRUST}’",
    ]
    assert done.err == "1 coding added, 1 coding removed, 2 other changes in 1 codings file.\n"


def test_a_decision_against_a_code_is_a_change_of_its_own(repo: Repository) -> None:
    """Made on words of their own, and beside codes; told in the file's diff as well; taken back."""
    own = repo.tag(SAID, more=("--against", "money"))
    repo.tag(FRIDAY, more=("--against", "bond"))
    made = [
        f"anna decided against S1 at 1/employer:10 ‘{FRIDAY}’",
        f"anna decided against T2 at 1/employer:16 ‘{SAID}’",
    ]
    done = repo.qcode("git", "diff")
    assert done.out.splitlines() == made
    assert done.err == "2 other changes in 1 codings file.\n"
    told = [line for line in repo.git("diff").out.splitlines() if line.startswith(("+ ", "- "))]
    assert [line for line in told if "against" in line] == ["+  decided against: trust", "+  decided against: money"]
    repo.commit("decided")
    repo.qcode("untag", own)
    assert repo.qcode("git", "diff").out == f"anna took back a decision against T2 at 1/employer:16 ‘{SAID}’\n"


def test_revisions_are_named_as_git_names_them(repo: Repository) -> None:
    repo.git("branch", "early")
    repo.tag(TRUST, "trust")
    repo.commit("later")
    repo.git("checkout", "-q", "early")
    repo.tag(SAID, "money", coder="bram")
    repo.commit("apart")
    trust, money = f"anna added S1 at 1/employer:16 ‘{TRUST}’\n", f"bram added T2 at 1/employer:16 ‘{SAID}’\n"
    assert repo.qcode("git", "diff", "early~1..main").out == trust
    assert repo.qcode("git", "diff", "early~1..").out == money
    assert repo.qcode("git", "diff", "main~1").out == money
    assert repo.qcode("git", "diff", "early...main").out == trust
    assert repo.qcode("git", "diff", "main..early").out == f"anna removed S1 at 1/employer:16 ‘{TRUST}’\n{money}"
    assert repo.qcode("git", "diff").out == ""
    wrong = repo.qcode("git", "diff", "nowhere..main", fails=True)
    assert (wrong.status, "no revision 'nowhere'" in wrong.err) == (2, True)


def test_a_renamed_code_is_no_change_of_codings(repo: Repository) -> None:
    """Nor is a file in which today's ids were written for those of before."""
    repo.tag(TRUST, "trust")
    repo.commit("coded")
    repo.qcode("codebook", "rename", "trust", "reliance", "--reason", "a better word", "--by", "anna")
    repo.replace(ANNA, "- trust", "- reliance")
    done = repo.qcode("git", "diff")
    assert (done.out, done.err) == ("", "No coding changed.\n")


def test_for_programs_and_for_pages(repo: Repository) -> None:
    """JSON with everything as it is; Markdown in which a user's words do nothing."""
    repo.tag("[bold]Really[/bold]", "money", more=("--valence", "helping"))
    name = repo.tag(SAID, "trust")
    told = json.loads(repo.qcode("git", "diff", "--format", "json").out)
    assert (told["report"], told["meta"]["to"]) == ("git diff", None)
    assert told["data"][1] == {
        "deed": "added", "coder": "anna", "case": "1", "transcript": "1/employer", "segment": name, "code": "trust",
        "valence": None, "line": 16, "quote": SAID, "before": {}, "after": {},
    }  # fmt: skip
    page = repo.qcode("git", "diff", "--format", "md").out
    assert r"- anna added T2 (helping) at 1/employer:10 ‘\[bold\]Really\[/bold\]’" in page


def test_a_new_file_of_a_coder_counts_before_git_knows_it(repo: Repository) -> None:
    repo.tag(TRUST, "trust", coder="carla")
    assert repo.qcode("git", "diff").out == f"carla added S1 at 1/employer:16 ‘{TRUST}’\n"


def test_a_preview_says_what_comes_and_writes_nothing(repo: Repository) -> None:
    """Then the merge brings just that."""
    repo.git("checkout", "-q", "-b", "late")
    repo.tag(TRUST, "trust")
    repo.tag(SAID, "money", coder="bram")
    repo.qcode("codebook", "rename", "trust", "reliance", "--reason", "a better word", "--by", "bram")
    repo.qcode("codebook", "add", "gifts", "--under", "themes", "--reason", "met often", "--by", "bram")
    repo.write("cases/1/employer.md", repo.read("cases/1/employer.md") + "\nThe end.\n")
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    repo.tag(FRIDAY, "trust")
    repo.commit("main")
    before = {path: path.read_bytes() for path in repo.top.rglob("*") if path.is_file()}
    told = repo.qcode("git", "merge", "--preview", "late").out
    assert {path: path.read_bytes() for path in repo.top.rglob("*") if path.is_file()} == before
    lines = [line.strip() for line in told.splitlines()]
    assert {
        "1/employer, anna: 1 added", "1/employer, bram: 1 added", "version 2 → 4", "added gifts under themes",
        "renamed trust to reliance", "cases/1/employer.md: changed", "No conflict foreseen.",
    } <= {*lines}  # fmt: skip
    ours = repo.read(ANNA)
    repo.git("merge", "-q", "late")
    assert repo.coded() == [(FRIDAY, "contact"), (FRIDAY, "trust"), (TRUST, "trust")]
    assert ours != repo.read(ANNA)
    assert "merged already" in repo.qcode("git", "merge", "--preview", "late").out


def test_a_preview_foresees_what_git_will_ask(repo: Repository) -> None:
    """Lines of a transcript that both changed; a file that is gone on one side; the codebook in two ways."""
    transcript = "cases/1/employer.md"
    repo.git("checkout", "-q", "-b", "late")
    repo.replace(transcript, "She rang me every Friday.", "She rang me on Fridays.")
    repo.replace(BOOK, "key: T2", "key: T8")
    repo.replace(ANNA, "- contact", "- money")
    repo.commit("late")
    repo.git("checkout", "-q", "main")
    repo.replace(transcript, "She rang me every Friday.", "She called me every Friday.")
    repo.replace(BOOK, "key: T2", "key: T9")
    repo.git("rm", "-q", ANNA)
    repo.commit("main")
    told = repo.qcode("git", "merge", "--preview", "late").out
    assert f"{transcript}: the same lines changed on both sides" in told
    assert f"{BOOK}: money · key: ‘T9’ here, ‘T8’ there" in told
    assert f"{ANNA}: taken away here, changed there" in told
    assert "3 places to settle by hand." in told
    assert repo.git("merge", "late", fails=True).out.count("CONFLICT") == 3


def test_without_preview_nothing_is_merged(repo: Repository) -> None:
    done = repo.qcode("git", "merge", "main", fails=True)
    assert (done.status, "git merge main" in done.err) == (2, True)
