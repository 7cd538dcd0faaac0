"""A loanword is told from a translation by how it sounds."""

import pytest

from models.language.loanwords import is_loanword


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        ("키", "key"), ("와이파이", "wifi"), ("서버", "server"), ("버전", "version"), ("데이터", "data"),
        ("이메일", "email"), ("서비스", "servic"), ("배터리", "batteri"), ("라우터", "router"), ("하드웨어", "hardwar"),
    ],
)  # fmt: skip
def test_a_word_that_sounds_like_what_it_means_is_a_loanword(korean: str, english: str) -> None:
    assert is_loanword(korean, english)


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        ("오류", "error"),
        ("배포", "deploy"),
        ("의자", "chair"),
        ("개", "dog"),
        ("회의", "meet"),
        ("잎", "leaf"),
        ("", ""),
    ],
)
def test_a_translation_is_none(korean: str, english: str) -> None:
    assert not is_loanword(korean, english)
