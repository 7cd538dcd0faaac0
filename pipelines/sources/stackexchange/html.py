"""The HTML of questions and answers, and the light markup of comments, as readable text."""

import re
from typing import NamedTuple

from inscriptis import Inscriptis
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.html_properties import WhiteSpace
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_element import HtmlElement
from lxml import etree, html

# Inside <pre>, <code> would otherwise lose the line breaks.
_CSS = {**STRICT_CSS_PROFILE, "code": HtmlElement(whitespace=WhiteSpace.pre)}
_CONFIG = ParserConfig(css=_CSS)
_NETWORK = ("http://", "https://", "ftp://")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*+\n){2,}+")
_LABELLED = re.compile(r"\[([^\[\]\n]+)\]\((https?://[^\s()]+)\)")
_ADDRESS = re.compile(r"https?://[^\s<>()\"']*[^\s<>()\"'.,;:!?]")


class Readable(NamedTuple):
    """A text as people read it and the addresses that it links to."""

    text: str
    links: tuple[str, ...]


def read_html(source: str) -> Readable:
    """The text of an HTML fragment, laid out as a browser would; broken HTML is read as browsers read it."""
    try:
        tree = html.fromstring(f"<div>{source}</div>")
    except (etree.ParserError, etree.XMLSyntaxError):
        return Readable("", ())
    links = dict.fromkeys(address for address in tree.xpath("//a/@href") if address.startswith(_NETWORK))
    text = Inscriptis(tree, _CONFIG).get_text()
    return Readable(_BLANK_LINES.sub("\n\n", text).strip(), tuple(map(str, links)))


def read_comment(source: str) -> Readable:
    """The text of a comment: plain, but for `[label](address)`."""
    text = _LABELLED.sub(r"\1 (\2)", source)
    return Readable(text.strip(), tuple(dict.fromkeys(_ADDRESS.findall(text))))
