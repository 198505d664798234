"""Laws of changing the codebook, for trees of codes and the ways in which people write them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from qcode.core import recode
from qcode.core.codebook import Code, Codebook, Level, Text
from qcode.core.errors import QcodeError
from qcode.core.given import Given, Spot
from qcode.core.recode import Recoded
from qcode.store.codec_study import read_codebook
from qcode.store.edit_codebook import edit_codebook
from qcode.store.reading import Faults, decode

lawful = settings(deadline=None, max_examples=50, suppress_health_check=[*HealthCheck])

NAMES = [*"abcdefgh", "no", "é-1", "trust_2"]
IDS = st.sampled_from(NAMES)
WORDS = st.sampled_from(
    [
        "Trust",
        "trust: in him",
        "a, b",
        "it's",
        'say "x"',
        "# no",
        "yes",
        "12",
        "[x]",
        "é – 'q'",
        "two\nlines",
        "- x",
        "a ",
    ]
)
TEXT = st.none() | WORDS | st.dictionaries(st.sampled_from(["nl", "en"]), WORDS, min_size=1)
PHASES = ("before", "after")
PERSPECTIVES = ("boss", "client")


@st.composite
def books(draw: st.DrawFn) -> Codebook:
    """A codebook of a few codes, some retired, some with ids of before."""
    names = draw(st.lists(IDS, min_size=1, max_size=7, unique=True))
    spare = [name for name in NAMES if name not in names]
    children: dict[str | None, list[Code]] = {}
    for at, name in enumerate(names):
        parent = draw(st.sampled_from([None, *names[:at]]))
        old = (spare.pop(),) if spare and bool(draw(st.booleans())) else ()
        code = Code(
            name,
            key=draw(st.none() | st.just(f"K{at}")),
            label=draw(TEXT),
            definition=draw(TEXT),
            examples=tuple(draw(st.lists(WORDS, max_size=2))),
            phase=draw(st.none() | st.sampled_from(PHASES)),
            perspectives=draw(st.sampled_from([None, PERSPECTIVES, PERSPECTIVES[::-1], PERSPECTIVES[:1]])),
            aliases=tuple(f"{one}-old" for one in old),
            since=draw(st.integers(1, 3)),
            retired=draw(st.booleans()) and draw(st.booleans()),
            parent=parent,
        )
        children.setdefault(parent, []).append(code)

    def walk(parent: str | None) -> list[Code]:
        return [each for code in children.get(parent, []) for each in (code, *walk(code.id))]

    levels = tuple(map(Level, PHASES)), tuple(map(Level, PERSPECTIVES))
    return Codebook("B", 3, "en", *levels, codes=tuple(walk(None)))


@st.composite
def operations(draw: st.DrawFn, book: Codebook) -> Callable[[], Recoded]:
    """Any operation on codes of the book; some can't be done."""
    names = st.sampled_from([code.id for code in book.codes])
    one, two, other = draw(names), draw(names), draw(IDS)
    said = Given(
        draw(st.none() | st.sampled_from(["K9", ""])), draw(st.none() | WORDS), draw(st.just("") | WORDS),
        examples=tuple(draw(st.lists(WORDS, max_size=1))), phase=draw(st.sampled_from([None, "", "after"])),
        perspectives=draw(st.sampled_from([None, ("",), ("client",)])), language=draw(st.sampled_from(["", "nl"])),
    )  # fmt: skip
    spot = draw(st.sampled_from([Spot(), Spot(under=two), Spot(before=two), Spot(after=two)]))
    every: list[Callable[[], Recoded]] = [
        lambda: recode.add(book, other, said, spot),
        lambda: recode.edit(book, one, said),
        lambda: recode.rename(book, one, other),
        lambda: recode.move(book, one, spot),
        lambda: recode.merge(book, [one, draw(names)], two),
        lambda: recode.retire(book, one, draw(st.none() | names)),
        lambda: recode.restore(book, one),
        lambda: recode.split(book, one, ["new-1", two]),
        lambda: recode.delete(book, one),
    ]
    return draw(st.sampled_from(every))


@dataclass
class Hand:
    """A person's way of writing a codebook."""

    dash: int
    inline: bool
    spaced: bool
    newline: str
    bom: str
    final: bool
    quote: str
    shuffle: int
    count: int = 0

    def write(self, book: Codebook) -> str:
        head = [self.comment(), "name: B", f"version: {book.version}  {self.comment()}", "language: en"]
        head += ["phases: [before, after]", "perspectives:", "- boss", "- id: client", "", "codes:"]
        lines = [*head, *self.codes(book, None), self.comment()]
        return self.bom + self.newline.join(lines) + self.newline * self.final

    def comment(self) -> str:
        self.count += 1
        return f"# opmerking {self.count}."

    def codes(self, book: Codebook, parent: str | None) -> list[str]:
        lines: list[str] = []
        for code in book.children.get(parent, ()):
            lines += [""] * (self.spaced and bool(lines))
            lines += [self.comment(), *self.code(book, code)]
        return [" " * self.dash + line if line else "" for line in lines]

    def code(self, book: Codebook, code: Code) -> list[str]:
        if self.inline and code.id not in book.children:
            return [f"- {{{', '.join(f'{key}: {_flow(value)}' for key, value in self.pairs(code))}}}"]
        lines = [line for pair in self.pairs(code) for line in self.entry(*pair)]
        below = self.codes(book, code.id)
        lines += ["codes:", *below] if below else []
        return [("- " if at == 0 else "  ") + line if line else "" for at, line in enumerate(lines)]

    def pairs(self, code: Code) -> list[tuple[str, object]]:
        keys = ["id", "key", "label", "definition", "examples", "phase", "perspectives", "aliases", "since", "retired"]
        keys = keys[self.shuffle :] + keys[: self.shuffle]
        found = [(key, getattr(code, key)) for key in keys]
        return [(key, value) for key, value in found if value not in (None, (), False)]

    def entry(self, key: str, value: object) -> list[str]:
        if isinstance(value, dict):
            return [f"{key}:", *(f"  {language}: {self.words(text)}" for language, text in value.items())]
        if isinstance(value, tuple) and key == "examples":
            return [f"{key}:", *(" " * self.dash + f"- {self.words(text)}" for text in value)]
        if isinstance(value, str) and key in ("label", "definition"):
            return [f"{key}: {self.words(value)}  {self.comment()}"]
        return [f"{key}: {_flow(value)}"]

    def words(self, text: str) -> str:
        if "\n" in text:
            return _flow(text)
        return (
            yaml.safe_dump(text, default_style=self.quote or None, width=10**9, allow_unicode=True)
            .removesuffix("\n...\n")
            .strip()
        )


def _flow(value: object) -> str:
    """A value on one line, by PyYAML's own writer."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(text)}" for key, text in value.items()) + "}"
    if isinstance(value, str):
        return yaml.safe_dump(value, default_style='"', width=10**9, allow_unicode=True).strip()
    return str(value).lower()


hands = st.builds(
    Hand,
    st.sampled_from([0, 2]),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
    st.booleans(),
    st.sampled_from(["", "'", '"']),
    st.integers(0, 9),
)


def read(text: str) -> Codebook:
    faults = Faults("codebooks/b.yaml")
    decoded = decode(text.encode(), faults)
    assert decoded is not None
    book = read_codebook(decoded, faults)
    assert not faults.stop, faults.problems
    return book


def done(operation: Callable[[], Recoded]) -> Recoded:
    try:
        return operation()
    except QcodeError:
        assume(False)
        raise


@given(books(), hands)
@lawful
def test_what_a_hand_writes_is_read(book: Codebook, hand: Hand) -> None:
    """The ground of the laws below: the writer above and qcode's reader mean the same."""
    text = hand.write(book)
    assert read(text) == book
    assert edit_codebook(text, book, book) == text


@given(books(), hands, st.data())
@lawful
def test_what_is_written_is_read_and_all_else_stays(book: Codebook, hand: Hand, data: st.DataObject) -> None:
    text = hand.write(book)
    recoded = done(data.draw(operations(book)))
    edited = edit_codebook(text, book, recoded.book)
    assert read(edited) == recoded.book
    for line in text.splitlines():
        if line.strip().startswith("# opmerking"):
            assert line.strip() in edited
    assert edited.startswith("\ufeff") == text.startswith("\ufeff")
    assert "\r" not in edited.replace("\r\n", "")
    assert ("\r\n" in edited) == ("\r\n" in text)
    assert not any(line.endswith(" ") for line in edited.splitlines() if not line.strip()), edited


@given(books(), hands, st.data())
@lawful
def test_nothing_points_to_a_missing_code(book: Codebook, hand: Hand, data: st.DataObject) -> None:
    """An id that led to a code before leads to one after, unless it was deleted; ids and aliases stay unique."""
    recoded = done(data.draw(operations(book)))
    after = recoded.book
    gone = set(recoded.codes) if recoded.operation == "delete" else set()
    for name in (*book.by_id, *(alias for code in book.codes for alias in code.aliases)):
        assert book.resolve(name) in gone or after.resolve(name) in after.by_id
    for code in after.codes:
        assert code.parent is None or code.parent in after.by_id
        assert code.replaced_by is None or after.resolve(code.replaced_by) in after.by_id
    names = [name for code in after.codes for name in (code.id, *code.aliases)]
    assert len(names) == len(set(names))
    assert after.version == book.version + 1


@given(books(), hands, st.data())
@lawful
def test_renamed_there_and_back_is_the_same_but_for_an_alias(book: Codebook, hand: Hand, data: st.DataObject) -> None:
    """In the text, too: what differs is the version and the alias."""
    code = data.draw(st.sampled_from(book.codes))
    there = done(lambda: recode.rename(book, code.id, "z")).book
    back = recode.rename(there, "z", code.id).book
    assert [replace(c, aliases=()) for c in back.codes] == [replace(c, aliases=()) for c in book.codes]
    assert back.by_id[code.id].aliases == (*code.aliases, "z")
    text = hand.write(book)
    returned = edit_codebook(edit_codebook(text, book, there), there, back)
    plain = replace(back, version=3, codes=book.codes)
    assert edit_codebook(returned, back, plain) == text


@given(books(), hands, st.data())
@lawful
def test_moved_there_and_back_is_the_same(book: Codebook, hand: Hand, data: st.DataObject) -> None:
    """Where a code stood after another, went to the end of the top and goes back to there."""
    later = [pair for siblings in book.children.values() for pair in itertools.pairwise(siblings)]
    assume(later)
    above, code = data.draw(st.sampled_from(later))
    there = done(lambda: recode.move(book, code.id, Spot())).book
    back = recode.move(there, code.id, Spot(after=above.id)).book
    assert back.codes == book.codes
    text = hand.write(book)
    returned = edit_codebook(edit_codebook(text, book, there), there, back)
    assert read(returned) == back


@given(books(), st.data())
@lawful
def test_retired_and_restored_is_the_same(book: Codebook, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(book.codes))
    retired = done(lambda: recode.retire(book, code.id)).book
    assert recode.restore(retired, code.id).book.codes == book.codes


@given(WORDS | st.text(st.characters(exclude_categories=["Cs"]), max_size=30).filter(str.strip))
@lawful
def test_another_reader_of_yaml_reads_the_same_words(words: str) -> None:
    text = "name: B\nversion: 1\nlanguage: en\ncodes:\n- id: a\n"
    after = recode.add(read(text), "b", Given(label=words, definition=words, examples=(words,))).book
    edited = edit_codebook(text, read(text), after)
    code = yaml.safe_load(edited)["codes"][1]
    said: Text | None = after.by_id["b"].label
    assert code["label"] == code["definition"] == said


def test_a_form_that_cannot_be_spliced_is_refused() -> None:
    """One list that stands for two, by an anchor: the change would come to stand in both. Nothing is written then."""
    text = "perspectives: [boss, client]\ncodes:\n- id: b\n  perspectives: &p [boss]\n- id: c\n  perspectives: *p\n"
    after = recode.edit(read(text), "b", Given(perspectives=("client",))).book
    with pytest.raises(QcodeError, match="line by line"):
        edit_codebook(text, read(text), after)
