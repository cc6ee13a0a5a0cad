"""docs/theme-rules.md: every rule of `qwikfolio theme check`, from the registry."""

import re

from generator.check.rules import FAMILIES, Rule
from generator.contract.structs import table

_CODE = re.compile(r"(?:<[!/a-z][^>]*>|\{[{%].*?[%}]\}|(?<=>)…(?=<))+")


def page() -> str:
    """The text of docs/theme-rules.md."""
    families = (
        f"## {name}\n\n{table(('rule', 'level', 'what is held', 'to do'), *map(_row, rules))}"
        for name, rules in ((name, family.values()) for name, family in FAMILIES.items())
    )
    return _PAGE.format(families="\n\n".join(families))


def _row(rule: Rule) -> tuple[str, ...]:
    return f"`{rule.code}`", rule.level, _code(rule.what), _code(rule.fix)


def _code(text: str) -> str:
    """A sentence with its HTML and Jinja marked as code."""
    parts = text.split("`")
    parts[::2] = (_CODE.sub(r"`\g<0>`", part) for part in parts[::2])
    return "`".join(parts)


_PAGE = """\
# The rules of `theme check`

`qwikfolio theme check` checks every theme of the project, `qwikfolio theme check DIR` the one in a
folder. With `--quick` no page is made, and it takes a second or two.

A theme is read the way it is rendered: a page's template with its parents, blocks, partials, loops
and macros, and with the kind of every value that [the contract](theme-context.md) promises. Then
everybody of the gallery gets a page in every layout; the Nu HTML checker validates them, and a
Chromium looks at them by day, by night and on a narrow phone.

Each mistake is told with its rule, file and line, what stands there, and what to do. An error
breaks a page or a promise, and makes the exit code 1; a warning may be meant. `--json` prints the
same as a list, `--sarif` as SARIF 2.1.0, which forges and editors show beside the line.

The pages need a browser and the checker, which `pip install "qwikfolio-publisher[check]"`, Debian's
`chromium` and `default-jre-headless`, and the npm package `vnu-jar` bring. `CHROMIUM` and
`QWIKFOLIO_VNU` say where they are, if elsewhere. What is missing is an error, never passed over.

This page is made from the code: `make docs`. Each rule has a theme that trips it alone, in
`tests/check/`.

{families}
"""
