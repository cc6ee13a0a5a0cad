"""The browser that pages are looked at in: Debian's Chromium, or any other that is named."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from generator.check.validator import UnavailableError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = "CHROMIUM"
"""The environment variable that names the browser."""

_DEFAULT = "/usr/bin/chromium"
_ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def chromium() -> Iterator["Browser"]:
    """A browser without a window, for as long as the context lasts.

    Raises:
        UnavailableError: There is none, or nothing to drive it with.
    """
    try:
        # Imported here: an installation without the extra `check` does all the rest.
        from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415
    except ImportError:
        raise UnavailableError("run `pip install qwikfolio-publisher[check]`") from None
    path = os.environ.get(CHROMIUM, _DEFAULT)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        except Error:
            raise UnavailableError(
                f"there is no Chromium at {path}: install it, or set {CHROMIUM} to its path"
            ) from None
        try:
            yield browser
        finally:
            browser.close()
