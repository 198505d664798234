"""Importing interviews: every expected body is written out by hand, and every file is made here."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qcode.core.errors import QcodeError, Where
from qcode.core.layout import read_markdown
from qcode.interop.sources import Imported, read_source

VTT = "00:0{}.000 --> 00:0{}.000\n"


def read(ending: str, text: str, *speakers: str) -> Imported:
    return read_source(f"a{ending}", text.encode(), speakers=speakers)


def refused(name: str, data: bytes) -> QcodeError:
    with pytest.raises(QcodeError) as caught:
        read_source(name, data)
    return caught.value


def word(fill: Callable[[Document], object]) -> bytes:
    document = docx.Document()
    fill(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def repacked(data: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """The same document with some of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    change(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return stream.getvalue()


def inside(data: bytes, old: str, new: str) -> bytes:
    """The document with something in its main part replaced."""

    def change(parts: dict[str, bytes]) -> None:
        assert old.encode() in parts["word/document.xml"]
        parts["word/document.xml"] = parts["word/document.xml"].replace(old.encode(), new.encode())

    return repacked(data, change)


# Bytes and names


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.", "docx"])
def test_unknown_endings_name_the_known(name: str) -> None:
    assert refused(name, b"x").hint == "Known: .md, .markdown, .txt, .docx, .vtt, .srt, .sbv."


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.docx", "a.vtt", "a.srt", "a.sbv"])
@pytest.mark.parametrize("data", [b"", b" \r\n\n"])
def test_empty_files_hold_no_text(name: str, data: bytes) -> None:
    assert refused(name, data).message == "this holds no text"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", codecs.BOM_UTF8),
        ("a.md", b"---\nrespondent: WG01\n---\n\n"),
        ("a.vtt", b"WEBVTT\n\nNOTE nobody spoke\n"),
        ("a.docx", word(lambda document: document.add_paragraph(" "))),
    ],
)
def test_files_without_words_hold_no_text(name: str, data: bytes) -> None:
    assert refused(name, data).message == "this holds no text"


@pytest.mark.parametrize(
    "data",
    [
        "één".encode(),
        codecs.BOM_UTF8 + "één".encode(),
        "één".encode("utf-16"),
        codecs.BOM_UTF16_BE + "één".encode("utf-16-be"),
        unicodedata.normalize("NFD", "één").encode(),
    ],
)
def test_utf_comes_out_the_same(data: bytes) -> None:
    assert read_source("A.TXT", data) == Imported({}, None, "één\n", (), ("no speakers recognised",))


def test_windows_1252_is_read_with_a_note() -> None:
    found = read_source("a.txt", b"\x93\xe9\xe9n\x94 \x80 5")
    assert found.body == "“één” € 5\n"
    assert found.notes[0].startswith("encoding read as windows-1252")


@pytest.mark.parametrize(
    "data", [b"a\0b", b"PK\x03\x04\0\0", "één".encode("utf-16-le"), b"\xff\xfe\xff", b"caf\xe9 \x81"]
)
def test_binary_is_refused(data: bytes) -> None:
    assert "no text" in refused("a.txt", data).message


def test_line_ends_and_control_characters() -> None:
    found = read(".txt", "een\r\ntwee\rdrie\u2028vier\x0bvijf\x1b[31m\x07")
    assert found.body == "een\ntwee\ndrie\nvier\nvijf[31m\n"
    assert "2 control characters removed" in found.notes


# Markdown


def test_markdown_stays_as_it_is() -> None:
    body = "# Voortraject {phase=voortraject}\n\n**I:** Hoe ging dat?\n\nR: Goed.  \n\n- een\n\nLet op: niets\n"
    found = read(".md", f"---\nrespondent: WG01\ndate: 2019-03-01\n---\n\n{body}\n\n", "R")
    assert found.head == "respondent: WG01\ndate: 2019-03-01\n"
    assert (found.front, found.body, found.speakers, found.notes) == ({}, body, ("I", "R"), ())


def test_markdown_without_front_matter_or_an_unclosed_one() -> None:
    assert read(".markdown", "---\nniet dicht\n") == Imported({}, None, "---\nniet dicht\n", (), ())
    assert read(".md", "---\n---\n**A:** x").head == ""


# Plain text


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Anna:", "Anna"),
        ("ANNA:", "ANNA"),
        ("[00:01:02] Anna:", "Anna"),
        ("Anna (00:01:02):", "Anna"),
        ("0:03 Anna:", "Anna"),
        ("R1:", "R1"),
        ("Dr. O'Voorbeeld-van Twee:", "Dr. O'Voorbeeld-van Twee"),
        ("Ёж:", "Ёж"),
        ("Anna   0:03\n", "Anna"),
        ("Anna:\n\n", "Anna"),
    ],
)
def test_shapes_of_labels(label: str, name: str) -> None:
    found = read(".txt", f"{label} een\nen verder\n{label} twee")
    assert found.body == f"**{name}:** een\nen verder\n\n**{name}:** twee\n"
    assert found.speakers == (name,)


@pytest.mark.parametrize(
    "line",
    [
        "10:30 uur",
        "om 10:30 uur",
        "https://example.org",
        "Dat is wat ik zei: ja",
        "Ja, dus: nee",
        "Let op!: ja",
    ],
)
def test_what_recurs_and_is_no_label(line: str) -> None:
    assert read(".txt", f"{line}\n\n{line}").body == f"{line}\n\n{line}\n"


def test_a_label_met_once_is_text_unless_declared() -> None:
    text = "Anna: een\n\nAnna: twee\n\nBram: drie"
    found = read(".txt", text)
    assert found.body == "**Anna:** een\n\n**Anna:** twee\n\nBram: drie\n"
    assert found.notes == ("kept as text, not taken for speakers: Bram:",)
    found = read(".txt", text, "bram")
    assert found.body == "**Anna:** een\n\n**Anna:** twee\n\n**bram:** drie\n"
    assert (found.speakers, found.notes) == (("Anna", "bram"), ())


def test_turns_follow_one_another_without_an_empty_line_and_paragraphs_stay() -> None:
    found = read(
        ".txt", "Vooraf.\nI: Vraag?\nR: Antwoord\n  dat doorloopt.\n\nTweede alinea.\n\n\n\nI:\tVraag?\nR: Nee."
    )
    assert found.body == (
        "Vooraf.\n\n**I:** Vraag?\n\n**R:** Antwoord\ndat doorloopt.\n\nTweede alinea.\n\n"
        "**I:** Vraag?\n\n**R:** Nee.\n"
    )


def test_names_alone_on_their_lines() -> None:
    found = read(".txt", "Interviewer\nHoe?\n\nRespondent\nZo.\n\nInterviewer\nEn?\n\nRespondent\nOok zo.")
    assert (
        found.body
        == "**Interviewer:** Hoe?\n\n**Respondent:** Zo.\n\n**Interviewer:** En?\n\n**Respondent:** Ook zo.\n"
    )
    assert found.notes == ("taken for speakers, as they stand alone on their lines: Interviewer, Respondent",)


def test_short_answers_are_no_names() -> None:
    text = "I: Echt?\n\nJa\n\nI: Weer?\n\nJa\n\nNee\n\nNee\n"
    assert read(".txt", text).body == "**I:** Echt?\n\nJa\n\n**I:** Weer?\n\nJa\n\nNee\n\nNee\n"


def test_a_declared_name_alone_and_labels_without_words() -> None:
    assert (
        read(".txt", "Anna\n\neen\n\nBram\n\nAnna", "Anna", "Bram").body == "**Anna:** een\n\n**Bram:**\n\n**Anna:**\n"
    )


def test_time_stamps_are_noted() -> None:
    assert read(".txt", "[0:01] A: x\n[0:02] A: y\nA: z").notes == ("2 time stamps beside speakers left out",)


@pytest.mark.parametrize(
    "line", ["# kop", "#", "**Anna:** x", "---", "-----", "tekst {phase=verloop}", "{q=B3}", "x { q = B3 }"]
)
def test_accidental_structure_is_escaped(line: str) -> None:
    assert read(".txt", f"voor\n{line}").body == f"voor\n\\{line}\n"
    assert read_source("a.docx", word(lambda document: document.add_paragraph(line))).body == f"\\{line}\n"
    assert read(".srt", f"1\n00:00:01,000 --> 00:00:02,000\n{line}\n").body == f"\\{line}\n"


@pytest.mark.parametrize("line", ["-- ja", "a # b", "*nee*", "{naam}", "een {q=B3} twee"])
def test_other_marks_stay(line: str) -> None:
    assert read(".txt", line).body == f"{line}\n"


# Word


def test_word_headings_labels_bold_and_breaks() -> None:
    def fill(document: Document) -> None:
        document.add_heading("Het interview", 0)
        document.add_heading("Verloop {phase=verloop}", 2)
        document.add_paragraph("").add_run("Anna:").bold = True
        document.paragraphs[-1].add_run(" “Hoe” ging ")
        document.paragraphs[-1].add_run("dat").bold = True
        document.paragraphs[-1].add_run("?")
        document.add_paragraph("Bram: Goed,\nzei hij.")
        document.add_paragraph("")
        document.add_paragraph("Nog een alinea.")
        document.add_paragraph("Anna: En?\nBram: Ja.")

    found = read_source("a.docx", word(fill))
    assert found.body == (
        "## Het interview\n\n## Verloop {phase=verloop}\n\n**Anna:** “Hoe” ging dat?\n\n**Bram:** Goed,\nzei hij.\n\n"
        "Nog een alinea.\n\n**Anna:** En?\n\n**Bram:** Ja.\n"
    )
    assert (found.speakers, found.notes) == (("Anna", "Bram"), ())


def test_word_as_meeting_programs_export_it() -> None:
    lines = [
        "Anna Voorbeeld   0:03\nDag.",
        "Bram   0:09",
        "Dag Anna.",
        "Anna Voorbeeld   1:02:11",
        "Daar zijn we.",
        "Bram   1:02:20\nJa.",
    ]
    found = read_source("a.docx", word(lambda document: [document.add_paragraph(line) for line in lines]))
    assert (
        found.body
        == "**Anna Voorbeeld:** Dag.\n\n**Bram:** Dag Anna.\n\n**Anna Voorbeeld:** Daar zijn we.\n\n**Bram:** Ja.\n"
    )


def test_word_tables() -> None:
    def fill(document: Document) -> None:
        turns = document.add_table(4, 2)
        rows = [("Spreker", "Tekst"), ("I:", "Vraag?"), ("R", "Antwoord.\rTweede alinea."), ("I:", "Vraag: twee?")]
        for row, (left, right) in zip(turns.rows, rows, strict=True):
            row.cells[0].text = left
            for number, text in enumerate(right.split("\r")):
                paragraph = row.cells[1].paragraphs[0] if number == 0 else row.cells[1].add_paragraph()
                paragraph.text = text
        document.add_paragraph("R: Tussendoor.")
        other = document.add_table(1, 3)
        for cell, text in zip(other.rows[0].cells, ["een", "twee", "drie"], strict=True):
            cell.text = text

    assert read_source("a.docx", word(fill)).body == (
        "Spreker\n\nTekst\n\n**I:** Vraag?\n\n**R:** Antwoord.\n\nTweede alinea.\n\n**I:** Vraag: twee?\n\n"
        "**R:** Tussendoor.\n\neen\n\ntwee\n\ndrie\n"
    )


def test_word_tracked_changes_controls_and_notes() -> None:
    data = word(lambda document: document.add_paragraph("MERK"))
    run = "<w:r><w:t>{}</w:t></w:r>"
    content = (
        f"</w:t></w:r><w:ins w:id='1'>{run.format('erbij ')}</w:ins>"
        f"<w:del w:id='2'><w:r><w:delText>eraf </w:delText></w:r></w:del>"
        f"<w:moveFrom w:id='3'>{run.format('weg ')}</w:moveFrom>"
        f"<w:sdt><w:sdtContent>{run.format('veld')}</w:sdtContent></w:sdt>"
        "<w:r><w:footnoteReference w:id='1'/></w:r><w:r><w:t>"
    )
    found = read_source("a.docx", inside(data, "MERK", content))
    assert found.body == "erbij veld\n"
    assert found.notes[0] == "1 footnote left out"


@pytest.mark.parametrize("data", [b"PK", b"geen zip", word(lambda d: d.add_paragraph("x"))[:900]])
def test_damaged_word_files(data: bytes) -> None:
    assert refused("a.docx", data).message == "this can't be read as a Word document"


def test_word_of_old() -> None:
    assert "of old" in refused("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)).message


def test_word_without_its_main_parts() -> None:
    data = word(lambda document: document.add_paragraph("x"))
    for part in ("[Content_Types].xml", "_rels/.rels", "word/document.xml"):
        assert "can't be read" in refused("a.docx", repacked(data, lambda parts, part=part: parts.pop(part))).message  # type: ignore[misc]
    assert "can't be read" in refused("a.docx", inside(data, "<w:body>", "<w:bodi>")).message


def test_word_entities_are_never_expanded() -> None:
    data = word(lambda document: document.add_paragraph("MERK"))
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(9))
    for entities, use in ((bomb, "&e8;"), ('<!ENTITY f SYSTEM "file:///etc/hostname">', "&f;")):

        def change(parts: dict[str, bytes], entities: str = entities, use: str = use) -> None:
            text = parts["word/document.xml"].decode().replace("MERK", use)
            head, _, rest = text.partition("?>")
            parts["word/document.xml"] = f"{head}?><!DOCTYPE d [{entities}]>{rest}".encode()

        assert "can't be read" in refused("a.docx", repacked(data, change)).message


def test_zip_bombs_are_refused_unread() -> None:
    data = word(lambda document: document.add_paragraph("x"))
    bomb = repacked(data, lambda parts: parts.update({"word/media/a.bin": bytes(30_000_000)}))
    assert refused("a.docx", bomb).message == "this would unpack to 30 MB"
    many = repacked(data, lambda parts: parts.update({f"a/{n}": b"" for n in range(10_001)}))
    assert "unpack" in refused("a.docx", many).message


def test_names_in_a_zip_lead_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    data = repacked(word(lambda d: d.add_paragraph("x")), lambda parts: parts.update({"../../kwaad.txt": b"kwaad"}))
    monkeypatch.setattr(zipfile.ZipFile, "extract", lambda *args: opened.append(args))
    monkeypatch.setattr(zipfile.ZipFile, "extractall", lambda *args: opened.append(args))
    assert read_source("a.docx", data).body == "x\n"
    assert not opened


@pytest.mark.parametrize(
    ("ending", "library"), [("docx", "docx"), ("vtt", "webvtt"), ("sbv", "webvtt"), ("srt", "srt")]
)
def test_a_missing_extra_is_named(ending: str, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    data = {"vtt": b"WEBVTT\n\n", "srt": b"", "sbv": b"", "docx": b"x"}[ending]
    time = {
        "vtt": b"00:01.000 --> 00:02.000",
        "srt": b"1\n00:00:01,000 --> 00:00:02,000",
        "sbv": b"0:00:01.000,0:00:02.000",
    }
    extra = "docx" if ending == "docx" else "subtitles"
    error = refused(f"a.{ending}", data + time.get(ending, b"") + b"\nwoorden\n")
    assert error.message == f"reading .{ending} needs an extra: pip install 'qcode[{extra}]'"


# Subtitles


def cues(*payloads: str) -> str:
    return "WEBVTT\n\n" + "\n".join(f"{VTT.format(n, n + 1)}{payload}\n" for n, payload in enumerate(payloads))


def test_voices_become_turns() -> None:
    found = read(
        ".vtt", cues("<v Anna Vos>Een</v>", "<v.luid Anna Vos>twee.", "<v Bram>Drie</v>\n<v Anna Vos>vier</v>", "vijf")
    )
    assert found.body == "**Anna Vos:** Een twee.\n\n**Bram:** Drie\n\n**Anna Vos:** vier vijf\n"
    assert (found.speakers, found.notes) == (("Anna Vos", "Bram"), ())


def test_labels_in_cues_become_turns() -> None:
    assert read(".vtt", cues("Anna: Een", "twee", "Bram: drie")).body == "**Anna:** Een twee\n\n**Bram:** drie\n"
    once = read(".vtt", cues("Let op: Een", "twee", "drie"))
    assert (once.body, once.speakers) == ("Let op: Een twee drie\n", ())
    assert read(".vtt", cues("R: Een", "twee", "drie"), "R").body == "**R:** Een twee drie\n"


def test_cues_before_the_first_speaker_are_text() -> None:
    found = read(".vtt", cues("(muziek)", "ruis", "<v A>Dag"))
    assert found.body == "(muziek) ruis\n\n**A:** Dag\n"
    assert found.notes == ("2 cues without a speaker kept as text",)


def test_tags_and_entities() -> None:
    payload = "<c.geel>Een</c> <00:01.500><i>twee</i> &amp; 2 &lt; 3 &#35;<b>x</b>"
    assert read(".vtt", cues(payload)).body == "Een twee & 2 < 3 #x\n"
    srt = '1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<font color="#fff">2 <3 en 4> 1</font>\n'
    assert read(".srt", srt).body == "2 <3 en 4> 1\n"


def test_notes_styles_regions_and_identifiers_are_dropped() -> None:
    text = (
        "WEBVTT - titel\nKind: captions\nLanguage: nl\n\nREGION\nid:a\n\nSTYLE\n::cue { color: red }\n\n"
        "NOTE meer\nregels\n\nintro-1\n00:01.000 --> 00:02.000 align:start\nEen\n\nNOTE slot\n"
    )
    found = read(".vtt", text)
    assert (found.front, found.body) == ({"language": "nl"}, "Een\n")


def test_rolling_captions_are_said_once() -> None:
    rolling = read(
        ".vtt", cues(" \nhallo daar", "hallo daar\n ", "hallo daar\nen welkom", "en welkom\n ", "en welkom\nallen")
    )
    assert rolling.body == "hallo daar en welkom allen\n"
    assert rolling.notes[0] == "4 lines of rolling captions left out as repeats"
    assert read(".vtt", cues("Ja.", "Ja.", "<v A>Ja.")).body == "Ja. Ja.\n\n**A:** Ja.\n"


def test_srt_and_sbv() -> None:
    srt = "1\r\n00:00:01,000 --> 00:00:02,000\r\nA: Een\r\n\r\ntwee\r\n\r\n\r\n2\r\n"
    srt += "00:00:02,000 --> 00:00:03,000\r\nB: drie"
    assert read(".srt", srt).body == "**A:** Een twee\n\n**B:** drie\n"
    assert (
        read(".sbv", "0:00:01.000,0:00:02.000\nA: Een\ntwee\n\n0:00:02.000,0:00:03.000\n").body == "**A:** Een twee\n"
    )


@pytest.mark.parametrize(
    ("ending", "text", "line"),
    [
        (".vtt", "00:01.000 --> 00:02.000\nx\n", 1),
        (".vtt", "WEBVTTX\n\n00:01.000 --> 00:02.000\nx\n", 1),
        (".vtt", "WEBVTT\n\n00:01.000 --> 00:0x.000\nx\n", 3),
        (".vtt", "WEBVTT\n\n00:61.000 --> 00:62.000\nx\n", 3),
        (".vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\nlos\n", 6),
        (".vtt", "WEBVTT\n\nlos\nlos\n00:01.000 --> 00:02.000\nx\n", 3),
        (".vtt", "WEBVTT\n\nNOTEN zijn lekker\n", 3),
        (".vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nvan a --> b\n", 4),
        (".srt", "los\n", 1),
        (".srt", "1\nlos\n", 2),
        (".srt", "los\n00:00:01,000 --> 00:00:02,000\nx", 1),
        (".srt", "1\n00:00:01,000 --> 00:00:02,000\nx\n\n2\nlos\n", 6),
        (".srt", "1\n00:00:01,000 --> 00:00:0x,000\nx\n", 2),
        (".srt", "1\n99999:00:01,000 --> 99999:00:02,000\nx\n", 2),
        (".sbv", "los\n", 1),
        (".sbv", "0:00:01.000,0:00:02.000\nx\n\nlos\n", 4),
    ],
)
def test_malformed_subtitles_are_one_error_with_a_line(ending: str, text: str, line: int) -> None:
    error = refused(f"a{ending}", text.encode())
    assert error.where == Where(f"a{ending}", line)
    assert error.hint


# Laws

NAMES = [f"a{ending}" for ending in (".md", ".txt", ".docx", ".vtt", ".srt", ".sbv")]
LINES = st.sampled_from(
    [
        "WEBVTT",
        "",
        " ",
        "1",
        "00:01.000 --> 00:02.000",
        "00:00:01,000 --> 00:00:02,000",
        "0:00:01.000,0:00:02.000",
        "-->",
        "A: x",
        "A",
        "<v A>ja</v>",
        "<v >",
        "<v *>x",
        "NOTE",
        "STYLE",
        "---",
        "# x",
        "**A:** y",
        "&#10;---",
        "{q=1}",
        "e\u0301\x85\x1b",
    ]
)


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(NAMES),
    st.one_of(st.binary(max_size=200), st.lists(LINES, max_size=12).map(lambda x: "\n".join(x).encode())),
)
@example("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nx\n00:00:02,000 --> 00:00:03,000\ny")
def test_anything_is_a_clean_body_or_one_error(name: str, data: bytes) -> None:
    try:
        body = read_source(name, data).body
    except QcodeError:
        return
    assert body == unicodedata.normalize("NFC", body)
    assert body.strip()
    assert body.endswith("\n")
    assert not body.endswith("\n\n")
    assert not [char for char in body if unicodedata.category(char) == "Cc" and char not in "\n\t"]


@settings(deadline=None, max_examples=200)
@given(st.lists(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=30), max_size=8))
def test_no_word_of_a_plain_file_is_lost(lines: list[str]) -> None:
    text = unicodedata.normalize("NFC", "\n".join(["begin", *lines]))
    kept = read(".txt", text).body.replace("\\", "").replace("*", "").split()
    assert "".join(kept) == "".join(text.replace("\\", "").replace("*", "").split())


TALK = [
    "A: ja",
    "B (0:01): nee",
    "B:",
    "A",
    "{q=B3}",
    "x {phase=p}",
    "# kop",
    "**C:** x",
    "**C :** x",
    "---",
    "",
    "tekst",
]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(TALK), min_size=1, max_size=14))
def test_the_transcript_read_back_has_the_same_speakers_and_no_accidental_sections(lines: list[str]) -> None:
    text = "\n".join(["begin", *lines])
    found = read(".txt", text, "A", "B")
    layout = read_markdown(found.body, 0, {"A": "", "B": ""})
    assert tuple(dict.fromkeys(turn.speaker for turn in layout.turns)) == found.speakers
    assert set(found.speakers) <= {"A", "B"}
    assert not layout.sections


def test_hostile_subtitles_are_read_in_one_pass() -> None:
    for payload in ("<v a" * 20_000, "<c.a" * 20_000, "{\\a" * 20_000, "&" * 20_000):
        assert read(".vtt", cues(payload)).body
    assert read(".srt", "1\n00:00:01,000 --> 00:00:02,000\nx" + "\n" * 100_000 + "y").body == "x y\n"
