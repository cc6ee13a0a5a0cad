"""Write the generated pages of docs/."""

from pathlib import Path

import click

from docs.make import commands, hosting, quality, rules, settings
from generator.contract.page import page as context_page
from generator.theme.find import load_theme

FOLDER = Path(__file__).parents[1]
PAGES = {
    "theme-context.md": lambda: context_page(load_theme(FOLDER.parent / "themes" / "base")),
    "theme-rules.md": rules.page,
    "configuration.md": settings.page,
    "cli.md": commands.page,
    "hosting.md": hosting.page,
    "quality.md": quality.page,
}


def main() -> None:
    """Write each page that differs, and say which."""
    for name, page in PAGES.items():
        text = page()
        path = FOLDER / name
        stood = path.exists() and path.read_text("utf-8") == text
        path.write_text(text, "utf-8")
        click.echo(f"{'stands ' if stood else 'written'} docs/{name}")


if __name__ == "__main__":
    main()
