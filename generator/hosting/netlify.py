"""The configuration of Netlify, which also reads `_headers` and `_redirects`."""

from generator.hosting.facts import Facts
from generator.hosting.text import comment, document
from generator.hosting.toml import quoted
from generator.hosting.upload import FOLDER, beacon_note, copying
from generator.render.redirects import REDIRECTS


def netlify(facts: Facts) -> str:
    """The text of `netlify.toml`."""
    return document(
        comment(
            f"Netlify for {facts.url}, printed by `qwikfolio hosting netlify`. Save it as "
            "netlify.toml. After each build:"
        ),
        [
            *copying(facts),
            *comment("Netlify follows a redirect where a page stands only if it ends in `!`:"),
            f"#   sed -i 's/ 301$/ 301!/' {FOLDER}/{REDIRECTS}",
            f"#   netlify deploy --prod --no-build --dir={FOLDER}",
        ],
        comment(
            "The headers are in _headers, which each build writes, and the redirects of usernames "
            "in _redirects. Netlify compresses by itself, asks for pages again each time "
            "(max-age=0, must-revalidate), and shows 404.html."
        ),
        comment(beacon_note(facts)),
        ["[build]", f"publish = {quoted(FOLDER)}"],
        [
            *comment("Files are published as they are: their names go by their content."),
            "[build.processing]",
            "skip_processing = true",
        ],
    )
