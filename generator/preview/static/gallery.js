// The gallery: one axis down, one across, and a page in each cell.
import { Frame } from "./frame.js";
import { listen } from "./live.js";
import { HEIGHTS, axes, element, lookUrl, pageUrl, spoken } from "./state.js";

const ZOOMS = ["fit", "25", "50", "75", "100"];
const SIZES = { screen: "One screen", page: "Whole page" };
const USUAL = { rows: "page", columns: "width", zoom: "fit", size: "screen" };
const controls = document.querySelector("#controls");
const pictures = document.querySelector("#pictures");

let facts = await (await fetch("/-/facts.json")).json();
let state = read(new URLSearchParams(location.search));
let cells = [];

// Pages are loaded when they are near the window, and brought up to date first where they are in it.
const seen = new IntersectionObserver((entries) => note(entries, "isSeen"));
const near = new IntersectionObserver((entries) => {
  for (const cell of note(entries, "isNear")) if (cell.isNear && cell.frame.isStale) cell.frame.refresh();
}, { rootMargin: "200px" });

function note(entries, what) {
  return entries.flatMap(({ target, isIntersecting }) => {
    const cell = cells.find((it) => it.host === target);
    if (cell) cell[what] = isIntersecting;
    return cell ?? [];
  });
}

// From the address to the state, and back.

function read(query) {
  const found = { ...USUAL, picks: {} };
  for (const [name, text] of query) {
    if (name in USUAL) found[name] = text;
    else found.picks[name] = text.split(",");
  }
  return found;
}

function write() {
  const query = new URLSearchParams();
  for (const name of Object.keys(USUAL)) if (state[name] !== USUAL[name]) query.set(name, state[name]);
  for (const [name, values] of Object.entries(state.picks)) query.set(name, values.join(","));
  const text = query.toString().replaceAll("%2C", ",");
  history.replaceState(null, "", text ? `?${text}` : location.pathname);
}

function known() {
  return axes(facts, state.rows === "theme" || state.columns === "theme" ? "" : state.picks.theme?.[0] ?? facts.focus);
}

/** The values of an axis that are shown: several along a side of the table, else one. */
function picked(axis) {
  const chosen = (state.picks[axis.name] ?? []).filter((value) => axis.values.includes(value) || value === "");
  if (axis.name === state.rows || axis.name === state.columns) {
    const usual = axis.some ?? axis.values;
    const several = axis.values.filter((value) => chosen.includes(value));
    return several.length ? several : usual;
  }
  return [chosen[0] ?? axis.usual ?? ""];
}

// The choices.

function drawControls() {
  const all = known();
  const side = (name, label) => element("label", { class: "side" }, label,
    element("select", { name, onchange: (event) => setSide(name, event.target.value) },
      ...all.map((axis) => element("option", { value: axis.name, selected: state[name] === axis.name }, axis.label))));
  const option = (name, label, values) => element("label", { class: "side" }, label,
    element("select", { name, onchange: (event) => { state[name] = event.target.value; draw(); } },
      ...values.map(([value, text]) => element("option", { value, selected: state[name] === value }, text))));
  controls.replaceChildren(
    element("fieldset", { class: "layout" }, element("legend", {}, "Table"),
      side("rows", "Rows"), side("columns", "Columns"),
      element("button", { type: "button", class: "plain", onclick: swap }, "Swap rows and columns"),
      option("zoom", "Zoom", ZOOMS.map((zoom) => [zoom, zoom === "fit" ? "Fit" : `${zoom} %`])),
      option("size", "Height", Object.entries(SIZES))),
    ...all.map(drawAxis),
    element("p", { class: "hint" }, key("←↑↓→"), " move, ", key("Enter"), " opens, ", key("d"), " dark, ", key("z"), " zoom, ", key("["), " hides this"));
}

function key(text) {
  return element("kbd", {}, text);
}

function drawAxis(axis) {
  const isSide = axis.name === state.rows || axis.name === state.columns;
  const now = picked(axis);
  const own = axis.hasOwn && !isSide ? [""] : [];
  const chips = [...own, ...axis.values].map((value) => element("label", { class: "chip" },
    element("input", {
      type: isSide ? "checkbox" : "radio", name: axis.name, value, checked: now.includes(value),
      onchange: () => pick(axis),
    }),
    element("span", { title: value }, value === "" ? "as chosen" : value)));
  const all = isSide && axis.values.length > 4 ? element("button", { type: "button", class: "plain", onclick: () => { delete state.picks[axis.name]; draw(); } }, "all") : null;
  return element("fieldset", { "data-axis": axis.name },
    element("legend", {}, axis.label, all === null ? "" : " ", all),
    element("div", { class: "chips" }, ...chips));
}

function pick(axis) {
  const values = [...controls.querySelectorAll(`[name="${axis.name}"]:checked`)].map((input) => input.value);
  const usual = axis.name === state.rows || axis.name === state.columns ? (axis.some ?? axis.values) : [axis.usual ?? ""];
  if (values.length === 0 || String(values) === String(usual)) delete state.picks[axis.name];
  else state.picks[axis.name] = values;
  draw({ controls: axis.name === "theme" || values.length === 0 });
}

function setSide(name, value) {
  const other = name === "rows" ? "columns" : "rows";
  if (state[other] === value) state[other] = state[name];
  state[name] = value;
  draw();
}

function swap() {
  [state.rows, state.columns] = [state.columns, state.rows];
  draw();
}

// The table.

function draw(what = { controls: true }) {
  write();
  if (what.controls) redrawControls();
  const all = known();
  const [down, across] = [all.find((it) => it.name === state.rows) ?? all[0], all.find((it) => it.name === state.columns) ?? all[1]];
  const fixed = Object.fromEntries(all.map((axis) => [axis.name, picked(axis)[0]]));
  const wanted = picked(down).flatMap((row) => picked(across).map((column) => ({ ...fixed, [down.name]: row, [across.name]: column })));
  if (!fits(down, across)) build(down, across);
  wanted.forEach((choice, at) => fill(cells[at], choice));
  zoom();
  document.querySelector("#site").href = facts.site;
  document.querySelector("#summary").textContent = `${cells.length} frames: ${down.label.toLowerCase()} by ${across.label.toLowerCase()}`;
}

/** Draw the choices anew without losing the place of who is at them. */
function redrawControls() {
  const { name, value } = document.activeElement ?? {};
  const scroll = controls.scrollTop;
  drawControls();
  controls.scrollTop = scroll;
  if (name) [...controls.elements].find((it) => it.name === name && (it.type === "select-one" || it.value === value))?.focus();
}

function fits(down, across) {
  return pictures.dataset.shape === shape(down, across);
}

function shape(down, across) {
  return JSON.stringify([down.name, picked(down), across.name, picked(across)]);
}

function build(down, across) {
  seen.disconnect();
  near.disconnect();
  cells = [];
  const rows = picked(down).map((row) => element("tr", {},
    element("th", { scope: "row" }, heading(down, row)),
    ...picked(across).map((column) => {
      const host = element("div", { class: "frame", "data-still": true });
      const link = element("a", { class: "open" });
      const cell = { host, link, frame: new Frame(host, ""), isSeen: false, isNear: false };
      cell.frame.onArrival = () => grow(cell);
      cells.push(cell);
      return element("td", {}, element("div", { class: "cell" }, host, link));
    })));
  const heads = picked(across).map((column) => element("th", { scope: "col" }, heading(across, column)));
  pictures.replaceChildren(element("table", {},
    element("thead", {}, element("tr", {}, element("td", {}), ...heads)), element("tbody", {}, ...rows)));
  pictures.dataset.shape = shape(down, across);
  for (const { host } of cells) {
    seen.observe(host);
    near.observe(host);
  }
}

function heading(axis, value) {
  const kind = axis.name === "page" ? facts.pages.find((it) => it.name === value)?.kind : null;
  return element("span", { title: value }, element("b", {}, value), kind && kind !== "person" ? element("small", {}, kind) : null);
}

function fill(cell, choice) {
  const someone = facts.pages.find((it) => it.name === choice.page);
  const words = [someone.name, `${choice.width} wide`, choice.scheme, ...Object.entries(choice)
    .filter(([name, value]) => value !== "" && !["page", "width", "scheme", "photo"].includes(name))
    .map(([name, value]) => `${spoken(name)} ${value}`)];
  cell.host.style.setProperty("--width", choice.width);
  cell.width = Number(choice.width);
  if (state.size === "screen" || !cell.host.style.getPropertyValue("--height")) cell.host.style.setProperty("--height", HEIGHTS[choice.width]);
  cell.frame.title = words.join(", ");
  cell.link.setAttribute("aria-label", cell.frame.title);
  cell.link.href = lookUrl(someone, choice);
  const url = pageUrl(someone, choice);
  if (cell.frame.url !== url) {
    cell.frame.url = url;
    cell.frame.isStale = true;
    if (cell.isNear) cell.frame.refresh();
  }
  if (cell.frame.good) grow(cell);
}

/** Make a frame as high as its page, if that is wanted. */
function grow(cell) {
  const page = cell.frame.good;
  if (state.size !== "page" || !page) return;
  page.style.height = `${HEIGHTS[cell.width]}px`;
  const height = page.contentDocument.documentElement.scrollHeight;
  page.style.height = "";
  cell.host.style.setProperty("--height", height);
}

function zoom() {
  let scale = Number(state.zoom) / 100;
  if (state.zoom === "fit") {
    const across = new Map();
    const columns = pictures.querySelectorAll("thead th").length;
    cells.forEach((cell, at) => across.set(at % columns, Math.max(across.get(at % columns) ?? 0, cell.width)));
    const widths = [...across.values()].reduce((sum, width) => sum + width, 0);
    const margin = (pictures.querySelector("tbody th")?.offsetWidth ?? 0) + 18 * columns + 24;
    scale = Math.min(1, Math.max(0.12, (pictures.clientWidth - margin) / widths));
  }
  pictures.style.setProperty("--scale", scale.toFixed(4));
}

// Keys.

function move(from, rows, columns) {
  const wide = pictures.querySelectorAll("thead th").length;
  const at = cells.findIndex((cell) => cell.link === from);
  const to = at < 0 ? 0 : at + rows * wide + columns;
  if (at >= 0 && columns !== 0 && Math.floor(to / wide) !== Math.floor(at / wide)) return;
  cells[to]?.link.focus();
}

function toggle(name, values) {
  if (state.rows === name || state.columns === name) return;
  const now = picked(known().find((axis) => axis.name === name))[0];
  const next = values[(values.indexOf(now) + 1) % values.length];
  if (next === values[0]) delete state.picks[name];
  else state.picks[name] = [next];
  draw();
}

function hide() {
  const isShown = document.body.classList.toggle("bare") === false;
  document.querySelector("#hide").setAttribute("aria-expanded", String(isShown));
  zoom();
}

const KEYS = {
  ArrowRight: (at) => move(at, 0, 1), ArrowLeft: (at) => move(at, 0, -1),
  ArrowDown: (at) => move(at, 1, 0), ArrowUp: (at) => move(at, -1, 0),
  d: () => toggle("scheme", ["light", "dark"]),
  z: () => { state.zoom = ZOOMS[(ZOOMS.indexOf(state.zoom) + 1) % ZOOMS.length]; draw(); },
  "[": hide,
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input, select");
  if (isTyping || event.metaKey || event.ctrlKey || event.altKey || !(event.key in KEYS)) return;
  event.preventDefault();
  KEYS[event.key](event.target);
});
document.querySelector("#hide").addEventListener("click", hide);
controls.addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("resize", zoom);
window.addEventListener("popstate", () => { state = read(new URLSearchParams(location.search)); draw(); });

// What is saved.

listen({
  page: async () => {
    for (const { frame, isNear } of cells) frame.isStale = !isNear;
    const seenOnes = cells.filter((it) => it.isSeen);
    for (const change of await Promise.all(seenOnes.map((it) => it.frame.prepare()))) change();
    for (const { frame } of cells.filter((it) => it.isNear && !it.isSeen)) frame.refresh();
    const news = await (await fetch("/-/facts.json")).json();
    if (JSON.stringify(news) !== JSON.stringify(facts)) {
      facts = news;
      draw();
    }
  },
  style: (styles) => { for (const { frame } of cells) if (!frame.isStale) frame.restyle(styles); },
});
draw();
