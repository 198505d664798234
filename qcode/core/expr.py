"""The language of `--where` and `find`: sector = zorg AND NOT (valence = helping OR code = contact).

Names are dimensions and case attributes; AND, OR and NOT in any case; values bare, or in ' or " (twice inside: the mark
itself). An expression is three-valued (Kleene): what depends on something unknown is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from qcode.core.errors import QcodeError, Where
from qcode.core.model import Study
from qcode.core.names import ABSENT, Names, Value
from qcode.core.words import nfc

Truth = bool | None
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Test:
    """The value of this dimension or attribute is one of these."""

    __test__ = False  # its name is no invitation to pytest

    name: str
    values: frozenset[Value]


@dataclass(frozen=True, slots=True)
class Not:
    part: Expr


@dataclass(frozen=True, slots=True)
class And:
    """All of these; true when there are none."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these; false when there are none."""

    parts: tuple[Expr, ...]


Expr = Test | Not | And | Or


def compiled(expr: Expr, leaf: Callable[[Test], Callable[[T], Truth]]) -> Callable[[T], Truth]:
    """The expression as a function; `leaf` says what one test of it is true of."""
    if isinstance(expr, Test):
        return leaf(expr)
    if isinstance(expr, Not):
        inner = compiled(expr.part, leaf)
        return lambda thing: None if (truth := inner(thing)) is None else not truth
    parts = [compiled(part, leaf) for part in expr.parts]
    return parts[0] if len(parts) == 1 else _settled(parts, by=isinstance(expr, Or))


def _settled(parts: list[Callable[[T], Truth]], *, by: bool) -> Callable[[T], Truth]:
    """One part that is `by` settles it; else it is unknown when any is; else the opposite."""

    def truth(thing: T) -> Truth:
        unknown = False
        for part in parts:
            said = part(thing)
            if said is by:
                return by
            unknown = unknown or said is None
        return None if unknown else not by

    return truth


class _Token(NamedTuple):
    kind: str  # word, text (quoted), mark, end
    text: str
    at: int

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else f"'{self.text}'"

    @property
    def keyword(self) -> str:
        return self.text.upper() if self.kind == "word" else self.text if self.kind == "mark" else ""


_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>!=|=|\(|\))
          | (?P<text>"(?:[^"]|"")*" | '(?:[^']|'')*')
          | (?P<word>[^\s()=!"'](?:[^\s()=!]|!(?!=))*)
          | (?P<end>\Z)
          | (?P<wrong>.))""",
    re.VERBOSE | re.DOTALL,
)
_JOINS: dict[str, tuple[int, type[And] | type[Or]]] = {"OR": (1, Or), "AND": (2, And)}
_NOT_BINDS = 3
_RESERVED = (*_JOINS, "NOT")
_DEEPEST = 100
_COMPARES = ("=", "!=")


def parse(text: str, study: Study, *, source: str = "--where") -> Expr:
    """The expression that a text means in a study. Raises QcodeError with `source` and the column as its place."""
    return _Parser(text, Names(study), source).whole()


class _Parser:
    """Operator precedence by binding power: OR 1, AND 2, NOT 3; a comparison binds tightest."""

    def __init__(self, text: str, names: Names, source: str) -> None:
        self.names = names
        self.source = source
        self.tokens = self._tokens(text)
        self.at = 0
        self.depth = 0

    def whole(self) -> Expr:
        expr = self.expr(0)
        if self.next.kind != "end":
            raise self.wrong(self.next, "AND, OR or the end", hint="A value with spaces needs quotes: sector = 'a b'.")
        return expr

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.next
        self.at += token.kind != "end"
        return token

    def expr(self, floor: int) -> Expr:
        """One operand and all that follows it and binds tighter than `floor`."""
        left = self.operand()
        while (join := _JOINS.get(self.next.keyword)) and join[0] > floor:
            power, kind = join
            parts = [left]
            while self.next.keyword in _JOINS and _JOINS[self.next.keyword] == join:
                self.take()
                parts.append(self.expr(power))
            left = kind(tuple(parts))
        return left

    def operand(self) -> Expr:
        token = self.take()
        if token.keyword in ("NOT", "("):
            return self.nested(token)
        if token.kind in ("word", "text") and token.keyword not in _JOINS:
            return self.comparison(token)
        raise self.wrong(token, "a name, NOT or '('")

    def nested(self, token: _Token) -> Expr:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise QcodeError(f"more than {_DEEPEST} levels of NOT and parentheses", where=self.place(token))
        inner = Not(self.expr(_NOT_BINDS)) if token.keyword == "NOT" else self.expr(0)
        if token.keyword == "(" and (closing := self.take()).keyword != ")":
            raise self.wrong(closing, "AND, OR or ')'")
        self.depth -= 1
        return inner

    def comparison(self, name: _Token) -> Expr:
        operator = self.take()
        if operator.keyword not in _COMPARES:
            raise self.wrong(operator, f"= or != after '{name.text}'")
        value = self.take()
        if value.kind not in ("word", "text") or value.keyword in _RESERVED:
            raise self.wrong(value, f"a value after '{operator.text}'")
        test = self.test(name, value)
        return test if operator.text == "=" else Not(test)

    def test(self, name: _Token, value: _Token) -> Test:
        dimension = self.placed(name, lambda: self.names.name(name.text))
        if dimension == "code" and value.text not in ABSENT:
            return Test(dimension, frozenset(self.placed(value, lambda: self.names.branch(value.text))))
        return Test(dimension, frozenset({self.placed(value, lambda: self.names.value(dimension, value.text))}))

    def placed(self, token: _Token, ask: Callable[[], T]) -> T:
        """What `ask` finds; its error gets the token's column."""
        try:
            return ask()
        except QcodeError as error:
            error.where = self.place(token)
            raise

    def place(self, token: _Token) -> Where:
        return Where(self.source, 1, token.at + 1)

    def wrong(self, token: _Token, expected: str, *, hint: str = "") -> QcodeError:
        return QcodeError(f"expected {expected}, found {token}", where=self.place(token), hint=hint or EXAMPLE)

    def _tokens(self, text: str) -> list[_Token]:
        found: list[_Token] = []
        for match in _TOKEN.finditer(text):
            kind = match.lastgroup or "end"
            words, at = match[kind], match.start(kind)
            if kind == "wrong":
                what = "a closing quote" if words in "'\"" else "a name, a value or an operator"
                raise self.wrong(_Token("word", words, at), what)
            if kind == "text":
                words = words[1:-1].replace(words[0] * 2, words[0])
            found.append(_Token(kind, nfc(words), at))
            if kind == "end":
                break
        return found


EXAMPLE = "For example: sector = zorg AND NOT (valence = helping OR code = contact)"
