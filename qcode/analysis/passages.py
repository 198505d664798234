"""The measures: how much there is in each group of codings.

Every function takes a lazy frame with the columns of `KEYS` (the group) beside those of the tidy frame, and gives one
row per group that has something, with its `value`. `apart`: the columns by which the codings of one transcript are
told apart, where that is less than all of the group. They sweep: spans in the order of their starts, beside the
furthest end so far. Only group-bys and window functions, so that the frame may be any that narwhals knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import narwhals as nw

Frame = nw.LazyFrame[Any]
Apart = Sequence[str]

KEYS = ("row", "col", "split")
EDGES = ("start", "end")  # an order in which only equal spans are tied: for sums, to which these are alike
SPAN = (*EDGES, "coding")  # an order without ties
ONE_TEXT = (*KEYS, "transcript")


def with_reach(frame: Frame, keys: Sequence[str], order: Sequence[str] = SPAN) -> Frame:
    """Add `reach`, how far this span and those before it in its group come, and `next`, where the next one starts.

    order: start, end and what breaks ties. One sort serves both; `next` is missing for the last.
    """
    reach = nw.col(order[1]).cum_max().over(*keys, order_by=order)
    return frame.with_columns(reach=reach, next=nw.col(order[0]).shift(-1).over(*keys, order_by=order))


def with_passage(frame: Frame, keys: Sequence[str], order: Sequence[str] = SPAN) -> Frame:
    """Add `closes`: 1 where a passage ends, 0 where it goes on. Spans that only touch stay apart."""
    return _closing(with_reach(frame, keys, order), nw.col("next") >= nw.col("reach"))


def numbered(frame: Frame, keys: Sequence[str]) -> Frame:
    """Add `passage`: a number for each run that `closes` ends, in each group."""
    ended = nw.col("closes").cum_sum().over(*keys, order_by=SPAN)
    return frame.with_columns(passage=ended - nw.col("closes"))


def passages(frame: Frame, apart: Apart = KEYS) -> Frame:
    """Codings of one code in one transcript that share a character, directly or through others, once."""
    return _sum(with_passage(frame, [*dict.fromkeys((*apart, "transcript", "code"))], EDGES), "closes")


def codings(frame: Frame, apart: Apart = KEYS) -> Frame:
    """Every coding."""
    return frame.group_by(*KEYS).agg(value=nw.len())


def segments(frame: Frame, apart: Apart = KEYS) -> Frame:
    """Distinct spans of each coder."""
    return codings(frame.select(*ONE_TEXT, "coder", "start", "end").unique())


def transcripts(frame: Frame, apart: Apart = KEYS) -> Frame:
    """Distinct transcripts."""
    return codings(frame.select(*ONE_TEXT).unique())


def cases(frame: Frame, apart: Apart = KEYS) -> Frame:
    """Distinct cases."""
    return codings(frame.select(*KEYS, "case").unique())


def presence(frame: Frame, apart: Apart = KEYS) -> Frame:
    """One where there is anything."""
    return codings(frame.select(*KEYS).unique())


def turns(frame: Frame, apart: Apart = KEYS) -> Frame:
    """Distinct turns that the spans touch."""
    return _sum(with_gain(frame, (*apart, "transcript")), "gain")


def with_gain(frame: Frame, keys: Sequence[str]) -> Frame:
    """Add `until` and `gain`, its distance from turns_from: the turns [turns_from, until) that no other span adds.

    Of all ranges [turns_from, turns_to) so far it is what lies before the next.
    """
    swept = with_reach(frame, keys, ("turns_from", "turns_to"))
    past, following = nw.col("reach"), nw.col("next")
    until = nw.when(following.is_null() | (following > past)).then(past).otherwise(following)
    return swept.with_columns(until=until).with_columns(gain=nw.col("until") - nw.col("turns_from"))


def words(frame: Frame, apart: Apart = KEYS) -> Frame:
    """Words under the union of the spans. Spans that touch make one: a word cut in two between them is one word."""
    one = (*apart, "transcript")
    swept = _closing(with_reach(frame, one), nw.col("next") > nw.col("reach"))
    runs = numbered(swept, one).group_by(*[*dict.fromkeys((*ONE_TEXT, *one))], "passage")
    ends = runs.agg(first=nw.col("words_from").min(), past=nw.col("words_to").max())
    return _sum(ends.with_columns(length=nw.col("past") - nw.col("first")), "length")


MEASURES: Mapping[str, Callable[..., Frame]] = {
    "passages": passages,
    "codings": codings,
    "segments": segments,
    "turns": turns,
    "transcripts": transcripts,
    "cases": cases,
    "presence": presence,
    "words": words,
}


def _closing(frame: Frame, apart: nw.Expr) -> Frame:
    return frame.with_columns(closes=nw.when(nw.col("next").is_null() | apart).then(1).otherwise(0))


def _sum(frame: Frame, column: str) -> Frame:
    return frame.group_by(*KEYS).agg(value=nw.col(column).sum())
