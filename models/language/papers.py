"""Compounds of office papers that an analyser cuts anywhere: 안전점검표 is 안전, 점검, 표, no 안, 전점, 검표.

What a paper is for is a known noun, and so is what stands before it: an odd cut through both is only cheaper.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Sequence
from operator import attrgetter

from models.language.analyzer import Role, Term, Token
from models.language.laid_words import standing
from models.language.word_trees import word_tree

_KINDS = {
    "표": "검사 검수 견적 계획 관리 교육 근무 배치 분장 비교 실사 업무 일정 작업 점검 조사 집계 평가 현황",
    "서": "검사 검수 견적 결의 경위 계약 계획 기안 동의 명세 발주 사유 서약 설명 승인 시방 신청 요청 위임"
    " 의뢰 인수인계 점검 제안 증명 지시 청구 통보 평가 품의 합의 협조 확인",
    "일지": "검사 관리 교육 근무 당직 생산 순찰 업무 운영 작업 점검 출입",
    "대장": "검사 관리 교육 반출 작업 점검 지급 출입 폐기",
    "양식": "견적 결의 기안 보고 신청 요청 점검 품의",
    "록": "회의",
    "률": "가동",  # no paper, but cut as badly
}
_REPORTED = (
    "결과 검사 교육 분기 분석 불량 사고 상황 시험 실적 안전 업무 연간 연구 완료 월간 일일 작업 장애 점검 조사"
    " 주간 진행 최종 출장 품질 현황"
)
"""Two syllables each, before 보고서: in 영화보고서 somebody has seen a film."""
_MAYBE = {"일지": "(?!(?:는|은|도)? ?모[르른를릅]|라도|언정)"}
"""마지막 작업일지 모른다: it may be the last."""
_BORDERS = {stem + kind: len(stem) for kind, stems in _KINDS.items() for stem in stems.split()}
_BORDERS["보고서"] = 2
_REPORT = "|".join(f"(?<=(?:{'|'.join(_REPORTED.split())}){blank}보고서)" for blank in ("", " "))
PAPER = re.compile(
    word_tree(
        (paper, f"(?:{_REPORT})" if paper == "보고서" else _MAYBE.get(paper[border:], ""))
        for paper, border in _BORDERS.items()
    )
)
"""Texts without it, which are most, hold none."""
_HANGUL = re.compile("[가-힣]")
_start_of, _end_of = attrgetter("start"), attrgetter("end")
_BOUND = ("서", "록", "률")
"""Kinds that are no words by themselves."""
_SHORT = 3
"""Syllables of a paper whose noun means little without its kind."""
_LEAST = 2
"""Syllables of a noun that is no accident: 공정재 is no noun before 점검표."""
_NUMBERS = frozenset(("NR", "NNBC"))
_NOMINAL = ("N", "XSN")

Read = Callable[[str, int, list[Token]], None]
"""Appends the tokens of a piece of text that begins at an offset."""


def with_papers(text: str, tokens: list[Token], read: Read, known: Container[str]) -> list[Token]:
    """The tokens of a text, those of a paper and of what stands before it cut where their nouns meet.

    What is read as nouns already, or holds one of the `known` words of the company, stays as it is.
    """
    result: list[Token] = []
    done = 0
    for paper in PAPER.finditer(text):
        start, end = paper.span()
        border = start + _BORDERS[paper[0]]
        first = bisect_right(tokens, start, key=_end_of)
        word = standing(text, tokens, first, end) if first >= done else None
        inside = tokens[first : word.past] if word else []
        if not word or any(text[token.start : token.end] in known for token in inside):
            continue
        stem = [token for token in inside if token.end <= border]
        joins = _follows_noun(text, tokens, first)
        whole = _are_nouns(inside, end) and (len(inside) == 1 or _are_nouns(stem, border))
        if whole and (joins or inside[0].start == start):
            continue
        apart = inside[0].start < start or (len(stem) == 1 and not _is_one(paper[0]))
        if joins and apart and _are_nouns(stem, border):
            first, cut = first + len(stem), [_noun(text, border, end)]
        elif (before := _before(text, tokens, first, start, read)) and before[0] >= done:
            first, cut = before
            cut += _paper(text, start, border, end, read)
        else:
            continue
        result += [*tokens[done:first], *cut, *word.particle]
        done = word.past
    return result + tokens[done:]


def _follows_noun(text: str, tokens: Sequence[Token], place: int) -> bool:
    """Whether the syllable directly before a token, if there is one, ends a noun."""
    start = tokens[place].start
    if not place or not _HANGUL.match(text[start - 1]):
        return True
    return tokens[place - 1].tag.startswith(_NOMINAL)


def _before(
    text: str, tokens: Sequence[Token], first: int, start: int, read: Read
) -> tuple[int, list[Token]] | None:
    """From which token on a text is read anew, and how up to a paper; None where no nouns stand before it."""
    if tokens[first].start == start:
        return (first, []) if _follows_noun(text, tokens, first) else None
    begin = start
    while begin and _HANGUL.match(text[begin - 1]):
        begin -= 1
    first = bisect_left(tokens, begin, hi=first, key=_start_of)
    found: list[Token] = []
    read(text[begin:start], begin, found)
    nouns = all(token.tag.startswith(_NOMINAL) for token in found)
    last = found[-1].end - found[-1].start >= _LEAST or all(token.tag in _NUMBERS for token in found)
    return (first, found) if nouns and last and tokens[first].start == begin else None


def _paper(text: str, start: int, border: int, end: int, read: Read) -> list[Token]:
    """The tokens of a paper as it is read alone, or else of its two nouns: as one compound, or apart."""
    alone: list[Token] = []
    read(text[start:end], start, alone)
    if _are_nouns(alone, end) and (len(alone) == 1 or (len(alone) == 2 and alone[0].end == border)):
        return alone
    if not _is_one(text[start:end]):
        stem: list[Token] = []
        read(text[start:border], start, stem)
        return [
            *(stem if _are_nouns(stem, border) else [_noun(text, start, border)]),
            _noun(text, border, end),
        ]
    nouns = (_noun(text, start, border), _noun(text, border, end))
    parts = (term._replace(role=Role.PART) for noun in nouns for term in noun.terms)
    return [Token(start, end, "NNG", (Term(text[start:end], start, end, "NNG", Role.COMPOUND), *parts))]


def _is_one(paper: str) -> bool:
    """Whether it is one word: 확인서, and not two, 작업 일지, nor one whole without its kind, 인수인계."""
    return paper.endswith(_BOUND) and len(paper) == _SHORT


def _noun(text: str, start: int, end: int) -> Token:
    return Token(start, end, "NNG", (Term(text[start:end], start, end, "NNG"),))


def _are_nouns(tokens: Sequence[Token], end: int) -> bool:
    """Whether there are tokens up to a place, and all are nouns."""
    return bool(tokens) and tokens[-1].end == end and all(it.tag[0] == "N" and it.terms for it in tokens)
