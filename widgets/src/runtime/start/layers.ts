/** The layers of the image, which a worker beside Python's brings: from what an earlier visit has kept, or fetched and unpacked. */
import { pack, unpack } from "./bundle.ts";
import { Silence } from "./fetching.ts";
import type { LateFile, RestHead } from "./late.ts";
import type { Places } from "./libraries.ts";
import type { Brought, Told, Wanted } from "./unpacker.ts";

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
  /** Whether an earlier visit has kept it; and what is to be kept for the next. */
  kept: boolean;
  unpacked(): Bytes;
}

/** By what the layers come. */
export interface Means {
  unpacker: Unpacker;
  /** So many bytes have arrived; so many more are to come than was known. */
  count(bytes: number, more?: number): void;
}

export async function fetchLayer(
  place: { folder: string; image: string },
  { file, size, sha256 }: LayerFile,
  { unpacker, count }: Means,
): Promise<Layer> {
  const wanted = { kind: "layer", ...place, file, size, sha256 } as const;
  const { parts, libraries, kept } = await unpacker.ask(wanted, count);
  const [, rest, ...pages] = parts;
  const { head, parts: [files, runs] } = unpack<LayerHead>(rest!);
  return {
    head,
    libraries,
    files: files!.slice(), // Python's file system holds them for good, and would hold the whole layer
    runs: new Uint32Array(runs!.buffer, runs!.byteOffset, runs!.length / 4),
    pages,
    kept,
    unpacked: () => pack({}, parts),
  };
}

/** Seconds without a word from the worker that unpacks after which it counts as lost. */
const SILENT = 10;

interface Asked {
  count: Means["count"];
  resolve(brought: Brought[keyof Brought]): void;
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

  ask<Kind extends Wanted["kind"]>(wanted: Wanted & { kind: Kind }, count: Means["count"]): Promise<Brought[Kind]> {
    return new Promise((resolve, reject) => {
      this.#asked.set(wanted.file, { count, resolve: resolve as Asked["resolve"], reject });
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
    const asked = this.#asked.get(told.file);
    if (told.kind === "got") asked?.count(told.bytes, told.more);
    else if (told.kind === "brought") asked?.resolve(told.brought);
    else asked?.reject(new Error(told.message));
  }

  #fail(how: string): void {
    for (const { reject } of this.#asked.values()) reject(new Error(`The worker that unpacks the image ${how}.`));
  }
}
