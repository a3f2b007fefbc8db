/**
 * Code that is wider than its place can be reached by keyboard, so that it can be scrolled there. Its longest line
 * tells: to measure code that is off screen would mean to lay it out. Until code is laid out (lay-out.ts), a long
 * line is taken to be too wide.
 */
const CHARACTER = 0.6; // em: what every character of the code's face takes
const LONG = 30; // characters: about what the narrowest screen shows

const sizes = new ResizeObserver((changes) => {
  const codes = changes.map(({ target }) => target as HTMLElement);
  const wide = codes.filter(isWide); // all of them are measured before one is changed
  for (const code of codes) {
    if (wide.includes(code)) code.tabIndex = 0;
    else if (code !== document.activeElement) code.removeAttribute("tabindex"); // that would lose the reader's place
  }
});

export function reachWideCode(root: Element): void {
  for (const code of root.querySelectorAll<HTMLElement>("pre > code")) {
    if (longestLine(code) > LONG) code.tabIndex = 0;
    sizes.observe(code);
  }
}

function isWide(code: HTMLElement): boolean {
  const { fontSize, paddingLeft, paddingRight } = getComputedStyle(code);
  const padding = parseFloat(paddingLeft) + parseFloat(paddingRight);
  return longestLine(code) * CHARACTER * parseFloat(fontSize) + padding > code.clientWidth;
}

/** In characters. Where the page does not say (widgets/markdown/colours.py), as in labs, they are counted. */
function longestLine(code: HTMLElement): number {
  const said = Number(code.style.getPropertyValue("--longest"));
  return said || Math.max(...(code.textContent ?? "").split("\n").map(({ length }) => length));
}
