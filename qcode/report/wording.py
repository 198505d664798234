"""The words of reports that are read and published, in the languages that they are published in.

English is written where it is used; what is not here is shown in English.
"""

from __future__ import annotations

DUTCH = {
    # cells and what they mean
    "silent": "zwijgt",
    "speaks": "spreekt",
    "not yet coded": "nog niet gecodeerd",
    "not interviewed": "niet gesproken",
    "n/a": "n.v.t.",
    ". = not yet coded": ". = nog niet gecodeerd",
    "- = not interviewed": "- = niet gesproken",
    "n/a = the code does not apply": "n.v.t. = de code is niet van toepassing",
    "+ = not all of it coded yet": "+ = nog niet alles gecodeerd",
    "a number alone: passages without valence": "een getal alleen: passages zonder valentie",
    "no valence": "geen valentie",
    "disputed": "omstreden",
    "without valence": "zonder valentie",
    "stale: its quotes changed since it was written": "verouderd: de citaten zijn sindsdien veranderd",
    "… and {left} more": "… en nog {left}",
    # verdicts
    "agree": "eens",
    "partly": "deels eens",
    "differ": "oneens",
    "no verdict yet": "nog geen oordeel",
    "verdict": "oordeel",
    "why": "waarom",
    "Verdict: {verdict}": "Oordeel: {verdict}",
    "Verdict: {verdict}. {why}": "Oordeel: {verdict}. {why}",
    # what is counted
    "case": "casus",
    "cases": "casussen",
    "more passage": "passage",
    "more passages": "passages",
    # compare
    "Case {case}": "Casus {case}",
    "Case {case}: {outcome}": "Casus {case}: {outcome}",
    "no phase": "geen fase",
    "held": "gehouden",
    "not held": "niet gehouden",
    "consent withdrawn": "toestemming ingetrokken",
    "No interview planned.": "Geen interview gepland.",
    "Nothing is coded in it yet.": "Er is nog niets in gecodeerd.",
    "Nothing selected is coded in it.": "Van wat gekozen is, is er niets in gecodeerd.",
    "Notes": "Notities",
    "Agree, partly, differ or silent; why": "Eens, deels, oneens of zwijgt; waarom",
    "Striking observations": "Verwonderpunten",
    "Observations": "Verwonderpunten",
    "Of these nobody speaks: {codes}.": "Hierover spreekt niemand: {codes}.",
    "Nobody speaks of any of these codes, and no observation concerns them.": (
        "Niemand spreekt over een van deze codes, en geen verwonderpunt gaat erover."
    ),
    # typology
    "Found in {found} of {cases} ({listed}): {outcomes}.": "Te vinden in {found} van {cases} ({listed}): {outcomes}.",
    "Found in none of {cases}.": "In geen van {cases} te vinden.",
    "Found in some of {cases}; its numbers are too small to be shared.": (
        "In een deel van {cases} te vinden; de aantallen zijn te klein om te delen."
    ),
    "Told by, in cases: {perspectives}.": "Verteld door, in casussen: {perspectives}.",
    "No case is told as an example of it yet.": "Nog geen casus is als voorbeeld verteld.",
    "No quote of its evidence is found.": "Geen citaat is teruggevonden.",
    "{count} behind it, not coded so.": "Nog {count} eronder, niet zo gecodeerd.",
    "No code belongs to a phase, and none is illustrated.": (
        "Geen code hoort bij een fase, en geen heeft een voorbeeld."
    ),
    # codebook
    "{name}, version {version}": "{name}, versie {version}",
    "Codebook version {version}": "Codeboek versie {version}",
    "The codebook has no such code.": "Zo'n code heeft het codeboek niet.",
    "Includes: {words}": "Ook: {words}",
    "Excludes: {words}": "Niet: {words}",
    "Example: “{words}”": "Voorbeeld: “{words}”",
    "phase: {phase}": "fase: {phase}",
    "of: {perspectives}": "van: {perspectives}",
    "since version {version}": "sinds versie {version}",
    "before: {aliases}": "eerder: {aliases}",
    "retired": "vervallen",
    "No codings found.": "Geen coderingen gevonden.",
    # memos and audit
    "No memos found.": "Geen memo's gevonden.",
    "{about}, which is not there": "{about}, dat er niet is",
    "About what is not there": "Over wat er niet is",
    "the study": "de studie",
    "The study": "De studie",
    "no type": "geen soort",
    "About {what}": "Over {what}",
    "Audit trail": "Verantwoording",
    "Versions": "Versies",
    "Decisions on the codebook": "Besluiten over het codeboek",
    "None is written down.": "Er is er geen vastgelegd.",
    "Rules and method": "Regels en werkwijze",
    "Coding": "Coderen",
    "Problems": "Problemen",
    "qcode check finds none.": "qcode check vindt er geen.",
    "version {version}": "versie {version}",
    "Codebook {name}, version {version}, {codes}.": "Codeboek {name}, versie {version}, {codes}.",
    "Version {version} brought {codes}.": "Versie {version} bracht {codes}.",
    "Retired: {codes}.": "Vervallen: {codes}.",
    "retired, now {code}": "vervallen, nu {code}",
    # progress
    "transcripts": "transcripten",
    "segments": "segmenten",
    "coding": "codering",
    "codings": "coderingen",
    "turns": "beurten",
    "turns coded": "beurten gecodeerd",
    "coded": "gecodeerd",
    "coder": "codeur",
    "done": "klaar",
    "open": "bezig",
    "not begun": "niet begonnen",
    "By transcript": "Per transcript",
    "Next": "Te doen",
    "Every interview held is coded.": "Elk gehouden interview is gecodeerd.",
    "Held, and no transcript yet": "Gehouden, en nog geen transcript",
    "Not begun": "Niet begonnen",
    "Begun, not done": "Begonnen, niet klaar",
    "Quotes not found, see qcode check": "Citaten niet gevonden, zie qcode check",
    "Done before these codes came": "Klaar voordat deze codes er waren",
    "Done by two or more, and no consensus that is done": "Door twee of meer gedaan, en geen consensus die klaar is",
}


def said(language: str, english: str, **values: object) -> str:
    """The words in a language, with these values in them; in English where it has no others."""
    template = DUTCH.get(english, english) if language == "nl" else english
    return template.format(**values) if values else template


def counted(language: str, number: int, noun: str) -> str:
    """`1 passage`, `3 passages`."""
    return f"{number} {said(language, noun if number == 1 else f'{noun}s')}"
