"""The list of redirects for hosts: as the output, and up to date after every build."""

from pathlib import Path

import pytest

from generator.errors import QwikfolioError
from generator.render.redirects import MOST_REDIRECTS, redirect_lists
from tests.site import Site


def listed(site: Site) -> dict[str, str]:
    """Where each address leads, as both lists say."""
    text = (site.output / "_redirects").read_text("utf-8")
    lines = [line.split(" ") for line in text.splitlines() if not line.startswith("#")]
    assert all(status == "301" for _old, _new, status in lines)
    nginx = (site.output / "_redirects.nginx").read_text("utf-8").splitlines()[1:]
    assert len(nginx) == len(lines)
    assert all(
        line.endswith(f' "{new}";') for line, (_old, new, _status) in zip(nginx, lines, strict=True)
    )
    return {old: new for old, new, _status in lines}


def test_the_list_follows_who_comes_moves_and_goes(site: Site) -> None:
    ada = site.person("ada", username="lovelace")
    site.person("bob")
    site.build()
    assert listed(site) == {"/lovelace/": "/ada/"}
    site.execute("UPDATE portfolios SET slug = 'countess' WHERE user_id = %s", ada)
    site.build()
    assert listed(site) == {"/lovelace/": "/countess/"}
    site.execute("UPDATE profiles SET username = 'byron' WHERE id = %s", ada)
    site.build()
    assert listed(site) == {"/byron/": "/countess/"}
    site.publish(ada, published=False)
    report = site.build()
    assert listed(site) == {}
    assert "_redirects" not in report.removed


def test_a_build_with_nothing_to_do_writes_no_list(site: Site) -> None:
    ada = site.person("ada", username="lovelace")
    site.build()
    assert site.build().written == 0
    site.execute("UPDATE portfolios SET headline = 'Countess' WHERE user_id = %s", ada)
    before = (site.output / "_redirects").stat().st_mtime_ns
    site.build()
    assert (site.output / "_redirects").stat().st_mtime_ns == before


@pytest.mark.parametrize("name", ["_redirects", "_redirects.nginx"])
def test_a_list_that_was_deleted_is_written_again(site: Site, name: str) -> None:
    site.person("ada", username="lovelace")
    site.build()
    (site.output / name).unlink()
    site.build()
    assert listed(site) == {"/lovelace/": "/ada/"}


def test_who_is_gone_leaves_the_list_whatever_else_fails(site: Site) -> None:
    ada = site.person("ada", username="lovelace")
    site.person("bob", username="robert")
    site.build()
    site.publish(ada, published=False)
    template = site.root / "themes" / "base" / "templates" / "base.html"
    template.write_text(template.read_text() + "{% if %}")
    with pytest.raises(QwikfolioError):
        site.build()
    assert listed(site) == {"/robert/": "/bob/"}


def test_nobody_can_take_the_address_of_a_list(site: Site) -> None:
    site.person("_redirects.nginx", username="ada")
    site.build()
    assert site.has("ada")
    assert (site.output / "_redirects.nginx").is_file()


def test_addresses_are_written_as_servers_compare_and_send_them(tmp_path: Path) -> None:
    pairs = [("josé", "ada"), ("x" * 60, "größe"), ("a.b~c" + "-" * 40, "ada")]
    plain, nginx = (page.body.decode() for page in redirect_lists("/f%C3%B6lio/", pairs))
    assert "\n/fölio/josé/ /f%C3%B6lio/ada/ 301\n" in plain
    assert '\n"/fölio/josé/" "/f%C3%B6lio/ada/";\n' in nginx
    # What is longer than a bucket of nginx's hash is a regular expression.
    assert f'\n"~^/fölio/{"x" * 60}/$" "/f%C3%B6lio/gr%C3%B6%C3%9Fe/";\n' in nginx
    assert r'"~^/fölio/a\.b\~c\-\-' in nginx
    assert MOST_REDIRECTS == 50_000
