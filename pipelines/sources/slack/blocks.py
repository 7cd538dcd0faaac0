"""Slack's block layout back into its message markup: for messages whose `text` is empty."""

from collections.abc import Iterator
from typing import Any

from pipelines.sources.slack.markup import escaped


def markup_of(blocks: Any) -> str:
    """The markup that a message's `blocks` stand for; blocks without text give nothing."""
    if not isinstance(blocks, list):
        return ""
    return "\n".join(text for block in blocks if isinstance(block, dict) if (text := _block(block)))


def _block(block: dict[str, Any]) -> str:
    match block.get("type"):
        case "rich_text" | "rich_text_list" | "context":
            bullet = "• " if block["type"] == "rich_text_list" else ""
            return "\n".join(bullet + text for part in _parts(block) if (text := _block(part)))
        case "rich_text_section" | "rich_text_quote":
            return "".join(map(_leaf, _parts(block)))
        case "rich_text_preformatted":
            return f"```{''.join(map(_leaf, _parts(block)))}```"
        case "section":
            fields = block.get("fields")
            texts = [block.get("text"), *(fields if isinstance(fields, list) else [])]
            return "\n".join(text for part in texts if (text := _composed(part)))
        case "header" | "image" | "video":
            return _composed(block.get("text") or block.get("title"))
        case "mrkdwn" | "plain_text":
            return _composed(block)
        case "markdown":
            return escaped(_string(block, "text"))
        case _:
            return ""


def _parts(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    elements = block.get("elements")
    return (part for part in elements if isinstance(part, dict)) if isinstance(elements, list) else iter(())


def _composed(value: Any) -> str:
    """A text object: markup as it is, plain text escaped."""
    if not isinstance(value, dict):
        return ""
    text = _string(value, "text")
    return text if value.get("type") == "mrkdwn" else escaped(text)


def _leaf(part: dict[str, Any]) -> str:
    match part.get("type"):
        case "text":
            return escaped(_string(part, "text"))
        case "link":
            label = escaped(_string(part, "text"))
            return f"<{escaped(_string(part, 'url'))}{'|' if label else ''}{label}>"
        case "user":
            return f"<@{_string(part, 'user_id')}>"
        case "channel":
            return f"<#{_string(part, 'channel_id')}>"
        case "broadcast":
            return f"<!{_string(part, 'range')}>"
        case "emoji":
            return f":{_string(part, 'name')}:"
        case _:
            return escaped(_string(part, "fallback"))


def _string(part: dict[str, Any], key: str) -> str:
    value = part.get(key)
    return value if isinstance(value, str) else ""
