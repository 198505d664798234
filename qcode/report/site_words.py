"""What the page says of itself, in the languages that it speaks; and what our tables say, in Dutch."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "reports",
        "skip": "To the reports",
        "contents": "Contents",
        "lead": "Choose a number to read the quotes behind it. Choose a heading to sort its column.",
        "quotes": "Quotes",
        "all_quotes": "All quotes",
        "picture": "Figure",
        "picture_of": "Figure:",
        "close": "Close",
        "show": "Show the quotes behind it",
        "sort": "Sort by this",
        "filter": "Filter:",
        "left": "{} of {}",
        "one_quote": "1 quote",
        "many_quotes": "{} quotes",
    },
    "nl": {
        "title": "rapportage",
        "skip": "Naar de rapporten",
        "contents": "Inhoud",
        "lead": "Kies een getal om de citaten erachter te lezen. Kies een kop om op die kolom te sorteren.",
        "quotes": "Citaten",
        "all_quotes": "Alle citaten",
        "picture": "Figuur",
        "picture_of": "Figuur:",
        "close": "Sluiten",
        "show": "Toon de citaten erachter",
        "sort": "Hierop sorteren",
        "filter": "Filter:",
        "left": "{} van {}",
        "one_quote": "1 citaat",
        "many_quotes": "{} citaten",
    },
}

# Of what is too large for the page.
LARGE: Mapping[str, Mapping[str, str]] = {
    "en": {
        "first_rows": "The first {} of {} rows. All of them: {}",
        "first_columns": "The first {} of {} columns. All of them: {}",
        "some_quotes": "Of {} quotes as many as a page can hold: behind a number up to {}, drawn by lot.",
        "no_picture": "No figure: so much at once can't be told apart. Of less: {} --where … --plot FILE.svg",
    },
    "nl": {
        "first_rows": "De eerste {} van {} rijen. Allemaal: {}",
        "first_columns": "De eerste {} van {} kolommen. Allemaal: {}",
        "some_quotes": "Van {} citaten zoveel als een pagina aankan: achter een getal hoogstens {}, bij loting.",
        "no_picture": "Geen figuur: zoveel tegelijk is niet te onderscheiden. Van minder: {} --where … --plot FILE.svg",
    },
}

TITLES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "cases": "Cases",
        "patterns": "Patterns",
        "matrix-case": "Codes by case",
        "matrix-perspective": "Codes by perspective",
        "matrix-outcome": "Codes by outcome",
        "perspectives": "Perspectives",
        "valence": "Helping and hindering",
        "process": "The order of steps",
        "process-transitions": "From step to step",
        "cooccurrence": "Codes that go together",
        "configurations": "Configurations",
        "typology": "Steps and examples",
        "framework": "Framework",
        "frequencies": "Frequencies",
        "coverage": "Coverage",
        "saturation": "Saturation",
        "codebook": "Codebook",
        "memos": "Memos",
        "progress": "Progress",
        "agreement": "Agreement",
        "audit": "Audit trail",
    },
    "nl": {
        "cases": "Casussen",
        "patterns": "Patronen",
        "matrix-case": "Codes per casus",
        "matrix-perspective": "Codes per perspectief",
        "matrix-outcome": "Codes per uitkomst",
        "perspectives": "Perspectieven",
        "valence": "Bevorderend en belemmerend",
        "process": "De volgorde van stappen",
        "process-transitions": "Van stap naar stap",
        "cooccurrence": "Codes die samengaan",
        "configurations": "Configuraties",
        "typology": "Stappen en voorbeelden",
        "framework": "Raamwerk",
        "frequencies": "Frequenties",
        "coverage": "Dekking",
        "saturation": "Verzadiging",
        "codebook": "Codeboek",
        "memos": "Memo's",
        "progress": "Voortgang",
        "agreement": "Overeenstemming",
        "audit": "Verantwoording",
    },
}

INTROS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "cases": "Every case: its outcome, the interviews planned and held, and whether it counts as studied.",
        "patterns": "Per code the cases it is found in, with which outcomes, told by whom, and what it did there.",
        "matrix-case": "How many passages of each code a case has. A passage counts once, whoever coded it.",
        "matrix-perspective": "How many passages of each code a perspective has.",
        "matrix-outcome": "In how many of the cases with each outcome a code is found.",
        "perspectives": "Per case and code who speaks of it, who is silent, and whether the perspectives agree.",
        "valence": "What each step did in each case: helping, hindering, both within that case, or disputed.",
        "process": "The steps of each interview in order. Across interviews only the order of phases is claimed.",
        "process-transitions": "How often one step is told right after another, within one interview.",
        "cooccurrence": "How often two codes stand on the same words.",
        "configurations": "Which steps occur together per case, and with what outcome.",
        "typology": "Per phase and step: what it is, where it occurs, and the cases that are examples of it.",
        "framework": "Cases by themes: a summary in each cell, or the quotes it would rest on.",
        "frequencies": "How often each code occurs, in several measures.",
        "coverage": "How much of what respondents say is coded.",
        "saturation": "How many new codes each next interview brings.",
        "codebook": "The codes with their definitions.",
        "memos": "What the researchers noted.",
        "progress": "How far the coding is.",
        "agreement": "How far coders agree.",
        "audit": "What was decided and done on the way.",
    },
    "nl": {
        "cases": "Elke casus: de uitkomst, de geplande en gehouden interviews, en of hij als onderzocht telt.",
        "patterns": "Per code de casussen waarin hij voorkomt, met welke uitkomst, wie erover vertelt en wat hij deed.",
        "matrix-case": "Hoeveel passages van elke code een casus heeft. Een passage telt één keer, wie ook codeerde.",
        "matrix-perspective": "Hoeveel passages van elke code een perspectief heeft.",
        "matrix-outcome": "In hoeveel van de casussen met elke uitkomst een code voorkomt.",
        "perspectives": "Per casus en code wie erover spreekt, wie zwijgt, en of de perspectieven het eens zijn.",
        "valence": "Wat elke stap in elke casus deed: bevorderen, belemmeren, beide in die casus, of omstreden.",
        "process": "De stappen van elk interview op volgorde. Tussen interviews geldt alleen de volgorde van fasen.",
        "process-transitions": "Hoe vaak de ene stap direct na de andere verteld wordt, binnen één interview.",
        "cooccurrence": "Hoe vaak twee codes op dezelfde woorden staan.",
        "configurations": "Welke stappen per casus samen voorkomen, en met welke uitkomst.",
        "typology": "Per fase en stap: wat het is, waar het voorkomt, en de casussen die er een voorbeeld van zijn.",
        "framework": "Casussen tegen thema's: in elke cel een samenvatting, of de citaten waarop die zou rusten.",
        "frequencies": "Hoe vaak elke code voorkomt, in verschillende maten.",
        "coverage": "Hoeveel van wat respondenten zeggen gecodeerd is.",
        "saturation": "Hoeveel nieuwe codes elk volgend interview brengt.",
        "codebook": "De codes met hun definities.",
        "memos": "Wat de onderzoekers noteerden.",
        "progress": "Hoe ver het coderen is.",
        "agreement": "Hoe ver codeurs het eens zijn.",
        "audit": "Wat onderweg besloten en gedaan is.",
    },
}

# Words of our tables, as they stand there.
DUTCH: Mapping[str, str] = {
    "1st": "1e", "1st code": "1e code", "2nd": "2e", "2nd code": "2e code", "about": "over", "agreed": "eens",
    "all": "alle",
    "author": "auteur", "both": "beide", "by": "door", "case": "casus", "cases": "casussen", "cases where it is":
    "casussen waar het zo is", "coded": "gecodeerd", "coder": "codeur", "coders": "codeurs", "codings": "coderingen",
    "date": "datum", "disputed": "omstreden", "done": "klaar", "evidence": "bewijs", "first": "eerste",
    "found": "gevonden",
    "held": "gehouden", "illustrates": "voorbeeld van", "in all": "in totaal", "N (cases)": "N (casussen)",
    "neither": "geen van beide", "new": "nieuw", "new codes": "nieuwe codes", "none": "geen",
    "observation": "verwonderpunt",
    "outcome": "uitkomst", "pairs of passages": "paren van passages", "perspective": "perspectief",
    "perspectives": "perspectieven", "phase": "fase", "planned": "gepland", "relation": "verhouding", "row": "rij",
    "run": "reeks", "says": "zegt", "second": "tweede", "segments": "segmenten", "share": "aandeel", "studied":
    "onderzocht", "then": "dan", "theme": "thema", "title": "titel", "total": "totaal", "transcripts": "transcripten",
    "transitions": "overgangen", "turns": "beurten", "turns coded": "beurten gecodeerd", "valence": "valentie",
    "verdict": "oordeel", "why": "waarom", "yes": "ja", "no": "nee", "words": "woorden",
    "Both within one case, or disputed: who says what": "Beide binnen één casus, of omstreden: wie zegt wat",
    "By transcript": "Per transcript", "Coding": "Coderen", "Decisions on the codebook": "Besluiten over het codeboek",
    "Next": "Te doen", "Problems": "Problemen", "Rules and method": "Regels en werkwijze", "The study": "De studie",
    "Versions": "Versies", "In order of date.": "Op volgorde van datum.",
    "* = told as an example in that case": "* = als voorbeeld verteld in die casus",
    "+ = not all of it coded yet": "+ = nog niet alles gecodeerd", "- = not interviewed": "- = niet gesproken",
    ". = not yet coded": ". = nog niet gecodeerd", "0 = none": "0 = niets gevonden",
    "n/a = the code does not apply": "n/a = de code is niet van toepassing",
    "– = not defined: no variation": "– = niet bepaald: geen variatie", "… = not all of it coded yet":
    "… = nog niet alles gecodeerd",
    "disputed = coders differ on a passage": "omstreden = codeurs verschillen over een passage",
    "under outcome and perspective: cases; under valence: passages":
    "onder uitkomst en perspectief: casussen; onder valentie: passages",
    "both, first, second, neither: turns with that code": "beide, eerste, tweede, geen van beide: beurten met die code",
    "A number: how often the one comes right after the other, within one transcript.":
    "Een getal: hoe vaak het een direct op het ander volgt, binnen één transcript.",
    "In all: recounted, what several codes share counts once; passages and codings are added up over codes.":
    "In totaal: opnieuw geteld, wat codes delen telt één keer; passages en coderingen zijn opgeteld over codes.",
    "→ then, in one transcript; & at one place. Of a case no order within a phase is claimed.":
    "→ dan, in één transcript; & op één plek. Voor een casus geldt binnen een fase geen volgorde.",
    "both: pairs of passages, 1st and 2nd: passages of each code; Jaccard over turns":
    "beide: paren van passages, 1e en 2e: passages van elke code; Jaccard over beurten",
    "incl = share of its cases with that outcome": "incl = aandeel van de casussen met die uitkomst",
    "Counted over every turn of the transcripts that both are done with.":
    "Geteld over elke beurt van de transcripten waarmee beiden klaar zijn.",
    "one case is compared at a time": "casussen worden per stuk vergeleken",
}  # fmt: skip
_COUNTED = {
    "case": "casus", "cases": "casussen", "transcript": "transcript", "transcripts": "transcripten",
    "coding": "codering", "codings": "coderingen",
}  # fmt: skip
_PARTS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(\d+) (\w+)"), lambda m: f"{m[1]} {_COUNTED.get(m[2], m[2])}"),
    (re.compile(r"(\d+) codings?, (\d+) more not found"), lambda m: f"{m[1]} coderingen, {m[2]} meer niet gevonden"),
    (re.compile(r"coded by (.*)"), lambda m: f"gecodeerd door {m[1]}"),
    (re.compile(r"codebook version (\d+)"), lambda m: f"codeboek versie {m[1]}"),
    (re.compile(r"only (.*)"), lambda m: f"alleen {m[1]}"),
    (re.compile(r"(.*) = both within that case"), lambda m: f"{m[1]} = beide binnen die casus"),
    (
        re.compile(r"(.*): (\d+) transcripts that both are done with\."),
        lambda m: f"{m[1]}: {m[2]} transcripten waarmee beiden klaar zijn.",
    ),
    (
        re.compile(r"Base: the first (\d+) interviews, (\d+) codes\. Run: (\d+)\.(.*)"),
        lambda m: f"Basis: de eerste {m[1]} interviews, {m[2]} codes. Reeks: {m[3]}.{_reached(m[4])}",
    ),
    (
        re.compile(r"Contradictory, with cases that have the outcome and cases that haven't: row (.*)"),
        lambda m: f"Tegenstrijdig, met casussen mét en casussen zonder die uitkomst: rij {m[1]}",
    ),
    (
        re.compile(r"They differ on (\d+) passages: (.*)"),
        lambda m: f"Ze verschillen over {m[1]} passages: {m[2]}",
    ),
    (re.compile(r"OUT = (.*), 1 where in all its cases"), lambda m: f"OUT = {m[1]}, 1 waar in al haar casussen"),
)


def _reached(text: str) -> str:
    found = re.fullmatch(r" At most (.*) new codes first in interviews (\d+) to (\d+): reached at (.*)\.", text)
    if not found:
        return text
    share, first, last, at = found.groups()
    return f" Hoogstens {share} nieuwe codes voor het eerst in interviews {first} tot {last}: bereikt bij {at}."


def translated(text: str, language: str) -> str:
    """Words of ours in that language, part by part; what we have no words for stays as it is."""
    if language != "nl":
        return text
    return " · ".join(map(_dutch, text.split(" · ")))


def _dutch(text: str) -> str:
    found = (said(match) for pattern, said in _PARTS if (match := pattern.fullmatch(text)))
    return DUTCH.get(text) or next(found, text)
