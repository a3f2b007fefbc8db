/**
 * Several parts in one file: what the start of Python fetches beside Pyodide's own files. To hosts it
 * is a WebAssembly module with a custom section and nothing else, because hosts compress those.
 *
 *   "\0asm" 1 | section 0, its size | 4 "book" | length of the JSON | the JSON, its parts' sizes in it | parts
 */
export interface Bundle<Head> {
  head: Head;
  parts: Uint8Array<ArrayBuffer>[];
}

/** Magic number, version, id and size (five bytes of LEB128) of the section, its name. */
const PREFIX = 8 + 1 + 5 + 5;
const START = 24;
const align = (size: number): number => Math.ceil(size / 16) * 16;

export function pack(head: object, parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(
    JSON.stringify({ head, sizes: parts.map((part) => part.length) }),
  );
  const places: number[] = [];
  let size = align(START + json.length);
  for (const part of parts) {
    places.push(size);
    size += align(part.length);
  }
  const bytes = new Uint8Array(size);
  const section = size - (PREFIX - 5);
  const leb = [0, 7, 14, 21, 28].map((shift, i) => ((section >>> shift) & 127) | (i < 4 ? 128 : 0));
  bytes.set([0, 97, 115, 109, 1, 0, 0, 0, 0, ...leb, 4, ...new TextEncoder().encode("book")]);
  new DataView(bytes.buffer).setUint32(START - 4, json.length, true);
  bytes.set(json, START);
  parts.forEach((part, i) => bytes.set(part, places[i]));
  return bytes;
}

export function unpack<Head>(bytes: Uint8Array<ArrayBuffer>): Bundle<Head> {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(START - 4, true);
  const text = new TextDecoder().decode(bytes.subarray(START, START + length));
  const { head, sizes } = JSON.parse(text) as { head: Head; sizes: number[] };
  let place = align(START + length);
  const parts = sizes.map((size) => {
    const part = bytes.subarray(place, place + size);
    place += align(size);
    return part;
  });
  return { head, parts };
}

const PRIME = 16777619;

/** FNV over all words, in four lanes that a processor does at once: tells a damaged file where SHA-256 takes too long. */
export function checksum(bytes: Uint8Array<ArrayBuffer>): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.byteLength & ~15;
  let [a, b, c, d] = [bytes.byteLength, 1, 2, 3];
  for (let at = 0; at < end; at += 16) {
    a = Math.imul(a ^ view.getInt32(at, true), PRIME);
    b = Math.imul(b ^ view.getInt32(at + 4, true), PRIME);
    c = Math.imul(c ^ view.getInt32(at + 8, true), PRIME);
    d = Math.imul(d ^ view.getInt32(at + 12, true), PRIME);
  }
  const rest = bytes.subarray(end);
  return [b, c, d, ...rest].reduce((sum, word) => Math.imul(sum ^ word, PRIME), a) >>> 0;
}
