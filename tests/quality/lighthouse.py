"""Lighthouse, as on a phone: a theme's typical sample, on a host that compresses."""

import os
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path
from zlib import crc32

import msgspec
from msgspec.structs import replace

from generator.model.portfolio import Portfolio
from tests.quality.host import hosted
from tests.quality.pictures import png
from tests.quality.showroom import ROOT, SAMPLES, dressed, materials, site_files

PACKAGES = ROOT / ".venv/node/node_modules"
NODE = PACKAGES / f"node-linux-{'arm64' if platform.machine() == 'aarch64' else 'x64'}/bin/node"
MISSING = "Lighthouse isn't there: run `make tools`"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
METRICS = {
    "first-contentful-paint": "first words, ms",
    "largest-contentful-paint": "largest part, ms",
    "total-blocking-time": "blocked, ms",
    "cumulative-layout-shift": "layout shift",
    "total-byte-weight": "transferred, bytes",
}


class Verdict(msgspec.Struct, frozen=True):
    """What Lighthouse says of a page."""

    scores: Mapping[str, int]
    """By category: 0 to 100."""
    metrics: Mapping[str, float]
    """By audit: milliseconds, but for the layout shift and the bytes."""
    faults: tuple[str, ...]
    """Every audit that counts and is not passed."""
    lighthouse: str
    """Its version."""
    browser: str
    """The browser's name and version."""


class _Audit(msgspec.Struct, frozen=True):
    title: str
    score: float | None = None
    displayValue: str = ""  # noqa: N815 - its own name
    explanation: str = ""
    numericValue: float = 0  # noqa: N815


class _Reference(msgspec.Struct, frozen=True):
    id: str
    weight: float


class _Category(msgspec.Struct, frozen=True):
    score: float | None
    auditRefs: tuple[_Reference, ...]  # noqa: N815


class _Report(msgspec.Struct, frozen=True):
    lighthouseVersion: str  # noqa: N815
    environment: dict[str, object]
    categories: dict[str, _Category]
    audits: dict[str, _Audit]


def judge(theme: str) -> Verdict:
    """Let it judge the sample `ada` in a theme."""
    with hosted() as (url, files):
        of = materials(theme, origin=url)
        portfolio = _with_pictures_here(dressed(SAMPLES["ada"], theme), url, files)
        page = of.renderer.portfolio(portfolio, "ada")
        files |= {**site_files(of, theme), page.path: page.body}
        return _verdict(_run(f"{url}/ada/"))


def middle(verdicts: list[Verdict]) -> Verdict:
    """The one in the middle by performance, and then by how soon the largest part stands."""

    def rank(it: Verdict) -> tuple[int, float]:
        return -it.scores["performance"], it.metrics["largest-contentful-paint"]

    return sorted(verdicts, key=rank)[len(verdicts) // 2]


def _with_pictures_here(portfolio: Portfolio, url: str, files: dict[str, bytes]) -> Portfolio:
    """The same person with pictures on this host, as heavy as people's are."""

    def here(address: str, width: int, height: int) -> str:
        path = f"pictures/{crc32(address.encode())}.png"
        files[path] = png(width, height, seed=crc32(address.encode()))
        return f"{url}/{path}"

    projects = tuple(
        replace(
            project,
            media=tuple(
                replace(it, url=here(it.url, 960, 600)) if it.kind == "image" else it
                for it in project.media
            ),
        )
        for project in portfolio.projects
    )
    photo = portfolio.photo and here(portfolio.photo, 384, 384)
    return replace(portfolio, photo=photo, projects=projects)


def _run(url: str) -> _Report:
    assert NODE.exists(), MISSING
    command: list[str | Path] = [
        NODE,
        PACKAGES / "lighthouse/cli/index.js",
        url,
        f"--only-categories={','.join(CATEGORIES)}",
        "--output=json",
        "--quiet",
        "--no-enable-error-reporting",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
    ]
    browser = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    environment = {**os.environ, "CHROME_PATH": browser}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return msgspec.json.decode(done.stdout, type=_Report)


def _verdict(report: _Report) -> Verdict:
    faults = []
    for name, category in report.categories.items():
        for audit in (report.audits[it.id] for it in category.auditRefs if it.weight):
            if audit.score is not None and audit.score < 1:
                what = " ".join(filter(None, (audit.displayValue, audit.explanation)))
                faults.append(f"{name}: {audit.title} ({what})")
    agent = str(report.environment["hostUserAgent"])
    return Verdict(
        scores={n: round((it.score or 0) * 100) for n, it in report.categories.items()},
        metrics={name: round(report.audits[name].numericValue, 3) for name in METRICS},
        faults=tuple(faults),
        lighthouse=report.lighthouseVersion,
        browser=agent.partition("Headless")[2].partition(" ")[0].replace("/", " "),
    )
