"""The part of Markdown that people write in a talk: links, lists, quotes, code, emphasis.

CommonMark is made for documents. In a talk a line break is meant, `#연차` is a tag, `2026. 11. 29.` a
date, `>_<` a face, `3*4*5` a product, `__init__` a name: what could mean those is left out.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, blockquote, list_block
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token
from markupsafe import escape

from search_api.pages.web_addresses import LABELLED, address_at, misleads

DEEPEST = 10
"""Levels of quotes within each other (a list takes two): more leave no room for words, and stay as typed."""
LONGEST_ITEM = 200
"""Lines of a first item behind which a second one is looked for."""

_LANGUAGE = re.compile(r"[\w+#.-]{0,20}")
_SECOND = re.compile(r"2[.)][ \t]")
_MARKER = re.compile(r"[-+*]|1[.)]")
_QUOTED = re.compile(r"(?<!>)>++(?:[ \t]|$)")
_CODE = re.compile(r"(?<!`)(`++)([^`\n]++)(`++)")
_WORD = re.compile(r"[0-9A-Za-z]")


def reader() -> MarkdownIt:
    """A parser and renderer. Every rule takes time in proportion to the text, whatever is in it."""
    # As deep as the guards below let it be: beyond its own limit the library would drop text.
    markdown = MarkdownIt("zero", {"maxNesting": 4 * DEEPEST})
    markdown.enable(["blockquote", "list", "emphasis", "balance_pairs"])
    block, inline = markdown.block.ruler, markdown.inline.ruler
    block.at("blockquote", _quote, {"alt": ["paragraph", "blockquote", "list"]})
    block.at("list", _list, {"alt": ["paragraph", "blockquote"]})
    block.before("blockquote", "fence", _fence, {"alt": ["paragraph", "blockquote", "list"]})
    block.before("blockquote", "outside", _outside, {"alt": ["paragraph", "blockquote"]})
    inline.at("emphasis", _emphasis)
    inline.before("emphasis", "code", _code)
    inline.before("emphasis", "link", _link)
    inline.before("emphasis", "address", _address)
    markdown.core.ruler.push("spaced", _spaced)
    markdown.add_render_rule("fence", _rendered_fence)
    return markdown


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    # A blank behind the sign tells a quote from >_< and >.<
    if state.level >= DEEPEST or not _QUOTED.match(_line(state, start)):
        return False
    return blockquote(state, start, end, silent)


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    # Numbers from 1 on: `2026. 11. 29.`, `3. 1. 기념식` and a heading that bears a number begin no list.
    marker = _MARKER.match(_line(state, start))
    if state.level >= DEEPEST or not marker or (marker[0][0] == "1" and not _goes_on(state, start, end)):
        return False
    return list_block(state, start, end, silent)


def _goes_on(state: StateBlock, start: int, end: int) -> bool:
    """Whether the line after a first item, and after what is indented below it, is a second item."""
    for number in range(start + 1, min(end, start + LONGEST_ITEM)):
        if not state.isEmpty(number) and state.sCount[number] <= state.sCount[start]:
            return _SECOND.match(_line(state, number)) is not None
    return False


def _outside(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A line without the sign or the indentation of what stands above it is not part of that."""
    return silent and (state.parentType == "blockquote" or state.sCount[start] < state.blkIndent)


def _fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Code between lines of ```; as Slack writes it, also behind the opening and before the closing."""
    opening = _line(state, start)
    if not opening.startswith("```") or "`" in (first := opening.lstrip("`")):
        return False
    if silent:
        return True
    code = [] if _LANGUAGE.fullmatch(first.strip()) else [first]
    number = start + 1
    while number < end:
        line = state.getLines(number, number + 1, state.sCount[start], False)
        number += 1
        if line.rstrip().endswith("```"):
            if last := line.rstrip().rstrip("`"):
                code.append(last)
            break
        code.append(line)
    state.line = number
    token = state.push("fence", "code", 0)
    token.content = "\n".join(code)
    return True


def _code(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "`":
        return False
    found = _CODE.match(state.src, state.pos, state.posMax)
    if found is None or found[1] != found[3]:
        # All of the signs at once: none of them is tried again.
        signs = state.pos
        while signs < state.posMax and state.src[signs] == "`":
            signs += 1
        if not silent:
            state.pending += state.src[state.pos : signs]
        state.pos = signs
        return True
    if not silent:
        state.push("code_inline", "code", 0).content = found[2]
    state.pos = found.end()
    return True


def _link(state: StateInline, silent: bool) -> bool:
    """`[label](address)`, unless the label pretends to be another address."""
    if state.src[state.pos] != "[" or state.linkLevel:
        return False
    found = LABELLED.match(state.src, state.pos, state.posMax)
    if found is None or misleads(found["label"], found["address"]):
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": found["address"]}
        end, state.pos, state.posMax = state.posMax, found.start("label"), found.end("label")
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.posMax = end
        state.push("link_close", "a", -1)
    state.pos = found.end()
    return True


def _address(state: StateInline, silent: bool) -> bool:
    """An address as it stands; the scheme before the colon is among the text that is read already."""
    if silent or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = next((name for name in ("https", "http") if state.pending[-5:].lower().endswith(name)), None)
    if scheme is None:
        return False
    begin = state.pos - len(scheme)
    end = address_at(state.src, begin, state.posMax)
    if end is None:
        return False
    state.pending = state.pending[: -len(scheme)]
    state.push("link_open", "a", 1).attrs = {"href": state.src[begin:end]}
    state.push("text", "", 0).content = state.src[begin:end]
    state.push("link_close", "a", -1)
    state.pos = end
    return True


def _emphasis(state: StateInline, silent: bool) -> bool:
    """`**` and `*`, and `_` alone; pairs are found by the library."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    found = state.scanDelims(state.pos, marker == "*")
    before = state.src[state.pos - 1 : state.pos]
    after = state.src[state.pos + found.length : state.pos + found.length + 1]
    # Particles follow without a blank (`**권한**을`), digits and names do so too (`2**8**3`, `*args`).
    opens = found.can_open and not _WORD.match(before)
    closes = found.can_close and not _WORD.match(after)
    if marker == "*" and found.length == 2:
        # CommonMark closes no `**` between a sign and a letter: `**"권한"**을`.
        closes = closes or bool(before.strip() and after.strip() and not _WORD.match(after))
    marks = found.length if found.length <= (3 if marker == "*" else 1) else 0
    for _ in range(marks):
        token = state.push("text", "", 0)
        token.content = marker
        state.delimiters.append(
            Delimiter(ord(marker), found.length, len(state.tokens) - 1, -1, open=opens, close=closes)
        )
    if not marks:
        state.pending += marker * found.length
    state.pos += found.length
    return True


def _spaced(state: StateCore) -> None:
    """Every item holds paragraphs: in them alone line breaks are kept."""
    for token in state.tokens:
        if token.type.startswith("paragraph"):
            token.hidden = False


def _rendered_fence(
    renderer: RendererHTML, tokens: list[Token], place: int, options: object, env: object
) -> str:
    # Reachable by keyboard, since it scrolls.
    return f'<pre tabindex="0"><code>{escape(tokens[place].content)}</code></pre>'
