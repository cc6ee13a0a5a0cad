"""The pages that are nobody's own, kept up to date with what the manifest knows of people."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from itertools import starmap

from generator.build.materials import Materials
from generator.build.sitewide import is_list, list_file, list_page, site_pages
from generator.build.workspace import Workspace
from generator.publish.manifest import Standing
from generator.publish.publisher import Publication
from generator.render.page import Page
from generator.render.redirects import MOST_REDIRECTS, redirect_lists
from generator.static_files import opened

_REDIRECTS = "redirects"  # forgotten by the manifest's triggers
_NAME_THE_GONE = "lists name the gone"


class SitePages:
    """The lists of people, what is in content, and the themes' files."""

    def __init__(self, workspace: Workspace, *, full: bool) -> None:
        """`full` makes each page anew, and compares its file on disk with it."""
        self._workspace = workspace
        self._manifest = workspace.manifest
        self._publisher = workspace.publisher
        self._directory = workspace.directory
        self._full = full

    def assets(self, materials: Materials) -> None:
        """Before any page that refers to them."""
        self._put_all(starmap(Page, materials.assets.items()), "asset")

    def clear_assets(self, materials: Materials) -> None:
        """Those of earlier builds that no page refers to any more."""
        self._publisher.clear("asset", materials.assets.keys())

    def clear_static(self, materials: Materials) -> None:
        """The static files of earlier builds that are gone, before anything takes their place."""
        self._publisher.clear("static", materials.static_paths)

    def static(self, materials: Materials) -> None:
        """The operator's own files; one that was deleted since they were listed is passed over."""
        for file in materials.static:
            if not self._full and self._publisher.stands(file.path, None, file.digest):
                continue
            with opened(file) as pieces:
                if pieces is not None:
                    made = Standing(file.digest, file.size)
                    self._publisher.copy(file.path, "static", made, pieces)

    def lists(self, materials: Materials) -> None:
        """The home page, the directory and the sitemaps, as far as they are out of date."""
        self._put_all((list_page(materials, node) for node in self._directory.stale()), "list")
        dead = self._directory.dead_paths()
        self._publisher.remove_all(path for path in dead if self._manifest.file(path))
        self._directory.settle()
        self._manifest.execute("forget_fact", _NAME_THE_GONE)
        self._manifest.commit()

    def redirects(self) -> None:
        """The list of redirects for hosts, if one of them came, changed or went."""
        home = self._workspace.home
        if self._manifest.fact(_REDIRECTS) != home.encode():
            pairs = self._manifest.redirects(MOST_REDIRECTS)
            self._put_all(redirect_lists(home, pairs), "list")
            self._manifest.set_fact(_REDIRECTS, home.encode())
            self._manifest.commit()

    @property
    def name_the_gone(self) -> bool:
        """Whether the lists on disk may still name somebody who is gone."""
        return self._manifest.fact(_NAME_THE_GONE) is not None

    def let_go(self, owners: Iterable[str]) -> None:
        """Take people off the lists that are to be made; durable with the next commit."""
        self._manifest.set_fact(_NAME_THE_GONE, b"")
        for owner in owners:
            self._directory.leave(owner)

    @contextmanager
    def none_rather_than_untrue(self) -> Iterator[None]:
        """Where something fails within, no list is left that names somebody who is gone."""
        try:
            yield
        except Exception:
            self._withdraw_lists()
            raise

    def site(self, materials: Materials) -> None:
        """The pages written by hand, and what machines read of the site as a whole."""
        if self._full or self._manifest.fact("site") != materials.site_grounds:
            self._publisher.clear("site", self._put_all(site_pages(materials), "site"))
            self._manifest.set_fact("site", materials.site_grounds)

    def _withdraw_lists(self) -> None:
        if not self._workspace.known:
            self._publisher.sweep(lambda path: not is_list(path))
        elif self.name_the_gone:
            paths = [list_file(node) for node in self._directory.stale()]
            paths += self._directory.dead_paths()
            self._publisher.remove_all(path for path in paths if self._manifest.file(path))

    def _put_all(self, pages: Iterable[Page], kind: str) -> set[str]:
        """Bring pages up to date; their paths."""
        paths: set[str] = set()
        self._publisher.put_all(self._publications(pages, kind, paths))
        return paths

    def _publications(
        self, pages: Iterable[Page], kind: str, paths: set[str]
    ) -> Iterator[Publication]:
        for page in pages:
            paths.add(page.path)
            fingerprint = blake2b(page.body, digest_size=16).digest()
            if self._full or not self._publisher.stands(page.path, None, fingerprint):
                yield Publication(page.path, page.body, kind, None, fingerprint)
