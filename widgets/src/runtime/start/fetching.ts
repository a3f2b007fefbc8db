/** Fetching a file of which the size is known: what is cut, or stands still, is an error. */

/** Taken before anything is put in its place: a stand-in must never answer what we ask ourselves. */
export const own = { fetch: globalThis.fetch.bind(globalThis) };

/** Seconds without a single byte after which a fetch counts as failed. */
const STALLED = 6;

export interface Wanted {
  size: number;
  signal?: AbortSignal;
  /** A piece has arrived; so many bytes of the file are there now. */
  count?: (bytes: number, file: Uint8Array<ArrayBuffer>, got: number) => void;
}

export async function fetchBytes(
  url: string,
  { size, signal, count }: Wanted,
): Promise<Uint8Array<ArrayBuffer>> {
  const ending = new AbortController();
  signal?.addEventListener("abort", () => ending.abort(), { once: true });
  let still = 0;
  // Counted tick by tick: where this thread was busy meanwhile, what has arrived is read first.
  const timer = setInterval(() => {
    if (++still >= STALLED) ending.abort(new Error(`${url} stands still.`));
  }, 1_000);
  try {
    const response = await own.fetch(url, { signal: ending.signal });
    if (!response.ok || !response.body) throw new Error(`${response.status} for ${url}`);
    const bytes = new Uint8Array(size);
    const reader = response.body.getReader();
    let got = 0;
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      still = 0;
      if (got + piece.value.length > size) throw new Error(`${url} is longer than it should be.`);
      bytes.set(piece.value, got);
      got += piece.value.length;
      count?.(piece.value.length, bytes, got);
    }
    if (got < size) throw new Error(`${url} ended after ${got} of ${size} bytes.`);
    return bytes;
  } finally {
    clearInterval(timer);
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
