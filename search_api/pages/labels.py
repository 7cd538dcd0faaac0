"""Every word of the pages, in Korean and in English."""

from collections.abc import Mapping
from typing import Literal

Language = Literal["ko", "en"]

KOREAN: Mapping[str, str] = {
    "tagline": "동료가 이미 답한 질문, 그리고 아는 사람",
    "intro": "동료에게 묻듯이 적어 주세요. 그룹의 글과 답변에서 찾고, 누가 아는지도 알려 드립니다.",
    "ask": "무엇이 궁금하세요?",
    "search": "찾기",
    "results": "결과",
    "matching": "일치하는 글 {count}건",
    "nothing": "찾지 못했습니다",
    "nothing_hint": "낱말을 줄이거나 다르게 적어 보세요. 볼 권한이 있는 글만 찾습니다.",
    "narrow": "좁혀 보기",
    "widen": "모두 해제",
    "experts": "아는 사람",
    "no_experts": "근거가 되는 글이 충분하지 않습니다.",
    "more_in_thread": "이 대화에서 {count}건 더",
    "accepted": "채택된 답변",
    "verified": "검증됨",
    "reactions": "반응 {count}",
    "replies": "답글 {count}",
    "anonymous": "익명",
    "unknown_author": "작성자 미상",
    "next": "다음 결과",
    "restarted": "그사이 새 글이 들어와 처음부터 다시 보여 드립니다.",
    "back": "검색으로",
    "source": "원문 보기",
    "demo": "데모",
    "demo_hint": "이 컴퓨터에서만 열리며, 누구의 눈으로든 볼 수 있습니다.",
    "look_as": "보는 사람",
    "change": "바꾸기",
    "other_language": "English",
    "company": "회사",
    "unit": "부서",
    "channel": "채널",
    "network": "네트워크",
    "kind": "글 종류",
    "language": "언어",
    "topic": "주제",
    "post": "글",
    "comment": "댓글",
    "reply": "답글",
    "question": "질문",
    "answer": "답변",
    "idea": "제안",
    "blog": "블로그",
    "document": "문서",
    "ko": "한국어",
    "en": "영어",
    "mixed": "한국어·영어",
    "und": "기타",
    "answered": "다른 사람에게 답함",
    "documented": "문서로 정리함",
    "reacted": "반응 많음",
    "recent": "최근",
    "error_not_found": "찾을 수 없습니다",
    "error_unauthenticated": "로그인이 필요합니다",
    "error_forbidden": "볼 수 없습니다",
    "error_bad_input": "요청을 이해하지 못했습니다",
    "error_unavailable": "지금은 답할 수 없습니다",
}

ENGLISH: Mapping[str, str] = {
    "tagline": "What colleagues have answered already, and who knows",
    "intro": "Ask as you would ask a colleague: among the group's posts and answers, and for who knows.",
    "ask": "What would you like to know?",
    "search": "Search",
    "results": "Results",
    "matching": "{count} matching posts",
    "nothing": "Nothing found",
    "nothing_hint": "Try fewer or other words. Only posts that you may see are searched.",
    "narrow": "Narrow down",
    "widen": "Clear all",
    "experts": "Who knows",
    "no_experts": "There are not enough posts to tell.",
    "more_in_thread": "{count} more in this thread",
    "accepted": "Accepted answer",
    "verified": "Verified",
    "reactions": "Reactions {count}",
    "replies": "Replies {count}",
    "anonymous": "Anonymous",
    "unknown_author": "Unknown author",
    "next": "Next results",
    "restarted": "New posts have come in; here are the results from the beginning.",
    "back": "Back to search",
    "source": "Open the original",
    "demo": "Demo",
    "demo_hint": "Open on this computer only; you may look as anyone.",
    "look_as": "Look as",
    "change": "Change",
    "other_language": "한국어",
    "company": "Company",
    "unit": "Unit",
    "channel": "Channel",
    "network": "Network",
    "kind": "Kind",
    "language": "Language",
    "topic": "Topic",
    "post": "Post",
    "comment": "Comment",
    "reply": "Reply",
    "question": "Question",
    "answer": "Answer",
    "idea": "Idea",
    "blog": "Blog",
    "document": "Document",
    "ko": "Korean",
    "en": "English",
    "mixed": "Korean and English",
    "und": "Other",
    "answered": "Answered others",
    "documented": "Wrote it up",
    "reacted": "Many reactions",
    "recent": "Recent",
    "error_not_found": "Not found",
    "error_unauthenticated": "Please sign in",
    "error_forbidden": "Not allowed",
    "error_bad_input": "This request makes no sense to us",
    "error_unavailable": "Cannot answer right now",
}

LABELS: Mapping[Language, Mapping[str, str]] = {"ko": KOREAN, "en": ENGLISH}
OTHER: Mapping[Language, Language] = {"ko": "en", "en": "ko"}


def preferred(accepted: str) -> Language:
    """The language that an Accept-Language header asks for first; Korean unless it is English."""
    ranked = sorted(
        (entry.strip().partition(";q=") for entry in accepted.lower().split(",")),
        key=lambda entry: -_quality(entry[2]),
    )
    for tag, _, quality in ranked:
        if tag[:2] in ("ko", "en") and _quality(quality) > 0:
            return "ko" if tag.startswith("ko") else "en"
    return "ko"


def _quality(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0
