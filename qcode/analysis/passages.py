"""The measures: how much there is in each group of codings.

Every function takes a lazy frame with the columns of `KEYS` (the group) beside those of the tidy frame, and gives one
row per group that has something, with its `value`. They sweep: spans in the order of their starts, beside the furthest
end so far. Only group-bys and window functions, so that the frame may be any that narwhals knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import narwhals as nw

Frame = nw.LazyFrame[Any]
Measure = Callable[[Frame], Frame]

KEYS = ("row", "col", "split")
SPAN = ("start", "end", "coding")  # an order without ties
ONE_TEXT = (*KEYS, "transcript")


def with_reach(frame: Frame, keys: tuple[str, ...], order: tuple[str, ...]) -> Frame:
    """Add `reach`: how far the spans before this one in its group come; missing for the first.

    order: start, end and what breaks ties.
    """
    furthest = nw.col(order[1]).cum_max().over(*keys, order_by=order)
    before = nw.col("_furthest").shift(1).over(*keys, order_by=order)
    return frame.with_columns(_furthest=furthest).with_columns(reach=before).drop("_furthest")


def with_passage(frame: Frame, keys: tuple[str, ...]) -> Frame:
    """Add `opens`: 1 where a passage begins, 0 within one. Spans that only touch stay apart."""
    return _opening(with_reach(frame, keys, SPAN), nw.col("start") >= nw.col("reach"))


def numbered(frame: Frame, keys: tuple[str, ...]) -> Frame:
    """Add `passage`: a number for each run that `opens` begins, in each group."""
    return frame.with_columns(passage=nw.col("opens").cum_sum().over(*keys, order_by=SPAN))


def passages(frame: Frame) -> Frame:
    """Codings of one code in one transcript that share a character, directly or through others, once."""
    return _sum(with_passage(frame, (*ONE_TEXT, "code")), "opens")


def codings(frame: Frame) -> Frame:
    """Every coding."""
    return frame.group_by(*KEYS).agg(value=nw.len())


def segments(frame: Frame) -> Frame:
    """Distinct spans of each coder."""
    return codings(frame.select(*ONE_TEXT, "coder", "start", "end").unique())


def transcripts(frame: Frame) -> Frame:
    """Distinct transcripts."""
    return codings(frame.select(*ONE_TEXT).unique())


def cases(frame: Frame) -> Frame:
    """Distinct cases."""
    return codings(frame.select(*KEYS, "case").unique())


def presence(frame: Frame) -> Frame:
    """One where there is anything."""
    return codings(frame.select(*KEYS).unique())


def turns(frame: Frame) -> Frame:
    """Distinct turns that the spans touch: of each range [turns_from, turns_to) what lies beyond those before it."""
    swept = with_reach(frame, ONE_TEXT, ("turns_from", "turns_to", "coding"))
    first, past, reach = nw.col("turns_from"), nw.col("turns_to"), nw.col("reach")
    begin = nw.when(reach.is_null() | (first > reach)).then(first).otherwise(reach)
    gained = swept.with_columns(_begin=begin).with_columns(_gain=past - nw.col("_begin"))
    return _sum(gained.with_columns(gain=nw.when(nw.col("_gain") > 0).then(nw.col("_gain")).otherwise(0)), "gain")


def words(frame: Frame) -> Frame:
    """Words under the union of the spans. Spans that touch make one: a word cut in two between them is one word."""
    swept = _opening(with_reach(frame, ONE_TEXT, SPAN), nw.col("start") > nw.col("reach"))
    runs = numbered(swept, ONE_TEXT).group_by(*ONE_TEXT, "passage")
    ends = runs.agg(first=nw.col("words_from").min(), past=nw.col("words_to").max())
    return _sum(ends.with_columns(length=nw.col("past") - nw.col("first")), "length")


MEASURES: Mapping[str, Measure] = {
    "passages": passages,
    "codings": codings,
    "segments": segments,
    "turns": turns,
    "transcripts": transcripts,
    "cases": cases,
    "presence": presence,
    "words": words,
}


def _opening(frame: Frame, apart: nw.Expr) -> Frame:
    return frame.with_columns(opens=nw.when(nw.col("reach").is_null() | apart).then(1).otherwise(0))


def _sum(frame: Frame, column: str) -> Frame:
    return frame.group_by(*KEYS).agg(value=nw.col(column).sum())
