"""The allocator of a server's processes: threads share arenas, told by counting them."""

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, sys, threading
from search_api.wiring.server import few_arenas
if sys.argv[1] == "few":
    few_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
libc.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
libc.fclose.argtypes = [ctypes.c_void_p]
together = threading.Barrier(12)
def take():
    together.wait()
    libc.malloc(100_000)
    together.wait()
threads = [threading.Thread(target=take) for _ in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
file = libc.fopen(b"/dev/stdout", b"w")
libc.malloc_info(0, file)
libc.fclose(file)
"""


def arenas(how_many: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, how_many], capture_output=True, text=True, check=True
    )
    return done.stdout.count("<heap nr=")


@pytest.mark.skipif("glibc" not in platform.libc_ver()[0], reason="of glibc alone")
def test_threads_share_two_arenas() -> None:
    assert arenas("few") <= 2 < arenas("as many as there are")
