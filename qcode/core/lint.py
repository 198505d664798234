"""Advice on a codebook, from what its codes say and how they are used. None of it is a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from qcode.core.codebook import Code, Text
from qcode.core.errors import Problem, Where
from qcode.core.facts import first_place
from qcode.core.model import CONSENSUS, Study
from qcode.core.usage import Usage, usage

ALIKE = 0.5  # of the words of two definitions, the share that both have
_WORD = re.compile(r"\w{4,}")  # shorter ones say little of what a code means


def lint(study: Study) -> list[Problem]:
    """Advice on the codes in use, in the order of the codebook: rule, place, what, and what to do.

    Rules: no-definition, no-example, overlap (Jaccard's index of the words of two definitions is at least ALIKE),
    never-used, one-coder (several people code, and one alone uses it). A branch without codings of its own is a
    heading: only what it says is looked at.
    """
    used = usage(study)
    coders = {codings.coder for codings in study.codings if codings.count} - {CONSENSUS}
    found = []
    for code in study.codebook.by_order:
        if not code.retired:
            found += [*_of_code(study, code, used.get(code.id), coders)]
    return [*found, *_overlaps(study)]


def _of_code(study: Study, code: Code, used: Usage | None, coders: set[str]) -> Iterator[Problem]:
    heading = used is None and code.id in study.codebook.children
    if not code.definition:
        hint = f"qcode codebook edit {code.id} --definition '…'"
        yield _advice(study, code, "no-definition", f"'{code.id}' has no definition", hint)
    if heading:
        return
    if not code.examples:
        hint = f"qcode codebook edit {code.id} --example '…'; for quotes: qcode find --code {code.id}"
        yield _advice(study, code, "no-example", f"'{code.id}' has no example", hint)
    if used is None:
        hint = f"Is it needed? qcode codebook retire {code.id}, or delete."
        yield _advice(study, code, "never-used", f"nobody has used '{code.id}'", hint)
        return
    own = set(used.coders) & coders
    if len(own) == 1 and len(coders) > 1:
        message = f"of {len(coders)} coders only {min(own)} uses '{code.id}'"
        yield _advice(study, code, "one-coder", message, "Do the others read its definition in another way?")


def _overlaps(study: Study) -> Iterator[Problem]:
    """Two codes in use, neither above the other, whose definitions are in the same words."""
    book = study.codebook
    words = {code.id: _words(code.definition) for code in book.by_order if not code.retired}
    for one, other in combinations(words, 2):
        shares = (_jaccard(words[one][at], words[other][at]) for at in words[one].keys() & words[other].keys())
        share = max(shares, default=0)
        if share >= ALIKE and one not in book.subtree[other] and other not in book.subtree[one]:
            message = f"'{one}' and '{other}' are defined alike ({share:.0%} of their words)"
            hint = f"Tell them apart, or: qcode codebook merge {other} --into {one}"
            yield _advice(study, book.by_id[other], "overlap", message, hint)


def _words(text: Text | None) -> dict[str, frozenset[str]]:
    """The words of a definition in each of its languages."""
    texts = {"": text} if isinstance(text, str) else text or {}
    return {language: frozenset(_WORD.findall(words.casefold())) for language, words in texts.items()}


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _advice(study: Study, code: Code, rule: str, message: str, hint: str) -> Problem:
    return Problem(rule, "warning", first_place(code.where, Where(study.codebook.path)), message, hint)
