"""`qwikfolio serve`."""

import signal
import time
import webbrowser
from pathlib import Path

import click

from generator import interrupts
from generator.cli.completion import folders
from generator.cli.options import load_settings
from generator.cli.terminal import say_done, say_error
from generator.config import require_database_url
from generator.errors import ConfigError, QwikfolioError
from generator.extras import extra


@click.command("serve")
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="NAME",
    help="The address to listen at; 0.0.0.0 is every network, for a phone say. "
    "[default: 127.0.0.1]",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    metavar="N",
    help="The port to listen at; 0 is any that is free. [default: 8000]",
)
@click.option(
    "--theme",
    type=click.Path(path_type=Path),
    metavar="DIR",
    shell_complete=folders,
    help="A theme's folder, anywhere: the site's own pages and the gallery are shown in it.",
)
@click.option(
    "--database-url",
    metavar="URL",
    help="Show the people of this PostgreSQL. [default: the samples, without a database]",
)
@click.option("--open", "opens", is_flag=True, help="Open the gallery in a browser.")
def serve_command(
    *, host: str, port: int, theme: Path | None, database_url: str | None, opens: bool
) -> None:
    """Preview the site, with live reload.

    A gallery of its themes is beside it; what is saved is on screen at once.
    """
    # The other commands do without these libraries.
    with interrupts.importing(), extra("preview", "`qwikfolio serve`"):
        from generator.preview.serve import serve  # noqa: PLC0415
        from generator.preview.stage import Request  # noqa: PLC0415

    if theme is not None and not theme.is_dir():
        raise ConfigError(
            "there is no such folder",
            where=f"--theme {theme}",
            fix="name the folder that the theme's theme.toml is in",
        )
    settings = load_settings(database_url)  # a URL that is given but empty is a mistake here, too
    if database_url is not None:
        require_database_url(settings)
    root = settings.root
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: nothing is left behind
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    request = Request(root, theme and theme.resolve(), database_url)
    try:
        serve(request, host, port, _Terminal(opens=opens))
    except KeyboardInterrupt:
        click.echo()


class _Terminal:
    """Says each event in one line."""

    def __init__(self, *, opens: bool) -> None:
        self._opens = opens

    def ready(self, site: str, gallery: str) -> None:
        """Where to look."""
        say_done(f"site     {site}\ngallery  {gallery}\nCtrl-C ends it")
        if self._opens:
            webbrowser.open(gallery)

    def reloaded(self, sources: tuple[str, ...], what: str, seconds: float) -> None:
        """What changed."""
        more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
        say_done(f"{_now()} {sources[0]}{more}: {what}, {seconds * 1000:.0f} ms")

    def failed(self, error: QwikfolioError) -> None:
        """What is wrong; the browser shows it, too."""
        say_error(f"{_now()} {error}")


def _now() -> str:
    return time.strftime("%H:%M:%S")
