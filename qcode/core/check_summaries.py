"""Rules on the written summaries of cases."""

from __future__ import annotations

from collections.abc import Iterator

from qcode.core.errors import Where
from qcode.core.facts import Facts, Finding, first_place, known
from qcode.core.model import Case, Summary
from qcode.core.summaries import only, rows_of_case, stale


def summary_code(facts: Facts) -> Iterator[Finding]:
    """A summary is of a code that is not in the codebook."""
    for case, summary in _summaries(facts):
        if facts.book.resolve(summary.code) not in facts.book.by_id:
            message = f"a summary of the unknown code '{summary.code}'"
            yield Finding(_place(case, summary), message, known(facts.book.by_id))


def duplicate_summary(facts: Facts) -> Iterator[Finding]:
    """Two summaries of a case are of one code."""
    for case in facts.study.cases:
        seen: dict[str, str] = {}
        for summary in case.summaries:
            first = seen.setdefault(facts.book.resolve(summary.code), summary.code)
            if first != summary.code:
                message = f"'{summary.code}' and '{first}' are one code, and each has a summary"
                yield Finding(_place(case, summary), message, "Make one of the two; the first is shown.")


def summary_quote(facts: Facts) -> Iterator[Finding]:
    """A summary rests on a segment that its case does not have."""
    of_case = {(codings.case, name) for codings, segment in facts.segments for name in segment.names}
    for case, summary in _summaries(facts):
        for quote in summary.quotes:
            if (case.id, quote) not in of_case:
                message = f"the summary of '{summary.code}' rests on segment '{quote}', which this case does not have"
                yield Finding(_place(case, summary), message, "Take it out, or put another in its place.")


def stale_summary(facts: Facts) -> Iterator[Finding]:
    """The quotes of a summary changed since it was written."""
    for case in facts.study.cases:
        if any(summary.hash for summary in case.summaries):
            own = only(facts.study, case)
            rows = rows_of_case(own, case, facts.old_text)
            for summary in case.summaries:
                if stale(own, rows, case, summary):
                    message = f"the quotes under the summary of '{summary.code}' changed since it was written"
                    hint = f"Read them again: qcode summary show {case.id} {summary.code}; then qcode summary set."
                    yield Finding(_place(case, summary), message, hint)


def _summaries(facts: Facts) -> Iterator[tuple[Case, Summary]]:
    for case in facts.study.cases:
        for summary in case.summaries:
            yield case, summary


def _place(case: Case, summary: Summary) -> Where:
    return first_place(summary.where, Where(f"{case.folder}/summaries.yaml"))
