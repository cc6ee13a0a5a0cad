"""The servers and hosts that a configuration is made for, by name."""

from collections.abc import Callable, Mapping

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
