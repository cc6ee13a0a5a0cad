// A page in a frame that is never seen half loaded: a newer one is loaded behind it, and takes its
// place and its scroll position once it is whole. A page about a mistake lies over the last good one.

const PATIENCE = 10_000; // ms, for a page that never gets ready
const GLANCE = 4; // ms between two looks at whether it is

export class Frame {
  /** @param {HTMLElement} host an empty element; @param {string} title what the page is called */
  constructor(host, title) {
    this.host = host;
    this.title = title;
    this.good = null;
    this.mistake = null;
    this.coming = null;
    this.url = null;
    this.isStale = false;
    this.onArrival = () => {};
  }

  /** Show a page. */
  show(url) {
    this.url = url;
    this.isStale = false;
    this.coming?.remove();
    const next = document.createElement("iframe");
    next.className = "coming";
    next.title = this.title;
    next.tabIndex = this.host.hasAttribute("data-still") ? -1 : 0;
    next.src = url;
    this.coming = next;
    this.host.append(next);
    const started = performance.now();
    const look = () => {
      if (this.coming !== next) return;
      if (isReady(next) || performance.now() - started > PATIENCE) this.#arrive(next);
      else setTimeout(look, GLANCE);
    };
    setTimeout(look, GLANCE);
  }

  /** Load the page anew. */
  refresh() {
    if (this.url !== null) this.show(this.url);
  }

  /** Put other style sheets in the place of some; true if the page has one of them. */
  restyle(styles) {
    const found = this.mistake || this.coming ? [] : links(this.good).filter((link) => path(link) in styles);
    if (this.mistake || this.coming) this.refresh();
    for (const link of found) {
      const newer = link.cloneNode();
      const url = new URL(link.href);
      url.pathname = styles[url.pathname];
      newer.href = url.href;
      newer.addEventListener("load", () => link.remove(), { once: true });
      newer.addEventListener("error", () => this.refresh(), { once: true });
      link.after(newer);
    }
    return found.length > 0;
  }

  #arrive(next) {
    this.coming = null;
    const page = next.contentDocument;
    if (page?.documentElement.hasAttribute("data-mistake")) {
      this.mistake?.remove();
      next.className = "mistake";
      this.mistake = next;
    } else {
      const before = this.good?.contentWindow;
      if (before && samePage(before, next.contentWindow)) next.contentWindow.scrollTo(before.scrollX, before.scrollY);
      next.className = "good";
      this.good?.remove();
      this.mistake?.remove();
      this.good = next;
      this.mistake = null;
      next.addEventListener("load", () => this.onMove?.(next), { once: false });
    }
    this.onArrival(next);
  }
}

function isReady(frame) {
  const page = frame.contentDocument;
  if (!page || page.URL === "about:blank" || page.readyState === "loading") return false;
  return links(frame).every((link) => link.sheet !== null || !matchMedia(link.media || "all").matches);
}

function links(frame) {
  return [...(frame?.contentDocument?.querySelectorAll('link[rel="stylesheet"]') ?? [])];
}

function path(link) {
  return new URL(link.href).pathname;
}

function samePage(one, other) {
  return one.location.pathname === other.location.pathname;
}
