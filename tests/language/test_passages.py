import pytest

from models.language.passages import LONGEST, passages

SENTENCE = "휴가는 그룹웨어에서 신청하고 팀장의 승인을 받습니다. "


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in passages(text)]


def test_a_short_text_is_one_passage() -> None:
    assert passages("점심 맛있게 드세요") == [(0, 10)]


def test_an_empty_text_is_one_empty_passage() -> None:
    assert passages("") == [(0, 0)]


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE * 100,
        "끝맺지 않는 말 " * 500,
        "가" * 12_345,
        " " * 5_000,
        "?!" * 3_000,
        "줄\n" * 2_000,
        "x" * LONGEST + "\n",
        "e\u0301" * 2_000,
        "\ud83d\ude00" * 2_000,
    ],
)
def test_passages_cover_the_text_without_gaps_and_none_is_too_long(text: str) -> None:
    assert "".join(pieces(text)) == text
    assert all(0 < len(piece) <= LONGEST for piece in pieces(text))


def test_passages_end_with_a_sentence() -> None:
    assert all(piece.endswith("받습니다. ") for piece in pieces(SENTENCE * 100))


def test_korean_sentences_without_a_blank_between_them_are_told_apart() -> None:
    assert all(piece.endswith("했다.") for piece in pieces("배포를완료했다." * 300))


def test_a_version_number_is_no_sentence_end() -> None:
    assert not any(piece.endswith("3.") for piece in pieces("python-3.11-" * 300))


def test_without_sentences_words_are_kept_whole() -> None:
    assert set("".join(pieces("승인 " * 1_000)).split()) == {"승인"}
    assert all(piece.endswith(" ") for piece in pieces("승인 " * 1_000))


def test_a_text_slightly_too_long_is_halved_rather_than_left_with_a_scrap() -> None:
    first, second = pieces(SENTENCE * 36)

    assert abs(len(first) - len(second)) <= 2 * len(SENTENCE)


def test_a_mark_stays_with_its_letter() -> None:
    assert not any(piece.startswith("\u0301") for piece in pieces("e\u0301" * 999 + "e" * 999))
