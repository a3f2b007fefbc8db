/** The layers of the image: from what an earlier visit has kept, or fetched and unpacked by a worker beside Python's. */
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

/** By what the layers come. */
export interface Means {
  unpacker: Unpacker;
  /** So many bytes have arrived; so many more are to come than was known. */
  count(bytes: number, more?: number): void;
}

export async function fetchLayer(
  folder: string,
  { file, size, sha256 }: LayerFile,
  { unpacker, count }: Means,
  kept: Kept,
): Promise<Layer> {
  const found = await kept.find(file);
  if (!found) count(0, size);
  const { parts, libraries } = found
    ? await partsOf(found)
    : await unpacker.ask({ url: folder + file, size, sha256 }, count);
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

/** Seconds without a word from the worker that unpacks after which it counts as lost. */
const SILENT = 10;

interface Asked {
  count(bytes: number): void;
  resolve(layer: Unpacked): void;
  reject(reason: Error): void;
}

/** The worker that unpacks, as Python's worker sees it. */
export class Unpacker {
  #port: MessagePort | null = null;
  #asked = new Map<string, Asked>();
  #silence: Silence | undefined;

  /** Through this port from now on; null: no more. */
  reach(port: MessagePort | null): void {
    this.#port = port;
    if (!port) return this.#fail("did not start");
    port.onmessage = ({ data }: MessageEvent<Told>) => this.#hear(data);
  }

  ask(wanted: Wanted, count: (bytes: number) => void): Promise<Unpacked> {
    return new Promise((resolve, reject) => {
      this.#asked.set(wanted.url, { count, resolve, reject });
      if (!this.#port) return this.#fail("did not start");
      this.#port.postMessage(wanted);
      this.#silence ??= new Silence(SILENT, () => this.#fail("is silent"));
    });
  }

  /** Lets the worker end. */
  end(): void {
    this.#asked.clear();
    this.#silence?.end();
    this.#port?.postMessage(null);
  }

  #hear(told: Told): void {
    this.#silence?.broken();
    const asked = this.#asked.get(told.url);
    if (told.kind === "got") asked?.count(told.bytes);
    else if (told.kind === "unpacked") asked?.resolve(told.layer);
    else asked?.reject(new Error(told.message));
  }

  #fail(how: string): void {
    for (const { reject } of this.#asked.values()) reject(new Error(`The worker that unpacks the image ${how}.`));
  }
}
