"""Every key of the desk, once: the bindings, the help and the footer are made of this."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding, BindingType


class Key(NamedTuple):
    """`keys`: as Textual names them; `shown`: as people do; `brief`: what the footer says, if it is there."""

    keys: str
    action: str
    shown: str
    what: str
    brief: str = ""


GROUPS: dict[str, tuple[Key, ...]] = {
    "Select": (
        Key("j,down", "go(1)", "j ↓", "next turn; within a turn, next row"),
        Key("k,up", "go(-1)", "k ↑", "the one before"),
        Key("l,right", "step(1)", "l →", "next turn, sentence, word or letter, as selected by"),
        Key("h,left", "step(-1)", "h ←", "the one before"),
        Key("J,shift+down", "go(1,True)", "J ⇧↓", "extend down"),
        Key("K,shift+up", "go(-1,True)", "K ⇧↑", "extend up"),
        Key("L,shift+right", "step(1,True)", "L ⇧→", "extend by one"),
        Key("H,shift+left", "step(-1,True)", "H ⇧←", "draw back by one"),
        Key("t", "unit('turn')", "t", "the whole turn", "turn"),
        Key("s", "unit('sentence')", "s", "the sentence", "sentence"),
        Key("w", "unit('word')", "w", "the word", "word"),
        Key("y", "unit('letter')", "y", "the letter"),
        Key("v", "open", "v", "extend with every move, until v or Esc", "extend"),
        Key("[", "trim('start',1)", "[", "a word less at the start"),
        Key("]", "trim('end',-1)", "]", "a word less at the end"),
        Key("{", "trim('start',-1)", "{", "a word more at the start"),
        Key("}", "trim('end',1)", "}", "a word more at the end"),
        Key("escape", "drop", "Esc", "let go: of extending, of moving ends, of a search"),
    ),
    "Go": (
        Key("n", "seek(1)", "n", "next of what n seeks: turn without a code, segment, difference or hit", "next"),
        Key("N", "seek(-1)", "N", "the one before"),
        Key("f", "finds", "f", "let n seek something else"),
        Key("/", "search", "/", "search for words", "search"),
        Key("g", "line", "g", "go to a line of the file"),
        Key("home", "edge(-1)", "Home", "the first turn"),
        Key("end,G", "edge(1)", "End G", "the last turn"),
        Key("pagedown,ctrl+d", "leaf(1)", "PgDn", "a page down"),
        Key("pageup,ctrl+b", "leaf(-1)", "PgUp", "a page up"),
        Key(">", "transcript(1)", ">", "next transcript", "transcript"),
        Key("<", "transcript(-1)", "<", "the transcript before"),
        Key(")", "case(1)", ")", "next case"),
        Key("(", "case(-1)", "(", "the case before"),
    ),
    "Code": (
        Key("c,enter", "code", "c Enter", "choose codes for the selection", "code"),
        Key("C", "new_code", "C", "a new code, named after the words selected, if qcode.yaml allows it"),
        Key("1,2,3,4,5,6,7,8,9", "favourite", "1-9", "code with a favourite (set in the palette: F1-F9)"),
        Key(".", "again", ".", "code with what was used last", "again"),
        Key("+", "valence('helping')", "+", "helping; once more takes it off", "valence"),
        Key("-", "valence('hindering')", "-", "hindering"),
        Key("b", "valence('both')", "b", "both"),
        Key("p", "phase", "p", "overrule the phase"),
        Key("m", "memo", "m", "a memo on the coding", "memo"),
        Key("x", "off", "x", "take a code off; at consensus, settle a difference with none", "off"),
        Key("r", "replace", "r", "another code; valence, phase and memo stay"),
        Key("e", "ends", "e", "move a segment's ends: select, then Enter"),
        Key("u", "undo", "u", "undo", "undo"),
        Key("ctrl+r", "redo", "^r", "redo"),
        Key("o", "observe", "o", "note an observation, with these segments as evidence"),
        Key("d", "done", "d", "this transcript is done, or open again", "done"),
    ),
    "See": (
        Key("i", "others", "i", "show or hide what colleagues coded"),
        Key("a", "adopt", "a", "adopt a colleague's coding, while they are shown"),
        Key("z", "side", "z", "the side: show or hide", "side"),
        Key("tab", "focus_side", "Tab", "to the side and back; there h l turn the tabs, Enter picks"),
        Key("#", "numbers", "#", "line numbers"),
        Key("T", "theme", "T", "dark or light"),
        Key("?,f1", "help", "?", "all keys", "keys"),
        Key("q,ctrl+q", "quit", "q", "quit: everything is saved"),
    ),
}
PALETTE = {
    "letters": "search key, name, alias and definition",
    "↑ ↓": "another code; its meaning stands beside it",
    "Tab": "mark it, to apply several at once",
    "S7+": "with a valence: +, - or ± at the end",
    "F1-F9": "make it a favourite, for the digits 1-9",
    "Enter": "apply",
    "Esc": "leave",
}
BINDINGS: list[BindingType] = [
    Binding(key.keys, key.action, key.what, show=False)
    for keys in GROUPS.values()
    for key in keys
    if key.action != "favourite"
]
BINDINGS += [Binding(digit, f"favourite('{digit}')", "favourite", show=False) for digit in "123456789"]


def footer(width: int) -> str:
    """The keys that are most of use, as many as fit."""
    useful = [key for group in ("Code", "Select", "Go", "See") for key in GROUPS[group] if key.brief]
    last = next(key for key in useful if key.brief == "keys")
    parts = [f"{key.shown.split()[0]} {key.brief}" for key in useful if key is not last]
    room = width - len(f"  {last.shown} {last.brief}") - 1
    kept: list[str] = []
    for part in parts:
        if len("  ".join([*kept, part])) > room:
            break
        kept.append(part)
    return "  ".join([*kept, f"{last.shown} {last.brief}"])
