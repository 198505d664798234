"""Decisions on the codebook: from their files to the model, and back."""

from __future__ import annotations

from pathlib import Path

from qcode.core.decisions import Decision, Ledger, in_order
from qcode.core.words import unused
from qcode.store.fields import Document
from qcode.store.reading import Faults
from qcode.store.rendering import Value, block, flow, plain, quoted
from qcode.store.tree import Tree

DECISIONS = "codebooks/decisions"
_KEYS = ("date", "by", "operation", "codes", "into", "reason", "codebook_version")


def read_decision(text: str, faults: Faults) -> Decision:
    """One decision."""
    document = Document(text, faults)
    if document.root is None and not faults.stop:
        faults.error("schema", (1, 1), "the decision is empty", "A decision has date:, by:, operation: and codes:.")
    fields = document.fields(document.root, _KEYS, "a decision")
    return Decision(
        date=fields.required("date"),
        by=fields.name("by") or "",
        operation=fields.required("operation"),
        codes=fields.names("codes"),
        into=fields.names("into"),
        reason=fields.text("reason") or "",
        codebook_version=fields.whole("codebook_version"),
        path=faults.path,
        where=document.where(document.root) if document.root is not None else document.whole,
    )


def new_decision(decision: Decision) -> str:
    """The text of a new decision's file."""
    said: dict[str, Value] = {"date": decision.date, "by": plain(decision.by), "operation": decision.operation}
    said["codes"] = flow([plain(code) for code in decision.codes])
    if decision.into:
        said["into"] = flow([plain(code) for code in decision.into])
    if decision.reason:
        said["reason"] = quoted(decision.reason)
    if decision.codebook_version is not None:
        said["codebook_version"] = str(decision.codebook_version)
    return "".join(line + "\n" for line in block(said))


def load_decisions(files: Tree) -> Ledger:
    """Every decision of a study. Those that can't be read are faults only."""
    tree = files.fresh()
    found = []
    for entry in tree.entries(DECISIONS):
        if not entry.folder and entry.name.endswith(".yaml") and (read := tree.text(entry.path)):
            decision = read_decision(read[1], read[2])
            if not read[2].stop:
                found.append(decision)
    return Ledger(in_order(found), tree.problems)


def free_path(root: Path, decision: Decision) -> str:
    """Where a new decision goes: a file that is not there yet."""
    name = unused(decision.name, lambda free: (root / DECISIONS / f"{free}.yaml").exists())
    return f"{DECISIONS}/{name}.yaml"
