"""Drawn pictures in place of those that are nowhere.

The samples' pictures are at `example.org` and the like, names that are reserved (RFC 2606 and 6761)
and lead nowhere: without drawn ones, a gallery of samples would be one of broken pictures. Nobody
but its frames asks for them.
"""

import re
from hashlib import blake2b

_NOWHERE = re.compile(
    r"""(<img\b[^>]*?\ssrc=")https?://"""
    r"""(?:[^"/]*\.)?(?:example(?:\.com|\.net|\.org)?|invalid|test)(?:/[^"]*)?(?=")"""
)


def draw_pictures(page: str) -> str:
    """The page with drawn pictures; the same address is always the same picture."""
    return _NOWHERE.sub(lambda found: f"{found[1]}/-/picture/{_mark(found[0])}.svg", page)


def picture(name: str) -> bytes:
    """A drawing, an SVG; another name gives another."""
    one, two, three, *_rest = blake2b(name.encode(), digest_size=8).digest()
    hue = one * 360 // 256
    sky, sun = f"hsl({hue} 35% 72%)", f"hsl({hue} 45% 84%)"
    far, near = f"hsl({(hue + 20) % 360} 35% 48%)", f"hsl({(hue + 35) % 360} 38% 34%)"
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" preserveAspectRatio="xMidYMid slice">
<rect width="400" height="400" fill="{sky}"/>
<circle cx="{120 + two * 160 // 256}" cy="{100 + three * 60 // 256}" r="70" fill="{sun}"/>
<path d="M0 400V{300 - two // 4}Q120 {180 + three // 4} 230 290T400 {250 + two // 6}V400Z" \
fill="{far}"/>
<path d="M0 400V350Q150 {270 + two // 5} 260 345T400 330V400Z" fill="{near}"/>
</svg>
""".encode()


def _mark(tag: str) -> str:
    address = tag.rpartition('"')[2]
    return blake2b(address.encode(), digest_size=4).hexdigest()
