"""Splices in YAML text. Each expected text is written by hand: what it differs in is the whole change."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from yaml import MappingNode

from qcode.core.errors import QcodeError
from qcode.core.model import Coded, CodingSet, Segment
from qcode.store.codec_codings import read_codings
from qcode.store.edit_codings import edit_codings
from qcode.store.reading import Faults
from qcode.store.rendering import plain, quoted
from qcode.store.yamltext import Splicer, list_of

FILE = """\
# Anna, eerste ronde
transcript: werkgever.md
coder: 'anna'      # met de hand
status: open  # nog niet af
segments:
# over de start
- quote: >
    Hij zei
    niets.
  codes: [motivatie, selectie]
- id: k2
  quote: tweede
  codes:
    - motivatie   # twijfel
    - code: selectie
      valence: helping
      # waarom helpend?
  memo: |
    Nog eens
    lezen.

# het slot
- {id: k3, quote: "derde", codes: [nazorg]}
"""


def read(text: str) -> CodingSet:
    return read_codings(text, "2", Faults("cases/2/codings/werkgever.anna.yaml"))


def edited(after: CodingSet, text: str = FILE) -> str:
    return edit_codings(text, read(text), after)


def with_segment(slot: int, **changes: object) -> CodingSet:
    before = read(FILE)
    segments = list(before.segments)
    segments[slot] = replace(segments[slot], **changes)  # type: ignore[arg-type]
    return replace(before, segments=tuple(segments))


def swapped(old: str, new: str) -> str:
    assert FILE.count(old) == 1
    return FILE.replace(old, new)


def test_a_new_file() -> None:
    codings = CodingSet(
        "werkgever.md",
        "anna",
        (
            Segment(
                "k7q2m9xa",
                'zei: "nee"\nen toen',
                (Coded("vertrouwensband"), Coded("intermediair", "hindering", "natraject", "zie 2")),
                line=14,
                before="",
                after=" # en",
                text="0" * 40,
                memo="?",
            ),
        ),
        codebook_version=3,
        text="9f2c",
    )
    assert edit_codings(None, None, codings) == (
        "transcript: werkgever.md\n"
        "coder: anna\n"
        "status: open\n"
        "codebook_version: 3\n"
        "text: 9f2c\n"
        "segments:\n"
        "- id: k7q2m9xa\n"
        "  line: 14\n"
        '  quote: "zei: \\"nee\\"\\nen toen"\n'
        '  before: ""\n'
        '  after: " # en"\n'
        f'  text: "{"0" * 40}"\n'
        "  codes:\n"
        "  - vertrouwensband\n"
        "  - code: intermediair\n"
        "    valence: hindering\n"
        "    phase: natraject\n"
        '    memo: "zie 2"\n'
        '  memo: "?"\n'
    )


def test_head_fields_change_in_place_and_new_ones_come_in_order() -> None:
    after = replace(read(FILE), status="done", codebook_version=2, text="9f2c")
    assert edited(after) == swapped("open  # nog niet af\n", "done  # nog niet af\ncodebook_version: 2\ntext: 9f2c\n")


def test_what_a_hand_written_segment_lacks_is_filled_in() -> None:
    after = with_segment(0, id="k1", line=4, before="voor", after="na", text="9f2c")
    text = swapped("- quote: >\n", "- id: k1\n  line: 4\n  quote: >\n")
    filled = '    niets.\n  before: "voor"\n  after: "na"\n  text: 9f2c\n  codes: ['
    assert edited(after) == text.replace("    niets.\n  codes: [", filled)


def test_a_new_segment_is_its_own_lines_and_no_other() -> None:
    before = read(FILE)
    new = Segment("k9", "nieuw", (Coded("nazorg"), Coded("selectie", valence="both")), line=9)
    at = "    lezen.\n"
    lines = '- id: k9\n  line: 9\n  quote: "nieuw"\n  codes:\n    - nazorg\n    - code: selectie\n      valence: both\n'
    after = replace(before, segments=(*before.segments[:2], new, before.segments[2]))
    # The last segment that has codes writes them on one line, so this one does too.
    inline = lines.split("  codes:")[0] + "  codes: [nazorg, {code: selectie, valence: both}]\n"
    assert edited(after) == swapped(at, at + inline)
    block = FILE.split("\n# het slot")[0]
    after = replace(read(block), segments=(*read(block).segments, new))
    assert edited(after, block) == block + lines


def test_a_new_first_segment() -> None:
    before = read(FILE)
    after = replace(before, segments=(Segment("k0", "eerste", ()), *before.segments))
    assert edited(after) == swapped("- quote: >", '- id: k0\n  quote: "eerste"\n  codes: []\n- quote: >')


def test_a_segment_goes_and_the_comments_around_it_stay() -> None:
    before = read(FILE)
    after = replace(before, segments=(before.segments[0], before.segments[2]))
    start, end = FILE.index("- id: k2"), FILE.index("\n# het slot")
    assert edited(after) == FILE[:start] + FILE[end:]


def test_all_segments_go_and_one_comes() -> None:
    none = edited(replace(read(FILE), segments=()))
    assert none.endswith("segments:\n# over de start\n\n# het slot\n")
    one = edited(replace(read(none), segments=(Segment("k1", "x", ()),)), none)
    assert one == none.replace("segments:\n", 'segments:\n- id: k1\n  quote: "x"\n  codes: []\n')


@pytest.mark.parametrize(
    ("slot", "codes", "old", "new"),
    [
        (0, ("motivatie",), "[motivatie, selectie]", "[motivatie]"),
        (0, ("selectie",), "[motivatie, selectie]", "[selectie]"),
        (0, ("motivatie", "nazorg", "selectie"), "[motivatie, selectie]", "[motivatie, nazorg, selectie]"),
        (0, (), "[motivatie, selectie]", "[]"),
        (2, ("x", "nazorg"), "[nazorg]", "[x, nazorg]"),
    ],
)
def test_codes_on_one_line(slot: int, codes: tuple[str, ...], old: str, new: str) -> None:
    assert edited(with_segment(slot, codes=tuple(map(Coded, codes)))) == swapped(old, new)


def test_a_code_gets_a_valence() -> None:
    first, second = read(FILE).segments[1].codes
    after = with_segment(1, codes=(replace(first, valence="hindering", memo="één\ntwee"), second))
    lines = '    - code: motivatie   # twijfel\n      valence: hindering\n      memo: "één\\ntwee"\n'
    assert edited(after) == swapped("    - motivatie   # twijfel\n", lines)
    first, second = read(FILE).segments[0].codes
    after = with_segment(0, codes=(first, replace(second, valence="both")))
    assert edited(after) == swapped("[motivatie, selectie]", "[motivatie, {code: selectie, valence: both}]")


def test_a_code_loses_its_valence_and_the_comment_stays() -> None:
    after = with_segment(1, codes=(Coded("motivatie"), Coded("selectie", phase="na")))
    assert edited(after) == swapped("      valence: helping\n", "      phase: na\n")


def test_codes_in_block_style_come_and_go() -> None:
    first, second = read(FILE).segments[1].codes
    after = with_segment(1, codes=(Coded("no"), first, second, Coded("nazorg")))
    text = swapped("    - motivatie   # twijfel\n", '    - "no"\n    - motivatie   # twijfel\n')
    assert edited(after) == text.replace("valence: helping\n", "valence: helping\n    - nazorg\n")
    assert edited(with_segment(1, codes=(second,))) == swapped("    - motivatie   # twijfel\n", "")


def test_a_memo_changes_comes_and_goes() -> None:
    assert edited(with_segment(1, memo="klaar")) == swapped("|\n    Nog eens\n    lezen.\n", '"klaar"\n')
    assert edited(with_segment(1, memo=None)) == swapped("  memo: |\n    Nog eens\n    lezen.\n", "")
    assert edited(with_segment(0, memo="x")) == swapped(", selectie]\n", ', selectie]\n  memo: "x"\n')
    assert edited(with_segment(2, memo="x")) == swapped("[nazorg]}", '[nazorg], memo: "x"}')


def test_segments_change_places_with_the_comments_above_them() -> None:
    one, two, three = read(FILE).segments
    head, first = FILE.split("# over de start\n")
    first = "# over de start\n" + first.split("- id: k2")[0]
    second = "- id: k2" + FILE.split("- id: k2")[1].split("\n# het slot")[0]
    third = "# het slot" + FILE.split("# het slot")[1]
    assert edited(replace(read(FILE), segments=(three, one, two))) == head + third + first + "\n" + second


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("empty", ["segments: []  # leeg", "segments:  # leeg", "segments: ~  # leeg", ""])
def test_the_first_segment_of_a_file(newline: str, bom: str, empty: str) -> None:
    head = f"{bom}transcript: t.md{newline}coder: c"
    text = head + (newline + empty if empty else "")
    before = CodingSet("t.md", "c")
    after = replace(before, segments=(Segment("k1", "x", (Coded("a"),)),))
    lines = ["- id: k1", '  quote: "x"', "  codes:", "  - a"]
    comment = "segments:  # leeg" if empty else "segments:"
    assert edit_codings(text, before, after) == newline.join([head, comment, *lines])


def test_json_is_yaml_too() -> None:
    text = '{"transcript": "t", "coder": "c", "segments": [{"quote": "a", "codes": ["x"]}]}'
    before = read(text)
    (segment,) = before.segments
    after = replace(before, status="done", segments=(Segment("k0", "b", ()), replace(segment, id="k1", memo="m")))
    expected = (
        '{"transcript": "t", "coder": "c", status: done, "segments": [{id: k0, quote: "b", codes: []}, '
        '{id: k1, "quote": "a", "codes": ["x"], memo: "m"}]}'
    )
    assert edit_codings(text, before, after) == expected


def test_what_cannot_be_spliced_is_refused() -> None:
    text = "transcript: t\ncoder: c\nsegments:\n- quote: a\n  codes: &c [x]\n- quote: b\n  codes: *c\n"
    before = read(text)
    one, two = before.segments
    with pytest.raises(QcodeError, match="line by line"):
        edit_codings(text, before, replace(before, segments=(one, replace(two, codes=(Coded("y"),)))))


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("vertrouwensband", True), ("één-twee_3", True), ("werkgever.md", True), ("k7q2m9xa", True), ("9f2c", True),
        ("no", False), ("On", False), ("null", False), ("~", False), ("02", False), ("1e5", False), ("0x1f", False),
        ("12_3", False), ("a b", False), ("a: b", False), ("-", False), ("", False), ("a.", False), ("#a", False),
    ],
)  # fmt: skip
def test_names_need_no_quotation_marks_where_every_reader_agrees(text: str, safe: bool) -> None:
    assert plain(text) == (text if safe else quoted(text))
    assert yaml.safe_load(plain(text)) == text


def test_keys_and_items_are_set_where_they_belong() -> None:
    text = "# casus\ninterviews:\n  - perspective: werkgever  # gebeld\n    held: false\n\noutcome: x\n"
    lines = "  - perspective: gemeente\n    held: false\n"
    for key, value, expected in (
        ("held", "true", text.replace("false", "true")),
        ("consent", "given", text.replace("false", "false\n    consent: given")),
        (None, {"perspective": "gemeente", "held": "false"}, text.replace("\n\n", "\n" + lines + "\n")),
    ):
        splicer = Splicer(text)
        items = list_of(splicer.root, "interviews")
        assert items is not None
        if key is None:
            splicer.insert(items, 1, value)
        else:
            splicer.set(items.value[0], key, value)
        assert splicer.result() == expected


def test_a_list_begins_under_a_new_key() -> None:
    splicer = Splicer("outcome: x")
    assert isinstance(splicer.root, MappingNode)
    splicer.set(splicer.root, "interviews", [{"perspective": "gemeente", "held": "false"}])
    assert splicer.result() == "outcome: x\ninterviews:\n- perspective: gemeente\n  held: false"


def test_an_item_joins_a_list_on_one_line() -> None:
    splicer = Splicer("namen: [a]\n")
    items = list_of(splicer.root, "namen")
    assert items is not None
    splicer.insert(items, 1, "b")
    assert splicer.result() == "namen: [a, b]\n"
