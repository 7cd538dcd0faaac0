"""How much two posts are about the same."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from models.succession import Writing

LONGEST_SUBJECT = 600
"""Characters of a text that tell what it is about."""

_ENDINGS = re.compile(
    r"(?:니다|습니|합니|입니|됩니|겁니|세요|[어에아해돼네지나가까예]요|거예|는데|지만|[으하]면|면서|해서|으로|에서|에게"
    r"|부터|까지|하[는고지다]|지는|[있없]는|[있없][습어]|그[런래게]|이[게거다]|지금|오늘|저는|제가|저희|우리|그거|때문|정도"
    r"|같[은습아]|되는|된다|것[은이]|거든|더라|심더|니더|이소)"
)
"""Pairs of syllables that stand in what is said of anything."""
_TERMS = re.compile(r"[A-Za-z][A-Za-z0-9_-]+|\d[\d.,]*\d|[가-힣]{2,}")


def terms(text: str) -> Counter[str]:
    """What a text is about: Latin words, numbers, and pairs of syllables, which hold without particles."""
    counted: Counter[str] = Counter()
    for word in _TERMS.findall(text[:LONGEST_SUBJECT]):
        if "가" <= word[0] <= "힣":
            pairs = (word[at : at + 2] for at in range(len(word) - 1))
            counted.update(pair for pair in pairs if not _ENDINGS.fullmatch(pair))
        else:
            counted[word.casefold()] += 1
    return counted


def most_alike(
    text: str, among: Sequence[Writing], all_: Sequence[Writing], least: float, *, ahead: float = 1.0
) -> Writing | None:
    """The one that shares most of what the text is about, weighed by how rare it is in all that is given.

    None where that is no more than a share of `least`, or less than `ahead` times that of the next one.
    """
    if not among:
        return None
    read = {one.id: terms(one.whole) for one in all_}
    holding = Counter(term for counted in read.values() for term in counted)
    own = terms(text)

    def weight(term: str) -> float:
        return math.log(1 + (len(read) - holding[term] + 0.5) / (holding[term] + 0.5))

    def shared(one: Writing) -> float:
        other = read[one.id]
        both = sum(weight(term) for term in own if term in other)
        size = math.sqrt(sum(map(weight, own)) * sum(map(weight, other)))
        return both / size if size else 0.0

    ranked = sorted(((shared(one), one.at, one) for one in among), reverse=True)
    share, _, best = ranked[0]
    following = ranked[1][0] if len(ranked) > 1 else 0.0
    return best if share > least and share >= ahead * following else None
