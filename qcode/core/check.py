"""What `qcode check` looks at. Each rule is one small function; its first line of docs is what users read of it."""

from __future__ import annotations

from collections.abc import Collection

from qcode.core import (
    check_cases,
    check_codebook,
    check_codings,
    check_decisions,
    check_guides,
    check_memos,
    check_summaries,
)
from qcode.core.errors import Problem, UnknownName
from qcode.core.facts import SETTINGS, Facts
from qcode.core.judge import Recall, Rule, judged
from qcode.core.model import Study
from qcode.core.rows import OldText
from qcode.core.words import natural

RULES = (
    Rule("code-id", "error", check_codebook.code_id),
    Rule("duplicate-code", "error", check_codebook.duplicate_code),
    Rule("duplicate-code-key", "error", check_codebook.duplicate_code_key),
    Rule("duplicate-alias", "error", check_codebook.duplicate_alias),
    Rule("duplicate-level", "error", check_codebook.duplicate_level),
    Rule("code-parent", "error", check_codebook.code_parent),
    Rule("replaced-by", "error", check_codebook.replaced_by),
    Rule("unknown-outcome", "error", check_cases.unknown_outcome, "case", frame=check_cases.outcome_of_target),
    Rule(
        "unknown-perspective",
        "error",
        check_cases.unknown_perspective,
        "case",
        frame=check_codebook.perspective_of_code,
    ),
    Rule("unknown-phase", "error", check_codings.unknown_phase, "case", frame=check_codebook.phase_of_code),
    Rule("unknown-valence", "error", check_codings.unknown_valence, "case"),
    Rule("attribute-name", "warning", check_cases.attribute_name, "case"),
    Rule("no-perspective", "error", check_cases.no_perspective, "case"),
    Rule("same-respondent", "warning", check_cases.same_respondent, "case"),
    Rule("consent-missing", "warning", check_cases.consent_missing, "case"),
    Rule("consent-withdrawn", "error", check_cases.consent_withdrawn, "case"),
    Rule("duplicate-observation", "error", check_cases.duplicate_observation, "case"),
    Rule("unknown-agreement", "error", check_cases.unknown_agreement, "case"),
    Rule("evidence-gone", "error", check_cases.evidence_gone, "evidence", all_codings=True),
    Rule("illustrates", "error", check_cases.illustrates, "evidence", all_codings=True),
    Rule("no-transcript", "error", check_codings.no_transcript, "case"),
    Rule("file-name", "warning", check_codings.file_name, "case"),
    Rule("two-files", "warning", check_codings.two_files, "case"),
    Rule("coder-id", "error", check_codings.coder_id, "case"),
    Rule("unknown-coder", "warning", check_codings.unknown_coder, "case"),
    Rule("status", "error", check_codings.status, "case"),
    Rule("codebook-version", "warning", check_codings.codebook_version, "case"),
    Rule("duplicate-id", "error", check_codings.duplicate_id),
    Rule("no-codes", "warning", check_codings.no_codes, "case"),
    Rule("unknown-code", "error", check_codings.unknown_code, "case"),
    Rule("retired-code", "warning", check_codings.retired_code, "case"),
    Rule("unsettled-split", "warning", check_decisions.unsettled_split, "evidence"),
    Rule("duplicate-coding", "warning", check_codings.duplicate_coding, "case"),
    Rule("coded-against", "warning", check_codings.coded_against, "case"),
    Rule("not-applicable", "warning", check_codings.not_applicable, "case"),
    Rule("lost", "error", check_codings.lost, "case"),
    Rule("ambiguous", "error", check_codings.ambiguous, "case"),
    Rule("changed", "warning", check_codings.changed, "case"),
    Rule("moved", "warning", check_codings.moved, "case"),
    Rule("memo-about", "error", check_memos.memo_about),
    Rule("unknown-operation", "warning", check_decisions.unknown_operation),
    Rule("summary-code", "error", check_summaries.summary_code, "case"),
    Rule("duplicate-summary", "warning", check_summaries.duplicate_summary, "case"),
    Rule("summary-quote", "error", check_summaries.summary_quote, "case", all_codings=True),
    Rule("stale-summary", "warning", check_summaries.stale_summary, "case", all_codings=True),
)

# On interview guides, which only some commands read.
GUIDE_RULES = (
    Rule("duplicate-guide", "error", check_guides.duplicate_guide),
    Rule("duplicate-question", "error", check_guides.duplicate_question),
    Rule("guide-theme", "error", check_guides.guide_theme),
    Rule("guide-level", "error", check_guides.guide_level),
    Rule("unknown-guide", "error", check_guides.unknown_guide, "case"),
    Rule("guide-perspective", "warning", check_guides.guide_perspective, "case"),
    Rule("unknown-question", "error", check_guides.unknown_question, "case"),
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
    study: Study,
    only: Collection[str] = (),
    ignore: Collection[str] = (),
    *,
    old_text: OldText | None = None,
    recall: Recall | None = None,
) -> list[Problem]:
    """What is wrong in a study, faults in reading it included, by path and line.

    `only`, `ignore`: names of rules. `recall`: gives what was found in a case before, where that still holds.
    Raises UnknownName for a rule that there is not.
    """
    faults = (*study.faults, *study.shelf.faults, *study.pile.faults, *study.ledger.faults)
    every = (*RULES, *GUIDE_RULES)
    known = [*(rule.name for rule in every), *READING, *dict.fromkeys(fault.rule for fault in faults)]
    for name in (*only, *ignore):
        if name not in known:
            raise UnknownName("rule", name, known)

    def wanted(rule: str) -> bool:
        return rule not in ignore and (not only or rule in only)

    found = [*faults]
    # Without its settings or codebook nothing of a study can be judged, and a file that can't be read not either.
    if not Facts(study).unreadable & {SETTINGS, study.settings.codebook}:
        # What is remembered of a case is what all rules say of it.
        found += judged(study, [rule for rule in every if recall or wanted(rule.name)], old_text, recall)
    order = {rule.name: number for number, rule in enumerate(every)}
    found.sort(key=lambda p: (natural(p.where.path), p.where.line, p.where.column, order.get(p.rule, -1)))
    return [problem for problem in found if wanted(problem.rule)]
