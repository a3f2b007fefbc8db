/** Fetching a file of which the size is known: what is cut, or stands still, is an error. */

/** Taken before anything is put in its place: a stand-in must never answer what we ask ourselves. */
export const own = { fetch: globalThis.fetch.bind(globalThis) };

/** Seconds without a single byte after which a fetch counts as failed. */
const STALLED = 6;

export interface Fetching {
  size: number;
  signal?: AbortSignal;
  /** A piece has arrived; so many bytes of the file are there now. */
  count?: (bytes: number, file: Uint8Array<ArrayBuffer>, got: number) => void;
}

export async function fetchBytes(
  url: string,
  { size, signal, count }: Fetching,
): Promise<Uint8Array<ArrayBuffer>> {
  const ending = new AbortController();
  signal?.addEventListener("abort", () => ending.abort(), { once: true });
  const silence = new Silence(STALLED, () => ending.abort(new Error(`${url} stands still.`)));
  try {
    const response = await own.fetch(url, { signal: ending.signal });
    if (!response.ok || !response.body) throw new Error(`${response.status} for ${url}`);
    const bytes = new Uint8Array(size);
    const reader = response.body.getReader();
    let got = 0;
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      silence.broken();
      if (got + piece.value.length > size) throw new Error(`${url} is longer than it should be.`);
      bytes.set(piece.value, got);
      got += piece.value.length;
      count?.(piece.value.length, bytes, got);
    }
    if (got < size) throw new Error(`${url} ended after ${got} of ${size} bytes.`);
    return bytes;
  } finally {
    silence.end();
  }
}

/** Calls `lost` after so many seconds without a word. */
export class Silence {
  #seconds = 0;
  #timer: ReturnType<typeof setInterval>;

  constructor(limit: number, lost: () => void) {
    // Counted tick by tick: where this thread was busy meanwhile, what has arrived is heard first.
    this.#timer = setInterval(() => ++this.#seconds === limit && lost(), 1_000);
  }

  broken(): void {
    this.#seconds = 0;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

/** The same, at once: in a worker, while Python waits for a file. */
export function fetchNow(url: string): Uint8Array<ArrayBuffer> {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error(`${request.status} for ${url}`);
  return new Uint8Array(request.response as ArrayBuffer);
}
