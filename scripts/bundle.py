"""Makes a folder that installs Dure on a machine without any network: wheels, pinned, and a script.

`python scripts/bundle.py [--extra kiwi] [--into FOLDER]` fetches the wheels. They are for this system and
this Python: make the bundle on a machine like the one that it is for.
"""

import argparse
import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
ALWAYS = ("postgresql",)
"""Extras that every bundle has: they are small, and whoever installs may not be able to add them."""

SOURCE = ("pyproject.toml", "README.md", "LICENSE", "models", "indexer", "pipelines", "search_api")

INSTALL = """\
#!/bin/sh
# Installs Dure from this folder, without any network: ./install.sh [FOLDER], by default /opt/dure.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-/opt/dure}
python=${PYTHON:-python@version@}

if ! "$python" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "@version@")' 2>/dev/null; then
    echo "These wheels are for Python @version@: install it, or name it: PYTHON=/path/to/python $0" >&2
    exit 1
fi
(cd "$here" && sha256sum --check --quiet SHA256SUMS)
"$python" -m venv "$target"
"$target/bin/pip" install --quiet --disable-pip-version-check --no-index --find-links "$here/wheels" \\
    --requirement "$here/requirements.txt"
"$target/bin/dure" --help >/dev/null
echo "Dure is in $target. Next: $target/bin/dure doctor, and deploy.md in this folder."
"""


class UnpinnedError(Exception):
    """A dependency has no version in constraints.txt."""


def bundle(into: Path, extras: tuple[str, ...]) -> Path:
    """Make the bundle inside `into` and return its folder; an earlier one is replaced when all is ready.

    Raises `subprocess.CalledProcessError` when pip fails, and `UnpinnedError`.
    """
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=".aside-") as aside:
        made = Path(aside) / "bundle"
        wheels = made / "wheels"
        wheels.mkdir(parents=True)
        source = Path(aside) / "source"
        copy_source(source)
        pip("wheel", "--no-deps", "--wheel-dir", str(wheels), str(source))
        (own,) = wheels.glob("dure-*.whl")
        wanted = f"dure[{','.join(sorted(extras))}]"
        constraints = str(ROOT / "constraints.txt")
        pip("wheel", "--constraint", constraints, "--wheel-dir", str(wheels), f"{wanted} @ {own.as_uri()}")
        check_pins(wheels, Path(constraints))
        (made / "requirements.txt").write_text(f"{wanted}\n")
        script = made / "install.sh"
        script.write_text(INSTALL.replace("@version@", python))
        script.chmod(0o755)
        for file in ("LICENSE", "constraints.txt", "docs/deploy.md", "docs/operation.md"):
            shutil.copy(ROOT / file, made)
        write_sums(made)
        system = f"{platform.system()}-{platform.machine()}".lower()
        final = into / f"{'-'.join(own.name.split('-')[:2])}-{system}-python{python}"
        shutil.rmtree(final, ignore_errors=True)
        made.rename(final)
    return final


def copy_source(folder: Path) -> None:
    """Copy what our wheel is made from: built in the repository, it could take in what is left there."""
    folder.mkdir()
    for name in SOURCE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder)


def check_pins(wheels: Path, constraints: Path) -> None:
    """Raise `UnpinnedError` for wheels, other than our own, whose version nobody has tested."""
    pinned = {normal(line.partition("==")[0]) for line in constraints.read_text().splitlines()}
    fetched = {normal(wheel.name.split("-")[0]) for wheel in wheels.iterdir()} - {"dure"}
    if unpinned := sorted(fetched - pinned):
        raise UnpinnedError(f"constraints.txt does not name {', '.join(unpinned)}: add them.")


def normal(name: str) -> str:
    """A project's name as all of its spellings agree on."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pip(*arguments: str) -> None:
    """Run pip; what it says, it says to the person who waits."""
    subprocess.run([sys.executable, "-m", "pip", *arguments, "--disable-pip-version-check"], check=True)


def write_sums(folder: Path) -> None:
    """Write down the SHA-256 of every file, as `sha256sum --check` reads it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder)}" for file in files]
    (folder / "SHA256SUMS").write_text("\n".join(lines) + "\n")


def main() -> int:
    """Make the bundle and say where it is; the exit status is 1 when it cannot be made."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--extra", action="append", default=[], help="an extra of Dure to include")
    parser.add_argument("--into", type=Path, default=ROOT / "dist", help="the folder to make it in")
    given = parser.parse_args()
    try:
        made = bundle(given.into, tuple({*ALWAYS, *given.extra}))
    except subprocess.CalledProcessError:
        return 1
    except UnpinnedError as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{made} holds everything: copy it over and run install.sh there.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
