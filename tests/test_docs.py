"""Every `dure …` line in a code block of the documentation is run, on a home of its own."""

import json
import re
import shlex
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.errors import DureError
from search_api.cli.commands import cli

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
SAMPLE = ROOT / "pipelines" / "sample"
FOLDERS = ("benchmarks", "docs", "indexer", "models", "pipelines", "scripts", "search_api", "tests")
WRITTEN = sorted(
    [
        *ROOT.glob("*.md"),
        *(file for folder in FOLDERS for end in ("md", "py") for file in (ROOT / folder).rglob(f"*.{end}")),
    ]
)
"""Everything in which somebody may have named a file of ours, or a module to run."""
SERVING = ("serve", "demo")
"""They do not end by themselves; tests/command_line runs them."""


def commands(page: Path) -> list[str]:
    blocks = re.findall(r"^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [line.partition(" #")[0].strip() for line in lines if re.match(r"dure [a-z]", line)]


def slack_export() -> dict[str, object]:
    return {
        "users.json": [{"id": "U1", "name": "garam", "profile": {"real_name": "한가람"}}],
        "channels.json": [{"id": "C1", "name": "사내-it", "members": ["U1"]}],
        "사내-it/2026-03-04.json": [
            {"type": "message", "user": "U1", "text": "VPN 접속이 안 돼요", "ts": "1772600000.000100"}
        ],
    }


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the documentation speaks of."""
    folder = tmp_path_factory.mktemp("docs")
    with zipfile.ZipFile(folder / "export.zip", "w") as export:
        for name, content in slack_export().items():
            export.writestr(name, json.dumps(content))
    (folder / "dump").mkdir()
    row = '<row Id="1" PostTypeId="1" CreationDate="2024-03-04T09:00:00.123" Title="복구" Body="&lt;p&gt;어떻게?&lt;/p&gt;"/>'
    (folder / "dump" / "Posts.xml").write_text(f"<posts>{row}</posts>", encoding="utf-8")
    # The networks that all companies share: enough to ask, and soon read.
    lines = (path.read_text(encoding="utf-8") for path in sorted(SAMPLE.glob("*.jsonl")))
    (folder / "posts.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


def test_the_documentation_shows_commands() -> None:
    assert len(commands(ROOT / "README.md")) >= 5


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    # A translation shows the same commands, which are run once.
    {tuple(commands(page)): page for page in PAGES if commands(page)}.values(),
    ids=lambda page: page.name,
)
def test_the_commands_of_a_page_run(page: Path, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)
    monkeypatch.setenv("DURE_HOME", str(workplace / f"home-{page.stem}"))
    shown = [shlex.split(command)[1:] for command in commands(page)]
    if shown[0][0] != "ingest":
        run("ingest", "jsonl", "posts.jsonl")
    for arguments in shown:
        if arguments[0] not in SERVING:
            run(*arguments)


def run(*arguments: str) -> None:
    result = CliRunner().invoke(cli, arguments)
    if result.exception and not isinstance(result.exception, DureError | SystemExit):
        raise result.exception
    assert result.exit_code == 0, f"{shlex.join(arguments)}\n{result.output}"


def test_every_file_named_in_docs_and_comments_is_there() -> None:
    """Between backticks or in a link; a folder that moves takes what is said of it along."""
    named = re.compile(rf"`((?:{'|'.join(FOLDERS)})/[\w./*-]+)")
    gone = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in WRITTEN
        for name in named.findall(page.read_text(encoding="utf-8"))
        if not any(ROOT.glob(name.rstrip("/.")))
    ]
    assert gone == []


def test_every_link_of_a_page_leads_somewhere() -> None:
    """To a file that is there, and in it to a heading."""
    broken = []
    for page in WRITTEN:
        if page.suffix != ".md":
            continue
        # What stands between backticks is shown, and leads nowhere.
        text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            file, _, heading = link.partition("#")
            target = page.parent / file if file else page
            if "://" in link or file.startswith("mailto:"):
                continue
            if not target.exists() or (heading and heading not in anchors(target)):
                broken.append(f"{page.relative_to(ROOT)}: {link}")
    assert broken == []


def anchors(page: Path) -> set[str]:
    """The headings of a page, as links name them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_module_that_docs_say_to_run_is_there() -> None:
    told = {
        (page.relative_to(ROOT).as_posix(), module)
        for page in WRITTEN
        for module in re.findall(
            r"python -m ((?:" + "|".join(FOLDERS) + r")[\w.]*)", page.read_text(encoding="utf-8")
        )
    }
    assert {module for _, module in told} >= {"benchmarks.fusion"}
    for page, module in told:
        place = ROOT.joinpath(*module.split("."))
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), f"{page}: {module}"
