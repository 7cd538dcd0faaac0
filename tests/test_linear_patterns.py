"""No pattern of the product takes longer than its text asks for: a post of a few dots may stop nobody's work."""

import ast
import importlib
import pkgutil
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from re import _constants as signs  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from time import process_time
from typing import Any

import pytest

from models.language.codes import code_pattern
from search_api.retrieval.lexical import _gram_pattern

ROOT = Path(__file__).parent.parent
FOLDERS = ("models", "indexer", "pipelines", "search_api")
pytestmark = pytest.mark.slow

CHARACTERS = 60_000
FEW = CHARACTERS // 10
SUSPECT_SECONDS = 0.005
"""Of the processor, for one shape of few characters, which else is tried in whole: reading them once takes a
third of it at most, reading them again at every character thirty times as much."""
MOST_SECONDS = 2
"""Of the processor, for one shape: a bound, no measurement. What reads a text once takes a thousandth of it; what
reads it again at every character takes more."""
OF_CATEGORIES = {
    signs.CATEGORY_DIGIT: "1", signs.CATEGORY_SPACE: " ", signs.CATEGORY_WORD: "a",
    signs.CATEGORY_NOT_DIGIT: "b", signs.CATEGORY_NOT_SPACE: ".", signs.CATEGORY_NOT_WORD: "-",
}  # fmt: skip
ALWAYS = ("a", "1", " ", "\n", "가")


def patterns() -> dict[str, re.Pattern[str]]:
    """Every compiled pattern of every module, by the name of where it is kept."""
    found: dict[re.Pattern[str], str] = {}
    for folder in FOLDERS:
        package = importlib.import_module(folder)
        for info in pkgutil.walk_packages(package.__path__, f"{folder}."):
            if info.name.endswith("__main__") or ".migrations" in info.name:
                continue
            try:
                module = importlib.import_module(info.name)
            except ImportError:  # an extra that is not installed
                continue
            for name, value in vars(module).items():
                for pattern in kept_in(value):
                    found.setdefault(pattern, f"{info.name}.{name}")
    found[code_pattern(["c++", "사번"])] = "models.language.codes.code_pattern"
    for gram in ("휴", "ㅋㅋ"):
        pattern = _gram_pattern(gram)
        assert pattern
        found[pattern] = "search_api.retrieval.lexical._gram_pattern"
    return {f"{name} {pattern.pattern[:40]}": pattern for pattern, name in found.items()}


def kept_in(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, tuple | list | frozenset | set):
        for one in value:
            yield from kept_in(one)
    elif isinstance(value, dict):
        yield from kept_in(list(value.values()))


def pieces(pattern: re.Pattern[str]) -> list[str]:
    """Characters and words that the pattern looks for: what it may be led on by."""
    characters: dict[str, None] = {}
    words: dict[str, None] = {}

    def walk(parts: Any) -> None:
        word = ""
        for sign, value in parts:
            if sign is signs.LITERAL:
                word += chr(value)
                characters[chr(value)] = None
                continue
            words[word] = None
            word = ""
            if sign is signs.IN:
                for kind, inner in value:
                    if kind is signs.LITERAL:
                        characters[chr(inner)] = None
                    elif kind is signs.RANGE:
                        characters[chr(inner[0])] = None
                    elif kind is signs.CATEGORY:
                        characters[OF_CATEGORIES[inner]] = None
            elif sign in (signs.MAX_REPEAT, signs.MIN_REPEAT, signs.POSSESSIVE_REPEAT):
                walk(value[2])
            elif sign is signs.SUBPATTERN:
                walk(value[3])
            elif sign is signs.BRANCH:
                for branch in value[1]:
                    walk(branch)
            elif sign in (signs.ASSERT, signs.ASSERT_NOT):
                walk(value[1])
            elif sign is signs.ATOMIC_GROUP:
                walk(value)
        words[word] = None

    walk(parser.parse(pattern.pattern, pattern.flags))
    long = [word for word in words if len(word) > 1]
    return list(dict.fromkeys([*list(characters)[:4], *ALWAYS, *long[:2]]))


def shapes(pattern: re.Pattern[str], characters: int) -> Iterator[str]:
    """Each piece again and again, between two of another one and in turns with it."""
    units = pieces(pattern)
    for first, second in product(units, repeat=2):
        yield first + second * (characters // len(second)) + first
        yield (first + second) * (characters // len(first + second))


def read(pattern: re.Pattern[str], text: str) -> None:
    """Look for the pattern in the whole text, and everywhere in it."""
    pattern.fullmatch(text)
    for _ in pattern.finditer(text):
        pass


def try_shapes(pattern: re.Pattern[str]) -> None:
    """Let a pattern read its shapes; one that takes too long ends the process."""
    for few, whole in zip(shapes(pattern, FEW), shapes(pattern, CHARACTERS), strict=True):
        began = process_time()
        resource.setrlimit(resource.RLIMIT_CPU, (int(began) + MOST_SECONDS, resource.RLIM_INFINITY))
        read(pattern, few)
        if process_time() - began > SUSPECT_SECONDS:
            read(pattern, whole)


def try_all() -> None:
    """Let every pattern read its shapes; the last line printed names the one that took too long."""
    for name, pattern in patterns().items():
        print(ascii(name), flush=True)
        try_shapes(pattern)
    # What ends the process is not what was tried.
    resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def test_every_pattern_reads_every_shape_in_the_time_of_its_length() -> None:
    # -P: this folder has a `pipelines` of its own, which would hide the package.
    run = subprocess.run(
        [sys.executable, "-P", __file__],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    tried = run.stdout.splitlines()
    assert run.returncode == 0, f"{tried[-1] if tried else 'nothing'}: {run.stderr[-500:]}"
    for folder in FOLDERS:
        assert any(name.startswith(f"'{folder}.") for name in tried), folder


def test_patterns_have_names_so_that_they_are_tried() -> None:
    """A pattern that is written where it is used is in no list."""
    loose = {"match", "search", "fullmatch", "split", "sub", "subn", "findall", "finditer"}
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for folder in FOLDERS
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr in loose) == ("re", True)
    ]
    assert found == []


@pytest.mark.parametrize("pattern", [r"[\w.]+@\w", r"[.,]+$|[가-힣]+$"])
def test_a_pattern_that_reads_again_and_again_would_be_found(pattern: str) -> None:
    program = f"import re, test_linear_patterns as t; t.try_shapes(re.compile({pattern!r}))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, cwd=Path(__file__).parent,
        env={"PYTHONPATH": str(Path(__file__).parent)},
    )  # fmt: skip
    assert run.returncode < 0


if __name__ == "__main__":
    try_all()
