"""Checks Dockerfile and compose.yaml as far as that can be done where no Docker engine runs.

`python scripts/check_deployment.py [FOLDER]` prints what is wrong, and exits with 1 if anything is. Docker's
own parser reads the Dockerfile; `docker compose config`, or without one the schema of the Compose
specification, judges compose.yaml; then both are compared with the product: files, settings, port, versions.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import check_jsonschema
import dockerfile
import yaml
from click.testing import CliRunner
from opensearch_installation import SERVER

from search_api.wiring.settings import Settings

ROOT = Path(__file__).parents[1]
SETTINGS = {f"DURE_{name.upper()}" for name in Settings.model_fields}
PORT = Settings.model_fields["port"].default
INSTRUCTIONS = frozenset(
    {
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "ONBUILD",
        "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    }
)  # fmt: skip
"""The parser takes any word for one."""
EXEC_FORM = ("CMD", "ENTRYPOINT", "HEALTHCHECK")
INTERPOLATED = re.compile(r"\$\{(\w+)")


def dockerfile_problems(folder: Path) -> Iterator[str]:
    """What would keep the image from being built, or from serving."""
    try:
        instructions = dockerfile.parse_file(str(folder / "Dockerfile"))
    except (OSError, ValueError, dockerfile.GoIOError, dockerfile.GoParseError) as error:
        yield f"Dockerfile: {error}"
        return
    stages: list[str] = []
    user = "root"
    exposed: set[str] = set()
    for one in instructions:
        where = f"Dockerfile line {one.start_line}"
        name, values = one.cmd.upper(), list(one.value)
        if name not in INSTRUCTIONS:
            yield f"{where}: there is no instruction {name}"
        elif name == "FROM":
            yield from unpinned(where, values[0], stages)
            stages.append(values[2] if len(values) == 3 else "")
            user = "root"
        elif name in ("COPY", "ADD"):
            yield from copy_problems(where, folder, one, stages)
        elif name in EXEC_FORM and not one.json:
            yield f"{where}: {name} needs the JSON form, or a shell stands between Docker and Dure"
        elif name == "ENV":
            yield from unknown_settings(where, values[::2])
        elif name == "USER":
            user = values[0]
        elif name == "EXPOSE":
            exposed |= set(values)
    if user in ("root", "0"):
        yield "Dockerfile: the last stage runs as root"
    if exposed != {str(PORT)}:
        yield f"Dockerfile: it exposes {sorted(exposed)}, and the server listens on {PORT}"


def unpinned(where: str, image: str, stages: Collection[str] = ()) -> Iterator[str]:
    """An image whose version nobody chose."""
    if image not in stages and (":" not in image or image.endswith(":latest")):
        yield f"{where}: the image {image} has no version"


def copy_problems(
    where: str, folder: Path, copy: dockerfile.Command, stages: Collection[str]
) -> Iterator[str]:
    """Sources that are not there, or are kept out of the build's context."""
    for flag in copy.flags:
        if flag.startswith("--from="):
            if (stage := flag.removeprefix("--from=")) not in stages:
                yield f"{where}: there is no stage {stage}"
            return
    ignored = ignore_rules(folder)
    for source in copy.value[:-1]:
        if not list(folder.glob(source)):
            yield f"{where}: there is no {source}"
        elif is_ignored(source, ignored):
            yield f"{where}: .dockerignore keeps {source} out"


def ignore_rules(folder: Path) -> list[str]:
    """The patterns of .dockerignore."""
    file = folder / ".dockerignore"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def is_ignored(source: str, rules: list[str]) -> bool:
    """Whether .dockerignore keeps a file at the top out: the last rule that fits decides."""
    kept_out = False
    for rule in rules:
        if fnmatch(source, rule.removeprefix("!")):
            kept_out = not rule.startswith("!")
    return kept_out


def unknown_settings(where: str, names: list[str]) -> Iterator[str]:
    """Variables that look like ours and are none."""
    for name in names:
        if name.startswith("DURE_") and name not in SETTINGS:
            yield f"{where}: there is no setting {name}"


def compose_problems(folder: Path) -> Iterator[str]:
    """What would keep the services from starting, or from finding each other."""
    if invalid := invalid_compose(folder / "compose.yaml"):
        yield f"compose.yaml: {invalid}"
        return
    text = (folder / "compose.yaml").read_text(encoding="utf-8")
    compose = yaml.safe_load(text)
    services: dict[str, dict[str, Any]] = compose["services"]
    for name, service in services.items():
        where = f"compose.yaml, {name}"
        if "build" in service:
            if not (folder / service["build"] / "Dockerfile").exists():
                yield f"{where}: there is no Dockerfile in {service['build']}"
            yield from unknown_settings(where, list(service["environment"]))
        else:
            yield from unpinned(where, service["image"])
        for other, condition in service.get("depends_on", {}).items():
            if other not in services:
                yield f"{where}: it waits for {other}, which is no service"
            elif condition["condition"] == "service_healthy" and "healthcheck" not in services[other]:
                yield f"{where}: it waits for the health of {other}, which nobody checks"
        for mount in service.get("volumes", []):
            source = mount.partition(":")[0]
            if not source.startswith((".", "/")) and source not in compose["volumes"]:
                yield f"{where}: there is no volume {source}"
        for port in service.get("ports", []):
            if not port.startswith("127.0.0.1:"):
                yield f"{where}: the port {port} is open to the network"
    yield from wrong_addresses(services)
    documented = (folder / "docs" / "deploy.md").read_text(encoding="utf-8")
    for variable in sorted(set(INTERPOLATED.findall(text))):
        if variable not in documented:
            yield f"compose.yaml: docs/deploy.md does not explain {variable}"


def invalid_compose(file: Path) -> str:
    """What Compose itself, or the schema of its specification, says against the file, if anything."""
    docker = shutil.which("docker")
    if docker and not subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        check = [docker, "compose", "--file", str(file), "config", "--quiet"]
        given = os.environ | {"DURE_POSTGRESQL_PASSWORD": "given"}
        run = subprocess.run(check, capture_output=True, text=True, env=given)
        status, told = run.returncode, run.stdout + run.stderr
    else:
        schema = ["--builtin-schema", "vendor.compose-spec", "--color", "never"]
        result = CliRunner().invoke(check_jsonschema.main, [*schema, str(file)])
        status, told = result.exit_code, result.output
    return told.strip() or "it is not valid" if status else ""


def wrong_addresses(services: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Addresses in Dure's settings that name no service, and an OpenSearch that the tests have never met."""
    settings = services["dure"]["environment"]
    for name in ("DURE_DATABASE_URL", "DURE_OPENSEARCH_URL"):
        found = re.search(r"(?:@|//)([\w-]+):\d+", settings[name])
        if found is None or found[1] not in services:
            yield f"compose.yaml, dure: {name} names no service"
    tested = SERVER.split(":")[2]
    if services["opensearch"]["image"].partition(":")[2] != tested:
        yield f"compose.yaml, opensearch: the tests run with version {tested}"


def main() -> int:
    """Print every problem; the exit status is 1 if there is one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT)
    folder = parser.parse_args().folder
    problems = [*dockerfile_problems(folder), *compose_problems(folder)]
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
