"""Ctrl-C and its like: one line and an exit code, whenever they come; never a traceback.

Nothing here depends on time: a module that is being imported, or a function that is called, sends
the signal.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.site import ROOT, Site, bare_site

pytestmark = pytest.mark.slow

HOOK = """\
import atexit, os, signal, sys

number = int(os.environ["SIGNAL"])

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ.get("SIGNAL_AT_IMPORT_OF"):
            signal.raise_signal(number)
        return None

sys.meta_path.insert(0, Finder())
if "SIGNAL_AT_EXIT" in os.environ:
    atexit.register(signal.raise_signal, number)
"""
MODULE = (sys.executable, "-m", "generator")
SCRIPT = (str(Path(sys.executable).with_name("qwikfolio")),)

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command in a site, with a signal at some moment of it."""
    bare_site(tmp_path)
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(HOOK)

    def run(
        *words: str, number: int = signal.SIGINT, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=tmp_path,
            env={
                **{k: v for k, v in os.environ.items() if not k.endswith("DATABASE_URL")},
                "PYTHONPATH": f"{hook}{os.pathsep}{ROOT}",
                "SIGNAL": str(int(number)),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.mark.parametrize(
    ("program", "module"),
    [
        (MODULE, "generator.cli"),
        (SCRIPT, "generator.cli"),
        (SCRIPT, "click"),
        (SCRIPT, "generator.errors"),
    ],
    ids=lambda it: Path(it[0]).name if isinstance(it, tuple) else it,
)
def test_ctrl_c_during_the_first_imports_is_one_line(
    run: Run, program: tuple[str, ...], module: str
) -> None:
    done = run(*program, "build", SIGNAL_AT_IMPORT_OF=module)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "error: interrupted\n")


@pytest.mark.parametrize(
    ("words", "module"),
    [
        (("build",), "generator.build.conductor"),
        (("watch",), "generator.watch.watch"),
        (("serve",), "uvicorn"),
        (("beacon",), "psycopg"),
        (("stats", "ada"), "generator.stats.query"),
        (("theme", "list"), "generator.theme.find"),
        (("theme", "check"), "generator.check.check"),
        (("theme", "docs"), "generator.contract.page"),
        (("db", "migrate"), "generator.database.migrate"),
    ],
    ids=lambda it: " ".join(it) if isinstance(it, tuple) else it,
)
def test_ctrl_c_while_a_command_is_imported_is_one_line(
    run: Run, words: tuple[str, ...], module: str
) -> None:
    done = run(*MODULE, *words, SIGNAL_AT_IMPORT_OF=module)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "error: interrupted\n")


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGTERM, -signal.SIGTERM, "error: stopped by SIGTERM\n"),
        (signal.SIGHUP, -signal.SIGHUP, "error: stopped by SIGHUP\n"),
    ],
)
def test_other_signals_during_imports_end_the_process_as_they_would_any(
    run: Run, number: signal.Signals, code: int, said: str
) -> None:
    """A shell's exit codes are 143 and 129; systemd takes it for a clean stop of a service."""
    done = run(*MODULE, "watch", number=number, SIGNAL_AT_IMPORT_OF="psycopg")
    assert (done.returncode, done.stderr) == (code, said)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_python_ends_prints_nothing(run: Run, number: signal.Signals) -> None:
    done = run(*MODULE, "theme", "list", "--json", number=number, SIGNAL_AT_EXIT="1")
    assert done.returncode == -number  # a shell says 130, or 143
    assert done.stdout.startswith("[{")
    assert done.stderr == ""


AT_WORK = """\
import os, signal, sys
from generator import interrupts
interrupts.end_at_once()
import generator.cli.build
from generator.__main__ import main

def build(*_):
    try:
        signal.raise_signal(int(os.environ["SIGNAL"]))
    finally:
        {cleanup}

generator.cli.build.build = build
sys.argv = ["qwikfolio", "build", "--database-url", "postgresql://nobody@127.0.0.1:1/nowhere"]
main()
"""
TIDY = "print('tidied up', flush=True)"


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGINT, 130, "interrupted"),
        (signal.SIGTERM, 143, "stopped by SIGTERM"),
        (signal.SIGHUP, 129, "stopped by SIGHUP"),
    ],
)
def test_a_command_at_work_tidies_up_and_says_how_to_go_on(
    run: Run, number: signal.Signals, code: int, said: str
) -> None:
    done = run(sys.executable, "-c", AT_WORK.format(cleanup=TIDY), number=number)
    assert (done.returncode, done.stdout) == (code, "tidied up\n")
    assert done.stderr == f"error: {said}: what was written is whole; run it again to go on\n"


def test_a_second_ctrl_c_does_not_wait_for_that(run: Run) -> None:
    twice = f"signal.raise_signal(signal.SIGINT); {TIDY}"
    done = run(sys.executable, "-c", AT_WORK.format(cleanup=twice))
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "error: interrupted\n")


def test_a_second_sigterm_waits_for_it(run: Run) -> None:
    twice = f"signal.raise_signal(signal.SIGTERM); {TIDY}"
    done = run(sys.executable, "-c", AT_WORK.format(cleanup=twice), number=signal.SIGTERM)
    assert (done.returncode, done.stdout) == (143, "tidied up\n")


def test_what_is_ignored_by_whoever_starts_a_command_stays_so(run: Run) -> None:
    """As with `nohup`, and with a shell's `&`."""
    for name in ("INT", "HUP"):
        done = run(
            "sh", "-c", f'trap "" {name}; exec "$@"', "sh", *MODULE, "theme", "list", "--json",
            number=getattr(signal, f"SIG{name}"), SIGNAL_AT_IMPORT_OF="generator.theme.find",
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")


STARTING = """\
import os, signal, sys
from generator import interrupts
interrupts.end_at_once()
import generator.beacon.serve
from generator.__main__ import main

generator.beacon.serve.serve = lambda *_: signal.raise_signal(int(os.environ["SIGNAL"]))
sys.argv = ["qwikfolio", "beacon", "--database-url", "postgresql://nobody@127.0.0.1:1/nowhere"]
main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_beacon_that_is_stopped_before_it_listens_ends_as_one_that_did(
    run: Run, number: signal.Signals
) -> None:
    done = run(sys.executable, "-c", STARTING, number=number)
    assert (done.returncode, done.stderr) == (0, "")
    assert "INFO stopped before it took events\n" in done.stdout


TO_THE_GROUP = """\
import os, signal, sys
from generator import interrupts
interrupts.end_at_once()
from generator.__main__ import main
from generator.cli.terminal import BuildListener

BuildListener.advance = lambda _: os.killpg(0, signal.SIGTERM)
sys.argv = ["qwikfolio", "build", "--jobs", "2"]
main()
"""


def test_a_signal_to_a_build_and_its_workers_is_one_line(site: Site) -> None:
    """As systemd stops a service: every process of it gets SIGTERM."""
    site.add_people(150)
    done = subprocess.run(
        [sys.executable, "-c", TO_THE_GROUP],
        cwd=site.root, env={**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": site.url},
        capture_output=True, text=True, check=False, timeout=120, start_new_session=True,
    )  # fmt: skip
    assert done.returncode == 143
    assert done.stderr == (
        "error: stopped by SIGTERM: what was written is whole; run it again to go on\n"
    )
    assert site.build().failed == ()
    assert site.has("p150")
