// One page in a frame, as large as it is wanted, with every choice at hand.
import { Frame } from "./frame.js";
import { listen } from "./live.js";
import { SCHEMES, WIDTHS, axes, element, pageUrl, spoken } from "./state.js";

const PREFIX = "/-/look";
const controls = document.querySelector("#controls");
const picture = document.querySelector("#picture");
const host = element("div", { class: "frame" });
picture.append(host);

let facts = await (await fetch("/-/facts.json")).json();
let path = decodeURI(location.pathname.slice(PREFIX.length)) || "/";
let choice = { theme: facts.focus, ...Object.fromEntries(new URLSearchParams(location.search)) };
const frame = new Frame(host, path);

function someone() {
  return facts.pages.find((it) => decodeURI(it.path) === path) ?? { name: path, path, kind: "page" };
}

function write() {
  const query = new URLSearchParams(Object.entries(choice).filter(([name, value]) => value !== (name === "theme" ? facts.focus : "")));
  history.replaceState(null, "", `${PREFIX}${path}${query.size ? `?${query}` : ""}`);
  document.title = `${someone().name}, ${choice.width || "full width"}`;
}

function drawControls() {
  const select = (name, label, options, now, set) => element("label", { class: "side" }, label,
    element("select", { name, onchange: (event) => set(event.target.value) },
      ...options.map(([value, text]) => element("option", { value, selected: value === now }, text))));
  const among = facts.pages.some((it) => it.name === someone().name) ? [] : [[path, path]];
  const people = [...among, ...facts.pages.map((it) => [decodeURI(it.path), it.name])];
  const knobs = axes(facts, choice.theme).filter((axis) => axis.isKnob || axis.name === "photo");
  controls.replaceChildren(
    button("‹", "The one before ( ← )", () => step(-1)),
    select("page", "Page", people, path, (value) => { path = value; draw(); }),
    button("›", "The next one ( → )", () => step(1)),
    choices("width", [...WIDTHS, ""], (value) => value || "full"),
    choices("scheme", ["", ...SCHEMES], (value) => value || "auto"),
    select("theme", "Theme", [["", "as chosen"], ...facts.themes.map((it) => [it.name, it.name])], choice.theme ?? "", (value) => set("theme", value)),
    ...knobs.map((axis) => select(axis.name, spoken(axis.name), [["", "as chosen"], ...axis.values.map((value) => [value, value])],
      choice[axis.name] ?? "", (value) => set(axis.name, value))));
}

function button(text, title, act) {
  return element("button", { type: "button", title, "aria-label": title, onclick: act }, text);
}

function choices(name, values, words) {
  return element("div", { class: "chips", role: "radiogroup", "aria-label": spoken(name) }, ...values.map((value) =>
    element("label", { class: "chip" },
      element("input", { type: "radio", name, value, checked: (choice[name] ?? "") === value, onchange: () => set(name, value) }),
      element("span", {}, words(value)))));
}

function set(name, value) {
  choice[name] = value;
  draw();
}

function step(by) {
  const at = facts.pages.findIndex((it) => it.name === someone().name);
  path = decodeURI(facts.pages[(at + by + facts.pages.length) % facts.pages.length].path);
  draw();
}

function draw() {
  write();
  const focused = document.activeElement?.name;
  drawControls();
  if (focused) controls.querySelector(`[name="${focused}"]:checked, select[name="${focused}"]`)?.focus();
  host.style.setProperty("--width", choice.width || picture.clientWidth);
  host.style.setProperty("--height", picture.clientHeight);
  host.toggleAttribute("data-full", !choice.width);
  frame.title = someone().name;
  const url = pageUrl(someone(), choice);
  document.querySelector("#plain").href = someone().path;
  if (url !== frame.url) frame.show(url);
}

// Who follows a link in the page is shown the next one with the same look.
frame.onMove = (shown) => {
  const where = shown.contentWindow.location;
  if (where.pathname === "blank" || frame.coming) return;
  if (where.pathname + where.search !== new URL(frame.url, location).pathname + new URL(frame.url, location).search) {
    path = decodeURI(where.pathname);
    draw();
  }
};

const KEYS = {
  ArrowRight: () => step(1),
  ArrowLeft: () => step(-1),
  d: () => set("scheme", choice.scheme === "dark" ? "light" : "dark"),
  g: () => { location.href = "/-/"; },
};
WIDTHS.forEach((width, at) => { KEYS[at + 1] = () => set("width", width); });
KEYS[0] = () => set("width", "");

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input, select");
  if (isTyping || event.metaKey || event.ctrlKey || event.altKey || !(event.key in KEYS)) return;
  event.preventDefault();
  KEYS[event.key]();
});
controls.addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("resize", draw);

listen({
  page: async () => {
    frame.refresh();
    const news = await (await fetch("/-/facts.json")).json();
    if (JSON.stringify(news) !== JSON.stringify(facts)) {
      facts = news;
      draw();
    }
  },
  style: (styles) => frame.restyle(styles),
});
draw();
