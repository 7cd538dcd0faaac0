"""The two streams of the command line: what users wrote is shown as it is, and never acts on the terminal.

Nothing here reads markup or emoji codes: `:100:` and `[x]` in an id, name or path are what they are. Styles
stand beside the text. Characters that would move the cursor, recolour the screen or turn the order of letters
round are shown as �.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.segment import Segment
from rich.text import Text

_ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 controls, with the escape that begins every terminal's command
    "\u202a-\u202e\u2066-\u2069"  # overrides of the direction of writing
    "\ud800-\udfff]"  # half a character, which no terminal takes
)
_BREAKING = re.compile("[\t\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]+")
"""What begins a new line somewhere: a name must not look like a line of ours."""
_SHOWN_INSTEAD = "\N{REPLACEMENT CHARACTER}"


UNBROKEN = 10_000
"""Columns that no line or table fills, for programs that read them."""


def one_line(text: str) -> str:
    """A user's text for a single line."""
    return _BREAKING.sub(" ", text)


def harmless(text: str) -> str:
    """A text without the characters that a terminal acts on; line breaks and tabs stay."""
    return _ACTING.sub(_SHOWN_INSTEAD, text)


def json_text(data: object) -> str:
    """JSON that says the same and that a terminal does not act on."""
    told = json.dumps(data, ensure_ascii=False, indent=2)
    return _ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", told)


class _Harmless:
    """Anything printed, without the characters that a terminal acts on."""

    def __init__(self, printed: ConsoleRenderable) -> None:
        self.printed = printed

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self.printed, options):
            yield segment if segment.control else Segment(harmless(segment.text), segment.style)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self.printed)


class _HarmlessHook(RenderHook):
    """Whatever a console prints passes here, tables and single lines alike."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Harmless(printed) for printed in renderables]


def _console(*, stderr: bool = False) -> Console:
    # Lines are broken for a person at a terminal; for a program, a line stays a line.
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    console.soft_wrap = not console.is_terminal
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = UNBROKEN
    console.push_render_hook(_HarmlessHook())
    return console


out = _console()
err = _console(stderr=True)


def assembled(*parts: str | tuple[str, str]) -> Text:
    """One line of parts, each a text or a text with its style."""
    return Text.assemble(
        *(one_line(part) if isinstance(part, str) else (one_line(part[0]), part[1]) for part in parts)
    )


def indented(text: Text, columns: int) -> ConsoleRenderable:
    """A text with its lines moved in; at a terminal also those that it is broken into."""
    if out.soft_wrap:
        return Text(" " * columns).append_text(text)
    return Padding(text, (0, 0, 0, columns), expand=False)


def print_json(data: Mapping[str, Any] | Sequence[Any]) -> None:
    """One JSON value, whole lines."""
    out.print(json_text(data), soft_wrap=True)
