"""Interrupted tests leave no PostgreSQL behind."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.guard import ROOT, postmasters

pytestmark = pytest.mark.slow

PATIENCE = 60.0  # seconds, on a busy machine
TESTS = """
from tests.guard import guarded
from generator.database import embedded

with guarded() as folder, embedded.server(folder / "state"):
    print(folder, flush=True)
    input()
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "Ctrl-C"])
def test_a_server_ends_with_the_tests_that_started_it(how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", TESTS],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        folder = Path(process.stdout.readline().strip())
        assert len(postmasters([folder])) == 1
        process.send_signal(how)
        process.wait(PATIENCE)
        deadline = time.monotonic() + PATIENCE
        while postmasters([folder]) or folder.exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
