/**
 * Which release of the book this page is of, and what follows: a released page registers the service worker,
 * a page that is being written removes it, and an old page says that a newer one is there.
 */
import { removeCaches } from "../core/caches";
import { h } from "../elements/dom";
import { fetchManifest, prefixOf, WORKER } from "./files";
import type { Message } from "./service-worker";

export const root = new URL("../../", import.meta.url).href;

/** The release, as the build wrote it into the page; null while the book is being written. */
export const release =
  document.querySelector<HTMLMetaElement>('meta[name="book-release"]')?.content ?? null;

const HOUR = 3_600_000;

/** Service workers exist where the page is served safely and the browser's settings allow them. */
const workers = (): ServiceWorkerContainer | null =>
  "serviceWorker" in navigator && "caches" in globalThis ? navigator.serviceWorker : null;

export const canKeep = (): boolean => release !== null && workers() !== null;

let begun: (allowed: boolean) => void;
const beginning = new Promise<boolean>((resolve) => (begun = resolve));

/** Whether the service worker could be registered: private windows refuse. */
export const registered = (): Promise<boolean> => beginning;

export function followRelease(): void {
  const begin = (): void => void (release === null ? leave() : register()).then(() => begun(true), () => begun(false));
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin, { once: true });
}

export async function tell(message: Message): Promise<void> {
  (await workers()?.ready)?.active?.postMessage(message);
}

async function lookForNewer(): Promise<void> {
  const manifest = await fetchManifest(root).catch(() => null);
  if (manifest && release !== null && manifest.release !== release) sayNewer();
}

async function register(): Promise<void> {
  const container = workers();
  if (!container) return;
  const controlled = container.controller !== null;
  const registration = await container.register(root + WORKER, { scope: root });
  if (!controlled) void tell({ kind: "opened", addresses: opened() });
  container.addEventListener("controllerchange", () => void lookForNewer());
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - asked < HOUR) return;
    asked = Date.now();
    registration.update().then(() => {
      const coming = registration.installing ?? registration.waiting; // a reload now would bring the old edition again
      if (!coming) void lookForNewer();
    }, () => {});
  });
}

function opened(): string[] {
  return [location.href, ...performance.getEntriesByType("resource").map(({ name }) => name)];
}

async function leave(): Promise<void> {
  const registration = await workers()?.getRegistration(root);
  if (registration?.scope !== root) return;
  await registration.unregister();
  await removeCaches(prefixOf(root));
}

function sayNewer(): void {
  if (document.querySelector("body > .book-newer")) return;
  const notice = h(
    "aside",
    { class: "book-newer", "aria-label": "A newer edition" },
    h("p", { role: "status" }, "There is a newer edition of the book. What you wrote is kept."),
    h("button", { type: "button", onclick: () => location.reload() }, "Reload"),
    h("button", { type: "button", onclick: () => notice.remove() }, "Later"),
  );
  document.body.append(notice);
}
