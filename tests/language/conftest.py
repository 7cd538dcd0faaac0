"""Every contract test runs on every analyser; those in Java belong to `make test-extras`."""

import os
from collections.abc import Callable

import pytest

from models.errors import BadSetting
from models.language.analyzer import Analyzer
from models.language.analyzers import AnalyzerName, load_analyzer
from models.language.dictionary import CompanyWord, Dictionary

IN_JAVA = (AnalyzerName.OKT, AnalyzerName.KOMORAN)

MakeAnalyzer = Callable[..., Analyzer]


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=pytest.mark.extras if name in IN_JAVA else ()) for name in AnalyzerName],
)
def make_analyzer(request: pytest.FixtureRequest) -> MakeAnalyzer:
    """Makes the analyser under test, given a dictionary or none."""

    def make(dictionary: Dictionary | None = None) -> Analyzer:
        try:
            return load_analyzer(request.param, dictionary)
        except BadSetting as missing:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(str(missing))

    return make


@pytest.fixture(scope="module")
def any_analyzer(make_analyzer: MakeAnalyzer) -> Analyzer:
    return make_analyzer()


@pytest.fixture(scope="module")
def any_company(make_analyzer: MakeAnalyzer) -> Analyzer:
    """It knows the words of a company."""
    return make_analyzer(
        Dictionary(
            (
                CompanyWord(word="고객관리시스템", parts=("고객", "관리", "시스템")),
                CompanyWord(word="두레봇", parts=("두레", "봇")),
                CompanyWord(word="고관시", parts=("고객", "관리", "시스템")),
                CompanyWord(word="ERP시스템"),
                CompanyWord(word="Google Drive", parts=("google", "drive")),
                CompanyWord(word="S/4HANA"),
                CompanyWord(word="A/S센터"),
                CompanyWord(word="이지"),
                CompanyWord(word="봇"),
                CompanyWord(word="쀍쀍"),
            )
        )
    )
