"""A study as plain data, without any of its words: what a count needs besides the codings, to be made elsewhere.

docs/scale.md has its form, for people and programs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, NamedTuple

from qcode.core.codebook import Code, Codebook, Level
from qcode.core.errors import QcodeError
from qcode.core.layout import Layout
from qcode.core.model import (
    Case,
    CodingSet,
    Interview,
    Met,
    Observation,
    Privacy,
    Settings,
    Study,
    Transcript,
)

FORM = 1
_CODE = (
    "id", "key", "label", "phase", "perspectives", "aliases", "since", "retired", "replaced_by", "parent",
)  # fmt: skip
_LEVELS = ("phases", "perspectives", "outcomes", "valences")
_BOOK = ("name", "version", "language")
_SETTINGS = ("study", "language", "coders", "minimum_perspectives", "speakers")
_INTERVIEW = ("perspective", "said_held", "consent", "planned")
_CODINGS = ("transcript", "coder", "status", "codebook_version")


class Portable(NamedTuple):
    """A study that was read back. `commit`: what it was exported from; `shared`: without what its privacy hides."""

    study: Study
    commit: str | None
    shared: bool


def packed_study(study: Study, *, version: str, commit: str | None, shared: bool) -> str:
    """What holds for all cases, as JSON. `version`: of qcode."""
    book, privacy = study.codebook, study.settings.privacy
    said = {
        "format": FORM,
        "qcode": version,
        "commit": commit,
        "shared": shared,
        "settings": {
            **_values(study.settings, _SETTINGS),
            "privacy": _values(privacy, [field.name for field in fields(privacy)]),
        },
        "codebook": {
            **_values(book, _BOOK),
            **{name: [_values(level, ("id", "label")) for level in getattr(book, name)] for name in _LEVELS},
            "codes": [_values(code, _CODE) for code in book.codes],
        },
        "met": study.met._asdict(),
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def packed_cases(study: Study) -> Iterator[str]:
    """A line of JSON for each case."""
    codings: dict[str, list[CodingSet]] = {}
    for one in study.codings:
        codings.setdefault(one.case, []).append(one)
    for case in study.cases:
        said = {
            "case": case.id,
            "path": case.path,
            "outcome": case.outcome,
            "attributes": dict(case.attributes),
            "interviews": [_interview(one) for one in case.interviews],
            "codings": [_values(one, _CODINGS) for one in codings.get(case.id, ())],
            "illustrates": sorted({code for one in case.observations for code in one.illustrates}),
        }
        yield json.dumps(said, ensure_ascii=False) + "\n"


def unpacked(study: str, cases: Iterable[str]) -> Portable:
    """The study that was packed. Raises QcodeError for what is not one, or one of another form."""
    try:
        said = json.loads(study)
        if said["format"] != FORM:
            hint = "Export it again, or use the qcode that wrote it."
            raise QcodeError(f"a data set of form {said['format']}; this qcode reads form {FORM}", hint=hint)
        found = [_case(json.loads(line)) for line in cases]
        codings = tuple(one for _, some in found for one in some)
        made = Study(_settings(said["settings"]), _book(said["codebook"]), tuple(case for case, _ in found), codings)
        # No codings are at hand to say what is met in them.
        made.__dict__["met"] = Met(**{name: tuple(values) for name, values in said["met"].items()})
        return Portable(made, said["commit"], said["shared"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        hint = "Export it again: qcode export parquet DIR."
        raise QcodeError(f"what the data set says of its study can't be read: {error!r}", hint=hint) from None


def _interview(one: Interview) -> dict[str, Any]:
    paper = one.transcript
    return {**_values(one, _INTERVIEW), "transcript": paper and paper.stem, "path": paper and paper.path}


def _values(record: object, names: Sequence[str]) -> dict[str, Any]:
    return {name: _plain(getattr(record, name)) for name in names}


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _settings(said: dict[str, Any]) -> Settings:
    privacy = said.pop("privacy")
    return Settings(**said, privacy=Privacy(**{**privacy, "hide": tuple(privacy["hide"])}))


def _book(said: dict[str, Any]) -> Codebook:
    levels: dict[str, Any] = {name: tuple(Level(**level) for level in said.pop(name)) for name in _LEVELS}
    codes = tuple(
        Code(**{**code, "aliases": tuple(code["aliases"]), "perspectives": _several(code["perspectives"])})
        for code in said.pop("codes")
    )
    return Codebook(**said, **levels, codes=codes)


def _several(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


def _case(said: dict[str, Any]) -> tuple[Case, list[CodingSet]]:
    name = said["case"]
    interviews = tuple(_held(name, one) for one in said["interviews"])
    case = Case(
        name,
        said["path"],
        said["outcome"],
        said["attributes"],
        interviews,
        tuple(one.transcript for one in interviews if one.transcript),
        (Observation("", illustrates=tuple(said["illustrates"])),) if said["illustrates"] else (),
    )
    return case, [CodingSet(**one, case=name) for one in said["codings"]]


def _held(case: str, said: dict[str, Any]) -> Interview:
    stem, path = said.pop("transcript"), said.pop("path")
    paper = Transcript(case, stem, path, said["perspective"], "", "", Layout()) if stem else None
    return Interview(**said, transcript=paper)
