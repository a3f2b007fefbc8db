/**
 * The fast start: Pyodide's memory as it was after NumPy and book_code had been imported, made by
 * widgets/build/image; over it, for a cell that draws, what importing Matplotlib changed. This folder alone
 * touches Pyodide's insides, so it is tied to one version: each layer by its SHA-256, Pyodide by its build id,
 * and the libraries by trying them at the end.
 */
import type { PyodideAPI } from "pyodide";
import { own } from "./fetching.ts";
import type { CreateModule, Module, Settings } from "./internals.ts";
import { type Kept, keptFiles } from "./kept.ts";
import { addLate, type LateFile, putFiles } from "./late.ts";
import { fetchLayer, type Layer, type LayerFile, type LayerHead, type Means } from "./layers.ts";
import { putLibraries } from "./libraries.ts";
import { writePages } from "./pages.ts";
import { deferCollected, whenFree } from "./undisturbed.ts";
import { compilingOnce } from "./wrappers.ts";

export interface ImageFiles {
  /** Python's standard library, fetched after the first answer. */
  library: LateFile;
  /** Each holds what differs from those before it. */
  layers: LayerFile[];
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
  draws: boolean,
  env: Record<string, string>,
  means: Means,
): Promise<Started> {
  const wanted = { ...files, layers: draws ? files.layers : files.layers.slice(0, 1) };
  const failure = new Failure();
  const kept = keptFiles(folder, files.layers[0]!.file);
  try {
    return await failure.race(restore(folder, wanted, env, means, kept, failure));
  } catch (error) {
    failure.fail(error); // what is still on its way ends
    await kept.forget();
    throw error;
  } finally {
    means.unpacker.end();
  }
}

async function restore(
  folder: string,
  { library, layers }: ImageFiles,
  env: Record<string, string>,
  means: Means,
  kept: Kept,
  failure: Failure,
): Promise<Started> {
  const { signal } = failure;
  deferCollected();
  const place = { folder, image: layers[0]!.file };
  const keptMain = means.unpacker.ask({ kind: "main", ...place, file: MAIN }, means.count);
  const main = failure.watch(keptMain.then((module) => module ?? compileMain(folder, signal)));
  const image = failure.watch(Promise.all(layers.map((layer) => fetchLayer(place, layer, means))));
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
        writeState(snapshot, (await image).at(-1)!.head);
        return module;
      },
    };
    const pyodide = await failure.race(loadPyodide(config as never));
    for (const { head, files } of await image) putFiles(module!.FS, head, files);
    const rests = layers.map(({ rest }) => rest);
    const addRest = addLate(module!.FS, folder, { library, rests, folders: layers.flatMap(({ folders }) => folders) });
    wake(pyodide, (await image).at(-1)!.head.selfTest, layers.flatMap(({ packages }) => packages));
    let whole = false;
    const complete = async (): Promise<void> => {
      await addRest();
      if (whole) return;
      whole = true;
      void keepFor({ folder, kept, mainIsKept: (await keptMain) !== null }, layers, await image);
      whenFree(() => void pyodide.runPython("__import__('book_image').bring_docstrings()"));
    };
    return { pyodide, complete };
  } finally {
    unpatch.all();
  }
}

/** While it arrives. */
const compileMain = (folder: string, signal: AbortSignal): Promise<WebAssembly.Module> =>
  WebAssembly.compileStreaming(own.fetch(folder + MAIN, { signal }));

/** Keeps for the next visit what this one has fetched, and lets go of megabytes that nothing needs any more. */
async function keepFor(
  { folder, kept, mainIsKept }: { folder: string; kept: Kept; mainIsKept: boolean },
  layers: LayerFile[],
  brought: Layer[],
): Promise<void> {
  await kept.tidy();
  const main = async () => {
    const response = await own.fetch(folder + MAIN, { cache: "only-if-cached", mode: "same-origin" });
    if (!response.ok) throw new Error(`${MAIN} is not at hand.`);
    return new Uint8Array(await response.arrayBuffer());
  };
  if (!mainIsKept) await kept.keep(MAIN, main);
  for (const [i, layer] of brought.splice(0).entries()) {
    if (!layer.kept) await kept.keep(layers[i]!.file, layer.unpacked);
  }
}

/** Makes Pyodide's module and puts libraries and memory into it. */
async function makeModule(
  settings: Settings,
  script: Promise<{ default: CreateModule }>,
  failure: Failure,
  image: Promise<Layer[]>,
): Promise<Module> {
  let main: WebAssembly.Instance | undefined;
  const { instantiateWasm } = settings;
  settings.instantiateWasm = (imports, done) =>
    instantiateWasm(imports, (instance, compiled) => {
      main = instance;
      try {
        compilingOnce(() => done(instance, compiled));
      } catch (error) {
        failure.fail(error); // Pyodide would log it, and wait for ever
      }
    });
  const module = await (await script).default(settings);
  const layers = await image;
  const { head } = layers.at(-1)!;
  failure.limit(LIMIT);
  if (head.buildId !== settings.API.config.BUILD_ID)
    throw new Error("The image was made for another Pyodide.");
  const libraries = layers.flatMap((layer) => layer.libraries);
  const finish = putLibraries(module, head.places, libraries, main!);
  for (const { head, runs, pages } of layers) writePages(module.HEAPU8, runs, pages, head.block);
  finish();
  return module;
}

/** An empty snapshot of Pyodide's own kind: the memory is written already, only its state is read. */
function writeState(snapshot: Uint8Array<ArrayBuffer>, head: LayerHead): void {
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
