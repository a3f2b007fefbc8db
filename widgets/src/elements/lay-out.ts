/**
 * Of a page that is opened at its top, what is far off the screen is not yet laid out (styles/layout.css): a long
 * chapter answers its reader at once. A part is laid out when it comes near, and stays so. All that lies above what
 * is on the screen is therefore laid out, and a place on the page is the same place at the next visit; where one
 * jumps over parts, the whole page is.
 */
import { isReturn } from "./place.ts";

const PARTS = ".md-content__inner > :not(h1, h2, h3, h4, h5, h6, aside)";
const ALL = "book-laid-out";
const NEAR = "100% 0px"; // a screen above and below
const JUMP = 2; // screens at once

const page = document.documentElement;
const near = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      (target as HTMLElement).style.contentVisibility = "visible";
    }
  },
  { rootMargin: NEAR },
);

/** Has the parts in this piece of the page laid out when their time comes. */
export function layOut(root: Element): void {
  if (page.classList.contains(ALL)) return;
  for (const part of root.querySelectorAll(PARTS)) near.observe(part);
}

function layOutAll(): void {
  near.disconnect();
  page.classList.add(ALL);
}

/** To be called once, when the page is there. */
export function followLayOut(): void {
  if (location.hash || isReturn() || !CSS.supports("overflow-anchor", "auto")) layOutAll();
  let before = scrollY;
  const jumps = () => {
    if (Math.abs(scrollY - before) > JUMP * innerHeight) layOutAll();
    before = scrollY;
  };
  addEventListener("scroll", jumps, { passive: true });
  addEventListener("popstate", layOutAll);
  addEventListener("click", ({ target }) => (target as Element).closest("a[href*='#']") && layOutAll(), true);
}
