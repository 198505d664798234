"""A second counter, slow and plain: from the files of a study to the numbers of its reports, by docs/format.md alone.

It shares nothing with the program: its own reading of transcripts, codings and case files, and a loop per cell.
Everything is a dict of plain values; spans are half-open, in code points of the text with line ends made LF.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

Row = dict[str, Any]
Truth = bool | None
CODING_DIMS = ("code", "valence", "phase", "section-phase", "coder", "speaker")
HEADING = re.compile(r"#+\s")
PHASE = re.compile(r"\{phase=([^}\s]+)\}")
MARKS = re.compile(r"(?:\{\w+=[^}]*\}\s*)+")
BOLD = re.compile(r"\*\*([^*]+?):\*\*")
BARE = re.compile(r"([^\W\d_][^:*]*):\s")


def natural(text: str) -> tuple[list[tuple[int, int, str]], str]:
    """Sorts 2 before 10, and 02 before 2."""
    return [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in re.split(r"(\d+)", text) if p], text


def read(path: Path) -> str:
    """The text of a file: no byte order mark, LF."""
    return path.read_bytes().decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def tree(text: str) -> Any:
    """YAML with every scalar as written, in NFC."""
    return yaml.load(unicodedata.normalize("NFC", text), Loader=yaml.BaseLoader)


class Study:
    """What lies in the folder: `cases` with their interviews, `transcripts`, `codings` of everybody."""

    def __init__(self, root: Path) -> None:
        self.settings = tree(read(root / "qcode.yaml"))
        book = tree(read(root / self.settings["codebook"]))
        self.version = int(book.get("version", 1))
        self.declared = {
            "phase": ids(book, "phases"),
            "perspective": ids(book, "perspectives"),
            "outcome": ids(book, "outcomes"),
            "valence": ids(book, "valences"),
        }
        self.declared["coder"] = list(self.settings.get("coders") or ())
        self.declared["speaker"] = list(self.settings.get("speakers") or ("I", "R"))
        self.codes: dict[str, Row] = {}
        self.alias: dict[str, str] = {}
        self._codes(book["codes"], ())
        self.transcripts: dict[str, Row] = {}
        self.cases: dict[str, Row] = {}
        self.codings: list[Row] = []
        folders = [p for p in (root / "cases").iterdir() if (p / "case.yaml").exists()]
        for folder in sorted(folders, key=lambda p: natural(unicodedata.normalize("NFC", p.name))):
            self._case(folder)
        self.transcripts = dict(sorted(self.transcripts.items(), key=lambda t: tuple(map(natural, t[0].split("/", 1)))))
        self.attributes = list(dict.fromkeys(a for case in self.cases.values() for a in case["attributes"]))

    def _codes(self, entries: Iterable[Row], above: tuple[str, ...]) -> None:
        for entry in entries:
            path = (*above, entry["id"])
            self.codes[entry["id"]] = {
                "path": path,
                "phase": entry.get("phase"),
                "perspectives": entry.get("perspectives"),
                "since": int(entry.get("since", 1)),
                "retired": entry.get("retired") == "true",
                "parent": bool(entry.get("codes")),
            }
            for old in entry.get("aliases", ()):
                self.alias[old] = entry["id"]
            self._codes(entry.get("codes") or (), path)

    def below(self, code: str) -> list[str]:
        """The code and all codes below it."""
        return [c for c, entry in self.codes.items() if code in entry["path"]]

    def _case(self, folder: Path) -> None:
        name = unicodedata.normalize("NFC", folder.name)
        entry = tree(read(folder / "case.yaml")) or {}
        interviews = [
            {
                "perspective": i["perspective"],
                "respondent": i.get("respondent"),
                "held": i.get("held") == "true",
                "withdrawn": i.get("consent") == "withdrawn",
                "planned": True,
                "transcript": None,
            }
            for i in entry.get("interviews") or ()
        ]
        case = {"outcome": entry.get("outcome"), "attributes": entry.get("attributes") or {}, "interviews": interviews}
        self.cases[name] = case
        found = []
        for path in sorted(folder.iterdir(), key=lambda p: natural(p.stem)):
            if path.suffix in (".md", ".yaml") and path.stem not in ("case", "observations", "summaries", "README"):
                parsed = parse_markdown(read(path), self) if path.suffix == ".md" else parse_turns(read(path))
                found.append((path, parsed))
        # a respondent's own interview is not given away to a transcript that names nobody
        for certain in (True, False):
            for path, parsed in found:
                self._transcript(name, case, path, parsed, certain)
        watched = folder / "observations.yaml"
        case["illustrates"] = [
            self.alias.get(c, c)
            for o in (tree(read(watched)) if watched.exists() else None) or ()
            for c in o.get("illustrates") or ()
        ]
        held = {i["perspective"] for i in interviews if is_held(i)}
        case["held"] = held
        case["studied"] = len(held) >= int(self.settings.get("minimum_perspectives", 2))
        if (folder / "codings").is_dir():
            for path in sorted((folder / "codings").glob("*.yaml")):
                self._coded(name, path)

    def _transcript(self, case: str, entry: Row, path: Path, found: Row, certain: bool) -> None:
        name = f"{case}/{unicodedata.normalize('NFC', path.stem)}"
        if name in self.transcripts:
            return
        perspective, respondent = found["head"].get("perspective"), found["head"].get("respondent")
        for interview in entry["interviews"]:
            free = interview["planned"] and not interview["transcript"] and interview["perspective"] == perspective
            named = bool(respondent and interview["respondent"])
            if free and (respondent == interview["respondent"] if named else not certain):
                break
        else:
            if certain:
                return
            interview = {"perspective": perspective, "respondent": respondent, "held": True}
            interview |= {"withdrawn": False, "planned": False}
            entry["interviews"].append(interview)
        interview["transcript"] = name
        found |= {"case": case, "perspective": perspective, "withdrawn": interview["withdrawn"], "sets": {}}
        self.transcripts[name] = found

    def _coded(self, case: str, path: Path) -> None:
        entry = tree(read(path))
        name = f"{case}/{entry['transcript'].rsplit('.', 1)[0]}"
        transcript = self.transcripts[name]
        version = int(entry.get("codebook_version") or self.version)
        transcript["sets"][entry["coder"]] = version if entry.get("status") == "done" else None
        seen: set[tuple[Any, ...]] = set()
        for number, segment in enumerate(entry.get("segments") or ()):
            for item in segment.get("codes") or ():
                item = item if isinstance(item, dict) else {"code": item}
                code = str(item["code"] if item["code"] in self.codes else self.alias.get(item["code"], item["code"]))
                coding = self._coding(name, entry["coder"], number, segment, code, item)
                # one code on one span by one coder is one coding; what isn't found has only its entry to go by
                key = (code, coding["start"], coding["end"], None if coding["start"] is not None else number)
                if key not in seen:
                    seen.add(key)
                    self.codings.append(coding)

    def _coding(self, name: str, coder: str, number: int, segment: Row, code: str, item: Row) -> Row:
        transcript = self.transcripts[name]
        at, state = place(transcript, segment)
        end = None if at is None else at + len(segment["quote"])
        section = None if at is None else last(transcript["phases"], at)
        turn = None if at is None else next((t for t in transcript["turns"] if t[0] <= at < t[1]), None)
        return {
            "id": segment.get("id"),
            "case": transcript["case"],
            "transcript": name,
            "perspective": transcript["perspective"],
            "outcome": self.cases[transcript["case"]]["outcome"],
            "coder": coder,
            "code": code,
            "valence": item.get("valence"),
            "phase": item.get("phase") or (self.codes[code]["phase"] if code in self.codes else None) or section,
            "section-phase": section,
            "speaker": turn[2] if turn else None,
            "start": at,
            "end": end,
            "line": None if at is None else transcript["line"](at),
            "quote": segment["quote"],
            "state": state,
            "segment": number,
            "withdrawn": transcript["withdrawn"],
        }

    def value(self, coding: Row, dim: str) -> str | None:
        """What a coding has on a dimension or an attribute of its case."""
        if dim in coding:
            return coding[dim]  # type: ignore[no-any-return]
        return self.cases[coding["case"]]["attributes"].get(dim) or None

    def counted(self, transcript: str, coders: set[str] | None) -> set[str]:
        """Whose codings of that transcript are counted."""
        sets = self.transcripts[transcript]["sets"]
        if coders is not None:
            return set(sets) & coders
        return {"consensus"} if sets.get("consensus") else set(sets) - {"consensus"}


def ids(book: Row, key: str) -> list[str]:
    return [entry["id"] for entry in book.get(key) or ()]


def is_held(interview: Row) -> bool:
    return bool((interview["held"] or interview["transcript"]) and not interview["withdrawn"])


def last(marks: list[tuple[int, str]], at: int) -> str | None:
    return next((phase for start, phase in reversed(marks) if start <= at), None)


def place(transcript: Row, segment: Row) -> tuple[int | None, str]:
    """Where the quote stands: its only place, or the one that its context or else its line tells."""
    text, quote = transcript["text"], segment["quote"]
    before, after = segment.get("before"), segment.get("after")
    found = [m.start() for m in re.finditer(f"(?={re.escape(quote)})", text)]

    def fits(at: int) -> bool:
        end = at + len(quote)
        return bool(text[:at].endswith(before or "") and text[end:].startswith(after or ""))

    if not found:
        return None, "lost"
    if len(found) > 1 and (before or after):
        found = [at for at in found if fits(at)] or found
    if len(found) > 1 and "line" in segment:
        found = [at for at in found if transcript["line"](at) == int(segment["line"])] or found
    if len(found) > 1:
        return None, "ambiguous"
    return found[0], "exact" if fits(found[0]) else "moved"


def parse_markdown(text: str, study: Study) -> Row:
    """Front matter, turns [(start, end, speaker)] and phases [(from, phase)] of a Markdown transcript."""
    close = text.index("\n---\n", 3) + 5
    head = tree(text[4 : close - 4])
    speakers = {"I", "R"} if not study.settings.get("speakers") else set(study.settings["speakers"])
    speakers |= set(head.get("speakers") or ())
    turns: list[list[Any]] = []
    phases: list[tuple[int, str]] = []
    at, fresh, open_ = close, True, False
    for line in text[close:].splitlines(keepends=True):
        body = line.rstrip("\n")
        alone = bool(MARKS.fullmatch(body.strip()))
        if (HEADING.match(body) or alone) and (mark := PHASE.search(body)):
            phases.append((at, mark[1]))
        bold, bare = BOLD.match(body), BARE.match(body)
        name = bold[1] if bold else bare[1] if bare and bare[1] in speakers else None
        if HEADING.match(body):
            open_ = False
        elif name and fresh:
            turns.append([at, at + len(line), name])
            open_ = True
        elif open_ and body.strip() and not alone:
            turns[-1][1] = at + len(line)
        fresh = not body.strip() or bool(HEADING.match(body)) or (fresh and alone)
        at += len(line)
    return {
        "head": head, "text": text, "turns": [tuple(t) for t in turns], "phases": phases,
        "line": lambda at: text.count("\n", 0, at) + 1,
    }  # fmt: skip


def parse_turns(text: str) -> Row:
    """The YAML form; a line is where the turn's entry begins in the file."""
    head = tree(text)
    root = yaml.compose(text)
    assert root is not None
    starts = [n.start_mark.line + 1 for k, v in root.value if k.value == "turns" for n in v.value]
    turns, phases, parts, at = [], [], [], 0
    for entry in head["turns"]:
        if entry.get("phase"):
            phases.append((at, entry["phase"]))
        turns.append((at, at + len(entry["text"]), entry.get("speaker")))
        parts.append(entry["text"])
        at += len(entry["text"]) + 2

    def line(at: int) -> int:
        return int(starts[max(i for i, t in enumerate(turns) if t[0] <= at)])

    return {"head": head, "text": "\n\n".join(parts), "turns": turns, "phases": phases, "line": line}


# --- selecting -------------------------------------------------------------------------------------------------------


class Want:
    """A selection: lists per flag (None: no such flag), and `where` as nested tuples: ('=', name, value), ('not', e)"""

    def __init__(self, study: Study, flags: dict[str, list[str]], where: Any = None, all_cases: bool = False) -> None:
        self.study, self.flags, self.where = study, flags, where
        self.coders = set(flags["coder"]) if "coder" in flags else None
        self.codes = (
            [c for c in study.codes if any(c in study.below(f) for f in flags["code"])] if "code" in flags else None
        )
        self.cases = [
            name for name, case in study.cases.items() if (all_cases or case["studied"]) and self.fits_case(name)
        ]
        # every declared perspective of every case, where the filters don't rule it out
        self.pairs = [
            (case, p)
            for case in self.cases
            for p in study.declared["perspective"]
            if p in flags.get("perspective", [p]) and self.known(self.facts(case, p)) is not False
        ]
        self.codings = [c for c in study.codings if self.counts(c)]

    def facts(self, case: str, perspective: str) -> Row:
        entry = self.study.cases[case]
        empty: Row = dict.fromkeys(self.study.attributes)
        return {**empty, **entry["attributes"], "case": case, "perspective": perspective, "outcome": entry["outcome"]}

    def fits_case(self, name: str) -> bool:
        outcome = self.study.cases[name]["outcome"]
        return name in self.flags.get("case", [name]) and outcome in self.flags.get("outcome", [outcome])

    def known(self, facts: Row) -> Truth:
        """Whether `where` holds of these facts; None where it depends on what is not among them."""
        return truth(self.where, facts)

    def chosen(self, coding: Row) -> bool:
        """Whether the flags and `where` choose this coding, whoever counts."""
        flags, study = self.flags, self.study
        plain = all(
            coding[d] in flags.get(d, [coding[d]]) for d in ("case", "perspective", "phase", "outcome", "coder")
        )
        facts = {**self.facts(coding["case"], coding["perspective"]), **coding}
        for parent in study.codes[coding["code"]]["path"] if coding["code"] in study.codes else ():
            facts[f"code:{parent}"] = True
        return plain and (self.codes is None or coding["code"] in self.codes) and self.known(facts) is not False

    def counts(self, coding: Row) -> bool:
        own = coding["coder"] in self.study.counted(coding["transcript"], self.coders)
        return (
            own and coding["case"] in self.cases and not coding["withdrawn"] and coding["start"] is not None
            and self.chosen(coding)
        )  # fmt: skip


def truth(expr: Any, facts: Row) -> Truth:
    """Kleene's three values over ('=', name, value), ('not', e), ('and', a, b), ('or', a, b); None is true."""
    if expr is None:
        return True
    kind = expr[0]
    if kind == "=":
        _, name, value = expr
        if name == "code" and "code" in facts:
            return f"code:{value}" in facts or facts["code"] == value
        return facts[name] == value if name in facts else None
    if kind == "not":
        inner = truth(expr[1], facts)
        return None if inner is None else not inner
    parts = [truth(part, facts) for part in expr[1:]]
    settles = kind == "or"
    return settles if settles in parts else None if None in parts else not settles


# --- counting --------------------------------------------------------------------------------------------------------


def joined(spans: Iterable[tuple[int, int]], touching: bool) -> list[list[int]]:
    """Spans that share a character (or, if asked, touch) made one."""
    out: list[list[int]] = []
    for start, end in sorted(spans):
        if out and (start < out[-1][1] or (touching and start == out[-1][1])):
            out[-1][1] = max(out[-1][1], end)
        else:
            out.append([start, end])
    return out


def per(codings: list[Row], *keys: str) -> dict[tuple[Any, ...], list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for coding in codings:
        groups.setdefault(tuple(coding[k] for k in keys), []).append(coding)
    return groups


def spans(codings: Iterable[Row]) -> list[tuple[int, int]]:
    return [(c["start"], c["end"]) for c in codings]


def measure(study: Study, codings: list[Row], what: str, as_one: bool) -> int:
    """The measure over these codings; `as_one`: as if of one code."""
    if what == "codings":
        return len(codings)
    if what == "passages":
        groups = per(codings, "transcript") if as_one else per(codings, "transcript", "code")
        return sum(len(joined(spans(group), touching=False)) for group in groups.values())
    if what == "segments":
        return len(per(codings, "transcript", "coder", "start", "end"))
    if what in ("transcripts", "cases"):
        return len(per(codings, what[:-1]))
    if what == "presence":
        return int(bool(codings))
    total = 0
    for (name,), group in per(codings, "transcript").items():
        transcript = study.transcripts[name]
        if what == "turns":
            total += sum(any(c["start"] < t[1] and t[0] < c["end"] for c in group) for t in transcript["turns"])
        else:
            total += sum(len(transcript["text"][a:b].split()) for a, b in joined(spans(group), touching=True))
    return total


class Matrix:
    """All cells of a matrix, by their place: {(level, …, total dims): {measure, state, complete, share}}."""

    def __init__(
        self,
        want: Want,
        dims: list[str],
        what: str,
        share: str | None = None,
        totals: bool = False,
        leaves: bool = False,
    ) -> None:
        self.want, self.dims, self.what, self.leaves = want, dims, what, leaves
        self.study = want.study
        self.levels = {dim: self.level_ids(dim) for dim in dims}
        places: list[tuple[Any, ...]] = [()]
        for n, dim in enumerate(dims):
            # a total (True) for the rows and the columns, none for the tables of a split
            more = [True] if totals and n < 2 else []
            places = [(*place, level) for place in places for level in [*self.levels[dim], *more]]
        self.cells: dict[tuple[Any, ...], Row] = {}
        for at in places:
            total = tuple(d for d, level in zip(dims, at, strict=True) if level is True)
            key = (*(None if level is True else level for level in at), total)
            self.cells[key] = self.cell(at, share)

    def level_ids(self, dim: str) -> list[str | None]:
        want, study, flags = self.want, self.study, self.want.flags
        coded = {c["code"] for c in want.codings}
        if dim == "code":
            rows = [c for c in study.codes if want.codes is None or c in want.codes]
            rows = [c for c in rows if truth(want.where, self.code_facts(c)) is not False]
            if self.leaves:
                rows = [c for c in rows if not study.codes[c]["parent"] or c in coded]
            used = {a for c in coded if c in study.codes for a in ([c] if self.leaves else study.codes[c]["path"])}
            return [c for c in rows if not study.codes[c]["retired"] or c in used]
        kept = {case for case, _ in want.pairs}
        if dim == "case":
            return [c for c in want.cases if c in kept]
        if dim == "transcript":
            return [name for name, t in study.transcripts.items() if self.seen(name, t)]
        if dim in study.attributes:
            values = {study.cases[c]["attributes"].get(dim) or None for c in kept}
            return [*sorted((v for v in values if v), key=natural), *([None] if None in values else [])]
        found = {c[dim] for c in want.codings}
        if dim in ("coder", "speaker"):
            rows = [*study.declared[dim], *sorted(v for v in found if v and v not in study.declared[dim])]
            rows = [v for v in rows if v in flags.get(dim, [v]) and truth(want.where, {dim: v}) is not False]
            return [*rows, *([None] if None in found else [])]
        own = "phase" if dim == "section-phase" else dim
        rows = [v for v in study.declared[own] if v in flags.get(dim, [v])]
        rows = [v for v in rows if truth(want.where, {dim: v}) is not False]
        spare = None in found
        if dim == "outcome":
            spare = any(study.cases[c]["outcome"] is None for c in kept)
        return [*rows, None] if spare else [*rows]

    def seen(self, name: str, transcript: Row) -> bool:
        pair = transcript["case"], transcript["perspective"]
        facts = {**self.want.facts(*pair), "transcript": name} if pair in self.want.pairs else {}
        return bool(facts) and truth(self.want.where, facts) is not False

    def code_facts(self, code: str) -> Row:
        return {"code": code, **{f"code:{c}": True for c in self.study.codes[code]["path"]}}

    def inside(self, coding: Row, at: tuple[Any, ...]) -> bool:
        for dim, level in zip(self.dims, at, strict=True):
            if level is True:
                if dim != "code" and self.study.value(coding, dim) not in self.levels[dim]:
                    return False
            elif dim == "code" and not self.leaves:
                if coding["code"] not in self.study.codes or level not in self.study.codes[coding["code"]]["path"]:
                    return False
            elif self.study.value(coding, dim) != level:
                return False
        return True

    def count(self, at: tuple[Any, ...]) -> int:
        as_one = any(d == "code" and level is not True for d, level in zip(self.dims, at, strict=True))
        return measure(self.study, [c for c in self.want.codings if self.inside(c, at)], self.what, as_one)

    def cell(self, at: tuple[Any, ...], share: str | None) -> Row:
        counted = self.count(at)
        state, complete = self.state(at, counted)
        value = counted if state in ("value", "zero") else None
        out: Row = {self.what: value, "state": state, "complete": complete}
        if share:
            out["share"] = None if value is None else self.share(at, counted, share)
        return out

    def share(self, at: tuple[Any, ...], counted: int, of: str) -> float | None:
        row, col, *rest = at
        if self.what == "cases" and of == "col":
            # N: the cases with an interview held in the column
            told = {(c, p) for c in self.want.cases for p in self.study.cases[c]["held"]}
            whole = len({p[0] for p in self.pairs_of((True, col, *rest)) if p in told})
        else:
            whole = self.count({"row": (row, True, *rest), "col": (True, col, *rest), "all": (True, True, *rest)}[of])
        return counted / whole if whole else None

    def pairs_of(self, at: tuple[Any, ...]) -> list[tuple[str, str]]:
        """The (case, perspective) pairs behind a place."""
        pairs = self.want.pairs
        for dim, level in zip(self.dims, at, strict=True):
            if level is True or dim in CODING_DIMS:
                continue
            if dim == "transcript":
                t = self.study.transcripts[level]
                pairs = [p for p in pairs if p == (t["case"], t["perspective"])]
            else:
                pairs = [p for p in pairs if (self.want.facts(*p)[dim] or None) == level]
        return pairs

    def state(self, at: tuple[Any, ...], counted: int) -> tuple[str, bool]:
        """A cell's state; a total over codes stands for every code in the table."""
        n = self.dims.index("code") if "code" in self.dims else None
        if n is None or at[n] is not True:
            return self.own_state(at, counted)
        rows = [self.own_state((*at[:n], code, *at[n + 1 :]), 0) for code in self.levels["code"]]
        if not rows:
            return self.own_state(at, counted)
        complete = all(done for _, done in rows)
        if counted:
            return "value", complete
        states = {state for state, _ in rows}
        return next(s for s in ("uncoded", "zero", "not-interviewed", "n/a") if s in states), complete

    def own_state(self, at: tuple[Any, ...], counted: int) -> tuple[str, bool]:
        level = next((v for d, v in zip(self.dims, at, strict=True) if d == "code" and v is not True), None)
        members = self.members(level)
        behind = self.pairs_of(at)
        if "perspective" not in [d for d, v in zip(self.dims, at, strict=True) if v is not True]:
            # of a case asked about as a whole: the perspectives that it was to be, or was, told from
            behind = [(c, p) for c, p in behind if p in {i["perspective"] for i in self.study.cases[c]["interviews"]}]
        pairs = [(c, p) for c, p in behind if members is None or self.applies(members, p)]
        only = next((v for d, v in zip(self.dims, at, strict=True) if d == "transcript" and v is not True), None)
        held = [
            i for c, p in pairs for i in self.study.cases[c]["interviews"] if i["perspective"] == p and is_held(i)
            and (only is None or i["transcript"] == only)
        ]  # fmt: skip
        # under --leaves a row counts the code's own codings: only its own age matters, but it applies as a branch does
        asked = [level] if level and self.leaves else members
        done = all(self.done(i, asked) for i in held)
        if counted:
            return "value", done
        one = next((v for d, v in zip(self.dims, at, strict=True) if d == "perspective" and v is not True), None)
        if (behind and not pairs) or (one and members is not None and not self.applies(members, one)):
            return "n/a", True
        if not held:
            return "not-interviewed", True
        return ("zero", True) if done else ("uncoded", False)

    def members(self, level: str | None) -> list[str] | None:
        """The codes that a cell asks about; None: no code in particular."""
        if level is None:
            return self.want.codes
        return self.study.below(level)

    def applies(self, members: list[str], perspective: str) -> bool:
        where = [self.study.codes[m]["perspectives"] for m in members]
        return any(w is None or perspective in w for w in where)

    def done(self, interview: Row, members: list[str] | None) -> bool:
        name = interview["transcript"]
        if not name:
            return False
        asked = [self.study.codes[m] for m in members or () if self.applies([m], interview["perspective"])]
        since = max((code["since"] for code in asked if not code["retired"]), default=0)
        sets = self.study.transcripts[name]["sets"]
        return any((sets[c] or -1) >= since for c in self.study.counted(name, self.want.coders))


# --- the other reports -----------------------------------------------------------------------------------------------


def patterns(want: Want, under: str | None = None) -> list[Row]:
    """One record per code that has no codes below it or holds codings itself."""
    study, out = want.study, []
    coded = per(want.codings, "code")
    for code, entry in study.codes.items():
        own = coded.get((code,), [])
        skip = (under and code not in study.below(under)) or (want.codes is not None and code not in want.codes)
        if skip or (not own and (entry["parent"] or entry["retired"])):
            continue
        cases = {c["case"] for c in own}
        valences = dict.fromkeys([*study.declared["valence"], "disputed", "none"], 0)
        for group in per(own, "transcript").values():
            for start, end in joined(spans(group), touching=False):
                said = {c["valence"] for c in group if start <= c["start"] < end} - {None}
                valences["disputed" if len(said) > 1 else said.pop() if said else "none"] += 1
        out.append({
            "code": code,
            "phase": entry["phase"],
            "cases": [c for c in study.cases if c in cases],
            "illustrated": [c for c in want.cases if code in study.cases[c]["illustrates"]],
            "outcomes": {
                o: len({c for c in cases if study.cases[c]["outcome"] == o}) for o in study.declared["outcome"]
                if o in want.flags.get("outcome", [o])
            },
            "perspectives": {
                p: len({c["case"] for c in own if c["perspective"] == p}) for p in study.declared["perspective"]
                if p in want.flags.get("perspective", [p])
            },
            "valences": valences,
            "passages": sum(valences.values()),
            "transcripts": len({c["transcript"] for c in own}),
        })  # fmt: skip
    return out


def cases(want: Want) -> list[Row]:
    """One record per case; the want must take all cases."""
    study, out = want.study, []
    attributes = [a for a in study.attributes if any(a in study.cases[c]["attributes"] for c in want.cases)]
    for name in want.cases:
        case = study.cases[name]
        held = [i for i in case["interviews"] if is_held(i)]
        out.append({
            "case": name,
            "outcome": case["outcome"],
            "interviews_planned": sum(i["planned"] for i in case["interviews"]),
            "interviews_held": len(held),
            "perspectives": [p for p in study.declared["perspective"] if p in case["held"]],
            "studied": case["studied"],
            "passages": measure(study, [c for c in want.codings if c["case"] == name], "passages", as_one=False),
            **{a: case["attributes"].get(a) or None for a in attributes},
        })  # fmt: skip
    return out


FIND = (
    "id", "case", "transcript", "perspective", "phase", "coder", "code", "valence", "line", "start", "end", "quote",
    "state",
)  # fmt: skip


def find(want: Want, fits: Callable[[Row], bool] = lambda _: True) -> list[Row]:
    """One record per coding, of all coders in all cases."""
    return [{k: c[k] for k in FIND} for c in want.study.codings if want.chosen(c) and fits(c)]
