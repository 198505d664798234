"""Laws of merging, on ten thousand random merges: nothing lost, nothing doubled, the same from either side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.errors import QcodeError
from qcode.core.merge import Kind, Merged, merge
from qcode.core.merge_codebook import Unmergeable
from qcode.store.codec_case import read_observations
from qcode.store.codec_codings import read_codings
from qcode.store.codec_study import read_codebook
from qcode.store.edit_tree import new_text, values
from qcode.store.merging import merge_file
from qcode.store.reading import Faults, unix

Said = dict[str, Any]
Edit = Callable[[Random, Said], None]

MERGES = 10_000
CODES = ("trust", "money", "contact", "old-step")
PLACES = tuple(range(8))


# --- codings -------------------------------------------------------------------------------------------------------


def segment(random: Random, place: int) -> Said:
    """A segment on one of a few places; two coders' machines draw different ids for the same one."""
    said = {
        "id": "k" + "".join(random.choice("0123456789abcdef") for _ in range(7)),
        "line": str(place // 3 + 1),
        "quote": f"words {place}",
        "before": f"{place - 1} ",
        "after": f" {place + 1}",
        "codes": [coding(random, code) for code in random.sample(CODES, random.randint(1, 3))],
    }
    if random.random() < 0.2:  # the team decided against codes here, perhaps against all
        said["against"] = random.sample(CODES, random.randint(1, 2))
        if random.random() < 0.5:
            del said["codes"]
    return said | ({"memo": f"note {random.randrange(3)}"} if random.random() < 0.3 else {})


def coding(random: Random, code: str) -> str | Said:
    valence = random.choice((None, None, "helping", "hindering"))
    return {"code": code, "valence": valence} if valence else code


def codings_file(random: Random) -> Said:
    places = sorted(random.sample(PLACES, random.randint(0, 5)))
    head = {"transcript": "employer.md", "coder": "anna", "status": random.choice(("open", "done"))}
    head |= {"codebook_version": str(random.randint(1, 3)), "text": "a" * 40}
    return head | {"segments": [segment(random, place) for place in places]}


def add(random: Random, said: Said) -> None:
    taken = {one["quote"] for one in said["segments"]}
    free = [place for place in PLACES if f"words {place}" not in taken]
    if free:
        said["segments"].append(segment(random, random.choice(free)))
        said["segments"].sort(key=lambda one: one["quote"])


def remove(random: Random, said: Said) -> None:
    if said["segments"]:
        said["segments"].pop(random.randrange(len(said["segments"])))


def recode(random: Random, said: Said) -> None:
    """Add a code to a segment, take one off, or say something else of it."""
    if not said["segments"]:
        return
    one = random.choice(said["segments"])
    code = random.choice(CODES)
    left = [item for item in one.get("codes", ()) if name(item) != code]
    one["codes"] = left if left and random.random() < 0.3 else [*left, coding(random, code)]


def decide(random: Random, said: Said) -> None:
    """Decide against a code, or take such a decision back; where that leaves nothing, the segment goes."""
    if not said["segments"]:
        return
    one = random.choice(said["segments"])
    code = random.choice(CODES)
    there = one.pop("against", [])
    left = [item for item in there if item != code] if code in there else [*there, code]
    if left:
        one["against"] = left
    elif "codes" not in one:
        said["segments"].remove(one)


def note(random: Random, said: Said) -> None:
    if said["segments"]:
        random.choice(said["segments"])["memo"] = f"note {random.randrange(9)}"


def head(random: Random, said: Said) -> None:
    said["status"] = random.choice(("open", "done"))
    said["codebook_version"] = str(random.randint(int(said["codebook_version"]), 5))


def changed(random: Random, said: Said, edits: tuple[Edit, ...], most: int = 4) -> Said:
    after = deepcopy(said)
    for _ in range(random.randint(0, most)):
        random.choice(edits)(random, after)
    return after


CODING_EDITS: tuple[Edit, ...] = (add, add, remove, recode, recode, decide, note, head)


def three_codings(seed: int) -> tuple[Said, Said, Said]:
    random = Random(f"codings {seed}")
    base = codings_file(random)
    return base, changed(random, base, CODING_EDITS), changed(random, base, CODING_EDITS)


def name(item: str | Said) -> str:
    return item if isinstance(item, str) else str(item["code"])


def coded(said: Any) -> dict[tuple[str, str], str | None]:
    """Every coding, by place and code, with its valence."""
    return {
        (one["quote"], name(item)): item.get("valence") if isinstance(item, dict) else None
        for one in said["segments"]
        for item in one.get("codes", ())
    }


def refused(said: Any) -> set[tuple[str, str]]:
    """Every decision against a code, by place and code."""
    return {(one["quote"], code) for one in said["segments"] for code in one.get("against", ())}


def expected(base: Said, ours: Said, theirs: Said) -> dict[tuple[str, str], set[str | None]]:
    """By hand, coding by coding: which are there after the merge, and which valences they may have."""
    before, mine, other = coded(base), coded(ours), coded(theirs)
    # What both took off and one coded anew is new.
    olds = {one["id"] for one in base["segments"]}
    held = {one["quote"] for side in (ours, theirs) for one in side["segments"] if one["id"] in olds}
    before = {key: valence for key, valence in before.items() if key[0] in held}
    found: dict[tuple[str, str], set[str | None]] = {}
    for key in {*mine, *other}:
        sides = [side[key] for side in (mine, other) if key in side]
        if len(sides) == 2:
            known = {before[key]} if key in before else set()
            found[key] = set(sides) - known or set(sides)
        elif key not in before or sides[0] != before[key]:
            found[key] = {sides[0]}
    return found


def test_ten_thousand_merges_lose_and_double_no_coding() -> None:
    """Against a count by hand: each coding that a side added or kept is there once; what one took away is gone.

    Where one side changed what the other took away there is a conflict, and either may stand for the time being.
    """
    conflicts = 0
    for seed in range(MERGES):
        base, ours, theirs = three_codings(seed)
        found = merge("codings", base, ours, theirs)
        there = [(one["quote"], name(item)) for one in segments(found) for item in one.get("codes", ())]
        places = [one["quote"] for one in segments(found)]
        wanted = expected(base, ours, theirs)
        assert len(there) == len(set(there)), seed
        assert len(places) == len(set(places)), seed
        if found.conflicts:
            conflicts += 1
            assert set(wanted) == set(there) | set(coded(found.theirs)), seed
        else:
            assert set(there) == set(wanted), seed
            assert all(valence in wanted[key] for key, valence in coded(found.ours).items()), seed
    assert conflicts > MERGES / 100  # the twin: such merges were among them


def test_what_was_decided_against_is_merged_as_a_set() -> None:
    """Against sets by hand: there after the merge is what both have, and what one has and there was not before."""
    decisions = 0
    for seed in range(3_000):
        base, ours, theirs = three_codings(seed)
        found = merge("codings", base, ours, theirs)
        olds = {one["id"] for one in base["segments"]}
        held = {one["quote"] for side in (ours, theirs) for one in side["segments"] if one["id"] in olds}
        before = {key for key in refused(base) if key[0] in held}
        mine, other = refused(ours), refused(theirs)
        there = [(one["quote"], code) for one in segments(found) for code in one.get("against", ())]
        assert len(there) == len(set(there)), seed
        assert set(there) == (mine & other) | ((mine | other) - before), seed
        assert all(one.get("codes") or one.get("against") or one.get("memo") for one in segments(found)), seed
        decisions += bool(there)
    assert decisions > 500


def test_every_id_still_leads_to_its_segment() -> None:
    """So that evidence and memos don't dangle: an id of a segment that is there is its own or one of its aliases."""
    twins = 0
    for seed in range(2_000):
        base, ours, theirs = three_codings(seed)
        found = merge("codings", base, ours, theirs)
        names = [(alias, one) for one in segments(found) for alias in (one["id"], *one.get("aliases", ()))]
        assert len({alias for alias, _ in names}) == len(names), seed
        twins += any("aliases" in one for one in segments(found))
        added = [
            one for side in (ours, theirs) for one in side["segments"]
            if one["id"] not in {old["id"] for old in base["segments"]}
        ]  # fmt: skip
        places = {alias: one["quote"] for alias, one in names}
        assert all(places[one["id"]] == one["quote"] for one in added), seed
    assert twins > 100


def segments(found: Merged) -> Iterator[Said]:
    yield from found.ours["segments"]  # type: ignore[index, call-overload, misc]


# --- codebooks -----------------------------------------------------------------------------------------------------


def book(random: Random) -> Said:
    def codes(depth: int, prefix: str) -> list[Said]:
        found = []
        for number in range(random.randint(1, 3)):
            code: Said = {"id": f"{prefix}{number}", "label": f"label {random.randrange(9)}"}
            if depth and random.random() < 0.5:
                code["codes"] = codes(depth - 1, f"{prefix}{number}-")
            found.append(code)
        return found

    return {"name": "Book", "version": "3", "phases": [{"id": "before"}, {"id": "after"}], "codes": codes(2, "c")}


def walk(said: Any) -> Iterator[Said]:
    for code in said.get("codes", ()):
        yield code
        yield from walk(code)


def holder(said: Said, code: Said) -> list[Said]:
    """The list that a code stands in."""
    return next(one["codes"] for one in (said, *walk(said)) if any(item is code for item in one.get("codes", ())))


def add_code(random: Random, said: Said) -> None:
    above = random.choice([said, *walk(said)])
    new = {"id": f"n{random.randrange(10**6)}", "label": "new", "since": str(int(said["version"]) + 1)}
    above.setdefault("codes", []).insert(random.randint(0, len(above.get("codes", []))), new)


def rename_code(random: Random, said: Said) -> None:
    code = random.choice([*walk(said)])
    code["aliases"] = [*code.get("aliases", []), code["id"]]
    code["id"] = f"r{random.randrange(10**6)}"


def edit_code(random: Random, said: Said) -> None:
    random.choice([*walk(said)])[random.choice(("definition", "include"))] = f"said {random.randrange(5)}"


def move_code(random: Random, said: Said) -> None:
    code = random.choice([*walk(said)])
    inside = {one["id"] for one in (code, *walk(code))}
    targets = [one for one in (said, *walk(said)) if one.get("id") not in inside]
    here = holder(said, code)
    here[:] = [one for one in here if one is not code]
    random.choice(targets).setdefault("codes", []).append(code)
    tidy(said)


def absorb_code(random: Random, said: Said) -> None:
    every = [*walk(said)]
    leaves = [one for one in every if not one.get("codes")]
    if len(every) < 2 or not leaves:
        return
    gone = random.choice(leaves)
    into = random.choice([one for one in every if one is not gone])
    here = holder(said, gone)
    here[:] = [one for one in here if one is not gone]
    into["aliases"] = [*into.get("aliases", []), gone["id"], *gone.get("aliases", [])]
    tidy(said)


def tidy(said: Said) -> None:
    for one in (said, *walk(said)):
        if one is not said and not one.get("codes", [1]):
            del one["codes"]


BOOK_EDITS: tuple[Edit, ...] = (add_code, rename_code, edit_code, edit_code, move_code, absorb_code)


def three_books(seed: int) -> tuple[Said, Said, Said]:
    random = Random(f"books {seed}")
    base = book(random)

    def side() -> Said:
        after = changed(random, base, BOOK_EDITS, 3)
        return after | {"version": str(int(base["version"]) + 1)} if after != base else after

    return base, side(), side()


def resolved(said: Any) -> set[str]:
    """Every id that leads to a code."""
    return {name for code in walk(said) for name in (code["id"], *code.get("aliases", ()))}


def test_thousands_of_codebooks_lose_no_code() -> None:
    """Every id of any side leads to a code, each code is there once, and is new to whoever coded elsewhere."""
    refused = conflicts = 0
    for seed in range(3_000):
        base, ours, theirs = three_books(seed)
        try:
            found = merge("codebook", base, ours, theirs)
        except Unmergeable:
            refused += 1
            with pytest.raises(Unmergeable):
                merge("codebook", base, theirs, ours)
            continue
        conflicts += bool(found.conflicts)
        for made in (found.ours, found.theirs):
            ids = [code["id"] for code in walk(made)]
            assert len(ids) == len(set(ids)), seed
        lost = (resolved(base) | resolved(ours) | resolved(theirs)) - resolved(found.ours) - resolved(found.theirs)
        assert not lost, (seed, lost)
        known = {code["id"] for code in walk(base)}
        for code in walk(found.ours):
            added = code["id"].startswith("n") and code["id"] not in known
            if added and ours != base and theirs != base and ours != theirs:
                assert int(code["since"]) == int(found.ours["version"]) == 5, seed  # type: ignore[index, call-overload, arg-type]
    assert refused < 300
    assert conflicts > 30


# --- what holds for every kind --------------------------------------------------------------------------------------


def three_observations(seed: int) -> tuple[Any, Any, Any]:
    random = Random(f"observations {seed}")

    def one(number: int) -> Said:
        evidence = sorted(random.sample(["ka", "kb", "kc", "kd"], random.randint(1, 3)))
        return {"id": f"o{number}", "title": f"title {random.randrange(3)}", "evidence": evidence}

    def edited(base: list[Said]) -> list[Said]:
        after = [deepcopy(item) for item in base if random.random() < 0.8]
        for item in after:
            if random.random() < 0.4:
                item |= one(0) | {"id": item["id"]}
            if random.random() < 0.3:
                item["memo"] = f"note {random.randrange(9)}"
        return after + [one(number) for number in random.sample(range(5, 9), random.randint(0, 2))]

    base = [one(number) for number in range(random.randint(0, 4))]
    return base, edited(base), edited(base)


THREES: dict[Kind, Callable[[int], tuple[Any, Any, Any]]] = {
    "codings": three_codings,
    "codebook": three_books,
    "observations": three_observations,
}


@pytest.mark.parametrize("kind", THREES)
def test_merges_are_symmetric_and_keep_what_one_side_did(kind: Kind) -> None:
    """m(b,x,b) = x, m(b,b,x) = x, m(b,x,x) = x, and m(b,x,y) = m(b,y,x): in value, order and conflicts."""
    for seed in range(1_500):
        base, ours, theirs = THREES[kind](seed)
        assert merge(kind, base, ours, base) == Merged(ours, ours)
        assert merge(kind, base, base, theirs) == Merged(theirs, theirs)
        assert merge(kind, base, theirs, theirs) == Merged(theirs, theirs)
        try:
            one, other = merge(kind, base, ours, theirs), merge(kind, base, theirs, ours)
        except Unmergeable:
            continue
        assert (one.ours, one.theirs) == (other.theirs, other.ours), seed
        assert sorted(c.path for c in one.conflicts) == sorted(c.path for c in other.conflicts), seed


@pytest.mark.parametrize("kind", ["codings", "codebook"])
def test_what_was_done_apart_comes_together(kind: Kind) -> None:
    """Merged with one side alone after the whole: nothing changes any more, m(b, m, x) = m where m came from x."""
    for seed in range(500):
        base, ours, theirs = THREES[kind](seed)
        try:
            found = merge(kind, base, ours, theirs)
        except Unmergeable:
            continue
        if not found.conflicts:
            assert merge(kind, theirs, found.ours, theirs).ours == found.ours


# --- the text ------------------------------------------------------------------------------------------------------

PATHS: dict[Kind, str] = {
    "codings": "cases/1/codings/employer.anna.yaml",
    "codebook": "codebooks/book.yaml",
    "observations": "cases/1/observations.yaml",
}

READERS: dict[Kind, Callable[[str, Faults], object]] = {
    "codings": lambda text, faults: read_codings(text, "1", faults) if text else None,
    "codebook": read_codebook,
    "observations": read_observations,
}


@pytest.mark.parametrize("kind", THREES)
@given(seed=st.integers(0, 10**6), newline=st.sampled_from(["\n", "\r\n"]))
@settings(deadline=None, max_examples=150)
def test_the_file_says_what_was_merged(kind: Kind, seed: int, newline: str) -> None:
    """Whatever the line ends of ours. One with conflicts says ours with the one half of each, theirs with the other."""
    base, ours, theirs = THREES[kind](seed)
    texts = [new_text(side).encode() for side in (base, ours, theirs)]
    texts[1] = texts[1].replace(b"\n", newline.encode())
    try:
        found = merge(kind, values(texts[0].decode()), values(texts[1].decode()), values(texts[2].decode()))
        outcome = merge_file(PATHS[kind], (texts[0], texts[1], texts[2]), lambda: None)
    except QcodeError:
        return
    text = outcome.content.decode()
    assert (values(half(text, ours=True)) or None) == (found.ours or None)
    assert (values(half(text, ours=False)) or None) == (found.theirs or None)
    if not outcome.conflicts:
        faults = Faults(PATHS[kind])
        READERS[kind](unix(text), faults)
        assert not faults.stop
    assert bool(outcome.conflicts) == ("<<<<<<<" in text)


def half(text: str, *, ours: bool) -> str:
    """A file with conflicts, settled for one side."""
    kept, inside = [], ""
    for line in unix(text).splitlines(keepends=True):
        if line.startswith(("<<<<<<< ", "=======", ">>>>>>> ")):
            inside = line[0].replace(">", "")
        elif inside in ("", "<" if ours else "="):
            kept.append(line)
    return "".join(kept)
