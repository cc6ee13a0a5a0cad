"""The servers and hosts that a configuration is made for, by name."""

from collections.abc import Callable, Mapping

from generator.errors import ConfigError
from generator.hosting.apache import apache
from generator.hosting.caddy import caddy
from generator.hosting.cloudflare import cloudflare
from generator.hosting.facts import Facts
from generator.hosting.netlify import netlify
from generator.hosting.nginx import nginx
from generator.hosting.s3 import s3

SERVERS: Mapping[str, Callable[[Facts], str]] = {
    "nginx": nginx,
    "caddy": caddy,
    "apache": apache,
    "cloudflare": cloudflare,
    "netlify": netlify,
    "s3": s3,
}


def configuration(server: str, facts: Facts) -> str:
    """The configuration of one of them.

    Raises:
        ConfigError: It serves a folder, and the site is in none.
    """
    if not facts.root and server != "s3":
        raise ConfigError(
            f"{server} serves a folder, and the output is in an object store",
            where="paths.output",
            fix="name the folder on the server with --root, or print `qwikfolio hosting s3`",
        )
    return SERVERS[server](facts)
