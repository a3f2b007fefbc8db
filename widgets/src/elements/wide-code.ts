/**
 * Code that is wider than its place can be reached by keyboard, so that it can be scrolled there. The theme sees to
 * this when code comes into view (content.lazy in mkdocs.yml); until then its longest line tells, for to measure
 * code that is off screen would mean to lay it out. Code of labs does not say how long it is, and is always laid out.
 */
const CHARACTER = 0.6; // em: what every character of the code's face takes

export function reachWideCode(root: Element): void {
  const shown = [...root.querySelectorAll<HTMLElement>("pre > code:not([tabindex])")].filter(
    (code) => !code.closest("details:not([open])") && code.clientWidth > 0,
  );
  for (const code of shown.filter(isWide)) code.tabIndex = 0; // after all of them are measured
}

function isWide(code: HTMLElement): boolean {
  const longest = Number(code.style.getPropertyValue("--longest"));
  if (!longest) return code.scrollWidth > code.clientWidth;
  const { fontSize, paddingLeft, paddingRight } = getComputedStyle(code);
  const padding = parseFloat(paddingLeft) + parseFloat(paddingRight);
  return longest * CHARACTER * parseFloat(fontSize) + padding > code.clientWidth;
}
