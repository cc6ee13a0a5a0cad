"""The server of the pages logs no address: beside the rows of views it would name visitors."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.site import ROOT

pytestmark = pytest.mark.programs

_PATIENCE = 30.0  # seconds, on a busy machine
VISITOR = "127.0.0.2"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Firefox/145.0"


def recipe() -> str:
    """The settings of nginx in docs/operating.md."""
    text = (ROOT / "docs" / "operating.md").read_text("utf-8")
    (found,) = re.findall(r"^```nginx\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[int]:
    """The port of an nginx that serves pages as the recipe says, with its logs in `logs/`."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    assert program, "install nginx: `make tools`"
    output, logs = tmp_path / "output", tmp_path / "logs"
    (output / "ada").mkdir(parents=True)
    (output / "ada" / "index.html").write_text("Ada")
    (output / "404.html").write_text("nobody")
    (output / "loop").symlink_to("loop")  # cannot be opened: an error that is logged
    logs.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = recipe()
    for before, after in {
        "listen 443 ssl;": f"listen 127.0.0.1:{port};",
        "/var/log/nginx/": f"{logs}/",
        "/srv/publisher/output": str(output),
    }.items():
        assert before in text, before
        text = text.replace(before, after)
    temporary = "".join(
        f"{name}_temp_path {tmp_path}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    settings = tmp_path / "nginx.conf"
    settings.write_text(
        f"daemon off; pid {tmp_path}/nginx.pid; worker_processes 1;\n"
        f"{'user root;' if os.geteuid() == 0 else ''}\n"
        f"events {{}}\nhttp {{\n{temporary}{text}}}\n"
    )
    # What nginx says before it has read its settings has no visitor in it.
    command = [program, "-e", str(logs / "start.log"), "-p", str(tmp_path), "-c", str(settings)]
    with subprocess.Popen(command) as process:
        try:
            deadline = time.monotonic() + _PATIENCE
            while True:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()


def ask(port: int, path: str) -> int:
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=_PATIENCE, source_address=(VISITOR, 0)
    )
    try:
        connection.request(
            "GET",
            path,
            headers={"User-Agent": BROWSER, "Referer": f"https://{VISITOR}/", "X-Real-IP": VISITOR},
        )
        return connection.getresponse().status
    finally:
        connection.close()


def test_no_log_of_the_recipe_names_a_visitor(nginx: int, tmp_path: Path) -> None:
    assert ask(nginx, "/ada/") == 200
    assert ask(nginx, "/nobody/") == 404
    assert ask(nginx, "/loop") in {403, 404, 500}
    assert ask(nginx, f"/ada/?from={VISITOR}") == 200
    logs = {path.name: path.read_text() for path in (tmp_path / "logs").iterdir()}
    assert logs["access.log"].count("\n") == 4
    assert '"GET /ada/" 200' in logs["access.log"]
    for name, text in logs.items():
        assert VISITOR not in text, name
        assert "Firefox" not in text, name
