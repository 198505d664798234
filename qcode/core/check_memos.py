"""Rules on memos."""

from __future__ import annotations

from collections.abc import Iterator

from qcode.core.facts import Facts, Finding
from qcode.core.memos import Targets

_HINT = "Write about: study, or a code, case, CASE/STEM or segment id, in its front matter."


def memo_about(facts: Facts) -> Iterator[Finding]:
    """A memo does not say what it is about, or that is not there."""
    targets = Targets(facts.study, lambda: facts.every)
    # What lies in a file that can't be read may well be there.
    unread = {path.rpartition(".")[0].removeprefix("cases/") for path in facts.unreadable}
    for memo in facts.study.pile.memos:
        if not memo.about:
            yield Finding(memo.where, "the memo does not say what it is about", _HINT)
        elif facts.codings_known and memo.about not in unread and memo.about not in targets:
            yield Finding(memo.where, f"the memo is about '{memo.about}', which is not there", _HINT)
