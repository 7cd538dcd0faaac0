"""What people wrote, as HTML: links, lists, quotes, code and emphasis; everything else stays as written."""

import nh3
from markupsafe import Markup

from search_api.pages.markdown import reader

TAGS = {"p", "a", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong"}
"""Nothing that loads anything: a picture from elsewhere would tell its owner who reads."""

LONGEST_READ = 100_000
"""Characters: as long as people may post. The rest of a longer document is shown as it stands."""

VERY_LONG = 1_200
"""Characters: more than a screen of a desk holds beside what else is found."""
SHOWN_AT_ONCE = 800
"""Of what is very long, so much is shown before it is asked for; the line that stands there is finished."""

_READER = reader()
# The reader writes nothing else; what cleans does not rely on it.
_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}, "pre": {"tabindex"}},
    url_schemes={"http", "https"},
    link_rel="nofollow noopener noreferrer",
)


def prose(text: str) -> Markup:
    """The text as safe HTML."""
    read = Markup(_CLEANER.clean(_READER.render(text[:LONGEST_READ])))
    return read + Markup("<p>{}</p>").format(rest) if (rest := text[LONGEST_READ:]) else read


def parted(text: str) -> tuple[str, str]:
    """What of a text is shown at once, and the rest, which is empty unless the text is very long.

    It is cut between lines, not within code, or between words where no line ends in time.
    """
    if len(text) <= VERY_LONG:
        return text, ""
    place, in_code = 0, False
    for line in text[: 2 * VERY_LONG].splitlines(keepends=True):
        if place >= SHOWN_AT_ONCE and not in_code:
            return text[:place], text[place:]
        if line.startswith("```") and "```" not in line[3:]:
            in_code = not in_code
        place += len(line)
    place = max(text.rfind(" ", SHOWN_AT_ONCE, VERY_LONG), 0) or VERY_LONG
    return text[:place], text[place:]
