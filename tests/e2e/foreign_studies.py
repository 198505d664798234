"""Studies that nobody designed: written at random from a seed, with everything in them that docs/format.md allows."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import count_by_hand as by_hand
import yaml

CODEBOOK = """\
name: Waterschap
version: 4
language: nl
phases: [{id: vóór}, {id: tijdens}, {id: na}]
perspectives: [{id: boer}, {id: ambtenaar}, {id: bewoner}, {id: "02"}]
outcomes: [{id: gelukt}, {id: mislukt}, {id: "no"}]
valences: [{id: helping}, {id: hindering}, {id: both}]
codes:
- id: water
  codes:
  - id: peil
    aliases: [waterstand, stand]
    codes:
    - {id: hoog, phase: na, perspectives: [boer]}
    - id: laag
      perspectives: [ambtenaar, bewoner]
      codes:
      - {id: droogte, since: 3}
      - {id: zeer-droog, since: 4, perspectives: [boer]}
  - {id: kwaliteit, aliases: [schoon]}
- id: münze
  codes:
  - {id: subsidie, perspectives: [boer, ambtenaar], phase: vóór}
  - {id: boete, retired: true, replaced_by: subsidie}
  - {id: leges, retired: true}
- id: overleg
  aliases: [praten]
  perspectives: [ambtenaar]
- id: tak
  retired: true
  codes:
  - {id: twijg, retired: true}
"""
WRITTEN = (
    "water", "peil", "waterstand", "stand", "hoog", "laag", "droogte", "zeer-droog", "kwaliteit", "schoon", "münze",
    "subsidie", "boete", "overleg", "praten",
)  # fmt: skip
PHASES = ("vóór", "tijdens", "na")
PERSPECTIVES = ("boer", "ambtenaar", "bewoner", "02")
CODERS = ("anna", "j.de.vries", "Öz", "consensus")
REPEATED = "ja ja dat zei ik al"


class Words:
    """Words of which each half stands nowhere else, so that every quote has one place."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.n = rng, 0

    def some(self, low: int, high: int) -> str:
        out = []
        for _ in range(self.rng.randint(low, high)):
            self.n += 1
            out.append(self.rng.choice("aéoß") + f"{self.n:03d}" + self.rng.choice("xÿz🙂") + f"{self.n:03d}")
        return " ".join(out)


def markdown(rng: random.Random, words: Words, head: str) -> str:
    parts = [f"---\n{head}speakers: {{V: interviewer, Piet Puk: respondent}}\n---\n# Titel"]
    for section in range(rng.randint(2, 4)):
        mark = f" {{phase={rng.choice(PHASES)}}}" if rng.random() < 0.6 else ""
        parts.append(f"## {section} {words.some(1, 2)}{mark}")
        if rng.random() < 0.3:
            parts.append(words.some(3, 6))
        for _ in range(rng.randint(1, 4)):
            who = rng.choice(("**V:**", "**Jan:**", "V:", "Piet Puk:", "R:"))
            first = "\n".join(words.some(2, 7) for _ in range(rng.randint(1, 2)))
            lead = f"{{phase={rng.choice(PHASES)}}}\n" if rng.random() < 0.2 else ""
            parts.append(f"{lead}{who} {first}")
            if rng.random() < 0.3:
                parts.append(words.some(2, 6))
    parts.append(f"**V:** {REPEATED}\n\n**Jan:** {REPEATED}")
    return "\n\n".join(parts) + "\n"


def turns(rng: random.Random, words: Words, head: str) -> str:
    out = [head + "turns:"]
    for _ in range(rng.randint(4, 9)):
        text = "\n\n".join(words.some(3, 7) for _ in range(rng.randint(1, 2)))
        out.append(f"- speaker: {rng.choice(('V', 'Jan'))}")
        if rng.random() < 0.3:
            out.append(f"  phase: {rng.choice(PHASES)}")
        out.append(f"  text: {json.dumps(text, ensure_ascii=False)}")
    out += [f"- speaker: V\n  text: {REPEATED}", f"- speaker: Jan\n  text: {REPEATED}"]
    return "\n".join(out) + "\n"


def edges(text: str, body: int) -> list[int]:
    """Where a span may begin or end: the ends and middles of words, in the body."""
    return sorted(
        {i for m in re.finditer(r"[aéoßxÿz🙂]\d{3}", text[body:]) for i in (body + m.start(), body + m.end())}
    )


def fair(quote: str) -> bool:
    """Words that stand once, and no line end at either end: between two turns nobody speaks."""
    return any(c.isdigit() for c in quote) and quote == quote.strip("\n")


def segment(rng: random.Random, parsed: dict[str, Any], start: int, end: int, by_program: bool) -> dict[str, Any]:
    text = parsed["text"]
    out: dict[str, Any] = {"quote": text[start:end], "codes": []}
    if by_program:
        out |= {"id": "k" + "".join(rng.choices("abcdefghijklmnopqrstuvwxyz234567", k=7))}
        out |= {
            "line": parsed["line"](start),
            "before": text[max(0, start - 32) : start],
            "after": text[end : end + 32],
        }
    for code in rng.sample(WRITTEN, rng.choice((1, 1, 2, 3))):
        item: dict[str, Any] = {"code": code}
        if rng.random() < 0.5:
            item["valence"] = rng.choice(("helping", "hindering", "both"))
        if rng.random() < 0.25:
            item["phase"] = rng.choice(PHASES)
        out["codes"].append(item if len(item) > 1 or rng.random() < 0.3 else code)
    return out


def codings(rng: random.Random, parsed: dict[str, Any], file: str, coder: str) -> str:
    by_program = rng.random() < 0.6
    body = parsed["text"].find("\n---\n") + 5 if file.endswith(".md") else 0
    at = edges(parsed["text"], body)
    spans: list[tuple[int, int]] = []
    for _ in range(rng.randint(0, 7)):
        kind = rng.random()
        if spans and kind < 0.2:
            spans.append(rng.choice(spans))
        elif spans and kind < 0.5 and (end := rng.choice(spans)[1]) in at and end != at[-1]:
            spans.append((end, rng.choice([e for e in at if e > end][:6])))
        else:
            first = rng.randrange(len(at) - 1)
            spans.append((at[first], at[min(len(at) - 1, first + rng.choice((1, 2, 3, 6, 14, 25)))]))
    entry: dict[str, Any] = {"transcript": file, "coder": coder}
    if rng.random() < 0.7:
        entry["status"] = rng.choice(("done", "done", "open"))
    if rng.random() < 0.6:
        entry["codebook_version"] = rng.choice((1, 2, 3, 4))
    segments = [segment(rng, parsed, *span, by_program) for span in sorted(spans) if fair(parsed["text"][slice(*span)])]
    if rng.random() < 0.2:
        segments.append({"quote": "niets hiervan staat er ooit ergens in geen enkel gesprek", "codes": ["peil"]})
    if rng.random() < 0.2:
        segments.append({"quote": REPEATED, "codes": ["peil", "hoog"]})
    if rng.random() < 0.2:
        line = parsed["line"](parsed["text"].rindex(REPEATED))
        segments.append({"line": line, "quote": REPEATED, "codes": ["kwaliteit"]})
    return yaml.safe_dump({**entry, "segments": segments}, allow_unicode=True, sort_keys=False, width=10_000)


def put(path: Path, text: str, crlf: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((text.replace("\n", "\r\n") if crlf else text).encode("utf-8"))


def interview(
    rng: random.Random, folder: Path, study: by_hand.Study, perspective: str, n: int, named: bool
) -> dict[str, Any] | None:
    """One interview: its entry in the case file (None: not planned), perhaps with transcript and codings."""
    entry: dict[str, Any] = {"perspective": perspective, **({"respondent": f"r{n}"} if named else {})}
    if rng.random() < 0.7:
        entry["held"] = rng.random() < 0.7
    if rng.random() < 0.7:
        entry["consent"] = rng.choice(("given", "given", "given", "pending", "withdrawn"))
    if rng.random() < 0.8:
        as_turns = rng.random() < 0.3
        stem = rng.choice((f"gesprek{n}", f"gesprék.{n}"))
        file = stem + (".yaml" if as_turns else ".md")
        head = f'perspective: "{perspective}"\n' + (f"respondent: r{n}\n" if named else "")
        text = (turns if as_turns else markdown)(rng, Words(rng), head)
        put(folder / file, text, crlf=rng.random() < 0.25)
        parsed = by_hand.parse_turns(text) if as_turns else by_hand.parse_markdown(text, study)
        for coder in rng.sample(CODERS, rng.choice((0, 1, 1, 2, 3, 4))):
            put(folder / "codings" / f"{stem}.{coder}.yaml", codings(rng, parsed, file, coder), crlf=rng.random() < 0.1)
    return entry if rng.random() < 0.85 else None


def write(root: Path, seed: int, cases: int = 7) -> by_hand.Study:
    """A study in the folder, from the seed, as read back by hand."""
    rng = random.Random(seed)
    put(
        root / "qcode.yaml",
        "study: Proef\ncodebook: codebooks/w.yaml\ncoders: {Öz: Öz, anna: Anna, j.de.vries: Jan}\n"
        f"minimum_perspectives: {rng.choice((1, 2, 2, 3))}\n",
    )
    put(root / "codebooks/w.yaml", CODEBOOK, crlf=seed % 2 == 1)
    (root / "cases").mkdir()
    empty = by_hand.Study(root)
    for name in rng.sample(("2", "10", "é-3", "02", "a1", "a10", "a9", "ÿ", "no"), cases):
        folder = root / "cases" / name
        entries = []
        nameless = rng.choice(PERSPECTIVES)
        for n in range(rng.choice((0, 1, 2, 3, 4, 5))):
            perspective = rng.choice(PERSPECTIVES)
            entries.append(interview(rng, folder, empty, perspective, n, named=perspective != nameless))
        entry: dict[str, Any] = {"interviews": [e for e in entries if e]}
        if rng.random() < 0.85:
            entry["outcome"] = rng.choice(("gelukt", "mislukt", "no"))
        for name_, values in (("streek", ("noord", "zuid-west")), ("grootte", ("10", "2"))):
            if rng.random() < 0.75:
                entry.setdefault("attributes", {})[name_] = rng.choice(values)
        put(folder / "case.yaml", yaml.safe_dump(entry, allow_unicode=True, sort_keys=False))
        if rng.random() < 0.4:
            about = [{"id": "o1", "title": "x", "illustrates": rng.sample(("hoog", "waterstand", "overleg"), 2)}]
            put(folder / "observations.yaml", yaml.safe_dump(about, allow_unicode=True))
    return by_hand.Study(root)
