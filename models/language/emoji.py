"""Emoji: signs that people look for as they look for words."""

import re

EMOJI = (
    "\u231a\u231b\u23e9-\u23f3\u2600-\u27bf\u2b50\u2b55\U0001f004\U0001f0cf\U0001f1e6-\U0001f1ff"
    # Without the tones of skin, which are no signs of their own.
    "\U0001f300-\U0001f3fa\U0001f400-\U0001faff"
)
"""A class of characters for a pattern, without its brackets."""

HAS_EMOJI = re.compile(f"[{EMOJI}]")
