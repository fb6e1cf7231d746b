"""No expression of what reads foreign text takes longer than the text is long: each is fed what makes expressions slow,
in the way that it is used."""

import ast
import importlib
import re
import time
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pipeline
from tests.sampling import sample_of

ROOMS = ("read", "fetch", "text", "verify", "discover")
EVERY = 8
N = 40_000
"""Characters: what is quadratic needs a second and more for so many, what is linear a hundredth of one."""
SECONDS = 0.5  # of processor time; five times what the slowest needs on a machine that does nothing else
ANYWHERE = ("search", "sub", "subn", "findall", "finditer", "split")
AT_THE_START = ("match", "fullmatch")
SHORT = {
    "read.html.visible": 2_000,  # values in CSS
    "read.html.style_sheet": 2_000,  # the same, and selectors
    "read.html.blocks._MARK": 12,
    "read.html.blocks._BACK": 12,
    "read.stated.json_ld._UNWRAPPED": 200,
    "read.stated.bylines": 500,  # a byline
    "read.stated.wall_words": 4_000,
    "read.posts.finder": 500,  # who wrote a post, and when
    "fetch.feeds.dates": 200,
    "text.numbers._WORD_BEFORE": 100,
}
"""What is only asked of texts that were cut to so many characters before."""
ON_ONE_LINE = ("read.stated.titles", "read.posts.body", "verify.times", "verify.likeness")
"""What is only asked of texts without two spaces in a row."""


class Use(NamedTuple):
    """An expression, where it stands, and whether it is looked for at the start of a text only."""

    pattern: str | bytes
    flags: int
    at_start: bool


def _held(value: object, depth: int = 0) -> list[re.Pattern]:
    if isinstance(value, re.Pattern):
        return [value]
    if depth > 2 or not isinstance(value, tuple | list | set | frozenset | dict):
        return []
    return [each for one in (value.values() if isinstance(value, dict) else value) for each in _held(one, depth + 1)]


def _is_re(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "re"


@cache
def uses() -> dict[Use, str]:
    """Every expression of these rooms with its first place: those that modules hold, and those written where they are
    used."""
    root = Path(pipeline.__file__).parent
    trees = {path: ast.parse(path.read_text()) for room in ROOMS for path in sorted((root / room).rglob("*.py"))}
    methods: dict[str, set[str]] = defaultdict(set)  # of a pattern by its module and name
    inline: list[tuple[Use, str]] = []
    for path, tree in trees.items():
        own = ".".join(path.relative_to(root).with_suffix("").parts)
        taken = {
            alias.name: (node.module or "").removeprefix("pipeline.")
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                methods[f"{taken.get(node.value.id, own)}.{node.value.id}"].add(node.attr)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_re(node.func.value):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and node.func.attr in (*ANYWHERE, *AT_THE_START):
                    flags = re.IGNORECASE if "IGNORECASE" in ast.unparse(node) else 0
                    inline.append((Use(first.value, flags, node.func.attr in AT_THE_START), f"{own}:{node.lineno}"))
    found: dict[Use, str] = {}
    for path in trees:
        name = ".".join(path.relative_to(root).with_suffix("").parts)
        module = importlib.import_module(f"pipeline.{name.removesuffix('.__init__')}")
        for held, value in vars(module).items():
            used = methods[f"{name}.{held}"] & {*ANYWHERE, *AT_THE_START}
            at_start = bool(used) and used <= set(AT_THE_START)
            for each in _held(value):
                found.setdefault(Use(each.pattern, each.flags, at_start), f"{name}.{held}")
    for use, where in inline:
        found.setdefault(use, where)
    return found


def pieces(pattern: str) -> list[str]:
    """What to repeat: a letter, a figure, white space, and the signs and words that stand in the expression."""
    plain = re.sub(r"\\[a-zA-Z]|\(\?[a-zA-Z:!=<>]{1,3}", " ", pattern)
    signs = re.findall(r"[<>{}()\[\]\"'/:;=,.#&|*@+-]", plain)[:8]
    words = re.findall(r"[^\W\d_]{2,12}", plain)[:4]
    return list(
        dict.fromkeys(["a", "1", " ", "a ", "\n", "<a ", "(a", *signs, *words, *(f"{word} " for word in words)])
    )


def seconds(use: Use, piece: str, size: int) -> float:
    text = (piece * (size // len(piece) + 1))[:size] + "\x00"
    given = text.encode() if isinstance(use.pattern, bytes) else text
    made = re.compile(use.pattern, use.flags)
    began = time.process_time()
    if use.at_start:
        made.match(given)
        made.fullmatch(given)
    else:
        for _ in made.finditer(given):
            pass
    return time.process_time() - began


def test_no_expression_takes_longer_than_its_text_is_long():
    slow = []
    assert len(uses()) > 300
    for use, where in sample_of(sorted(uses().items(), key=lambda each: each[1]), EVERY):
        pattern = use.pattern.decode("latin-1") if isinstance(use.pattern, bytes) else use.pattern
        size = next((most for room, most in SHORT.items() if where.startswith(room)), N)
        for piece in pieces(pattern):
            if piece.isspace() and where.startswith(ON_ONE_LINE):
                continue
            if (spent := seconds(use, piece, size)) > SECONDS:
                slow.append((where, piece, round(spent, 2), pattern[:80]))
                break
    assert slow == []
