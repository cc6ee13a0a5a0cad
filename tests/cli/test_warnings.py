"""How the problems of people's rows are printed: grouped, the worst first, bounded, and once."""

import json
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from generator.cli import cli
from generator.cli.problem_listener import FactSpool, ProblemListener
from generator.cli.problem_text import problem_text
from generator.cli.problems import MOST_CAUSES, MOST_PEOPLE, Gathering
from generator.model.affected import Affected, Notice
from generator.model.problem import Problem
from generator.model.problem_kind import KINDS
from tests.site import ROOT, Site

DOCUMENT = (ROOT / "docs" / "warnings.md").read_text("utf-8")
Run = Callable[..., Result]


def problem(kind: str = "date", level: str = "warning", **fields: object) -> Problem:
    known: dict[str, object] = {
        "kind": kind, "level": level, "owner": str(UUID(int=1)), "table": "experience",
        "column": "start_date", "row": str(UUID(int=2)),
        "reason": "'soon' is not a date like 2023-01",
    }  # fmt: skip
    return Problem(**{**known, **fields})  # type: ignore[arg-type]


def template(line: int = 12) -> Problem:
    return problem(
        "template", "error", table="", column="", row="",
        template=f"themes/x/portfolio.html:{line}",
        reason="the template failed: 'nam' is undefined",
    )  # fmt: skip


def person(name: str, *problems: Problem, is_new: bool = True) -> Affected:
    notices = tuple(Notice(it, is_new) for it in problems)
    return Affected(str(UUID(int=1)), name, f"/{name.partition(' ')[0].lower()}/", notices)


def said(*people: Affected, width: int | None = None, known: int = 0) -> list[str]:
    gathering = Gathering()
    for it in people:
        gathering.add(it)
    return problem_text(gathering, known, width)


ADA = person(
    "Ada Lovelace",
    problem(
        "too_large", "error", table="portfolios", column="bio",
        reason="it has 2,000,000 bytes, and at most 65,536 are published",
    ),
    *(problem(row=str(UUID(int=number))) for number in range(2, 15)),
)  # fmt: skip
BOB = person("Bob", problem("url", table="projects", column="repo_url", reason="'x' is no link"))


def test_a_person_is_named_once_with_their_problems_below() -> None:
    assert said(BOB, ADA, width=80) == [
        "Ada Lovelace  /ada/",
        "  error: portfolios.bio  00000000-0000-0000-0000-000000000002",
        "    it has 2,000,000 bytes, and at most 65,536 are published; shorten it",
        "  warning: experience.start_date  00000000-0000-0000-0000-000000000002",
        "    'soon' is not a date like 2023-01; write it as YYYY-MM or YYYY",
        "    … and 12 more like it",
        "Bob  /bob/",
        "  warning: projects.repo_url  00000000-0000-0000-0000-000000000002",
        "    'x' is no link; write an address like https://example.org, or empty it",
        "1 error: 1 value that is too large",
        "14 warnings of 2 kinds: 13 dates that could not be read, 1 link that is not an",
        "http or https address",
    ]


def test_it_is_laid_out_for_40_columns() -> None:
    assert said(ADA, known=14, width=40) == [
        "Ada Lovelace  /ada/",
        "  error: portfolios.bio",
        "    00000000-0000-0000-0000-000000000002",
        "    it has 2,000,000 bytes, and at most",
        "    65,536 are published; shorten it",
        "  warning: experience.start_date",
        "    00000000-0000-0000-0000-000000000002",
        "    'soon' is not a date like 2023-01;",
        "    write it as YYYY-MM or YYYY",
        "    … and 12 more like it",
        "1 error: 1 value that is too large",
        "13 warnings: 13 dates that could not be",
        "read",
        "14 known warnings not repeated;",
        "--all-warnings lists them",
    ]


def test_without_a_terminal_each_problem_is_one_line() -> None:
    assert said(BOB) == [
        "Bob  /bob/",
        "  warning: projects.repo_url  00000000-0000-0000-0000-000000000002  'x' is no link; "
        "write an address like https://example.org, or empty it",
        "1 warning: 1 link that is not an http or https address",
    ]


@pytest.mark.parametrize("width", [20, 40, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Long names, wide letters, long words and long paths are cut or broken."""
    people = [
        person("Wolfeschlegelsteinhausenbergerdorff " * 3, problem(reason="x" * 300)),
        person("李雷 " * 30, problem(reason="數據不對 " * 40)),
        person("a\u202eb\x1b", template()),
    ]
    lines = said(*people, width=width)
    assert all(sum(2 if ord(char) > 0x2E80 else 1 for char in it) <= width for it in lines)
    assert not any("\x1b" in it or "\u202e" in it for it in lines)


def test_a_template_is_named_once_with_how_many_pages_it_failed() -> None:
    people = [person(f"P{number}", template()) for number in range(214)]
    assert said(*people, width=80) == [
        "error: themes/x/portfolio.html:12",
        "  the template failed: 'nam' is undefined",
        "  214 pages could not be built: /p0/, /p1/, /p2/, /p3/, /p4/ and 209 more",
        "  correct the template; see docs/themes.md",
        "214 errors: 214 pages whose template failed",
    ]


def test_a_theme_that_is_missing_is_named_once() -> None:
    reason = "there is no theme 'harbour' here; 'emerald' is used"
    fields = {"table": "portfolios", "column": "theme.id", "reason": reason}
    people = [person(f"P{number}", problem("theme", **fields)) for number in range(3)]
    assert said(*people, width=80)[:3] == [
        "warning: portfolios.theme.id",
        f"  {reason}",
        "  3 people: /p0/, /p1/, /p2/",
    ]


def test_the_worst_come_first_and_the_list_is_bounded() -> None:
    many = [person(f"P{it}", *[problem(row=str(row)) for row in range(it + 1)]) for it in range(50)]
    lines = said(*many, person("Last", problem("schema", "error")), width=80)
    named = [line for line in lines if not line.startswith(" ")][:MOST_PEOPLE]
    assert named == ["Last  /last/", *(f"P{it}  /p{it}/" for it in range(49, 40, -1))]
    assert "… and 41 people more; --json lists everybody" in lines
    assert lines[-1] == "1,275 warnings: 1,275 dates that could not be read"


def test_what_is_kept_does_not_grow_with_the_number_of_people() -> None:
    gathering = Gathering()
    for number in range(20_000):
        gathering.add(person(f"P{number}", problem(), template(number)))
    assert len(gathering.people()) == MOST_PEOPLE
    assert len(gathering.causes) == MOST_CAUSES
    assert gathering.total("warning") == 20_000
    assert gathering.people_beyond == 20_000 - MOST_PEOPLE


def test_the_facts_of_many_people_are_kept_on_disk() -> None:
    spool = FactSpool()
    for number in range(20_000):
        spool.add(person(f"P{number}", problem()))
    assert spool._file is not None
    assert spool._file._rolled  # type: ignore[attr-defined]
    assert len(json.loads(f"[{b''.join(spool.take()).decode()}]")) == 20_000
    assert list(spool.take()) == []


def test_every_kind_is_documented_and_says_what_to_do() -> None:
    assert re.findall(r"^\| `(\w+)`", DOCUMENT.split("## The kinds")[1], re.M) == list(KINDS)
    for kind, facts in KINDS.items():
        assert facts.one != facts.many, kind
        assert facts.fix, kind


def test_the_fields_of_a_problem_are_documented() -> None:
    spool = FactSpool()
    spool.add(BOB)
    table = DOCUMENT.split("## `--json`")[1].split("## The kinds")[0]
    cells = re.findall(r"^\| (`.*?`) \|", table, re.M)
    documented = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    assert documented == list(json.loads(b"".join(spool.take())))


@pytest.fixture
def run(site: Site, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A build by command, in this process."""
    monkeypatch.chdir(site.root)
    monkeypatch.setenv("DATABASE_URL", site.url)
    monkeypatch.delenv("COLUMNS", raising=False)

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, ["build", "--jobs", "1", *words], catch_exceptions=False)

    return run


def test_a_later_run_says_what_is_new_only(site: Site, run: Run) -> None:
    ada = site.person("ada", website="nonsense")
    first = run().stderr
    assert first.startswith("Ada  /ada/\n  warning: portfolios.website  ")
    assert first.endswith("1 warning: 1 link that is not an http or https address\n")
    assert run().stderr == "1 known warning not repeated; --all-warnings lists it\n"
    assert run("--full").stderr == "1 known warning not repeated; --all-warnings lists it\n"
    assert run("--all-warnings").stderr == first

    site.execute("UPDATE portfolios SET github = 'javascript:' WHERE user_id = %s", ada)
    news = run().stderr
    assert "portfolios.github" in news
    assert "portfolios.website" not in news
    assert news.endswith("1 known warning not repeated; --all-warnings lists it\n")


def test_json_has_every_warning_and_says_which_are_new(site: Site, run: Run) -> None:
    ada = site.person("ada", website="nonsense")
    run()
    site.execute("UPDATE portfolios SET github = 'javascript:' WHERE user_id = %s", ada)
    facts = json.loads(run("--json").stdout)
    assert (facts["warnings"], facts["known_warnings"]) == (2, 1)
    assert {(it["column"], it["new"]) for it in facts["problems"]} == {
        ("website", False), ("github", True),
    }  # fmt: skip
    assert run().stderr == "2 known warnings not repeated; --all-warnings lists them\n"


def test_an_error_is_said_by_every_run(site: Site, run: Run) -> None:
    site.person("ada")
    site.execute("UPDATE portfolios SET bio = repeat('a', 2000000)")
    first, second = run(), run()
    assert (first.exit_code, second.exit_code) == (3, 3)
    assert first.stderr == second.stderr
    assert "error: portfolios.bio  " in second.stderr
    assert "it has 2,000,000 bytes, and at most 65,536 are published; shorten it" in second.stderr
    assert "theme" not in second.stderr


def test_a_template_that_fails_is_said_once_and_json_names_everybody(site: Site, run: Run) -> None:
    for slug in ("ada", "bob", "eve"):
        site.person(slug)
    path = site.root / "themes" / "base" / "templates" / "portfolio.html"
    path.write_text("{{ portfolio.nam }}" + path.read_text())
    said = run()
    assert said.exit_code == 3
    assert said.stderr.count("the template failed") == 1
    assert f"error: {path}:1  the template failed: 'Portfolio object'" in said.stderr
    assert "3 pages could not be built: " in said.stderr
    problems = json.loads(run("--json").stdout)["problems"]
    assert {it["person"]["address"] for it in problems} == {"/ada/", "/bob/", "/eve/"}
    assert {(it["kind"], it["template"], it["table"]) for it in problems} == {
        ("template", f"{path}:1", None)
    }


def test_a_page_that_takes_too_much_names_the_value_that_is_large(site: Site, run: Run) -> None:
    ada = site.person("ada", bio="word " * 10_000)
    site.person("bob")
    path = site.root / "themes" / "base" / "templates" / "portfolio.html"
    loop = "{% for a in range(2000) %}{{ (portfolio.bio or '')|upper }}{% endfor %}"
    path.write_text(loop + path.read_text())
    (problem,) = json.loads(run("--json").stdout)["problems"]
    assert (problem["kind"], problem["table"], problem["column"], problem["id"]) == (
        "page_too_large", "portfolios", "bio", site.portfolio_of(ada),
    )  # fmt: skip
    assert f"{path}:1" in problem["reason"]


def test_a_slug_that_leaves_no_address_is_one_problem_with_its_reason(site: Site, run: Run) -> None:
    site.person("..")
    (problem,) = json.loads(run("--json").stdout)["problems"]
    assert (problem["level"], problem["kind"], problem["column"]) == ("error", "no_address", "slug")
    assert "there is no address left for this person; '..' can't be an address" in problem["reason"]


def test_a_watch_prints_an_error_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A build prints it each time."""
    error = problem("schema", "error")
    for errors_again, expected in ((True, 1), (False, 0)):
        listener = ProblemListener()
        listener.errors_again = errors_again
        listener.affected(person("Ada", error, is_new=False))
        listener.affected(person("Bob", problem(), is_new=False))
        listener.told(0)
        assert capsys.readouterr().err.count("error: experience.start_date") == expected
