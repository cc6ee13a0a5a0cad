// A page in a frame that is never seen half loaded, and that keeps its place.
//
// Most saves change what is inside <body>, of a page without scripts: what differs is put in the
// place of what is there, and the document is then what loading it would give. Anything else is
// loaded behind the page, and takes its place and its scroll position once it is whole. A page about
// a mistake lies over the last good one.

const PATIENCE = 10_000; // ms, for a page that never gets ready
const GLANCE = 4; // ms between two looks at whether it is
const WHOLE = new Set(["AUDIO", "OBJECT", "PICTURE", "SVG", "VIDEO"]); // which look at their children but once

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
    this.onMove = () => {};
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

  /** Bring the page up to date. */
  async refresh() {
    (await this.prepare())();
  }

  /** Get ready to: what is returned does it, so that several pages can change in one moment. */
  async prepare() {
    const { url, good } = this;
    if (url === null) return () => {};
    if (!good || this.mistake || this.coming || this.isStale) return () => this.show(url);
    const text = await read(url);
    return () => {
      if (this.url !== url || this.good !== good || this.coming) return; // something came between
      if (text !== null && renew(good, text)) this.onArrival(good);
      else this.show(url);
    };
  }

  /** Put other style sheets in the place of some. */
  restyle(styles) {
    if (this.mistake || this.coming) {
      this.refresh();
      return;
    }
    for (const link of links(this.good)) {
      const url = new URL(link.href);
      if (!(url.pathname in styles)) continue;
      const newer = link.cloneNode();
      newer.setAttribute("href", styles[url.pathname] + url.search);
      newer.addEventListener("load", () => link.remove(), { once: true });
      newer.addEventListener("error", () => this.show(this.url), { once: true });
      link.after(newer);
    }
  }

  #arrive(next) {
    this.coming = null;
    if (next.contentDocument?.documentElement.hasAttribute("data-mistake")) {
      this.mistake?.remove();
      next.className = "mistake";
      this.mistake = next;
      return;
    }
    const before = this.good?.contentWindow;
    if (before && samePage(before, next.contentWindow)) scroll(next, before);
    next.className = "good";
    this.good?.remove();
    this.mistake?.remove();
    this.good = next;
    this.mistake = null;
    next.addEventListener("load", () => this.onMove(next));
    this.onArrival(next);
  }
}

/** The text of a page; null where it is no good. */
async function read(url) {
  try {
    const answer = await fetch(url, { cache: "no-store" });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

/** Whether a page could be made a newer one in place: only where nothing is new but its body. */
function renew(frame, text) {
  const [old, page] = [frame.contentDocument, new DOMParser().parseFromString(text, "text/html")];
  if (old.head.innerHTML !== page.head.innerHTML || runs(old) || runs(page)) return false;
  const { scrollX, scrollY } = frame.contentWindow;
  dress(old.documentElement, page.documentElement);
  liken(old.body, page.body);
  scroll(frame, { scrollX, scrollY });
  return true;
}

/** Make a node equal to another, and touch nothing that is so already. */
function liken(node, like) {
  if (node.isEqualNode(like)) return;
  const [parts, newParts] = [[...node.childNodes], [...like.childNodes]];
  if (node.nodeType !== Node.ELEMENT_NODE || node.nodeName !== like.nodeName
    || parts.length !== newParts.length || WHOLE.has(node.nodeName.toUpperCase())) {
    node.replaceWith(node.ownerDocument.adoptNode(like));
    return;
  }
  dress(node, like);
  parts.forEach((part, at) => liken(part, newParts[at]));
}

/** At once, whatever the page says of scrolling smoothly. */
function scroll(frame, { scrollX, scrollY }) {
  frame.contentWindow.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
}

/** Whether scripts matter to it: only loading runs them, or tells that there are none. */
function runs(page) {
  return page.querySelector("noscript") !== null || [...page.scripts].some((script) => script.type !== "application/ld+json");
}

/** The same attributes, in the same order. */
function dress(element, like) {
  const names = element.getAttributeNames();
  if (String(names) !== String(like.getAttributeNames())) for (const name of names) element.removeAttribute(name);
  for (const { name, value } of like.attributes) if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function isReady(frame) {
  const page = frame.contentDocument;
  if (!page || page.URL === "about:blank" || page.readyState === "loading") return false;
  return links(frame).every((link) => link.sheet !== null || !matchMedia(link.media || "all").matches);
}

function links(frame) {
  return [...(frame?.contentDocument?.querySelectorAll('link[rel="stylesheet"]') ?? [])];
}

function samePage(one, other) {
  return one.location.pathname === other.location.pathname;
}
