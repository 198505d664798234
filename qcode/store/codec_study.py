"""qcode.yaml and the codebook: from text to the model."""

from __future__ import annotations

from yaml import MappingNode, Node, ScalarNode

from qcode.core.codebook import Code, Codebook, Level
from qcode.core.model import QUOTES, Privacy, Settings
from qcode.core.words import is_coder, is_id, nfc
from qcode.store.fields import Document, Fields
from qcode.store.reading import Faults

_SETTINGS = (
    "study", "language", "codebook", "guides", "coders", "minimum_perspectives", "targets", "speakers", "privacy",
    "desk",
)  # fmt: skip
CODEBOOK_KEYS = ("name", "version", "language", "phases", "perspectives", "outcomes", "valences", "codes")
CODE_KEYS = (
    "id", "key", "label", "definition", "include", "exclude", "examples", "phase", "perspectives", "color", "aliases",
    "since", "retired", "replaced_by", "codes",
)  # fmt: skip


def read_settings(text: str, faults: Faults) -> Settings:
    """What qcode.yaml says, with the defaults where it is silent."""
    document = Document(text, faults)
    fields = document.fields(document.root, _SETTINGS, "the settings")
    default = Settings()
    return Settings(
        study=fields.text("study") or "",
        language=fields.text("language") or "",
        codebook=fields.text("codebook") or "",
        guides=fields.text("guides") or default.guides,
        coders=_coders(fields),
        minimum_perspectives=fields.whole("minimum_perspectives") or default.minimum_perspectives,
        targets=_targets(fields),
        speakers=fields.words("speakers") if fields.get("speakers") else default.speakers,
        privacy=_privacy(fields),
        new_codes=_new_codes(fields),
    )


def read_codebook(text: str, faults: Faults) -> Codebook:
    """The codebook: its levels, and its tree of codes as a list, parents before their children."""
    document = Document(text, faults)
    fields = document.fields(document.root, CODEBOOK_KEYS, "the codebook")
    return Codebook(
        name=fields.text("name") or "",
        version=fields.whole("version") or 1,
        language=fields.text("language") or "en",
        phases=_levels(fields, "phases"),
        perspectives=_levels(fields, "perspectives"),
        outcomes=_levels(fields, "outcomes"),
        valences=_levels(fields, "valences"),
        codes=tuple(_codes(document, fields, None)),
        path=faults.path,
    )


def _coders(fields: Fields) -> dict[str, str]:
    """Coders by id: `anna: {name: …, organisation: …}`, or `anna: name`."""
    found = {}
    for coder, node in fields.mapping("coders"):
        if not is_coder(coder):
            hint = "Use letters and digits of any script, -, _ and dots."
            fields.document.error(node, f"'{coder}' can't be a coder's id", hint)
        if isinstance(node, ScalarNode):
            found[coder] = node.value
        else:
            about = fields.document.fields(node, ("name", "organisation"), f"coder '{coder}'")
            about.text("organisation")
            found[coder] = about.text("name") or coder
    return found


def _targets(fields: Fields) -> dict[str, int]:
    node = fields.get("targets")
    if not isinstance(node, MappingNode):
        fields.words("targets")  # says what is wrong with it
        return {}
    counts = fields.document.fields(node, list(fields.document.pairs(node)), "targets")
    numbers = {outcome: counts.whole(outcome, least=0) for outcome in counts.values}
    return {outcome: number for outcome, number in numbers.items() if number is not None}


def _privacy(fields: Fields) -> Privacy:
    node = fields.get("privacy")
    if node is None:
        return Privacy()
    said = fields.document.fields(node, ("minimum_cell", "hide", "quotes"), "privacy")
    quotes = said.choice("quotes", QUOTES) or QUOTES[0]
    return Privacy(said.whole("minimum_cell", least=0) or 0, said.texts("hide"), quotes)


def _new_codes(fields: Fields) -> bool:
    node = fields.get("desk")
    return bool(node and fields.document.fields(node, ("new_codes",), "desk").flag("new_codes"))


def _levels(fields: Fields, key: str) -> tuple[Level, ...]:
    return tuple(_level(fields.document, node, key) for node in fields.items(key))


def _level(document: Document, node: Node, key: str) -> Level:
    """`{id, label}`, or an id alone."""
    if isinstance(node, ScalarNode):
        name = nfc(document.scalar(node, f"{key}: an id") or "")
        if name and not is_id(name):
            document.error(node, f"'{name}' can't be an id", "Use letters and digits of any script, - and _.")
        return Level(name)
    fields = document.fields(node, ("id", "label"), f"one of the {key}")
    return Level(fields.ident("id"), fields.localized("label"))


def _codes(document: Document, above: Fields, parent: str | None) -> list[Code]:
    found = []
    for node in above.items("codes"):
        fields = document.fields(node, CODE_KEYS, "a code")
        code = _code(document, node, fields, parent)
        found += [code, *_codes(document, fields, code.id)]
    return found


def _code(document: Document, node: Node, fields: Fields, parent: str | None) -> Code:
    return Code(
        id=fields.ident("id"),
        key=fields.name("key"),
        label=fields.localized("label"),
        definition=fields.localized("definition"),
        include=fields.localized("include"),
        exclude=fields.localized("exclude"),
        examples=_examples(fields),
        phase=fields.name("phase"),
        perspectives=fields.names("perspectives") if fields.get("perspectives") else None,
        color=fields.text("color"),
        aliases=fields.names("aliases"),
        since=fields.whole("since", least=0) or 1,
        retired=fields.flag("retired") or False,
        replaced_by=fields.name("replaced_by"),
        parent=parent,
        where=document.where(node),
    )


def _examples(fields: Fields) -> tuple[str, ...]:
    """A list of examples, or one for each language."""
    node = fields.get("examples")
    if not isinstance(node, MappingNode):
        return fields.texts("examples")
    languages = fields.document.fields(node, list(fields.document.pairs(node)), "examples")
    return tuple(text for language in languages.values for text in languages.texts(language))
