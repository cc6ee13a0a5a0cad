"""The configuration of Cloudflare Pages, which also reads `_headers` and `_redirects`."""

from generator.hosting.facts import Facts
from generator.hosting.text import comment, document
from generator.hosting.toml import quoted
from generator.hosting.upload import FOLDER, beacon_note, copying

_LONGEST_NAME = 58  # of a project of Cloudflare Pages


def cloudflare(facts: Facts) -> str:
    """The text of `wrangler.toml`."""
    return document(
        comment(
            f"Cloudflare Pages for {facts.url}, printed by `qwikfolio hosting cloudflare`. Save it "
            "as wrangler.toml. After each build:"
        ),
        copying(facts),
        ["#   wrangler pages deploy"],
        comment(
            "The headers are in _headers, which each build writes, and the redirects of usernames "
            "in _redirects. Cloudflare compresses by itself, asks for pages again each time "
            "(max-age=0, must-revalidate), and shows 404.html. Its limits: 20,000 files of 25 MiB "
            "at most (100,000 on paid plans), 100 rules of headers, and 2,000 redirects: beyond "
            "them the page at the username leads on."
        ),
        comment(beacon_note(facts)),
        [
            f"name = {quoted(_project(facts))}",
            f"pages_build_output_dir = {quoted(FOLDER)}",
            'compatibility_date = "2026-01-01"',
        ],
    )


def _project(facts: Facts) -> str:
    """A project's name: lower-case letters, digits and dashes."""
    parts = (part for part in facts.name.lower().replace("_", "-").split("-") if part)
    return "-".join(parts)[:_LONGEST_NAME].rstrip("-")
