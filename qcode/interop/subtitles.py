"""Subtitles (WebVTT, SubRip, YouTube's SBV) as speech: cues joined to turns, everything about time and looks left out.

The libraries pass over a broken cue without a word. Its words would be missing from the interview, so what they
would drop is looked for first, and refused by line.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from qcode.core.errors import QcodeError, Where
from qcode.core.words import counted
from qcode.interop.turns import Cast, Said, Text, cast_of, labelled, written

_VTT_TIME = r"(?:\d{1,4}:)?[0-5]?\d:[0-5]?\d\.\d{1,3}"
_SRT_TIME = r"\d{1,4}[,.:]\d{1,2}[,.:]\d{1,2}[,.:]?\d{0,9}"
_SBV_TIME = r"\d{1,4}:[0-5]?\d:[0-5]?\d\.\d{3}"
_TIMES = {
    ".vtt": re.compile(rf"\s*{_VTT_TIME}\s*-->\s*{_VTT_TIME}(?:\s|\Z)"),
    ".srt": re.compile(rf"{_SRT_TIME} *--> *{_SRT_TIME}(?:\s|\Z)"),
    ".sbv": re.compile(rf"{_SBV_TIME},{_SBV_TIME}\Z"),
}
_EXAMPLES = {
    ".vtt": "00:00:01.000 --> 00:00:04.000",
    ".srt": "00:00:01,000 --> 00:00:04,000",
    ".sbv": "0:00:01.000,0:00:04.000",
}
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|\Z)")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>\n]*)>")
# Only what is a tag: a smaller-than sign in somebody's words stays.
_TAG = re.compile(r"</?(?:[biucvs]|font|lang|ruby|rt)(?:[.\s][^<>]*)?>|<\d[\d:.]*>|\{\\[^{}\n]*\}", re.IGNORECASE)

Cue = list[tuple[str | None, str]]  # the lines of a cue: the voice it names, if any, and the words


def read_subtitles(name: str, ending: str, text: str, speakers: Collection[str]) -> Text:
    """The cues of a subtitle file as turns. Raises QcodeError, with the line where known, for a malformed one."""
    payloads = _payloads(name, ending, text)
    cues = [cue for cue in map(_cue, payloads) if cue]
    cues, repeats = _unrolled(cues)
    notes = [counted(repeats, "line") + " of rolling captions left out as repeats"] if repeats else []
    return _turns(cues, _cast(cues, speakers), notes)


def language_of(text: str) -> str | None:
    """The language that a WebVTT file's head names."""
    match = re.search(r"^Language:\s*(\S+)", text.partition("\n\n")[0], re.MULTILINE | re.IGNORECASE)
    return match[1] if match else None


# From a file's text to the words of its cues


def _payloads(name: str, ending: str, text: str) -> list[str]:
    if ending != ".vtt":  # there a line of nothing but spaces belongs to its cue
        text = "\n".join(line.strip() for line in text.split("\n"))
    blocks = list(_blocks(text))
    if ending == ".vtt" and blocks and not re.match(r"WEBVTT(?:\s|\Z)", text):
        raise _malformed(name, 1, "a WebVTT file begins with a line WEBVTT", hint="Put that line at the top.")
    for at, lines in blocks[1:] if ending == ".vtt" else blocks:
        fault = _fault(ending, lines, at == blocks[0][0])
        if fault:
            raise _malformed(name, at + fault[0], fault[1], ending)
    cues = _srt(name, text) if ending == ".srt" else _webvtt(name, ending, text)
    times = sum(bool(_TIMES[ending].match(line)) for _, lines in blocks for line in lines)
    if ending != ".sbv" and len(cues) != times:  # SBV alone may have a time without words, which is no cue
        raise _malformed(
            name, 0, f"{counted(times, 'time line')} but {counted(len(cues), 'cue')} could be read", ending
        )
    return cues


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """The blocks between empty lines, each with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate((text + "\n").split("\n"), 1):
        if line:
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _fault(ending: str, lines: list[str], first: bool) -> tuple[int, str] | None:
    """What is wrong in a block, and in which of its lines, from 0."""
    if ending == ".sbv":
        return None if _TIMES[ending].match(lines[0]) else (0, "this should be the time of a cue")
    arrows = [number for number, line in enumerate(lines) if "-->" in line]
    unread = [number for number in arrows if not _TIMES[ending].match(lines[number])]
    if unread:
        return unread[0], "this is no time of a cue"
    return _stray_srt(lines, arrows, first) if ending == ".srt" else _stray_vtt(lines, arrows)


def _stray_vtt(lines: list[str], arrows: list[int]) -> tuple[int, str] | None:
    # One line before the time is the cue's identifier; more are words that belong to no cue.
    stray = (arrows[0] > 1 if arrows else True) and not _ASIDE.match(lines[0])
    return (0, "words without a time above them") if stray else None


def _stray_srt(lines: list[str], arrows: list[int], first: bool) -> tuple[int, str] | None:
    # An empty line within a cue's words is common, so a block without a time goes on with the cue before it …
    if not arrows:
        numbered = lines[0].isdecimal() and len(lines) > 1  # … but not when it has a number of its own
        return (int(numbered), "the time of this cue is missing") if first or numbered else None
    if first and (arrows[0] > 1 or (arrows[0] == 1 and not re.fullmatch(r"-?\d{1,9}", lines[0]))):
        return 0, "words without a time above them"
    return None


def _webvtt(name: str, ending: str, text: str) -> list[str]:
    try:
        import webvtt
    except ImportError:
        raise _needs(ending) from None
    from webvtt.errors import MalformedCaptionError, MalformedFileError

    if not text.strip():
        return []
    try:
        captions = webvtt.WebVTT.from_buffer(io.StringIO(text), format=ending[1:]).captions
    except (MalformedFileError, MalformedCaptionError):
        raise _malformed(name, 0, f"this can't be read as {ending}", ending) from None
    return [caption.raw_text for caption in captions]


def _srt(name: str, text: str) -> list[str]:
    try:
        import srt  # type: ignore[import-untyped]  # it ships no types
    except ImportError:
        raise _needs(".srt") from None
    try:
        # Runs of empty lines say nothing, and cost the library's pattern quadratic time.
        return [cue.content for cue in srt.parse(re.sub(r"\n{3,}", "\n\n", text.strip("\n")))]
    except (srt.SRTParseError, ValueError, OverflowError):
        raise _malformed(name, 0, "this can't be read as .srt", ".srt") from None


def _needs(ending: str) -> QcodeError:
    return QcodeError(f"reading {ending} needs an extra: pip install 'qcode[subtitles]'")


def _malformed(name: str, line: int, message: str, ending: str = "", hint: str = "") -> QcodeError:
    hint = hint or f"Above its words a cue has a line like {_EXAMPLES[ending]}, with an empty line before the next cue."
    return QcodeError(message, where=Where(name, line), hint=hint)


# From cues to turns


def _cue(payload: str) -> Cue:
    """The lines of one cue, tags removed and entities decoded; a voice holds until its tag ends or the next begins."""
    lines: Cue = []
    parts = _VOICE.split(payload)
    for voice, part in zip([None, *parts[1::2]], parts[::2], strict=True):
        inside, _, outside = part.partition("</v>") if voice else ("", "", part)
        lines += [(_label(voice), line) for line in _plain(inside)]
        lines += [(None, line) for line in _plain(outside)]
    return lines


def _label(voice: str | None) -> str | None:
    return html.unescape(voice).strip() or None if voice else None


def _plain(marked: str) -> list[str]:
    lines = html.unescape(_TAG.sub("", marked)).splitlines()
    return [line for line in (re.sub(r"[ \t]+", " ", line).strip() for line in lines) if line]


def _unrolled(cues: list[Cue]) -> tuple[list[Cue], int]:
    """The cues without the lines that captions rolling up the screen show again, and how many those were.

    Somebody who says "Ja." twice looks the same, so it is only done in a file where cues of several lines roll.
    """
    if not any(len(cue) > 1 and _overlap(last, cue) for last, cue in pairwise(cues)):
        return cues, 0
    again = [0, *(_overlap(last, cue) for last, cue in pairwise(cues))]
    return [cue[skip:] for cue, skip in zip(cues, again, strict=True)], sum(again)


def _overlap(last: Cue, cue: Cue) -> int:
    """How many lines the cue begins with that the one before it ended with."""
    return next((n for n in range(min(len(last), len(cue)), 0, -1) if last[-n:] == cue[:n]), 0)


def _cast(cues: list[Cue], speakers: Collection[str]) -> Cast:
    """Labels in the words are speakers when they recur; in a file where half of the cues has one, all of them are."""
    labels = [said.label for cue in cues for voice, line in cue if not voice and (said := labelled(line))]
    return cast_of(labels, speakers, enough=1 if 2 * len(labels) >= len(cues) else 2)


def _turns(cues: list[Cue], cast: Cast, notes: list[str]) -> Text:
    moves: list[Said] = []
    unvoiced = 0
    for cue in cues:
        if cue and not cue[0][0] and not cast.turn(cue[0][1]):
            unvoiced += not moves or not moves[-1].label
        for voice, line in cue:
            said = Said(cast.spelled(voice), line) if voice else cast.turn(line) or Said("", line)
            _join(moves, said)
    if unvoiced and any(move.label for move in moves):
        notes = [*notes, counted(unvoiced, "cue") + " without a speaker kept as text"]
    return written(_opened(moves), notes)


def _join(moves: list[Said], said: Said) -> None:
    """Add a line to the turn that runs, or begin the next one. A line without a speaker goes on with the turn."""
    if moves and said.label in ("", moves[-1].label):
        last = moves[-1]
        moves[-1] = last._replace(text=f"{last.text} {said.text}".strip())
    else:
        moves.append(said)


def _opened(moves: Iterable[Said]) -> Iterator[Said | str]:
    return (move if move.label else move.text for move in moves)
