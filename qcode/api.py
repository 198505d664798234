"""qcode in Python: open a study, get its codings and any report as data frames. The command line makes the same calls.

What takes long to import is imported where it is used: `import qcode` costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qcode.core.errors import UnknownName
from qcode.core.words import several

if TYPE_CHECKING:
    import pandas as pd

    from qcode.analysis.engines import Corpus
    from qcode.core.errors import Problem
    from qcode.core.model import Study
    from qcode.core.query import Selection
    from qcode.core.refused import Refused
    from qcode.core.rows import Row
    from qcode.report.document import Document
    from qcode.report.kinds import Ask

Asked = Mapping[str, str | Sequence[str] | None]  # values by the name of the selection's flag
FLAGS = ("case", "phase", "perspective", "outcome", "coder", "code")


def open_study(folder: str | Path = ".", *, at: str | None = None, cache: bool = True) -> OpenStudy:
    """The study in or above a folder; `at`: as it was at that git revision. `cache`: read what changed, not all.

    Raises QcodeError where there is none, UnreadableStudy at a file that can't be read.
    """
    from qcode.store.index import kept
    from qcode.store.project import find_root, load

    root = find_root(Path(folder))
    if at is not None:
        return OpenStudy(root, study_at(root, at).require())
    return OpenStudy(root, (kept(root, old_texts) if cache else load(root)).require())


@dataclass(frozen=True)
class OpenStudy:
    """A study as it was read; files that change later want a new one. `study`: what the files say; words that a
    report looks up in a transcript (quotes in their context, coverage) are read then, and QcodeError says so where
    that file is another by now.

    Selections are named as the flags of the command line: `case`, `phase`, `perspective`, `outcome`, `coder`, `code`,
    one value or several, and `where`, an expression.
    """

    root: Path
    study: Study = field(repr=False)

    def codings(self, **selection: Any) -> pd.DataFrame:
        """A row per coding, of every coder in every case, found or not; columns and types as docs/python.md has them.

        Raises QcodeError and UnknownName for a selection that the study doesn't know.
        """
        from qcode.analysis.frame import described
        from qcode.core.query import select_rows

        chosen = select_rows(self.study, self._rows, selected(self.study, selection, all_cases=True))
        return described(chosen, self.study)

    def report(self, kind: str = "patterns", *, tidy: bool = False, **options: Any) -> pd.DataFrame:
        """A report as a frame, with its name and meta in `attrs`. Options as of `document`.

        A row per record of its JSON; of a matrix a row per level of the first dimension and a column per level of the
        others, missing where the cell is empty for another reason than that nothing was coded so. `tidy`: a row per
        cell of a matrix too, with its state.
        """
        from qcode.analysis.frame import of_records, wide

        made = self.document(kind, **options)
        frame = wide(made.records) if kind == "matrix" and not tidy else of_records(made.records)
        frame.attrs.update(report=made.report, meta=dict(made.meta))
        return frame

    def document(
        self,
        kind: str = "patterns",
        *,
        all_cases: bool = False,
        language: str | None = None,
        ids: bool = False,
        shared: bool = False,
        **options: Any,
    ) -> Document:
        """A report as it is shown, for any format; notebooks show it. Raises QcodeError and UnknownName.

        options: the selection, and those of the kind, named as on the command line.
        """
        from qcode.report.kinds import document

        flags = {name: options.pop(name) for name in (*FLAGS, "where") if name in options}
        ask = asked(self.root, self.study, flags, all_cases=all_cases, language=language, ids=ids, shared=shared)
        return document(kind, ask, **options)

    @cached_property
    def _rows(self) -> Sequence[Row]:
        return rows_of(self.root, self.study)


def asked(root: Path, whole: Study, flags: Asked, **seen: Any) -> Ask:
    """What a report is asked about; `seen` as of `_asked`. Raises QcodeError and UnknownName."""
    from qcode.core import privacy

    def coded(coders: tuple[str, ...], shared: bool) -> Sequence[Row]:
        rows = rows_of(root, whole, coders)
        return privacy.shared_rows(whole, rows) if shared else rows

    ask = _asked(whole, flags, coded, **seen)
    return replace(
        ask,
        commit=commit_of(root, whole),
        problems=lambda: _problems(root, whole),
        refused=lambda: _refused(root, whole),
    )


def asked_of(corpus: Corpus, flags: Asked, **seen: Any) -> Ask:
    """As `asked`, of a data set that an engine reads. No report of one shows a word of its codings."""
    return replace(_asked(corpus.study, flags, lambda coders, shared: corpus.codings, **seen), commit=corpus.commit)


def _asked(
    whole: Study,
    flags: Asked,
    coded: Callable[[tuple[str, ...], bool], Sequence[Row]],
    *,
    all_cases: bool = False,
    language: str | None = None,
    ids: bool = False,
    shared: bool = False,
) -> Ask:
    """`coded`: the codings, of which those of the coders given count. `shared`: as it may leave the team."""
    from qcode.core import privacy
    from qcode.core.rows import units
    from qcode.report.kinds import Ask

    study = privacy.shared(whole) if shared else whole
    _speaks(study, language)
    selection = selected(study, flags, all_cases=all_cases)
    coders = selection.coders
    rows, interviews = coded(coders, shared), units(study, coders=coders)
    return Ask(study, rows, interviews, selection, language=language, ids=ids, shared=shared)


def _problems(root: Path, study: Study) -> list[Problem]:
    from qcode.store.checked import problems_of

    return problems_of(root, study, old_texts)


def _refused(root: Path, study: Study) -> Iterable[Refused]:
    from qcode.core.refused import refusals

    return refusals(study, old_texts(root))


def selected(study: Study, flags: Asked, *, all_cases: bool = False) -> Selection:
    """What selection flags mean in a study. Raises QcodeError and UnknownName for what it doesn't know."""
    from qcode.core.query import selection

    if strange := next((name for name in flags if name not in (*FLAGS, "where")), None):
        raise UnknownName("option", strange, [*FLAGS, "where"])
    several_of = {
        f"{name}s": () if value is None else several(value) for name, value in flags.items() if name != "where"
    }
    where = flags.get("where")
    return selection(study, where=where if where is None else str(where), all_cases=all_cases, **several_of)


def study_at(root: Path, name: str, cases: Collection[str] | None = None) -> Study:
    """The study, with its faults, as it was at a git revision. Raises QcodeError where there was none.

    `cases`: only these, by id.
    """
    from qcode import git
    from qcode.store.past import Past
    from qcode.store.project import MARKER, load

    found = git.revision(root, name)
    if MARKER not in found.nodes:
        hint = f"See where it came: git log --oneline -- {MARKER}"
        raise git.NothingYet(f"there was no study here at {name}: {MARKER} is not in {found.id}", hint=hint)
    tree = Past(root, found.nodes, git.Blobs(root).__getitem__)
    return replace(load(root, cases, tree=tree), revision=found.id)


def commit_of(root: Path, study: Study) -> str | None:
    """The commit that a study is of: that it was read from, or that its folder stands at (`+dirty`: and differs)."""
    from qcode import git

    return study.revision or git.commit(root)


def rows_of(root: Path, study: Study, coders: tuple[str, ...] = ()) -> Sequence[Row]:
    """One row per coding. Texts that quotes were written against come from git where it has them."""
    from qcode.core.rows import rows
    from qcode.store.index import IndexedStudy, counted_rows

    if isinstance(study, IndexedStudy) and study.table is not None:
        return counted_rows(study.table, study, coders)
    return rows(study, coders=coders, old_text=old_texts(root))


def old_texts(root: Path) -> Callable[[str], str | None]:
    """How a session or a report gets at a text by its blob id: from git, if it holds it, else from .qcode/texts."""
    from qcode import git
    from qcode.store.reading import BOM, unix
    from qcode.store.texts import kept_texts

    blobs = git.Blobs(root)
    kept = cache(kept_texts)

    def old_text(blob_id: str) -> str | None:
        found = blobs.get(blob_id)
        if found is None and (file := kept(root).get(blob_id)):
            with suppress(OSError):  # it may vanish at any time
                found = file.read_bytes()
        return unix(found.decode("utf-8", "replace").removeprefix(BOM)) if found is not None else None

    return old_text


def _speaks(study: Study, language: str | None) -> None:
    """Raises QcodeError for a language that no label of the codebook is in."""
    labels = [code.label for code in study.codebook.codes]
    spoken = {lang for label in labels if label and not isinstance(label, str) for lang in label}
    spoken |= {study.language, study.codebook.language}
    if language is not None and language not in spoken:
        raise UnknownName("language", language, sorted(spoken))
