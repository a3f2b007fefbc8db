/** How large text and code are set: chosen once, kept for every page and visit. */
import { store } from "../core/store";

const SIZES = [0.85, 1, 1.15, 1.3, 1.5, 1.75];
const KEY = "text-size";

export function size(): number {
  const kept = store.get<{ scale: number }>(KEY)?.scale ?? 1;
  return SIZES.includes(kept) ? kept : 1;
}

/** One step larger or smaller; 0 goes back to the book's own size. */
export function resize(by: -1 | 0 | 1): void {
  const at = Math.min(Math.max(SIZES.indexOf(size()) + by, 0), SIZES.length - 1);
  const scale = by === 0 ? 1 : (SIZES[at] ?? 1);
  if (scale === 1) store.delete(KEY);
  else store.set(KEY, { scale });
  showSize();
}

/** Sets the page as it was chosen. What one reads stays where it is: the browser anchors the scroll. */
export function showSize(): void {
  document.documentElement.style.setProperty("--book-scale", String(size()));
}

/** Plus, minus and 0 as keys, unless they are being written somewhere. */
export function followSize(): void {
  if (size() !== 1) showSize();
  addEventListener("keydown", (event) => {
    const by = ({ "+": 1, "-": -1, "0": 0 } as const)[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.composedPath()[0] as Element;
    if (!target.closest?.("input, textarea, select, pre, [contenteditable=true], [role=slider], svg, canvas")) resize(by);
  });
  addEventListener("storage", showSize); // chosen in another tab
}
