"""Which codes go together, counted by joins: for codings that an engine holds, where no sweep can pass over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

import narwhals as nw

from qcode.analysis.far import Far, fetched
from qcode.analysis.passages import Frame, numbered, with_gain, with_passage

Pair = tuple[str, str]  # two codes
ONE_TEXT = ("code", "transcript")
SPANS = ("start", "end", "turns_from", "turns_to")


class Met(NamedTuple):
    """How often each code occurs, and how often two do together, in the order of their ids."""

    each: Counter[str]
    both: Counter[Pair]


def places(rows: Far, codes: Collection[str], unit: str) -> Met:
    """The turns, transcripts or cases that have a code, or two."""
    frame = _of(rows, codes)
    if unit != "turn":
        there = frame.select("code", place=unit).unique()
        return Met(_summed(there.group_by("code").agg(value=nw.len())), _pairs(_met(there), nw.len()))
    # Of each code in a transcript, the turns that it touches as ranges [turns_from, until), apart from each other.
    ranges = with_gain(frame, ONE_TEXT).filter(nw.col("gain") > 0)
    both = _met(ranges.select("code", "turns_from", "until", place="transcript"))
    first = nw.max_horizontal("turns_from", "turns_from_other")
    both = both.with_columns(shared=nw.min_horizontal("until", "until_other") - first)
    each = _summed(ranges.group_by("code").agg(value=nw.col("gain").sum()))
    return Met(each, _pairs(both.filter(nw.col("shared") > 0), nw.col("shared").sum()))


def passages(rows: Far, codes: Collection[str], apart: int | None) -> Met:
    """The passages of each code, and the pairs that overlap, or lie at most so many turns apart."""
    runs = numbered(with_passage(_of(rows, codes), ONE_TEXT), ONE_TEXT).group_by(*ONE_TEXT, "passage")
    lowest = {name: nw.col(name).min() for name in ("start", "turns_from")}
    found = runs.agg(**lowest, **{name: nw.col(name).max() for name in ("end", "turns_to")})
    both = _met(found.select("code", *SPANS, place="transcript"))
    meet = (nw.col("start") < nw.col("end_other")) & (nw.col("start_other") < nw.col("end"))
    if apart is not None:
        meet = meet | _near(apart)
    return Met(_summed(found.group_by("code").agg(value=nw.len())), _pairs(both.filter(meet), nw.len()))


def _near(apart: int) -> nw.Expr:
    """Both touch a turn, and the turns of the one begin no more than this after those of the other."""
    first, past = (("turns_from", "turns_from_other"), ("turns_to", "turns_to_other"))
    touch = [nw.col(begin) < nw.col(end) for begin, end in zip(first, past, strict=True)]
    return touch[0] & touch[1] & (nw.max_horizontal(*first) - nw.min_horizontal(*past) + 1 <= apart)


def _of(rows: Far, codes: Collection[str]) -> Frame:
    frame = rows.tidy(("case", "transcript", *SPANS), ()).filter(nw.col("code").is_in(sorted(codes)))
    return frame.select("case", "code", "transcript", *SPANS, "coding")


def _met(frame: Frame) -> Frame:
    """Each row beside each of another code in the same place, the code that comes first by its id to the left."""
    other = frame.rename({name: f"{name}_other" for name in frame.collect_schema().names()})
    both = frame.join(other, left_on="place", right_on="place_other", how="inner")
    return both.filter(nw.col("code") < nw.col("code_other"))


def _pairs(frame: Frame, value: nw.Expr) -> Counter[Pair]:
    found = frame.group_by("code", "code_other").agg(value=value).select("code", "code_other", "value")
    return Counter({(one, other): int(many) for one, other, many in fetched(found)})


def _summed(frame: Frame) -> Counter[str]:
    return Counter({code: int(many) for code, many in fetched(frame.select("code", "value"))})
