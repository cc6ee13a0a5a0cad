"""The tables of docs/database.md, as data."""

from pathlib import Path

TEXT = (Path(__file__).parents[2] / "docs" / "database.md").read_text("utf-8")
TABLES = (
    "portfolios",
    "profiles",
    "skills",
    "projects",
    "project_tech_stack",
    "experience",
    "education",
    "certifications",
    "portfolio_analytics",
)
LOG = ("changes", "outputs", "horizon")
"""Those of the change log, in the schema `qwikfolio`."""
EVENTS = ("filtered", "hours", "days", "visitors", "late", "due", "recounts", "rolled")
"""What is made of events, in the same schema."""
CLAIMS = ("address_claims",)
"""Who claimed an address first, in the same schema."""
IDENTITY = ("source",)
"""What makes the database recognizable, in the same schema."""
OURS = (*LOG, *EVENTS, *CLAIMS, *IDENTITY)


def section(title: str) -> str:
    """The text under a heading, up to the next one of any level."""
    lines = iter(TEXT.splitlines())
    for line in lines:
        if line.lstrip("# ") == title and line.startswith("#"):
            break
    else:
        raise LookupError(f"docs/database.md has no section {title}")
    found = []
    for line in lines:
        if line.startswith("#"):
            break
        found.append(line)
    return "\n".join(found)


def table(title: str, first_column: str) -> list[tuple[str, ...]]:
    """The rows of the section's table whose first column has that name; code marks removed."""
    rows: list[tuple[str, ...]] = []
    inside = False
    for line in section(title).splitlines():
        cells = tuple(cell.strip().strip("`") for cell in line.strip().strip("|").split("|"))
        if cells[0] == first_column:
            inside = True
        elif inside and not line.startswith("|"):
            return rows
        elif inside and not cells[0].startswith("---"):
            rows.append(cells)
    if not rows:
        raise LookupError(f"{title} has no table {first_column}")
    return rows
