"""What texts say of other texts: that one is put right, replaced, or holds no longer."""

import calendar
import re

REVISION = "1"
"""Of what is here and how it is read: with another one all posts are looked through again."""

REVOKED = re.compile(
    r"효력(?:이|은|을)? ?(?:없|잃|상실)|폐지(?:합|됐|됩|되|한다|함)"
    r"|(?:이제|인자|더 ?이상|앞으로는?)[^.\n]{0,16}?"
    r"(?:[쓰보믿따르용]지|통하지|맞지|유효하지|않|못)[ ]?(?:마|말|않|못|습)"
    r"|따라 ?하지 ?(?:마|말)|이제 안 ?(?:맞|됩|돼|되|통)|틀린 (?:내용|답|말|정보|표)"
    r"|낡았|낡은 (?:문서|글|안내|기준|방법)"
    r"|(?:문서|안내서?|기준서?|규정|절차서?|글|답변?|방법)[이가은는]? ?(?:옛날|예전)"
    r"|(?:옛날|예전|옛) (?:[가-힣]{1,3} ){0,3}(?:문서|안내서?|기준|방법|방식|규정|절차|표|글|답변)"
    r"|전(?:\([^)\n]{1,20}\))? 기준(?:입|이)"
    r"|\bno longer (?:valid|works?|needed|true|appl(?:y|ies)|supported|holds?|used|the case|correct)\b"
    r"|\b(?:is|are|now) (?:outdated|out of date|obsolete|deprecated|superseded|retracted)\b|\bsupersedes\b"
    r"|\b(?:does ?n[o']t|won't) work (?:any ?more|now|since)\b|\bdo not (?:use|follow) (?:this|that|it)\b",
    re.IGNORECASE,
)
"""Something holds no longer, or is wrong."""

CHANGED = re.compile(
    r"바로잡(?:습|는|음)|정정(?:합|본|판|했|된)|[\[(](?:정정|변경|개정|수정)[\])]|^(?:정정|변경|개정) ?:"
    r"|개정(?:되|됐|합|했|판)|변경(?:되었|되어|됐|합|했)|바뀌었|바뀝니|바꿉니|바뀐 점|달라진 점"
    r"|대체(?:합|됩|됐|했|한다)|대신합니|부터 틀린"
    r"|\b(?:corrections?|errata|replaced by|in place of|update to the|instead of the old)\b"
    r"|\bthis replaces\b|\bplease (?:go|switch) back\b",
    re.IGNORECASE | re.MULTILINE,
)
"""Something is otherwise now, or is put right here."""

ADMITTED = re.compile(
    r"(?:제가|내가)[^.\n]{0,12}?(?:잘못 ?(?:짚|알|봤|보|말|읽|생각)|반대로 알|착각|졌[소네습])"
    r"|제가 (?:알던[^.\n]{0,12})?(?:옛날?|예전) |쓴 (?:건|것은?) 무시|무시해 ?주세요|헛다리"
    r"|[을를] 빼먹었네|몰랐네요"
    r"|\b(?:I was wrong|my mistake|my bad|I stand corrected|scratch that|TIL)\b",
    re.IGNORECASE,
)
"""Who writes was wrong before, or has learnt better."""

YIELDED = re.compile(
    r"\b(?:you win|good (?:point|catch), (?:you win|changed))\b|(?:지적대로|말씀대로) (?:고쳤|바꿨|수정)",
    re.IGNORECASE,
)
"""Who writes has altered what they proposed."""

DENIED = re.compile(
    r"아닙니다|아니에요|아니라|아입니더|말고[ ,]|상관없|해도 (?:똑같|그대로|소용)|범인이 아니"
    r"|지(?:는|도)? ?(?:마세요|마이소|마십시오|말아 ?주)|면 안 ?(?:됩니다|돼요)|못 ?잡"
    r"|\b(?:won't|will not|doesn't|does not) help\b",
    re.IGNORECASE,
)
"""What the words before it say is not so, or must not be done."""

NOT_THIS = re.compile(
    r"^(?:please not|not the|(?:please )?don't (?:use|touch|change|switch)) (?:the |an? )?(\w{2,20})\b",
    re.IGNORECASE | re.MULTILINE,
)
"""The word that follows must not be used, or is not what is meant."""

ALL_DENIED = re.compile(r"둘 다 아닙|모두 아닙|^neither[.,:]", re.IGNORECASE)
"""None of what was said is so."""

FORMERLY = re.compile(
    r"작년까지|재작년|지난해까지|예전|옛날|올해부터|이제는|바뀌었|개정|기준이고|별개|아니에요|아닙니다|틀렸"
)
"""Something was so once, or is so elsewhere."""

SAID_BY = re.compile(
    r"([가-힣]{2,3}) ?(?:님|씨|대리님|과장님|차장님|책임님|선임님|팀장님|매니저님|반장님|파트장님)"
    r"[이의]? ?(?:말씀|말한|설명|답변?|글|의견)"
)
"""Whose words are spoken of: a name with its address, and what they said."""

ABOVE = re.compile(
    r"위에 (?:쓰신|적으신|말씀하신|답하신) (?:분|것|내용)|(?:윗|앞) ?(?:분|글|답변|댓글)(?:은|의)"
)
"""What another reply before it says is spoken of."""

MONTH_BEFORE = re.compile(
    r"(?<![\d/.])(1[0-2]|[1-9])월(?: ?(3[01]|[12]\d|[1-9])일)?(?:에|의)? ?"
    r"(?:[^.\n]{0,12} )?(?:적은|쓴|정한|올린|게시한|공지한|안내한|드린|말씀드린|바꾸신|알려 ?드린)"
)
"""What was written in a month, or on a day, and is spoken of now."""

MONTH_THREAD = re.compile(
    r"\bthe (january|february|march|april|may|june|july|august|september|october|november|december)"
    r" (?:thread|post|notice|memo|version|announcement)\b",
    re.IGNORECASE,
)
DAY_IN_PLACE = re.compile(
    r"(1[0-2]|[1-9])월 (3[01]|[12]\d|[1-9])일(?:자| 자|에 올린)? ?(?:의 )?(?:글|공지|안내|문서|게시)"
)
"""A post of a day, which is to be read instead."""

VERSION = re.compile(r"\bv ?\d{1,3}(?:\.\d{1,3}){0,2}\b", re.IGNORECASE)
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_DOUBTED = re.compile(r"\b(?:not|nor|neither|whether|if|unless|until|when)\b|n't\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s|\n")
SENTENCE = 120
"""Characters after which a sentence counts as ended."""


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text that say something."""
    return [part for part in _SENTENCE_END.split(text) if part.strip()]


def first_sentences(text: str, number: int = 2) -> str:
    """The beginning of a text, as far as a number of sentences go."""
    return "\n".join(part[:SENTENCE] for part in sentences(text[: 2 * SENTENCE * number])[:number])


def revokes(text: str) -> bool:
    """Whether a text says of something that it holds no longer, and does not doubt it."""
    return any(
        (said := REVOKED.search(sentence)) and not _DOUBTED.search(sentence, 0, said.start())
        for sentence in sentences(text)
    )


def denied_words(text: str) -> list[str]:
    """The words that the first sentence denies: two before each denial, of which one may be its verb."""
    begins = first_sentences(text, 1)
    found = [word[1] for word in NOT_THIS.finditer(begins)]
    for one in DENIED.finditer(begins):
        found += begins[: one.start()].split()[-2:]
    return found


def speaks_of_another(text: str) -> bool:
    """Whether anything in a text may put another one right; of most texts it is not so."""
    begins = first_sentences(text, 1)
    return any(cue.search(begins) for cue in (DENIED, NOT_THIS, ALL_DENIED)) or any(
        cue.search(text) for cue in (REVOKED, CHANGED, ADMITTED, YIELDED, ABOVE, SAID_BY)
    )
