/**
 * Keeps the book readable without a network. Two ways, by what the reader asked for:
 *
 * - Pages that were opened: everything comes from the network as ever, and what came is kept; it is used
 *   when the network fails. Python's large files pass by untouched.
 * - The whole book (`keep.ts` fetches it): everything comes from the cache, so that nothing waits for a
 *   network that is there in name only.
 *
 * A new release brings a new service worker, which lays out its own cache, whole where the book was kept
 * whole, and only then removes the old one. Workbox does more than this (and its precache has no verdict
 * on what arrives: no hash of the content is checked), in ten times the bytes.
 */
import { fetchManifest, MANIFEST, pathOf, PYTHON, Shelf, WORKER, type File } from "./files";

/** Written in front of this script when the book is released. */
declare const BOOK_RELEASE: string;

interface LateEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends LateEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener<E>(kind: string, act: (event: E) => void): void;
}

/** What a page tells: what it had fetched before this worker was there, or that the reader changed the cache. */
export type Message = { kind: "opened"; addresses: string[] } | { kind: "changed" };

const scope = globalThis as unknown as Scope;
const root = scope.registration.scope;
const shelf = new Shelf(root, BOOK_RELEASE);
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** Whether the whole book is here; undefined until the cache was asked. */
let whole: boolean | undefined;
let files: Promise<Map<string, File>> | null = null;
let left = false;

scope.addEventListener<LateEvent>("install", (event) => event.waitUntil(install()));
scope.addEventListener<LateEvent>("activate", (event) => event.waitUntil(activate()));
scope.addEventListener<FetchEvent>("fetch", (event) => {
  const { request } = event;
  const path = pathOf(request.url, root);
  if (left || path === null || path === MANIFEST || path === WORKER || request.method !== "GET") return;
  if (whole === false && path.startsWith(PYTHON)) return; // no detour for megabytes
  event.respondWith(answer(event, path));
});
scope.addEventListener<LateEvent & { data: Message }>("message", (event) => {
  const { data } = event;
  whole = undefined;
  if (data.kind === "opened")
    event.waitUntil(Promise.all(data.addresses.map((address) => keep(pathOf(address, root)))));
});
void isWhole();

async function isWhole(): Promise<boolean> {
  return (whole ??= await shelf.isWhole());
}

async function answer(event: FetchEvent, path: string): Promise<Response> {
  if (await isWhole()) {
    if (event.request.mode === "navigate" && (await unreleased())) {
      await leave();
      return fetch(event.request);
    }
    const kept = await shelf.get(path);
    if (kept) return kept;
  }
  try {
    const response = await fetch(event.request);
    if (response.ok) event.waitUntil(keep(path, response.clone()));
    return response;
  } catch (error) {
    const kept = await shelf.get(path).catch(() => undefined);
    if (kept) return kept;
    if (event.request.mode === "navigate") return notHere();
    throw error;
  }
}

/** Keeps a file that came, or that the browser still has at hand. */
async function keep(path: string | null, response?: Response): Promise<void> {
  if (path === null || path.startsWith(PYTHON)) return;
  try {
    const file = (await known()).get(path);
    if (!file || (await shelf.get(path))) return;
    if (response) await shelf.accept(file, response);
    else await shelf.fetch(file);
  } catch {
    // No room, or a file of a newer release: it is not kept, and the page has it all the same.
  }
}

function known(): Promise<Map<string, File>> {
  files ??= shelf.manifest().then((manifest) => new Map(manifest?.files.map((file) => [file.path, file])));
  return files;
}

async function install(): Promise<void> {
  const manifest = await fetchManifest(root);
  if (manifest.release !== BOOK_RELEASE) throw new Error("The list of files is that of another release.");
  await shelf.put(MANIFEST, new Response(JSON.stringify(manifest)));
  for (const old of await shelf.others()) {
    const entire = await old.isWhole();
    const paths = await old.paths();
    const before = new Map((await old.manifest())?.files.map(({ path, sha256 }) => [path, sha256]));
    for (const file of manifest.files) {
      if (!entire && !paths.has(file.path)) continue;
      const same = before.get(file.path) === file.sha256 ? await old.get(file.path) : undefined;
      const done = same ? shelf.put(file.path, same) : shelf.fetch(file);
      if (entire) await done; // a whole book is replaced by a whole book or not at all
      else await done.catch(() => {});
    }
    if (entire) await shelf.setWhole();
  }
  await scope.skipWaiting();
}

async function activate(): Promise<void> {
  await Promise.all((await shelf.others()).map((old) => old.remove()));
  await scope.clients.claim();
}

/** Where the book is being written (`nox -s serve`) there is no release: an old one must not stand in its way. */
async function unreleased(): Promise<boolean> {
  if (!LOOPBACK.test(new URL(root).hostname)) return false;
  const response = await fetch(root + MANIFEST, { cache: "no-store" }).catch(() => null);
  return response?.status === 404;
}

async function leave(): Promise<void> {
  left = true;
  await scope.registration.unregister();
  await shelf.remove();
}

function notHere(): Response {
  const text = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Not here without a network</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">
<h1>This page is not here without a network</h1>
<p>Pages that you have opened before are. Go back, or to <a href="${root}">the front page</a>, which can keep
the whole book on this device.</p>`;
  return new Response(text, { status: 503, headers: { "content-type": "text/html; charset=utf-8" } });
}
