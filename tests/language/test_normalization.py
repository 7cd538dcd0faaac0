import unicodedata

import pytest

from models.language.normalization import fold, normalize


def original(text: str, start: int, end: int) -> str:
    """What characters start to end of the normalised text were in the text as given."""
    normalized = normalize(text)
    if normalized.starts is None or normalized.ends is None:
        return text[start:end]
    return text[normalized.starts[start] : normalized.ends[end - 1]]


def test_plain_text_stays_as_it_is() -> None:
    assert normalize("오늘 점심 뭐 먹지? ㅋㅋㅋ").text == "오늘 점심 뭐 먹지? ㅋㅋㅋ"
    assert normalize("오늘 점심").starts is None


def test_decomposed_hangul_is_composed_and_points_to_its_jamo() -> None:
    text = unicodedata.normalize("NFD", "연차 신청")

    assert normalize(text).text == "연차 신청"
    assert unicodedata.normalize("NFC", original(text, 3, 5)) == "신청"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ＥＲＰ　２．０", "ERP 2.0"),
        ("ｻｰﾊﾞｰ", "サーバー"),
        ("ﾤﾤ", "ㄴㄴ"),
        ("ㅋㅋ", "ㅋㅋ"),
        ("①번", "①번"),
        ("앞\x00뒤\xa0끝\u3164", "앞 뒤 끝 "),
        ("고객\u200b관리\ufeff", "고객관리"),
        ("깨진 \ud800글자", "깨진 \ufffd글자"),
        ("İstanbul", "Istanbul"),
        ("", ""),
    ],
)
def test_odd_spellings_are_read_as_what_they_look_like(written: str, read: str) -> None:
    assert normalize(written).text == read


def test_a_half_width_letter_with_its_mark_is_one_letter_of_two_characters() -> None:
    assert original("ﾃﾞｰﾀ", 0, 1) == "ﾃﾞ"


def test_a_syllable_does_not_lose_its_final_to_the_mark_behind_it() -> None:
    text = "자\u11ab\u20e3"

    assert (original(text, 0, 1), original(text, 1, 2)) == ("자\u11ab", "\u20e3")


def test_a_zero_width_character_within_a_word_belongs_to_what_is_around_it() -> None:
    assert original("고객\u200b관리", 0, 4) == "고객\u200b관리"


def test_lower_case_is_as_long_as_the_text() -> None:
    for text in ("İSTANBUL", "I\u0307", "STRASSE ẞ", "ΑΣ", "ﬁ"):
        assert len(fold(text)) == len(normalize(text).text)


def test_endless_combining_marks_are_read_in_pieces() -> None:
    normalized = normalize("가" + "\u0300\u0315" * 50_000)

    assert normalized.starts is not None
    assert len(normalized.text) == len(normalized.starts)
