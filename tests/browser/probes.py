"""What only the browser knows, asked of it in JavaScript."""

CHOOSE = "choice => Object.assign(document.documentElement.dataset, choice)"

OUTSIDE = """
[...document.querySelectorAll('body *')]
  .filter(e => !e.closest('.skip') && e.getBoundingClientRect().right > innerWidth + 0.5)
  .map(e => e.outerHTML.slice(0, 80))
"""

SCROLL_THROUGH = """async () => {
  const frame = () => new Promise(done => setTimeout(done, 30));
  for (let y = 0; y < Math.min(document.body.scrollHeight, 8000); y += 700) {
    scrollTo({top: y, behavior: 'instant'});
    await frame();
  }
  await frame();
}"""

LAYOUT_SHIFT = """() => new Promise(done => {
  let sum = 0;
  const add = list => { for (const shift of list.getEntries()) sum += shift.value; };
  new PerformanceObserver(add).observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(sum), 100);
})"""

# Colours as Chromium paints them, whatever notation they were written in.
COLORS = """
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const known = new Map();
  const rgba = color => {
    if (!known.has(color)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      known.set(color, [...canvas.getImageData(0, 0, 1, 1).data]);
    }
    return known.get(color);
  };
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const color = rgba(getComputedStyle(e).backgroundColor);
      if (color[3] === 255) return color;
      if (color[3] !== 0) throw new Error('a translucent background');
    }
    throw new Error('no background');
  };
  const light = color => {
    const [r, g, b] = color.map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((m, n) => n - m);
    return (x + 0.05) / (y + 0.05);
  };
"""

TOP = f"""() => {{ {COLORS}
  const hex = value => value.toString(16).padStart(2, '0');
  return '#' + behind(document.querySelector('.hero')).slice(0, 3).map(hex).join('');
}}"""

FAINT = f"""() => {{ {COLORS}
  const faint = [];
  const check = (element, color, background, least) => {{
    const ratio = contrast(rgba(color), background);
    if (ratio < least) faint.push([element.outerHTML.slice(0, 60), color, ratio.toFixed(2)]);
  }};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; text = walker.nextNode();) {{
    const element = text.parentElement;
    if (!text.data.trim() || !element.getClientRects().length) continue;
    check(element, getComputedStyle(element).color, behind(element), 4.5);
  }}
  for (const field of document.querySelectorAll('input:not([type=hidden]), textarea'))
    check(field, getComputedStyle(field).borderTopColor, behind(field.parentElement), 3);
  for (const button of document.querySelectorAll('.button'))
    check(button, getComputedStyle(button).backgroundColor, behind(button.parentElement), 3);
  return faint;
}}"""

SATURATED = f"""() => {{ {COLORS}
  const spread = color => Math.max(...color.slice(0, 3)) - Math.min(...color.slice(0, 3));
  return [...document.querySelectorAll('body, body *')].filter(e => {{
    const style = getComputedStyle(e);
    return [style.color, style.backgroundColor, style.borderTopColor].some(c => spread(rgba(c)));
  }}).map(e => e.outerHTML.slice(0, 60));
}}"""

_CONTROLS = "[...document.querySelectorAll('a, button, input:not([type=hidden]), textarea')]"
CONTROLS = f"{_CONTROLS}.length"
FOCUSED = f"""() => {{ {COLORS}
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  return {{
    index: {_CONTROLS}.indexOf(e),
    what: e.outerHTML.slice(0, 60),
    outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    contrast: contrast(rgba(style.outlineColor), behind(e.parentElement)),
    seen: box.bottom > 0 && box.top < innerHeight && box.width > 0,
  }};
}}"""

# A link inside a sentence is exempt (WCAG 2.2, 2.5.8).
SMALL_TARGETS = """
[...document.querySelectorAll('a, button, input:not([type=hidden]), textarea')]
  .filter(e => !e.closest('.prose') && !e.closest('.skip'))
  .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([html, box]) => `${html} ${box.width}x${box.height}`)
"""
