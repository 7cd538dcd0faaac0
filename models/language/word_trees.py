"""One pattern of many words, which tries no beginning twice."""

import re
from collections import defaultdict
from collections.abc import Iterable


def word_tree(endings: Iterable[tuple[str, str]]) -> str:
    """A pattern of any of these texts, the longest that there is, each with the pattern that ends it."""
    by_first: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for text, end in endings:
        by_first[text[:1]].append((text[1:], end))
    ends = [end for _, end in by_first.pop("", [])]
    ways = [re.escape(first) + word_tree(rest) for first, rest in by_first.items()]
    return f"(?:{'|'.join(ways + ends)})" if len(ways + ends) > 1 else "".join(ways + ends)
