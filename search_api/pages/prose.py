"""What people wrote, as HTML: links, lists, quotes, code and emphasis; everything else stays as written."""

import nh3
from markupsafe import Markup

from search_api.pages.markdown import reader

TAGS = {"p", "a", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong"}
"""Nothing that loads anything: a picture from elsewhere would tell its owner who reads."""

LONGEST_READ = 100_000
"""Characters: as long as people may post. The rest of a longer document is shown as it stands."""

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
