"""Choosing an analyser, and what is said where one cannot be had."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from models.errors import BadSetting, StaleIndex
from models.language.analyzers import AnalyzerName, load_analyzer
from models.language.annotator import AnnotatorSpec, PostText
from models.language.kiwi import KiwiAnalyzer
from models.language.mecab import MecabAnalyzer
from search_api.wiring.app import open_dure
from search_api.wiring.settings import load_settings

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("name", "package", "remedy"),
    [
        (AnalyzerName.KIWI, "kiwipiepy", "pip install 'dure[kiwi]'"),
        (AnalyzerName.OKT, "konlpy", "pip install 'dure[konlpy]'"),
        (AnalyzerName.KOMORAN, "jpype", "pip install 'dure[konlpy]'"),
    ],
)
def test_a_missing_library_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, name: AnalyzerName, package: str, remedy: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(BadSetting, match=name) as caught:
        load_analyzer(name)

    assert remedy in caught.value.remedy
    assert "DURE_ANALYZER=mecab" in caught.value.remedy


@pytest.mark.extras
@pytest.mark.parametrize("name", ["okt", "komoran"])
def test_missing_java_is_named_with_its_remedy(name: str) -> None:
    """In a process of its own, where no virtual machine runs yet."""
    pytest.importorskip("konlpy")
    program = f"""
import jpype
def missing():
    raise jpype.JVMNotFoundException("No JVM shared library file found.")
jpype.getDefaultJVMPath = jpype._core.getDefaultJVMPath = missing
from models.errors import BadSetting
from models.language.analyzers import AnalyzerName, load_analyzer
try:
    load_analyzer(AnalyzerName("{name}"))
except BadSetting as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert f"The analyser {name} needs Java" in said
    assert "Install Java 11 or later" in said


def test_a_wrong_name_lists_the_right_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURE_ANALYZER", "nori")

    with pytest.raises(BadSetting, match=r"DURE_ANALYZER.*'mecab', 'kiwi', 'okt' or 'komoran'"):
        load_settings()


def test_the_choice_travels_to_worker_processes() -> None:
    spec = pickle.loads(pickle.dumps(AnnotatorSpec(analyzer=AnalyzerName.KIWI)))

    annotator = spec.build()
    (annotation,) = annotator.annotate([PostText(title=None, text="쿠버네티스 배포 승인이 늦어요")])

    assert isinstance(annotator.analyzer, KiwiAnalyzer)
    assert "kiwipiepy/" in annotation.revision.analyzer
    assert {"배포", "승인"} <= set(annotation.passages[0].forms)
    assert annotation.tags


def test_mecab_reads_where_nothing_is_chosen() -> None:
    assert isinstance(load_analyzer(load_settings().analyzer), MecabAnalyzer)


def test_another_analyser_makes_the_index_stale_until_it_is_rebuilt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_dure(load_settings(home=tmp_path), publishing="test"):
        pass
    monkeypatch.setenv("DURE_ANALYZER", "kiwi")

    with pytest.raises(StaleIndex, match="dure rebuild"), open_dure(load_settings(home=tmp_path)):
        pass
    with open_dure(load_settings(home=tmp_path), publishing="test", rebuilding=True) as dure:
        dure.publisher.rebuild()
    with open_dure(load_settings(home=tmp_path)) as dure:
        assert isinstance(dure.annotator.analyzer, KiwiAnalyzer)
