/**
 * The fast start: Pyodide's memory as it was after NumPy and book_code had been imported, made by
 * widgets/build/image; over it, for a cell that draws, what importing Matplotlib changed. This folder alone
 * touches Pyodide's insides, so it is tied to one version: each layer by its SHA-256, Pyodide by its build id,
 * and the libraries by trying them at the end.
 */
import type { PyodideAPI } from "pyodide";
import { sha256 } from "../../core/hash.ts";
import { unpack } from "./bundle.ts";
import { fetchBytes, own } from "./fetching.ts";
import type { CreateModule, Module, Settings } from "./internals.ts";
import { type Kept, keptFiles } from "./kept.ts";
import { Decoder } from "./compressed.ts";
import { addLate, type LateFile, putFiles, type RestHead } from "./late.ts";
import { putLibraries, type Places } from "./libraries.ts";
import { writePages } from "./pages.ts";
import { deferCollected, whenFree } from "./undisturbed.ts";

export interface ImageFiles {
  /** Python's standard library, fetched after the first answer. */
  library: LateFile;
  /** Each holds what differs from those before it. */
  layers: Layer[];
}

export interface Layer {
  file: string;
  size: number;
  sha256: string;
  /** Packages that the layer holds, by the names of the lock file. */
  packages: string[];
  /** Their files, fetched after the first answer, and the folders that these go into. */
  rest: LateFile;
  folders: string[];
}

/**
 * A layer's parts are compressed, and unpacked while the next arrive: a bundle of its libraries, a bundle of a few
 * files and the table of runs, with this head, and the pages in pieces.
 */
export interface LayerHead extends RestHead {
  buildId: string;
  /** Of all libraries, those of the layers before among them. */
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
  for (const { size } of files.layers) count(0, size);
  const failure = new Failure();
  const kept = keptFiles(folder, files.layers[0]!.file);
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
  const { library, layers } = files;
  const mainUrl = `${folder}${MAIN}`;
  deferCollected();
  const image = failure.watch(
    Promise.all(layers.map((layer) => fetchLayer(`${folder}${layer.file}`, layer, count, kept, signal))),
  );
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
      void kept.keep([mainUrl, ...layers.map(({ file }) => `${folder}${file}`)]);
      whenFree(() => void pyodide.runPython("__import__('book_image').bring_docstrings()"));
    };
    return { pyodide, complete };
  } finally {
    unpatch.all();
  }
}

type Bytes = Uint8Array<ArrayBuffer>;

interface Fetched {
  head: LayerHead;
  libraries: WebAssembly.Module[];
  files: Bytes;
  runs: Uint32Array;
  pages: Bytes[];
}

async function fetchLayer(
  url: string,
  { size, sha256: right }: Layer,
  count: (bytes: number) => void,
  kept: Kept,
  signal: AbortSignal,
): Promise<Fetched> {
  const arriving = new Arriving();
  const bytes = await fetchBytes(url, {
    size,
    signal,
    kept: await kept.find(url),
    count(more, file, got) {
      count(more);
      arriving.take(file, got);
    },
  });
  if ((await sha256(bytes)) !== right) throw new Error("The image is damaged.");
  await arriving.decoder.ready;
  arriving.take(bytes, size);
  const [, rest, ...pages] = arriving.parts;
  const { head, parts } = unpack<LayerHead>(rest!);
  const [files, runs] = parts as [Bytes, Bytes];
  return {
    head,
    libraries: await arriving.libraries!,
    files,
    runs: new Uint32Array(runs.buffer, runs.byteOffset, runs.length / 4),
    pages,
  };
}

/** Bytes in which the head of a layer's file is, whatever its sizes. */
const HEAD = 1024;

/** Unpacks the parts of a layer while the next arrive. */
class Arriving {
  readonly decoder = new Decoder();
  readonly parts: Bytes[] = [];
  libraries: Promise<WebAssembly.Module[]> | undefined;

  take(file: Bytes, got: number): void {
    if (got < HEAD) return;
    const { head, parts } = unpack<{ sizes: number[] }>(file);
    while (this.parts.length < parts.length) {
      const i = this.parts.length;
      const part = parts[i]!;
      const unpacked = part.byteOffset + part.length <= got && this.decoder.unpack(part, head.sizes[i]!);
      if (!unpacked) return;
      this.parts.push(unpacked);
      if (i === 0) this.libraries = compileLibraries(unpacked);
    }
  }
}

function compileLibraries(bytes: Bytes): Promise<WebAssembly.Module[]> {
  const compiled = Promise.all(unpack(bytes).parts.map((part) => WebAssembly.compile(part)));
  compiled.catch(() => {}); // told where they are waited for
  return compiled;
}

/** Makes Pyodide's module and puts libraries and memory into it. */
async function makeModule(
  settings: Settings,
  script: Promise<{ default: CreateModule }>,
  failure: Failure,
  image: Promise<Fetched[]>,
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
