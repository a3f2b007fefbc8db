/** A picture of 28 x 28 pixels that is drawn on with a soft pen, and how a link writes it. */
export const SIDE = 28;
const LEVELS = 15;
const LONGEST = 16; // of a run, in a link

export type Pixels = readonly number[]; // 784 values from 0 (paper) to 1 (ink)

export const BLANK: Pixels = Array.from({ length: SIDE * SIDE }, () => 0);

/** Draws from one place to another (in pixels, 0.5 is the middle of the first); ink 0 rubs out. */
export function stroke(pixels: Pixels, from: readonly [number, number], to: readonly [number, number], ink: number, radius = 1.25): Pixels {
  const [x1, y1] = from;
  const [dx, dy] = [to[0] - x1, to[1] - y1];
  const square = dx * dx + dy * dy;
  return pixels.map((old, i) => {
    const [x, y] = [(i % SIDE) + 0.5, Math.floor(i / SIDE) + 0.5];
    const along = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / square));
    const distance = Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
    const cover = Math.min(1, Math.max(0, radius + 0.5 - distance));
    return ink > 0 ? Math.max(old, cover * ink) : Math.min(old, 1 - cover);
  });
}

export function isBlank(pixels: Pixels): boolean {
  return pixels.every((value) => value < 0.05);
}

/** Runs of equal grey, one byte each: the grey in the upper four bits, the length less one in the lower. */
export function packPixels(pixels: Pixels): string {
  const bytes: number[] = [];
  for (let i = 0; i < pixels.length; ) {
    const level = Math.round(pixels[i]! * LEVELS);
    let length = 1;
    while (length < LONGEST && i + length < pixels.length && Math.round(pixels[i + length]! * LEVELS) === level) length++;
    bytes.push(level * LONGEST + length - 1);
    i += length;
  }
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

export function unpackPixels(text: string): Pixels | null {
  try {
    const bytes = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    const pixels = [...bytes].flatMap((sign) => {
      const byte = sign.charCodeAt(0);
      return Array.from({ length: (byte % LONGEST) + 1 }, () => Math.floor(byte / LONGEST) / LEVELS);
    });
    return pixels.length === SIDE * SIDE ? pixels : null;
  } catch {
    return null; // not base64: not a picture
  }
}
