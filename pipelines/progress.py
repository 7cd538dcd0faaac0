"""Long work shows what it does: a bar, how many a second, and how long it will take."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text


class Advance(Protocol):
    """Called with the amount of work just done, in the unit of the bar."""

    def __call__(self, amount: int) -> None:
        """`amount` more is done."""
        ...


def quiet(amount: int) -> None:
    """Shows nothing: for callers that watch no progress."""


class _RateColumn(ProgressColumn):
    """Posts a second, which rich has only for bytes."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s", style="progress.data.speed")


@contextmanager
def posts_bar(label: str, total: int, *, console: Console | None = None) -> Iterator[Advance]:
    """A bar over `total` posts; yields what advances it. Silent where standard error is no terminal."""
    columns = (MofNCompleteColumn(), _RateColumn())
    with _bar(label, total, columns, console) as advance:
        yield advance


@contextmanager
def bytes_bar(label: str, total: int | None, *, console: Console | None = None) -> Iterator[Advance]:
    """A bar over `total` bytes of input (None: nobody knows how many); yields what advances it."""
    columns = (DownloadColumn(), TransferSpeedColumn())
    with _bar(label, total, columns, console) as advance:
        yield advance


@contextmanager
def _bar(
    label: str, total: int | None, columns: tuple[ProgressColumn, ...], console: Console | None
) -> Iterator[Advance]:
    progress = Progress(
        TextColumn("{task.description:<12}"),
        BarColumn(),
        *columns,
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console or Console(stderr=True),
        disable=not (console or Console(stderr=True)).is_terminal,
    )
    with progress:
        task = progress.add_task(label, total=total)
        yield lambda amount: progress.advance(task, amount)
