"""What only the browser knows, asked of it in JavaScript."""

# Beside the page, or cut off. What scrolls in a box of its own may be wider, if the keyboard can
# scroll it too.
OUTSIDE = """() => {
  const scrolls = e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX);
  const inScroller = e => e && (scrolls(e) && e.tabIndex >= 0 || inScroller(e.parentElement));
  const beside = e => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && (box.right > innerWidth + 0.5 || box.left < -0.5);
  };
  const cut = e => ['hidden', 'clip'].includes(getComputedStyle(e).overflowX)
    && e.clientWidth > 1 && e.scrollWidth > e.clientWidth;
  return [...document.querySelectorAll('body *')]
    .filter(e => !e.closest('.skip') && !inScroller(e) && (beside(e) || cut(e)))
    .map(e => e.outerHTML.slice(0, 80));
}"""

SCROLL_THROUGH = """async () => {
  const frame = () => new Promise(done => setTimeout(done, 30));
  for (let y = 0; y < Math.min(document.body.scrollHeight, 8000); y += 700) {
    scrollTo({top: y, behavior: 'instant'});
    await frame();
  }
  await frame();
}"""

LAYOUT_SHIFTS = """() => new Promise(done => {
  const shifts = [];
  const add = list => {
    for (const shift of list.getEntries())
      shifts.push([shift.value, ...shift.sources.map(({node}) => node?.outerHTML?.slice(0, 80))]);
  };
  new PerformanceObserver(add).observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(shifts), 100);
})"""

# Colours as Chromium paints them, whatever notation they were written in: red, green and blue of
# 0 to 255, and alpha of 0 to 1. `grounds` are the colours that may be behind something: one, or
# with a gradient several, those half-way between its stops included.
COLORS = """
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
  const over = (top, under, alpha = top[3]) =>
    [0, 1, 2].map(n => top[n] * alpha + under[n] * (1 - alpha)).concat(1);
  const stops = image => {
    if (image.includes('url(')) throw new Error('a picture behind text');
    const named = image.match(/(?:rgba?|hsla?|oklch|oklab|lab|lch|color)\\([^()]*\\)|#[0-9a-f]+/gi);
    const colors = (named ?? []).map(rgba);
    const half = (a, b) => a.map((v, i) => (v + b[i]) / 2);
    return colors.concat(colors.slice(1).map((color, n) => half(color, colors[n])));
  };
  const grounds = element => {
    if (!element) throw new Error('no background');
    const style = getComputedStyle(element), color = rgba(style.backgroundColor);
    let found = color[3] === 1 ? [color] : grounds(element.parentElement).map(g => over(color, g));
    if (style.backgroundImage !== 'none') {
      const painted = stops(style.backgroundImage).flatMap(s => found.map(g => over(s, g)));
      const whole = style.backgroundRepeat === 'repeat' && style.backgroundSize === 'auto';
      found = whole ? painted : found.concat(painted);
    }
    return found;
  };
  const opacity = element => {
    if (!element) return 1;
    const style = getComputedStyle(element);
    const painted = style.backgroundImage !== 'none' || rgba(style.backgroundColor)[3] > 0;
    if (style.opacity !== '1' && painted) throw new Error('a translucent background');
    return style.opacity * opacity(element.parentElement);
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
  const least = (color, behind, alpha = 1) => Math.min(...behind.map(
    ground => contrast(over(color, ground, color[3] * alpha), ground)));
"""

TOP = f"""() => {{ {COLORS}
  const hex = value => Math.round(value).toString(16).padStart(2, '0');
  return grounds(document.elementFromPoint(innerWidth / 2, 1))
    .map(color => '#' + color.slice(0, 3).map(hex).join(''));
}}"""

# WCAG 2.2: text 4.5 (1.4.3; large text is held to the same), the edge of a control or its filling,
# and a picture that stands for words, 3 (1.4.11).
FAINT = f"""() => {{ {COLORS}
  for (const details of document.querySelectorAll('details')) details.open = true;
  const faint = [];
  const check = (element, what, ratio, enough) => {{
    if (ratio < enough) faint.push([element.outerHTML.slice(0, 60), what, ratio.toFixed(2)]);
  }};
  const text = (element, style) =>
    check(element, style.color, least(rgba(style.color), grounds(element), opacity(element)), 4.5);
  const visible = {{visibilityProperty: true, opacityProperty: true}};
  const shown = element =>
    element.checkVisibility(visible) && element.getBoundingClientRect().width > 1;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) {{
    if (node.data.trim() && shown(node.parentElement))
      text(node.parentElement, getComputedStyle(node.parentElement));
  }}
  for (const element of document.querySelectorAll('body *')) {{
    for (const pseudo of ['::before', '::after']) {{
      const style = getComputedStyle(element, pseudo);
      const words = style.content.match(/"[^"]*[\\p{{L}}\\p{{N}}][^"]*"/u);
      if (words && style.display !== 'none' && shown(element)) text(element, style);
    }}
  }}
  const edged = 'input:not([type=hidden]), textarea, button, .button';
  for (const control of document.querySelectorAll(edged)) {{
    if (!shown(control)) continue;
    const style = getComputedStyle(control), behind = grounds(control.parentElement);
    const sides = ['Top', 'Right', 'Bottom', 'Left']
      .filter(side => parseFloat(style[`border${{side}}Width`]) > 0)
      .map(side => rgba(style[`border${{side}}Color`]));
    const edge = Math.max(...sides.map(color => least(color, behind)), 0);
    const fill = Math.min(...grounds(control).map(color => least(color, behind)));
    check(control, 'edge', Math.max(edge, fill), 3);
    if (control.matches('input, textarea')) text(control, style);
  }}
  for (const drawing of document.querySelectorAll('a svg, button svg, summary svg'))
    if (shown(drawing))
      check(drawing, 'drawing', least(rgba(getComputedStyle(drawing).color), grounds(drawing)), 3);
  return faint;
}}"""

# No eye sees a spread of four in 255.
SATURATED = f"""() => {{ {COLORS}
  const spread = color => Math.max(...color.slice(0, 3)) - Math.min(...color.slice(0, 3));
  return [...document.querySelectorAll('body, body *')].filter(e => {{
    const style = getComputedStyle(e);
    const colors = [style.color, style.backgroundColor, style.borderTopColor].map(rgba);
    const image = style.backgroundImage;
    return colors.concat(image === 'none' ? [] : stops(image)).some(c => c[3] && spread(c) > 4);
  }}).map(e => e.outerHTML.slice(0, 60));
}}"""

# How round each corner is that is drawn, in pixels; the half of a box is a circle.
CORNERS = """
[...new Set([...document.querySelectorAll('body *')]
  .filter(e => e.checkVisibility())
  .map(e => getComputedStyle(e).borderTopLeftRadius))]
"""

_CONTROLS = """[...document.querySelectorAll(
  'a[href], button, input:not([type=hidden]), textarea, summary, video[controls], [tabindex="0"]'
)].filter(e => e.checkVisibility())"""
CONTROLS = f"{_CONTROLS}.length"
_FOCUS = f"""{COLORS}
  const stop = e => {{
    const style = getComputedStyle(e), box = e.getClientRects()[0];
    const middle = (from, to, end) => (Math.max(from, 0) + Math.min(to, end)) / 2;
    const there = document.elementFromPoint(
      middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
    return {{
      index: {_CONTROLS}.indexOf(e),
      what: e.outerHTML.slice(0, 60),
      outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
      contrast: least(rgba(style.outlineColor), grounds(e.parentElement)),
      seen: there !== null && (e.contains(there) || there.contains(e)),
    }};
  }};
"""
FOCUSED = f"() => {{ {_FOCUS} return stop(document.activeElement); }}"
# After a key was pressed, a focus given by script shows as one given by keyboard.
FOCUSED_IN_TURN = f"""() => {{ {_FOCUS}
  return {_CONTROLS}.map(e => {{ e.focus(); return stop(e); }});
}}"""

# A link inside a sentence is exempt (WCAG 2.2, 2.5.8).
SMALL_TARGETS = f"""
{_CONTROLS}
  .filter(e => !e.closest('.prose') && !e.closest('.skip'))
  .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([html, box]) => `${{html}} ${{box.width}}x${{box.height}}`)
"""
