// What is shown, and its form in the address: only what differs from the default is in it.

export const WIDTHS = ["320", "390", "768", "1280"];
export const HEIGHTS = { 320: 640, 390: 844, 768: 1024, 1280: 800 };
export const SCHEMES = ["light", "dark"];

/** The axes of a gallery of a theme: name, label and values of each, the values' labels. */
export function axes(facts, theme) {
  const knobs = facts.themes.find((it) => it.name === (theme || facts.theme))?.knobs ?? {};
  return [
    { name: "page", label: "Pages", values: facts.pages.map((it) => it.name), usual: facts.pages[0]?.name },
    { name: "width", label: "Width", values: WIDTHS, usual: "390", some: ["390", "1280"] },
    { name: "scheme", label: "Light or dark", values: SCHEMES, usual: "light" },
    { name: "theme", label: "Theme", values: facts.themes.map((it) => it.name), usual: facts.focus, hasOwn: true },
    ...Object.entries(knobs).map(([name, values]) => ({ name, label: spoken(name), values, usual: "", hasOwn: true, isKnob: true })),
    { name: "photo", label: "Photo", values: ["on", "off"], usual: "on" },
  ];
}

/** The address of a page under a choice: one value, or "" for the person's own, by axis. */
export function pageUrl(someone, choice) {
  const query = new URLSearchParams({ pictures: "drawn" });
  for (const [name, value] of Object.entries(choice)) {
    const isUsual = value === "" || name === "page" || name === "width" || (name === "photo" && value === "on");
    if (!isUsual) query.set(name, value);
  }
  return `${someone.path}?${query}`;
}

/** The address of the page by itself, in a frame of ours. */
export function lookUrl(someone, choice) {
  const query = new URLSearchParams(Object.entries(choice).filter(([name, value]) => name === "theme" || (name !== "page" && value !== "")));
  return `/-/look${someone.path}?${query}`;
}

/** `primaryColor` as a person would write it. */
export function spoken(name) {
  const words = name.replace(/([a-z])([A-Z])|_/g, "$1 $2").toLowerCase();
  return words[0].toUpperCase() + words.slice(1);
}

/** An element with attributes and children; what is false or null is left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}
