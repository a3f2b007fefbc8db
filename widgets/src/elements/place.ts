/**
 * A page that is loaded again, or come back to, opens where it was left. The browser and the theme go by the height
 * above, and before elements have woken and grown; the book goes by the part of the page that was being read.
 */
import { Store } from "../core/store.ts";

const PARTS = ".md-content__inner > *";
const GROWING = 3000; // ms: by then all is there
const ACTS = ["wheel", "touchstart", "pointerdown", "keydown"];

type Place = { part: number; top: number }; // its number on the page, and px below the edge of the screen

const places = new Store(() => sessionStorage); // by path
let path = location.pathname; // of the page that is shown: behind the address while another one is fetched
let comesBack = false;
let leave = () => {};

/** Whether the reader was on this page before, and expects to find the place again. */
export function isReturn(): boolean {
  const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return visit?.type !== "navigate";
}

/** To be called once, when the page is there. */
export function followPlace(): void {
  if (isReturn()) find();
  for (const act of ACTS) addEventListener(act, () => leave(), { passive: true, capture: true });
  addEventListener("pagehide", keep);
  addEventListener("click", ({ target }) => (target as Element).closest("a[href]") && keep(), true);
  addEventListener("popstate", () => {
    if (path === location.pathname) return;
    keep();
    comesBack = true;
  });
}

/** Looks whether this piece of the page is another page's text: instant navigation has then come to its end. */
export function arrive(piece: Element): void {
  if (path === location.pathname || !piece.querySelector(PARTS)) return;
  leave();
  path = location.pathname;
  if (comesBack) find();
  comesBack = false;
}

function keep(): void {
  const all = parts();
  const part = all.findIndex((element) => element.getBoundingClientRect().bottom > 0);
  const top = all[part]?.getBoundingClientRect().top;
  if (top === undefined || scrollY === 0) places.delete(path);
  else places.set(path, { part, top });
}

/** Goes to the kept place, and again as often as the page grows, until the reader acts. */
function find(): void {
  const { part, top } = places.get<Place>(path) ?? {};
  const element = parts()[part ?? -1];
  const page = element?.parentElement;
  if (!page || top === undefined) return;
  const growth = new ResizeObserver(() =>
    scrollBy({ top: element.getBoundingClientRect().top - top, behavior: "instant" }),
  );
  growth.observe(page);
  leave = () => growth.disconnect();
  setTimeout(leave, GROWING);
}

function parts(): Element[] {
  return [...document.querySelectorAll(PARTS)];
}
