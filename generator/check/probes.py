"""What only a browser knows, asked of it in JavaScript."""

FAINT = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const known = new Map();
  const rgba = color => {
    if (!known.has(color)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      known.set(color, [r, g, b, a / 255]);
    }
    return known.get(color);
  };
  const over = (top, below) => {
    const a = top[3];
    return [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a)).concat(1);
  };
  const light = color => {
    const [r, g, b] = color.slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((m, n) => n - m);
    return (high + 0.05) / (low + 0.05);
  };
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  const canvasColor = dark && scheme.includes('dark') ? [18, 18, 18, 1] : [255, 255, 255, 1];
  // All that may stand behind an element: more than one colour where a gradient does.
  const behind = element => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      const stop = /(?:rgba?|color|oklab|oklch|lab|lch|hsla?)\\([^()]*\\)/g;
      const stops = style.backgroundImage.match(stop) || [];
      if (stops.length) layers.push(stops.map(rgba));
      const color = rgba(style.backgroundColor);
      if (color[3] > 0) layers.push([color]);
      if (color[3] === 1) break;
    }
    let found = [canvasColor];
    for (const layer of layers.reverse())
      found = layer.flatMap(top => found.map(below => over(top, below)));
    return found.slice(0, 64);
  };
  const opacity = element => {
    let product = 1;
    for (let e = element; e; e = e.parentElement) product *= +getComputedStyle(e).opacity;
    return product;
  };
  const worst = (color, element, grounds) => Math.min(...grounds.map(ground => {
    const [r, g, b, a] = rgba(color);
    return contrast(over([r, g, b, a * opacity(element)], ground), ground);
  }));
  const faint = new Map();
  const note = (element, what, color, ratio, least) => {
    if (ratio >= least) return;
    const key = what + element.tagName + element.className + color;
    if (!faint.has(key)) faint.set(key, {
      what, color, least, ratio: ratio.toFixed(2), html: element.outerHTML.slice(0, 200),
    });
  };
  const shown = e => e.getClientRects().length && getComputedStyle(e).visibility === 'visible';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; text = walker.nextNode();) {
    const element = text.parentElement;
    if (!text.data.trim() || !shown(element) || element.closest(':disabled')) continue;
    const style = getComputedStyle(element), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
    const ratio = worst(style.color, element, behind(element));
    note(element, 'text', style.color, ratio, large ? 3 : 4.5);
  }
  const fields = 'input:not([type=hidden]), textarea, select';
  for (const field of document.querySelectorAll(fields)) {
    if (!shown(field) || field.disabled) continue;
    const style = getComputedStyle(field), grounds = behind(field.parentElement);
    const edge = style.borderTopStyle === 'none' || parseFloat(style.borderTopWidth) === 0 ? 1
      : worst(style.borderTopColor, field, grounds);
    const fill = worst(style.backgroundColor, field, grounds);
    note(field, 'field', style.borderTopColor, Math.max(edge, fill), 3);
  }
  for (const button of document.querySelectorAll('button, [type=submit]')) {
    if (!shown(button) || button.disabled) continue;
    const style = getComputedStyle(button), grounds = behind(button.parentElement);
    const edge = parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== 'none'
      ? worst(style.borderTopColor, button, grounds) : 1;
    const line = style.textDecorationLine.includes('underline')
      ? worst(style.color, button, grounds) : 1;
    const fill = worst(style.backgroundColor, button, grounds);
    note(button, 'button', style.backgroundColor, Math.max(edge, fill, line), 3);
  }
  return [...faint.values()];
}"""
"""Texts and controls that stand out too little; of a gradient its worst colour counts."""

SIDEWAYS = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return null;
  const wide = [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > width + 0.5
              || e.getBoundingClientRect().left < -0.5 && !e.matches('a[href^="#"]'));
  const inner = wide.filter(e => !wide.some(other => other !== e && e.contains(other)));
  return {by: document.documentElement.scrollWidth - width,
          html: (inner[0] || document.body).outerHTML.slice(0, 200)};
}"""
"""By how much a page is wider than the screen, and what makes it so."""
