"""One Java virtual machine a process, for KoNLPy's analysers, and their classes."""

import re
import threading
from pathlib import Path
from typing import Any

from models.errors import BadSetting

MOST_HEAP = 2_048
"""Megabytes. A Komoran takes 180, twice that while it loads, and one more for the company's words."""

_starting = threading.Lock()
_BEYOND_16_BITS = re.compile("[\U00010000-\U0010ffff]")


def sixteen_bit(text: str) -> str:
    """The text with every character that Java counts as two replaced by a sign, so that places agree."""
    return text if text.isascii() else _BEYOND_16_BITS.sub("□", text)


class JavaLibrary:
    """KoNLPy's Java classes, loaded anew for each instance: what one adds to a dictionary, no other knows.

    `user` names who asks, for messages. Starts the virtual machine, once a process, with Java's own handling
    of signals off. Raises `BadSetting` where KoNLPy or Java is missing or too old.
    """

    def __init__(self, user: str) -> None:
        try:
            import jpype
            import konlpy
        except ImportError as error:
            raise BadSetting(
                f"The analyser {user} is chosen, and its library is not installed.",
                remedy="Run: pip install 'dure[konlpy]', or set DURE_ANALYZER=mecab.",
            ) from error
        folder = Path(konlpy.__file__).parent / "java"
        self.models = folder / "data" / "models"
        """Komoran's models."""
        try:
            with _starting:
                if not jpype.isJVMStarted():
                    jpype.startJVM("-Xrs", "-XX:+UseSerialGC", f"-Xmx{MOST_HEAP}m", interrupt=False)
            file, loader = jpype.JClass("java.io.File"), jpype.JClass("java.lang.ClassLoader")
            # Below the platform's loader and beside each other: two libraries share no class.
            self._loader = jpype.JClass("java.net.URLClassLoader")(
                [file(str(jar)).toURI().toURL() for jar in sorted(folder.glob("*.jar"))],
                loader.getPlatformClassLoader(),
            )
        except Exception as error:  # it raises what the system, Java or jpype make it raise
            raise BadSetting(
                f"The analyser {user} needs Java, which cannot be started: {error}.",
                remedy="Install Java 11 or later (a JRE is enough) and set JAVA_HOME if it lies apart,"
                " or set DURE_ANALYZER=mecab.",
            ) from error
        self._jpype = jpype

    def load(self, name: str) -> Any:
        """A class by its full name."""
        return self._jpype.JClass(self._jpype.JClass("java.lang.Class").forName(name, True, self._loader))

    def strings(self, items: list[str]) -> Any:
        """A `java.util.List<String>`."""
        return self._jpype.JClass("java.util.ArrayList")(items)
