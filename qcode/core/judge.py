"""How the rules of `check` are put to a study: case by case, since most look at one case, whatever the others say.

So what was found in a case can be remembered. It holds while the case's own files, the old texts that were asked for
and `Ground.said` are what they were: a rule on a case is given no more than that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Literal, NamedTuple, Protocol

from qcode.core.codebook import Codebook
from qcode.core.errors import Problem, Severity, Where
from qcode.core.facts import Facts, Finding, Split
from qcode.core.model import Case, CodingSet, Settings, Study
from qcode.core.rows import OldText

Find = Callable[[Facts], Iterator[Finding]]
Part = tuple[tuple[Case, ...], tuple[CodingSet, ...]]  # one case, and what was coded in it


class Rule(NamedTuple):
    """`name`, as in --rule and --ignore; how bad it is; what finds it.

    `reach`: whether one case alone decides what is found in it, or that and the segments its observations rest on,
    which may be of other cases, or the whole study. `frame`: what finds it in settings and codebook, where `find`
    looks at cases. `all_codings`: it is told only where all codings files could be read.
    """

    name: str
    severity: Severity
    find: Find
    reach: Literal["case", "evidence", "study"] = "study"
    frame: Find | None = None
    all_codings: bool = False

    @property
    def doc(self) -> str:
        """One line on what the rule is."""
        return (self.find.__doc__ or "").strip().partition("\n")[0]


class Judged(NamedTuple):
    """What is wrong in one case, and the ids of its segments, aliases too, as often as they stand there.

    `ids`: a list in JSON, which is read when something compares them.
    """

    problems: list[Problem]
    ids: str


Look = Callable[[OldText | None], Judged]


class Recall(Protocol):
    """What was found before, where that still holds, else what is found by looking."""

    def __call__(self, ground: str, looks: Mapping[str, Look]) -> Mapping[str, Judged]:
        """Of each case, by its id. `ground`: all else that is looked at."""

    def twice(self, find: Callable[[], Set[str]]) -> Set[str]:
        """Of these cases, the ids that more than one segment has."""


@dataclass(frozen=True)
class Ground:
    """What all cases are judged by: of settings, codebook and guides only what rules on a case may look at."""

    study: Study
    split: Split

    @classmethod
    def of(cls, study: Study) -> Ground:
        return cls(
            Study(
                Settings(coders=study.settings.coders),
                _unworded(study.codebook),
                faults=study.faults,
                read_guides=lambda: study.shelf,
            ),
            Facts(study).split,
        )

    @cached_property
    def said(self) -> str:
        """All of it in words, but for the faults of files: those of a case are in its own."""
        study = self.study
        return repr((study.settings, study.codebook, self.split, study.guides, study.shelf.whole))

    def facts(self, part: Part, old_text: OldText | None, beside: Sequence[CodingSet] = ()) -> Facts:
        """One case as the rules see it."""
        cases, codings = part
        study = replace(self.study, cases=cases, codings=codings)
        return Facts(study, old_text, split=self.split, beside=beside)


def judged(study: Study, rules: Sequence[Rule], old_text: OldText | None, recall: Recall | None) -> list[Problem]:
    """What the rules find in a study of which settings and codebook can be read."""
    ground, parts = Ground.of(study), _parts(study)
    on_cases = [rule for rule in rules if rule.reach != "study"]

    def judge(part: Part, ask: OldText | None) -> Judged:
        facts = ground.facts(part, ask)
        ids = [name for _, segment in facts.segments for name in segment.names]
        return Judged(_found(facts, on_cases), json.dumps(ids))

    looks = {name: partial(judge, part) for name, part in parts.items()}
    found = recall(ground.said, looks) if recall else {name: look(old_text) for name, look in looks.items()}
    facts = Facts(
        study,
        old_text,
        read_ids=lambda: {name: json.loads(one.ids) for name, one in found.items()},
        split=ground.split,
        twice=recall.twice if recall else None,
    )
    problems = _found(facts, [rule for rule in rules if rule.reach == "study"])
    problems += _found(facts, [rule._replace(find=rule.frame) for rule in rules if rule.frame])
    foreign = _foreign(study, facts)
    for name, one in found.items():
        if name in foreign:  # what its observations rest on is not all its own
            beside = [codings for other in foreign[name] for codings in parts[other][1]]
            resting = [rule for rule in rules if rule.reach == "evidence"]
            problems += [problem for problem in one.problems if problem.rule not in {rule.name for rule in resting}]
            problems += _found(ground.facts(parts[name], old_text, beside), resting)
        else:
            problems += one.problems
    unsure = set() if facts.codings_known else {rule.name for rule in rules if rule.all_codings}
    return [problem for problem in problems if problem.rule not in unsure]


def _found(facts: Facts, rules: Sequence[Rule]) -> list[Problem]:
    """What these rules find, but for what follows from a file that can't be read."""
    return [
        Problem(rule.name, rule.severity, *finding)
        for rule in rules
        for finding in rule.find(facts)
        if finding.where.path not in facts.unreadable
    ]


def _parts(study: Study) -> dict[str, Part]:
    """The study case by case; codings of a case that is not there are one of its own."""
    cases: dict[str, list[Case]] = {}
    codings: dict[str, list[CodingSet]] = {}
    for case in study.cases:
        cases.setdefault(case.id, []).append(case)
    for one in study.codings:
        codings.setdefault(one.case, []).append(one)
    return {name: (tuple(cases.get(name, ())), tuple(codings.get(name, ()))) for name in {**cases, **codings}}


def _foreign(study: Study, facts: Facts) -> dict[str, list[str]]:
    """For each case whose observations rest on segments of others, those others."""
    resting = {case.id: {name for one in case.observations for name in one.evidence} for case in study.cases}
    every = set().union(*resting.values())
    holders: dict[str, set[str]] = {}
    for case, own in facts.ids.items() if every else ():
        for name in every.intersection(own):
            holders.setdefault(name, set()).add(case)
    found = {
        case: set().union(*(holders.get(name, set()) for name in names)) - {case} for case, names in resting.items()
    }
    return {case: sorted(others) for case, others in found.items() if others}


def _unworded(book: Codebook) -> Codebook:
    """The codebook without what it says to people, so that a better definition does not have every case judged anew."""
    codes = (
        replace(code, label=None, definition=None, include=None, exclude=None, examples=(), color=None, where=Where(""))
        for code in book.codes
    )
    return replace(book, name="", language="", codes=tuple(codes))
