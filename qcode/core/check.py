"""What `qcode check` looks at. Each rule is one small function; its first line of docs is what users read of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from qcode.core import (
    check_cases,
    check_codebook,
    check_codings,
    check_decisions,
    check_guides,
    check_memos,
    check_summaries,
)
from qcode.core.errors import Problem, Severity, UnknownName
from qcode.core.facts import SETTINGS, Facts, Finding
from qcode.core.model import Study
from qcode.core.rows import OldText
from qcode.core.words import natural


class Rule(NamedTuple):
    """`name`, as in --rule and --ignore; how bad it is; what finds it."""

    name: str
    severity: Severity
    find: Callable[[Facts], Iterator[Finding]]

    @property
    def doc(self) -> str:
        """One line on what the rule is."""
        return (self.find.__doc__ or "").strip().partition("\n")[0]


RULES = (
    Rule("code-id", "error", check_codebook.code_id),
    Rule("duplicate-code", "error", check_codebook.duplicate_code),
    Rule("duplicate-code-key", "error", check_codebook.duplicate_code_key),
    Rule("duplicate-alias", "error", check_codebook.duplicate_alias),
    Rule("duplicate-level", "error", check_codebook.duplicate_level),
    Rule("code-parent", "error", check_codebook.code_parent),
    Rule("replaced-by", "error", check_codebook.replaced_by),
    Rule("unknown-outcome", "error", check_cases.unknown_outcome),
    Rule("unknown-perspective", "error", check_cases.unknown_perspective),
    Rule("unknown-phase", "error", check_codings.unknown_phase),
    Rule("unknown-valence", "error", check_codings.unknown_valence),
    Rule("attribute-name", "warning", check_cases.attribute_name),
    Rule("no-perspective", "error", check_cases.no_perspective),
    Rule("same-respondent", "warning", check_cases.same_respondent),
    Rule("consent-missing", "warning", check_cases.consent_missing),
    Rule("consent-withdrawn", "error", check_cases.consent_withdrawn),
    Rule("duplicate-observation", "error", check_cases.duplicate_observation),
    Rule("unknown-agreement", "error", check_cases.unknown_agreement),
    Rule("evidence-gone", "error", check_cases.evidence_gone),
    Rule("illustrates", "error", check_cases.illustrates),
    Rule("no-transcript", "error", check_codings.no_transcript),
    Rule("file-name", "warning", check_codings.file_name),
    Rule("two-files", "warning", check_codings.two_files),
    Rule("coder-id", "error", check_codings.coder_id),
    Rule("unknown-coder", "warning", check_codings.unknown_coder),
    Rule("status", "error", check_codings.status),
    Rule("codebook-version", "warning", check_codings.codebook_version),
    Rule("duplicate-id", "error", check_codings.duplicate_id),
    Rule("no-codes", "warning", check_codings.no_codes),
    Rule("unknown-code", "error", check_codings.unknown_code),
    Rule("retired-code", "warning", check_codings.retired_code),
    Rule("unsettled-split", "warning", check_decisions.unsettled_split),
    Rule("duplicate-coding", "warning", check_codings.duplicate_coding),
    Rule("not-applicable", "warning", check_codings.not_applicable),
    Rule("lost", "error", check_codings.lost),
    Rule("ambiguous", "error", check_codings.ambiguous),
    Rule("changed", "warning", check_codings.changed),
    Rule("moved", "warning", check_codings.moved),
    Rule("memo-about", "error", check_memos.memo_about),
    Rule("unknown-operation", "warning", check_decisions.unknown_operation),
    Rule("summary-code", "error", check_summaries.summary_code),
    Rule("duplicate-summary", "warning", check_summaries.duplicate_summary),
    Rule("summary-quote", "error", check_summaries.summary_quote),
    Rule("stale-summary", "warning", check_summaries.stale_summary),
)

# On interview guides, which only some commands read.
GUIDE_RULES = (
    Rule("duplicate-guide", "error", check_guides.duplicate_guide),
    Rule("duplicate-question", "error", check_guides.duplicate_question),
    Rule("guide-theme", "error", check_guides.guide_theme),
    Rule("guide-level", "error", check_guides.guide_level),
    Rule("unknown-guide", "error", check_guides.unknown_guide),
    Rule("guide-perspective", "warning", check_guides.guide_perspective),
    Rule("unknown-question", "error", check_guides.unknown_question),
)

# Found while files are read, before any of the above can look at them: Study.faults.
READING = {
    "unreadable": "The file can't be opened.",
    "link": "A link leads nowhere, or out of the study.",
    "encoding": "The file is not UTF-8.",
    "nfc": "The text is not in Unicode normal form C.",
    "conflict": "The file holds the marks of a merge conflict.",
    "yaml": "The file is not YAML.",
    "yaml-tag": "A YAML tag or merge key, which the files of a study don't use.",
    "yaml-bomb": "YAML that grows out of bounds, or is nested too deep.",
    "duplicate-key": "A mapping has a key twice.",
    "schema": "Something is not of the shape that this kind of file has.",
    "unknown-key": "A key that this kind of file does not have.",
    "front-matter": "The front matter of a transcript or memo has no end.",
    "codebook": "The codebook that qcode.yaml names is not there.",
    "case-name": "A case says that it is another than its folder.",
    "duplicate-case": "Two folders have one name, written in two ways.",
    "duplicate-transcript": "Two transcripts of a case have one name.",
}


def check(
    study: Study, only: Collection[str] = (), ignore: Collection[str] = (), *, old_text: OldText | None = None
) -> list[Problem]:
    """What is wrong in a study, faults in reading it included, by path and line.

    `only`, `ignore`: names of rules. Raises UnknownName for one that there is not.
    """
    faults = (*study.faults, *study.shelf.faults, *study.pile.faults, *study.ledger.faults)
    known = [*(rule.name for rule in (*RULES, *GUIDE_RULES)), *READING, *dict.fromkeys(fault.rule for fault in faults)]
    for name in (*only, *ignore):
        if name not in known:
            raise UnknownName("rule", name, known)
    facts = Facts(study, old_text)
    found = [fault for fault in faults if _wanted(fault.rule, only, ignore)]
    # Without its settings or codebook nothing of a study can be judged, and a file that can't be read not either.
    rules = () if facts.unreadable & {SETTINGS, study.settings.codebook} else (*RULES, *GUIDE_RULES)
    for rule in rules:
        if _wanted(rule.name, only, ignore):
            findings = (finding for finding in rule.find(facts) if finding.where.path not in facts.unreadable)
            found += (Problem(rule.name, rule.severity, *finding) for finding in findings)
    return sorted(found, key=lambda p: (natural(p.where.path), p.where.line, p.where.column))


def _wanted(rule: str, only: Collection[str], ignore: Collection[str]) -> bool:
    return rule not in ignore and (not only or rule in only)
