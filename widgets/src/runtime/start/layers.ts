/** The layers of the image: from what an earlier visit has kept, or fetched and unpacked by a worker beside this one. */
import { pack, unpack } from "./bundle.ts";
import { Silence } from "./fetching.ts";
import type { Kept } from "./kept.ts";
import type { LateFile, RestHead } from "./late.ts";
import type { Places } from "./libraries.ts";
import { compileLibraries, type Unpacked, type Wanted } from "./unpacked.ts";
import type { Told } from "./unpacker.ts";

export interface LayerFile {
  file: string;
  size: number;
  sha256: string;
  /** Packages that the layer holds, by the names of the lock file. */
  packages: string[];
  /** Their files, fetched after the first answer, and the folders that these go into. */
  rest: LateFile;
  folders: string[];
}

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

type Bytes = Uint8Array<ArrayBuffer>;

export interface Layer {
  head: LayerHead;
  libraries: WebAssembly.Module[];
  files: Bytes;
  runs: Uint32Array;
  pages: Bytes[];
  /** What is to be kept for the next visit. */
  unpacked(): Bytes;
}

export async function fetchLayer(
  folder: string,
  { file, size, sha256 }: LayerFile,
  count: (bytes: number, more?: number) => void,
  kept: Kept,
  signal: AbortSignal,
): Promise<Layer> {
  // Started before it is known whether it is needed: until then it would only be waited for.
  const unpacker = ALONE ? unpackHere(count, signal) : new Unpacker(count, signal);
  const { parts, libraries } = await kept
    .find(file)
    .then((found) => {
      if (found) return partsOf(found);
      count(0, size);
      return unpacker.ask({ url: folder + file, size, sha256 });
    })
    .finally(() => unpacker.end());
  const [, rest, ...pages] = parts;
  const { head, parts: [files, runs] } = unpack<LayerHead>(rest!);
  return {
    head,
    libraries,
    files: files!.slice(), // Python's file system holds them for good, and would hold the whole layer
    runs: new Uint32Array(runs!.buffer, runs!.byteOffset, runs!.length / 4),
    pages,
    unpacked: () => pack({}, parts),
  };
}

async function partsOf(file: Bytes): Promise<Unpacked> {
  const { parts } = unpack(file);
  return { parts, libraries: await compileLibraries(parts[0]!) };
}

const UNPACKER = new URL("./unpacker.js", import.meta.url);

/**
 * In Firefox (153) `new Worker` in a worker sometimes never returns, on two cores in three of a hundred starts: there
 * this worker unpacks by itself.
 */
const ALONE = navigator.userAgent.includes("Firefox/");

function unpackHere(count: (bytes: number) => void, signal: AbortSignal): Pick<Unpacker, "ask" | "end"> {
  const script = import(UNPACKER.href) as Promise<typeof import("./unpacker.ts")>;
  script.catch(() => {}); // told where it is waited for
  return {
    ask: async (wanted) => (await script).fetchUnpacked(wanted, count, signal),
    end() {},
  };
}

/** Seconds without a word from the worker after which it counts as lost. */
const SILENT = 10;

class Unpacker {
  #worker = new Worker(UNPACKER, { type: "module", name: "unpacker" });
  #answer: Promise<Unpacked>;
  #reject: (reason: unknown) => void = () => {};
  #silence: Silence | undefined;

  constructor(count: (bytes: number) => void, signal: AbortSignal) {
    this.#answer = new Promise((resolve, reject) => {
      this.#reject = reject;
      this.#worker.onmessage = ({ data }: MessageEvent<Told>) => {
        this.#silence?.broken();
        if (data.kind === "got") count(data.bytes);
        else if (data.kind === "unpacked") resolve(data.layer);
        else reject(new Error(data.message));
      };
      this.#worker.onerror = () => reject(new Error("The worker that unpacks the image did not start."));
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    this.#answer.catch(() => {}); // told where it is waited for
  }

  ask(wanted: Wanted): Promise<Unpacked> {
    this.#worker.postMessage(wanted);
    const lost = () => this.#reject(new Error("The worker that unpacks the image is silent."));
    this.#silence = new Silence(SILENT, lost);
    return this.#answer;
  }

  end(): void {
    this.#silence?.end();
    this.#worker.terminate();
  }
}
