/**
 * The fast start: Pyodide's memory as it was after NumPy and book_code had been imported, made by
 * widgets/build/image. This folder alone touches Pyodide's insides, so it is tied to one version:
 * the image by its SHA-256, Pyodide by its build id, and the libraries by trying them at the end.
 */
import type { PyodideAPI } from "pyodide";
import { sha256 } from "../../core/hash.ts";
import { unpack } from "./bundle.ts";
import { fetchBytes, own } from "./fetching.ts";
import type { CreateModule, Module, Settings } from "./internals.ts";
import { type Kept, keptFiles } from "./kept.ts";
import { addLate, type LateFiles } from "./late.ts";
import { putLibraries, type Places } from "./libraries.ts";
import { deferCollected, whenFree } from "./undisturbed.ts";

export interface ImageFiles {
  file: string;
  size: number;
  sha256: string;
  /** So many bytes hold all of the libraries. */
  libraries: number;
  /** What is fetched after the first answer. */
  late: LateFiles;
  /** Packages that the image holds, by the names of the lock file. */
  packages: string[];
}

/** The head of an image; its parts are the libraries, the table of runs, and the pages. */
export interface ImageHead {
  buildId: string;
  places: Places;
  /** What Pyodide itself has to say about a snapshot. */
  state: unknown;
  block: number;
  /** What the self-test has to answer. */
  selfTest: string;
}

export interface Started {
  pyodide: PyodideAPI;
  /** Fetches what the start has left out; what needs it earlier fetches it by itself. */
  complete(): Promise<void>;
}

const MAIN = "pyodide.asm.wasm";
/** The hash of the list of packages; Pyodide holds each package to the hash that the list has of it. */
declare const LOCK: string;
/** Milliseconds for all that has to be done when everything has been fetched. */
const LIMIT = 20_000;
const MAGIC = 0x706e7300;
const STATE = 48;

export async function startFromImage(
  folder: string,
  files: ImageFiles,
  env: Record<string, string>,
  count: (bytes: number, more?: number) => void,
): Promise<Started> {
  count(0, files.size);
  const failure = new Failure();
  const kept = keptFiles(folder, files.file);
  try {
    return await failure.race(restore(folder, files, env, count, kept, failure));
  } catch (error) {
    failure.fail(error); // what is still on its way ends
    await kept.forget();
    throw error;
  }
}

async function restore(
  folder: string,
  files: ImageFiles,
  env: Record<string, string>,
  count: (bytes: number) => void,
  kept: Kept,
  failure: Failure,
): Promise<Started> {
  const { signal } = failure;
  const [imageUrl, mainUrl] = [`${folder}${files.file}`, `${folder}${MAIN}`];
  deferCollected();
  const image = failure.watch(fetchImage(imageUrl, files, count, kept, signal));
  const main = failure.watch(
    kept
      .find(mainUrl)
      .then((found) => WebAssembly.compileStreaming(found ?? own.fetch(mainUrl, { signal }))),
  );
  const script = failure.watch(
    import(`${folder}pyodide.asm.mjs`) as Promise<{ default: CreateModule }>,
  );
  const lock = failure.watch(
    own.fetch(`${folder}pyodide-lock.json`, { integrity: LOCK }).then((response) => response.json()),
  );
  const { loadPyodide } = (await import(`${folder}pyodide.mjs`)) as typeof import("pyodide");
  const snapshot = new Uint8Array(1 << 16);
  const unpatch = patchLoading(folder, main);
  let module: Module | undefined;
  try {
    const config = {
      indexURL: folder,
      packageBaseUrl: folder,
      lockFileContents: lock,
      env,
      _loadSnapshot: snapshot,
      createPyodideModule: async (settings: Settings) => {
        unpatch.fetch();
        module = await makeModule(settings, script, failure, image);
        writeState(snapshot, (await image).head);
        return module;
      },
    };
    const pyodide = await failure.race(loadPyodide(config as never));
    const addRest = addLate(module!.FS, folder, files.late);
    wake(pyodide, (await image).head.selfTest, files.packages);
    let whole = false;
    const complete = async (): Promise<void> => {
      await addRest();
      if (whole) return;
      whole = true;
      void kept.keep([imageUrl, mainUrl]);
      whenFree(() => void pyodide.runPython("__import__('book_image').bring_docstrings()"));
    };
    return { pyodide, complete };
  } finally {
    unpatch.all();
  }
}

interface Image {
  head: ImageHead;
  libraries: WebAssembly.Module[];
  runs: Uint32Array;
  pages: Uint8Array;
}

async function fetchImage(
  url: string,
  files: ImageFiles,
  count: (bytes: number) => void,
  kept: Kept,
  signal: AbortSignal,
): Promise<Image> {
  let early: Promise<WebAssembly.Module[]> | undefined;
  const bytes = await fetchBytes(url, {
    size: files.size,
    signal,
    kept: await kept.find(url),
    count(more, file, got) {
      count(more);
      if (got >= files.libraries) early ??= compileLibraries(file); // the pages are still to come
    },
  });
  if ((await sha256(bytes)) !== files.sha256) throw new Error("The image is damaged.");
  const { head, parts } = unpack<ImageHead>(bytes);
  const pages = parts.pop()!;
  const runs = parts.pop()!;
  const libraries = await (early ?? compileLibraries(bytes));
  return {
    head,
    libraries,
    runs: new Uint32Array(runs.buffer, runs.byteOffset, runs.length / 4),
    pages,
  };
}

function compileLibraries(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module[]> {
  const compiled = Promise.all(
    unpack(bytes)
      .parts.slice(0, -2)
      .map((part) => WebAssembly.compile(part)),
  );
  compiled.catch(() => {}); // told where they are waited for
  return compiled;
}

/** Makes Pyodide's module and puts libraries and memory into it. */
async function makeModule(
  settings: Settings,
  script: Promise<{ default: CreateModule }>,
  failure: Failure,
  image: Promise<Image>,
): Promise<Module> {
  let main: WebAssembly.Instance | undefined;
  const { instantiateWasm } = settings;
  settings.instantiateWasm = (imports, done) =>
    instantiateWasm(imports, (instance, compiled) => {
      main = instance;
      try {
        done(instance, compiled);
      } catch (error) {
        failure.fail(error); // Pyodide would log it, and wait for ever
      }
    });
  const module = await (await script).default(settings);
  const { head, libraries, runs, pages } = await image;
  failure.limit(LIMIT);
  if (head.buildId !== settings.API.config.BUILD_ID)
    throw new Error("The image was made for another Pyodide.");
  const finish = putLibraries(module, head.places, libraries, main!);
  writePages(module.HEAPU8, runs, pages, head.block);
  finish();
  return module;
}

/** A run is the number of blocks to skip, and the number of blocks to write. */
export function writePages(
  memory: Uint8Array,
  runs: Uint32Array,
  pages: Uint8Array,
  block: number,
): void {
  let to = 0;
  let from = 0;
  for (let i = 0; i < runs.length; i += 2) {
    to += runs[i]! * block;
    const size = runs[i + 1]! * block;
    memory.set(pages.subarray(from, from + size), to);
    to += size;
    from += size;
  }
}

/** An empty snapshot of Pyodide's own kind: the memory is written already, only its state is read. */
function writeState(snapshot: Uint8Array<ArrayBuffer>, head: ImageHead): void {
  const state = new TextEncoder().encode(JSON.stringify(head.state));
  if (STATE + state.length > snapshot.length) throw new Error("The image's state is too long.");
  snapshot.set(state, STATE);
  const id = head.buildId.match(/.{8}/g)!.map((part) => Number.parseInt(part, 16));
  new Uint32Array(snapshot.buffer).set([MAGIC, snapshot.length, state.length, 0, ...id]);
}

/**
 * Pyodide fetches its main module and library by itself; here it gets the module that is being
 * compiled already, and no library. Only its own two requests are answered, and only during the start.
 */
function patchLoading(folder: string, main: Promise<WebAssembly.Module>) {
  const wanted = Promise.resolve(new Response());
  const instead = new Map([
    [`${folder}${MAIN}`, wanted],
    [`${folder}python_stdlib.zip`, Promise.resolve(new Response())],
  ]);
  const { fetch } = globalThis;
  const { instantiateStreaming } = WebAssembly;
  globalThis.fetch = (input, init) => instead.get(String(input)) ?? fetch(input, init);
  WebAssembly.instantiateStreaming = async (source, imports) => {
    if (source !== wanted) return instantiateStreaming.call(WebAssembly, source, imports);
    const module = await main;
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
  const restoreFetch = () => void (globalThis.fetch = fetch);
  return {
    fetch: restoreFetch,
    all() {
      restoreFetch();
      WebAssembly.instantiateStreaming = instantiateStreaming;
    },
  };
}

/** Seeds chance anew, sets the clock's zone and the language, and tries every library. */
function wake(pyodide: PyodideAPI, expected: string, packages: string[]): void {
  for (const name of packages) pyodide.loadedPackages[name] = "image";
  const language = (globalThis.navigator?.language ?? "C").replace("-", "_");
  const late = pyodide.pyimport("book_image");
  const answer = late.wake(`${language}.UTF-8`) as string;
  late.destroy();
  if (answer !== expected) throw new Error(`The self-test answered ${answer}`);
}

/** Ends a start: Pyodide itself never settles when its module cannot be made. */
class Failure {
  #controller = new AbortController();
  #reject: (reason: unknown) => void = () => {};
  #failed = new Promise<never>((_, reject) => (this.#reject = reject));
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#failed.catch(() => {});
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  fail(reason: unknown): void {
    clearTimeout(this.#timer);
    this.#reject(reason);
    this.#controller.abort(reason);
  }

  watch<T>(promise: Promise<T>): Promise<T> {
    promise.catch((reason: unknown) => this.fail(reason));
    return promise;
  }

  limit(milliseconds: number): void {
    this.#timer = setTimeout(() => this.fail(new Error("It took too long.")), milliseconds);
  }

  async race<T>(promise: Promise<T>): Promise<T> {
    try {
      return await Promise.race([promise, this.#failed]);
    } finally {
      clearTimeout(this.#timer);
    }
  }
}
