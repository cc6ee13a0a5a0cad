"""Two watches at once: on one output they take turns, on two each keeps its own up to date."""

import msgspec

from tests.site import Site
from tests.watch.test_watch import eventually, watching


def test_two_watches_of_one_output_take_turns_and_both_end_cleanly(site: Site) -> None:
    user = site.person("ada", headline="Before")
    with watching(site) as one, watching(site) as two:
        for number in range(3):
            headline = f"Version {number}"
            site.execute("UPDATE portfolios SET headline = %s WHERE user_id = %s", headline, user)
            eventually(lambda text=headline: text in site.page("ada"))  # type: ignore[misc]
        site.publish(user, False)
        eventually(lambda: not site.has("ada"))
        assert one.process.poll() is two.process.poll() is None
        assert (one.stop(), two.stop()) == (0, 0)
    site.build()  # what the last one to be stopped may have had in work
    report = site.build(full=True)
    assert (report.written, report.removed) == (0, ())


def test_two_watches_of_two_outputs_each_see_every_change(site: Site) -> None:
    """What one has read is not taken from the other."""
    user = site.person("ada", headline="Before")
    folder = site.root / "other"
    other = Site.__new__(Site)
    other.settings = msgspec.structs.replace(site.settings, output=folder)
    with watching(site) as one, watching(site, f"--output={folder}") as two:
        for number in range(3):
            headline = f"Version {number}"
            site.execute("UPDATE portfolios SET headline = %s WHERE user_id = %s", headline, user)
            for built in (site, other):
                for address in ("ada", ""):
                    eventually(lambda it=built, at=address, text=headline: text in it.page(at))  # type: ignore[misc]
        assert (one.stop(), two.stop()) == (0, 0)
