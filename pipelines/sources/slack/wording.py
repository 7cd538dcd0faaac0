"""All that a Slack message says: its text, and what stands in blocks, bot attachments and files beside it.

Slack writes the same thing in several of these places, and in each place things that stand nowhere else.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from pipelines.sources.slack.blocks import markup_of
from pipelines.sources.slack.fields import objects, string
from pipelines.sources.slack.markup import escaped

NO_TEXT = frozenset(("[no preview available]", "This content can't be displayed.", "Untitled"))
"""What Slack writes where there is nothing to say."""
_SIGNS = re.compile(r"[\W_]+")
_WORDS = re.compile(r"\w+")
_MESSAGE = re.compile(r"https?://[\w.-]{1,200}\.slack(-gov)?\.com/archives/", re.IGNORECASE)
"""The address of a message in Slack itself."""


def wording_of(message: dict[str, Any], subtype: str, read: Callable[[str], str]) -> str:
    """The markup of all that a message says, each thing once; `read` makes markup readable."""
    if subtype == "file_comment":
        return string(message.get("comment"), "comment") or string(message, "text")
    shared = message.get("file")
    if isinstance(shared, dict):
        # Exports up to 2018: the text is Slack's own sentence about who uploaded what.
        return _joined([string(shared.get("initial_comment"), "comment"), *_file(shared)], read)
    said = [
        string(message, "text"),
        *markup_of(message.get("blocks")),
        *(
            text
            for attachment in unfurls(message)
            if not _is_preview(attachment)
            for text in _attachment(attachment)
        ),
        *(text for file in objects(message, "files") for text in _file(file)),
    ]
    wording = _joined(said, read)
    # What a link leads to is others' words: it stands for a message that has none of its own.
    return wording or _joined([text for each in unfurls(message) for text in _attachment(each)], read)


def unfurls(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Previews and bot content, but no quoted messages: they may come from a private channel."""
    return [attachment for attachment in objects(message, "attachments") if not _is_quoted(attachment)]


def _is_quoted(attachment: dict[str, Any]) -> bool:
    """Whether it holds another message: exports of earlier years say so by where it comes from alone."""
    return any(
        attachment.get(sign)
        for sign in ("is_msg_unfurl", "is_share", "is_reply_unfurl", "channel_id", "message_blocks")
    ) or bool(_MESSAGE.match(string(attachment, "from_url", "original_url")))


def _is_preview(attachment: dict[str, Any]) -> bool:
    return bool(string(attachment, "from_url", "original_url"))


def _attachment(attachment: dict[str, Any]) -> list[str]:
    texts = [string(attachment, key) for key in ("pretext", "author_name", "title", "text")]
    texts += [
        ": ".join(filter(None, (string(field, "title"), string(field, "value"))))
        for field in objects(attachment, "fields")
    ]
    texts += markup_of(attachment.get("blocks"))
    texts += [string(action, "text") for action in objects(attachment, "actions")]
    texts += [string(attachment, "footer")]
    said = [text for text in texts if text and text not in NO_TEXT]
    # The same in short, for where nothing else can be shown; now and then it tells of more than the rest. One
    # new word is a name for what stands there (ticket, card).
    summary = string(attachment, "fallback")
    told = set(_WORDS.findall("\n".join(said).casefold()))
    more = [word for word in _WORDS.findall(summary.casefold()) if word not in told]
    return [*said, summary] if len(more) > 1 or not said else said


def _file(file: dict[str, Any]) -> list[str]:
    """A file's title or name, and what Slack shows of a snippet, post, mail, picture or recording."""
    shown = string(file, "plain_text", "preview_plain_text") or string(file, "preview")
    code = file.get("mode") == "snippet" and shown
    transcription = file.get("transcription")
    spoken = transcription.get("preview") if isinstance(transcription, dict) else None
    return [
        string(file.get("initial_comment"), "comment"),
        escaped(string(file, "title", "name")),
        f"```{escaped(shown)}```" if code else escaped(shown),
        escaped(string(file, "alt_txt")),
        escaped(string(spoken, "content")),
    ]


def _joined(texts: Iterable[str], read: Callable[[str], str]) -> str:
    """The texts, one below the other, without those that another one says too, letter for letter."""
    said = list(dict.fromkeys(text for text in texts if text and text not in NO_TEXT))
    if len(said) < 2:
        return "".join(said)
    readable = map(read, said)
    bare = [_SIGNS.sub("", text).casefold() or text for text in readable]
    kept = [
        text
        for at, text in enumerate(said)
        if not any(bare[at] in other for other in bare[:at])
        and not any(bare[at] in other and bare[at] != other for other in bare[at + 1 :])
    ]
    return "\n".join(kept)
