"""The index: what each case's files said when they were last read, in `.qcode/index.sqlite`.

Nothing but a convenience: it may vanish, be damaged or be out of reach at any time, and the answers are the same. What
it holds of a case is believed while every file has the size, times and number that it had, as git does it; where one
was touched only just before it was read, or looks otherwise, its bytes are compared. It holds data, never code, and is
bound to its folder, so that one which came with somebody else's study is not believed.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
import time
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, cached_property, partial
from itertools import chain, compress
from operator import and_
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, TypeVar

from qcode import __version__
from qcode.core.codebook import Codebook
from qcode.core.columns import Coded, Column, Mask, Whole, joined, repeated
from qcode.core.errors import QcodeError
from qcode.core.model import Case, CodingSet, Met, Settings, Study
from qcode.core.rows import FOUND, by_transcript, counting_in
from qcode.core.table import Table
from qcode.store import project
from qcode.store.files import qcode_dir
from qcode.store.packed import CASE, COLUMNS, OF_SETS, unpack_case, unpack_column, unpack_problems
from qcode.store.shards import OldTexts, Progress, Reader, Shard, Stamp, hashed, is_racy, look
from qcode.store.tree import Entry, Tree

Said = TypeVar("Said")

NAME = "index.sqlite"
FORM = 9  # of the tables, and of what packed.py puts into them
_WAIT = 2.0  # seconds for another command that is writing here; after that it is done without
_TABLES = (
    "CREATE TABLE ground (said text)",
    "CREATE TABLE shard (id integer primary key autoincrement, path text unique, stamp text, facts text)",
    "CREATE TABLE said (name text primary key, key text, value text)",
    "CREATE TABLE part (name text, shard int, data blob, primary key (name, shard)) without rowid",
)
_PARTS = (CASE, *COLUMNS, *OF_SETS)
_PRAGMAS = ("page_size = 16384", "synchronous = off", "trusted_schema = off", "cell_size_check = on")
_SCHEMA = "select sql from sqlite_master where name not like 'sqlite!_%' escape '!' order by rowid"
DAMAGE = (sqlite3.Error, ValueError, TypeError, KeyError, IndexError)


class IndexedStudy(Study):
    """A study read through the index: its cases, texts and segments are read when asked for, the rows are there.

    A study made from it by `replace` has other rows, and so is no longer one of these: it has no `table`.
    """

    table: Table | None = None
    known: Met | None = None
    memory: Memory | None = None
    of_sets: Callable[[str], Column] | None = None
    read: Callable[[], tuple[tuple[Case, ...], tuple[CodingSet, ...]]]

    # In the place of the fields, which are taken away.
    @cached_property
    def cases(self) -> tuple[Case, ...]:
        return self._read[0]

    @cached_property
    def codings(self) -> tuple[CodingSet, ...]:
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[tuple[Case, ...], tuple[CodingSet, ...]]:
        return self.read()

    @cached_property
    def met(self) -> Met:
        return self.known or super().met

    @cached_property
    def tallies(self) -> Sequence[Mapping[str, int]]:
        return tuple(map(json.loads, self.of_sets("tally"))) if self.of_sets else super().tallies

    @cached_property
    def names(self) -> Sequence[Mapping[str, str | None]]:
        return tuple(map(json.loads, self.of_sets("names"))) if self.of_sets else super().names


class Memory(NamedTuple):
    """Where one finds what was worked out of a study earlier on, and what its cases now say."""

    kept: Index
    root: Path
    shards: Sequence[Shard]


def load_indexed(root: Path, old_texts: OldTexts | None = None, progress: Progress | None = None) -> Study:
    """The study as its files have it now, of which only those are read that changed. To look at, not to change."""
    for _ in range(2):
        try:
            with project.uncollected():
                return _load(Tree(root), old_texts, progress)
        except DAMAGE:
            forget(root)
    return project.load(root)


def kept(root: Path, old_texts: OldTexts | None = None) -> Study:
    """As load_indexed, for long: of what its rows say nothing is read later, and nobody waits for it."""
    study = load_indexed(root, old_texts)
    if isinstance(study, IndexedStudy) and study.table is not None and study.memory is not None:
        try:
            read = [study.table.column(name) for name in (*COLUMNS, "case")], study.tallies, study.names, study.cases
        except DAMAGE:
            return project.load(root)
        study.memory.kept.database.close()
        study.__dict__.update(memory=None, held=read)
    return study


def counted_rows(table: Table, study: Study, coders: Sequence[str] = ()) -> Table:
    """The table with who counts, as core.rows.rows has it."""

    def counted() -> Column:
        found = table.holding("state", FOUND.__contains__)
        counting = counting_in(study, coders)
        if any((name, s.coder) not in counting for name, sets in by_transcript(study).items() for s in sets):
            pairs = Coded.of(zip(table.column("transcript"), table.column("coder"), strict=True))
            found = bytes(map(and_, found, pairs.holding(counting.__contains__)))
        return Coded([False, True], found)

    return table.with_column("counted", counted)


def _load(tree: Tree, old_texts: OldTexts | None, progress: Progress | None) -> Study:
    root = Path(tree.root)
    settings, codebook = project.load_frame(tree)
    folders = project.case_folders(tree)
    reader = Reader(root, settings, codebook, old_texts)
    index = _opened(root, _ground(root, settings, codebook))
    stored = index.shards()
    found = {folder.path: _fresh(reader, stored.get(folder.path), index) for folder in folders}
    changed = [folder for folder in folders if found[folder.path] is None]
    found.update((shard.path, shard) for shard in reader.shards(changed, progress))
    shards = [shard for folder in folders if (shard := found[folder.path])]
    index.keep([shard for shard in shards if shard.id is None], stored.keys() - found.keys())
    columns = _Columns(index, reader, shards)
    table = Table(columns, sum(shard.facts["rows"] for shard in shards), columns.among)
    study = _study(tree, columns, table)
    study.__dict__["of_sets"] = columns
    study.__dict__["memory"] = Memory(index, root, shards)
    return study


def _ground(root: Path, settings: Settings, codebook: Codebook) -> str:
    """All that what is kept of a case depends on, but its own files."""
    codes = [(code.id, code.phase, code.aliases) for code in codebook.codes]
    here = os.stat(root)
    said = (__version__, FORM, sys.byteorder, here.st_dev, here.st_ino, dict(settings.speakers), codes)
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()


def _fresh(reader: Reader, stored: Shard | None, index: Index) -> Shard | None:
    """What is stored of a case, where its files still say that."""
    if stored is None or any(map(reader.has_come, stored.facts["missing"])):
        return None
    root = reader.root
    began, looks, stamp = time.time_ns(), look(root, stored.path), stored.stamp
    if looks is None or stamp.looks is None:
        return None
    if looks == stamp.looks and not stamp.racy:
        return stored
    if [path for path, *_ in looks] != [path for path, *_ in stamp.looks]:
        return None
    if any(hash_of(root / path) != said for path, said in stamp.hashes.items()):
        return None
    # The same bytes: from now on by how they look today.
    return stored._replace(id=None, stamp=Stamp(looks, is_racy(looks, began), stamp.hashes), parts=index.parts(stored))


def hash_of(path: Path) -> str | None:
    """Of what a file says now; None where it can't be read."""
    try:
        return hashed(path.read_bytes())
    except OSError:
        return None


def _study(tree: Tree, columns: _Columns, table: Table) -> IndexedStudy:
    reader, shards = columns.reader, columns.shards
    folders = {shard.facts["id"]: shard.path for shard in shards}
    faults = (fault for shard in shards for fault in unpack_problems(shard.facts["problems"]))
    made = IndexedStudy(
        reader.settings, reader.codebook, faults=(*tree.problems, *faults),
        **project.later(tree, reader.settings, folders),
    )  # fmt: skip
    met = zip(*(shard.facts["met"] for shard in shards), strict=True)
    known = Met(*(tuple(dict.fromkeys(chain(*values))) for values in met))
    for name in ("cases", "codings"):
        del made.__dict__[name]
    made.__dict__.update(known=known, table=table, read=columns.cases)
    return made


class Index:
    """An index on the disk or in memory, open for reading: until it is closed, nobody else changes it."""

    def __init__(self, file: Path | str, ground: str) -> None:
        self.ground = ground
        self.database = sqlite3.connect(file, timeout=_WAIT, isolation_level=None)
        weakref.finalize(self, self.database.close)
        # What a cut of power leaves of it may be damaged: then it is made anew.
        for pragma in _PRAGMAS:
            self.database.execute(f"pragma {pragma}")
        self._prepare()

    def _prepare(self) -> None:
        """Begin to read; all anew where it is empty, or was made on other ground."""
        self.database.execute("begin")
        schema = [sql for (sql,) in self.database.execute(_SCHEMA)]
        if schema == [*_TABLES] and [*self.database.execute("select said from ground")] == [(self.ground,)]:
            return
        self.database.execute("commit")
        if schema and schema != [*_TABLES]:
            raise ValueError("not an index")
        self.database.execute("begin immediate")
        for table in () if schema else _TABLES:
            self.database.execute(table)
        for name in ("ground", "shard", "part", "said"):
            self.database.execute(f"delete from {name}")
        self.database.execute("insert into ground values (?)", (self.ground,))
        self._commit()

    def shards(self) -> dict[str, Shard]:
        """What is there of every case, by path."""
        rows = self.database.execute("select id, path, stamp, facts from shard")
        return {path: Shard(number, path, _stamp(stamp), json.loads(facts), {}) for number, path, stamp, facts in rows}

    def parts(self, shard: Shard) -> dict[str, bytes]:
        """All columns of a case."""
        return dict(self.database.execute("select name, data from part where shard = ?", (shard.id,)))

    def column(self, name: str, shards: Sequence[int] | None = None) -> dict[int, bytes]:
        """One column of these shards, by their numbers; None: of all. Without what can't be read of it."""
        query, asked = "select shard, data from part where name = ?", [name]
        if shards is not None:
            query += " and shard in (select value from json_each(?))"
            asked.append(json.dumps(shards))
        with suppress(sqlite3.Error):
            return dict(self.database.execute(query, asked))
        return {}

    def said(self) -> dict[str, tuple[str, str]]:
        """What was worked out of each thing, and before it the key of what it was worked out of."""
        with suppress(sqlite3.Error):
            return {name: (key, value) for name, key, value in self.database.execute("select * from said")}
        return {}

    def say(self, new: Mapping[str, tuple[str, str]], gone: Iterable[str]) -> None:
        """Remember what was worked out, and forget what is gone, if that can be now."""
        forgotten = [*gone]
        if not (new or forgotten):
            return
        self.database.execute("commit")
        with suppress(sqlite3.Error):
            self.database.execute("begin immediate")
            self.database.executemany("delete from said where name = ?", ((name,) for name in forgotten))
            rows = ((name, *told) for name, told in new.items())
            self.database.executemany("insert or replace into said values (?, ?, ?)", rows)
            self.database.execute("commit")
        if self.database.in_transaction:
            self.database.execute("rollback")
        self.database.execute("begin")

    def keep(self, new: Sequence[Shard], gone: Iterable[str]) -> None:
        """Write down what was read, and forget what is no longer there; nothing, where that can't be done now."""
        paths = [*(shard.path for shard in new), *gone]
        if not paths:
            return
        self.database.execute("commit")
        with suppress(sqlite3.OperationalError):
            self.database.execute("begin immediate")
            for path in paths:
                self.database.execute("delete from part where shard = (select id from shard where path = ?)", (path,))
                self.database.execute("delete from shard where path = ?", (path,))
            kept = [(self._insert(shard), shard.parts) for shard in new]
            parts = ((name, number, data[name]) for name in sorted(_PARTS) for number, data in kept)
            self.database.executemany("insert into part values (?, ?, ?)", parts)  # as they will lie
            self.database.execute("commit")
        if self.database.in_transaction:
            self.database.execute("rollback")
        self.database.execute("begin")

    def _insert(self, shard: Shard) -> int | None:
        """All of a case but its columns; its number."""
        said = (shard.path, json.dumps(shard.stamp), json.dumps(shard.facts))
        return self.database.execute("insert into shard (path, stamp, facts) values (?, ?, ?)", said).lastrowid

    def _commit(self) -> None:
        self.database.execute("commit")
        self.database.execute("begin")


class _Columns:
    """Reads a study's cases, and the columns of its rows, each over all cases."""

    def __init__(self, index: Index, reader: Reader, shards: Sequence[Shard]) -> None:
        self.index = index
        self.reader = reader
        self.shards = shards
        self.anew: dict[str, Shard] = {}
        self.levels: dict[bytes, Sequence[Any]] = {}

    def __call__(self, name: str) -> Column:
        if name == "counted":
            raise ValueError("who counts is not in the index")
        if name == "case":
            cases = [shard.facts["id"] for shard in self.shards]
            return Coded(cases, repeated([shard.facts["rows"] for shard in self.shards]))
        return joined([*self._each(name)])

    def among(self, mask: Mask) -> Callable[[str], Column]:
        """Reads of a column the values at which the mask is true, from the cases that have any."""
        places = cache(lambda: [*self._places(mask)])
        return lambda name: self._picked(name, places())

    def _places(self, mask: Mask) -> Iterator[tuple[Shard, list[int], int]]:
        """Each case where the mask is true of any of its rows, at which of them, and how many segments come before."""
        at = before = 0
        for shard in self.shards:
            rows = shard.facts["rows"]
            if places := [*compress(range(rows), mask[at : at + rows])]:
                yield shard, places, before
            at += rows
            before += shard.facts["segments"]

    def _picked(self, name: str, places: Sequence[tuple[Shard, list[int], int]]) -> Column:
        if name == "case":
            return [shard.facts["id"] for shard, at, _ in places for _ in at]
        stored = self._stored(name, [shard for shard, _, _ in places])
        found: list[Any] = []
        for shard, at, before in places:
            picked = self._values(shard, name, stored).places(at)
            found += map(before.__add__, picked) if name == "segment" else picked
        return found

    def _each(self, name: str) -> Iterator[Column]:
        """What each case has in a column."""
        stored = self._stored(name, self.shards)
        before = 0
        for shard in self.shards:
            column = self._values(shard, name, stored)
            if name == "segment":  # numbered within the case
                column = Whole(array("i", map(before.__add__, column)))
                before += shard.facts["segments"]
            yield column

    def _stored(self, name: str, shards: Sequence[Shard]) -> Mapping[int, bytes]:
        """A column of these cases as far as the index has them. Of most it is quicker to read all."""
        ids = [shard.id for shard in shards if shard.id is not None]
        return self.index.column(name, ids if 2 * len(ids) < len(self.shards) else None)

    def cases(self) -> tuple[tuple[Case, ...], tuple[CodingSet, ...]]:
        """The cases, and what was coded in them."""
        stored = self._stored(CASE, self.shards)

        def unpacked(shard: Shard, data: bytes) -> tuple[Case, tuple[CodingSet, ...]]:
            read_codings = partial(self.reader.codings, shard.stamp.hashes)
            return unpack_case(data, self.reader.transcript, read_codings)

        found = [self._unpacked(shard, CASE, stored, unpacked) for shard in self.shards]
        return tuple(case for case, _ in found), tuple(chain.from_iterable(sets for _, sets in found))

    def _values(self, shard: Shard, name: str, stored: Mapping[int, bytes]) -> Coded | Whole:
        length = "sets" if name in OF_SETS else "rows"

        def unpacked(shard: Shard, data: bytes) -> Coded | Whole:
            column = unpack_column(data, self.levels)
            if len(column) != shard.facts[length]:
                raise ValueError("of another case")
            return column

        return self._unpacked(shard, name, stored, unpacked)

    def _unpacked(
        self, shard: Shard, name: str, stored: Mapping[int, bytes], unpack: Callable[[Shard, bytes], Said]
    ) -> Said:
        shard = self.anew.get(shard.path, shard)
        with suppress(*DAMAGE):
            return unpack(shard, shard.parts[name] if shard.id is None else stored[shard.id])
        self.anew[shard.path] = self._read_anew(shard)
        return self._unpacked(self.anew[shard.path], name, stored, unpack)

    def _read_anew(self, shard: Shard) -> Shard:
        """Where the index was damaged or written over meanwhile. Raises QcodeError where the case is another by now."""
        forget(self.reader.root)
        made = self.reader.shard(Entry(PurePosixPath(shard.path).name, shard.path, folder=True))
        if made.stamp.hashes != shard.stamp.hashes:
            raise QcodeError(f"{shard.path} changed while it was read", hint="Run the command again.")
        return made


def _opened(root: Path, ground: str) -> Index:
    """The index; one in memory alone where there can't be a file, or another command is writing in it."""
    try:
        return Index(_file(root), ground)
    except (sqlite3.OperationalError, QcodeError, OSError):
        return Index(":memory:", ground)


def _file(root: Path) -> Path:
    """Where the index lies. A link in its place is taken away: through it anything could be written over."""
    file = qcode_dir(root) / NAME
    for path in (file, file.with_name(f"{NAME}-journal")):
        if path.is_symlink():
            path.unlink()
    return file


def forget(root: Path) -> None:
    """Take the index away, with every quote that it holds."""
    for name in (NAME, f"{NAME}-journal"):
        with suppress(OSError):
            os.unlink(root / ".qcode" / name)


def _stamp(written: str) -> Stamp:
    looks, racy, hashes = json.loads(written)
    return Stamp(None if looks is None else tuple(map(tuple, looks)), racy, hashes)
