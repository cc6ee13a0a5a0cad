"""Word of a database's rows: whose page is looked at sees what is committed."""

import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from generator.errors import DatabaseError
from generator.source.feed import open_feed

_LOOK = 500  # milliseconds between two looks at whether to end
_PAUSE = 2.0  # seconds until a database that has gone away is asked again


@contextmanager
def listening(url: str | None, heard: Callable[[], None]) -> Iterator[None]:
    """Listen to a database for the length of the block, if there is one.

    Args:
        url: Of the database; None: there is nothing to hear.
        heard: Is called from another thread.
    """
    if url is None:
        yield
        return
    ended = threading.Event()
    listener = threading.Thread(target=_listen, args=(url, heard, ended), daemon=True)
    listener.start()
    try:
        yield
    finally:
        ended.set()
        listener.join()


def _listen(url: str, heard: Callable[[], None], ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            with open_feed(url) as feed:
                while not ended.is_set():
                    poll = select.poll()
                    poll.register(feed.fileno(), select.POLLIN)
                    if poll.poll(_LOOK) and feed.drain():
                        heard()
        except DatabaseError:  # whoever asks for a page is told
            ended.wait(_PAUSE)
