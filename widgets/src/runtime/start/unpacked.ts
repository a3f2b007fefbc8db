/**
 * A layer's parts, unpacked while the next arrive. They are compressed by Zstandard: a bundle of its libraries, a
 * bundle of a few files and the table of runs, and the pages in pieces.
 */
import { sha256 } from "../../core/hash.ts";
import { unpack } from "./bundle.ts";
import { Decoder } from "./compressed.ts";
import { fetchBytes } from "./fetching.ts";

export interface Unpacked {
  parts: Uint8Array<ArrayBuffer>[];
  libraries: WebAssembly.Module[];
}

export async function fetchUnpacked(
  { url, size, sha256: right }: { url: string; size: number; sha256: string },
  count: (bytes: number) => void,
): Promise<Unpacked> {
  const decoder = new Decoder();
  const arriving = new Arriving(decoder);
  const bytes = await fetchBytes(url, {
    size,
    count(more, file, got) {
      count(more);
      arriving.take(file, got);
    },
  });
  if ((await sha256(bytes)) !== right) throw new Error("The image is damaged.");
  await decoder.ready;
  arriving.take(bytes, size);
  return { parts: arriving.parts, libraries: await arriving.libraries! };
}

/** Compiles the libraries, which are a layer's first part. */
export function compileLibraries(part: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module[]> {
  return Promise.all(unpack(part).parts.map((library) => WebAssembly.compile(library)));
}

/** Bytes in which the head of a layer's file is, whatever its sizes. */
const HEAD = 1024;

class Arriving {
  readonly parts: Uint8Array<ArrayBuffer>[] = [];
  libraries: Promise<WebAssembly.Module[]> | undefined;

  constructor(readonly decoder: Decoder) {}

  /** So many bytes of the file are there now. */
  take(file: Uint8Array<ArrayBuffer>, got: number): void {
    if (got < HEAD) return;
    const { head, parts } = unpack<{ sizes: number[] }>(file);
    for (const part of parts.slice(this.parts.length)) {
      if (part.byteOffset + part.length > got) return;
      const unpacked = this.decoder.unpack(part, head.sizes[this.parts.length]!);
      if (!unpacked) return;
      this.parts.push(unpacked);
      if (this.libraries) continue;
      this.libraries = compileLibraries(unpacked);
      this.libraries.catch(() => {}); // told where they are waited for
    }
  }
}
