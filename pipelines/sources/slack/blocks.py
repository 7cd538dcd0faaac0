"""Slack's block layout back into its message markup, one text for each block."""

from collections.abc import Iterator
from typing import Any

from pipelines.sources.slack.fields import objects
from pipelines.sources.slack.markup import escaped


def markup_of(blocks: Any) -> list[str]:
    """The markup that each of a message's `blocks` stands for; blocks without text give nothing."""
    if not isinstance(blocks, list):
        return []
    return [text for block in blocks if isinstance(block, dict) if (text := _block(block))]


def _block(block: dict[str, Any]) -> str:
    match block.get("type"):
        case "rich_text_section" | "rich_text_quote":
            return "".join(map(_leaf, _parts(block)))
        case "rich_text_preformatted":
            return f"```{''.join(map(_leaf, _parts(block)))}```"
        case "rich_text_list":
            return _lines("• " + text for part in _parts(block) if (text := _block(part)))
        case "table":
            return _lines(map(_row, block["rows"])) if isinstance(block.get("rows"), list) else ""
        case "mrkdwn" | "plain_text" | "raw_text":
            return _composed(block)
        case "markdown":
            return escaped(_string(block, "text"))
        case "image":
            return _composed(block.get("title")) or escaped(_string(block, "alt_text"))
        case "button" | "workflow_button":
            return _linked(_string(block, "url"), _composed(block.get("text")))
        case "call":
            # What it says of itself stands below a number of the block's version.
            calls = block["call"].values() if isinstance(block.get("call"), dict) else ()
            return _lines(escaped(_string(call, "name")) for call in calls if isinstance(call, dict))
        case _:
            # What a header, section, context, row of buttons or a block still to be invented says.
            texts = [_composed(block.get(key)) for key in ("title", "text", "label", "description")]
            if texts[0]:
                texts[0] = _linked(_string(block, "title_url"), texts[0])
            fields = map(_composed, objects(block, "fields"))
            beside = [block["accessory"]] if isinstance(block.get("accessory"), dict) else []
            return _lines([*texts, *fields, *map(_block, [*_parts(block), *beside])])


def _linked(address: str, label: str) -> str:
    """A label with the address that it leads to, or alone where it leads nowhere."""
    if not address or not label:
        return f"<{escaped(address)}>" if address else label
    if set("<>\n") & set(label):  # a mark holds no other, and no line's end
        return f"{label} <{escaped(address)}>"
    return f"<{escaped(address)}|{label}>"


def _lines(texts: Any) -> str:
    return "\n".join(filter(None, texts))


def _row(row: Any) -> str:
    cells = row if isinstance(row, list) else []
    return " | ".join(text for cell in cells if isinstance(cell, dict) if (text := _block(cell)))


def _parts(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return iter(objects(block, "elements"))


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
            return _linked(_string(part, "url"), escaped(_string(part, "text")))
        case "user":
            return f"<@{_string(part, 'user_id')}>"
        case "channel":
            return f"<#{_string(part, 'channel_id')}>"
        case "usergroup":
            return f"<!subteam^{_string(part, 'usergroup_id')}>"
        case "broadcast":
            return f"<!{_string(part, 'range')}>"
        case "emoji":
            return f":{_string(part, 'name')}:"
        case "date":
            fallback = escaped(_string(part, "fallback"))
            return f"<!date^{part.get('timestamp')}^{'|' if fallback else ''}{fallback}>"
        case "color":
            return escaped(_string(part, "value"))
        case _:
            return escaped(_string(part, "fallback") or _string(part, "text"))


def _string(part: dict[str, Any], key: str) -> str:
    value = part.get(key)
    return value if isinstance(value, str) else ""
