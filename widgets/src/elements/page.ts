/** What the elements that run Python share: where they are, and when Python is first needed. */
import { runtime } from "../runtime/client";

/** The page's address below the book's root, so that progress outlives a move of the whole site. */
export function pageName(address = location.href): string {
  const root = new URL("../../", import.meta.url).href;
  const [path = ""] = address.split(/[?#]/);
  const below = path.startsWith(root) ? path.slice(root.length) : new URL(address).pathname;
  return below.replace(/(^|\/)index\.html$/, "$1");
}

/** Sent to the document when stored progress was replaced, so that elements show it. */
export const PROGRESS_LOADED = "book-progress-loaded";

const DWELL = 120; // milliseconds: a page that scrolls by under the pointer is no sign of use

/**
 * Starts Python at the first sign that the reader will want it; with data saving on, only at Run.
 * After a failed start only Run and Retry try again: a sign that came too early would fail anew.
 */
export function wakeOnUse(element: HTMLElement & { readonly code: string }): void {
  const wake = (): void => {
    const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
    if (!connection?.saveData && !runtime.failed) runtime.wake(element.code);
  };
  let dwell: ReturnType<typeof setTimeout>;
  element.addEventListener("pointerenter", () => (dwell = setTimeout(wake, DWELL)));
  element.addEventListener("pointerleave", () => clearTimeout(dwell));
  element.addEventListener("pointerdown", wake);
  element.addEventListener("focusin", wake);
}

/** Puts the status chip on the page: once a visit, outside of what navigation replaces. */
export function showStatus(): void {
  const parts = [...document.body.children]; // not a search through the page: each cell asks
  if (!parts.some(({ localName }) => localName === "book-status"))
    document.body.append(document.createElement("book-status"));
}

/** The data that the build left in an element. */
export function dataOf<T>(element: Element): T {
  const { value = "{}" } = element.querySelector<HTMLElement>(".book-data")?.dataset ?? {};
  return JSON.parse(value) as T;
}

export function seconds(milliseconds: number): string {
  const value = milliseconds / 1000;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
}

export function megabytes({ loaded, total }: { loaded: number; total: number }): string {
  const text = (bytes: number): string => (bytes / 1e6).toFixed(1);
  if (loaded === 0 && total === 0) return "…";
  return total > loaded ? `: ${text(loaded)} of ${text(total)} MB` : `: ${text(loaded)} MB`;
}
