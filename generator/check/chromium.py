"""The browser that pages are looked at in: Debian's Chromium, or any other that is named."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from generator.check.validator import UnavailableError
from generator.extras import extra, folder_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = "CHROMIUM"
"""The environment variable that names the browser."""

_DEFAULT = "/usr/bin/chromium"
_ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def drivers() -> AbstractContextManager[None]:
    """Import what a browser is driven with within this context.

    Raises:
        MissingExtraError: It is not installed.
    """
    return extra("check", "looking at pages in a browser")


def require_drivers() -> None:
    """See to it early that a browser can be driven.

    Raises:
        MissingExtraError: It can't.
    """
    with drivers():
        folder_of("playwright")
        folder_of("axe_playwright_python")


@contextmanager
def chromium() -> Iterator["Browser"]:
    """A browser without a window, for as long as the context lasts.

    Raises:
        UnavailableError: There is none.
        MissingExtraError: There is nothing to drive it with.
    """
    with drivers():
        from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415 - optional
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
