/** Maps as pictures: bytes around 128 become a colour on each side of nothing. */
export type Colour = readonly [number, number, number];

export interface Colours {
  readonly above: Colour; // class 1, large targets
  readonly below: Colour; // class 0, small targets
  readonly on: Colour; // a unit's positive activation
  readonly off: Colour; // and its negative one
  readonly ink: string;
  readonly soft: string;
  readonly rule: string;
  readonly paper: string;
  readonly weight: string;
  readonly accent: string;
}

export function coloursOf(node: Element): Colours {
  const style = getComputedStyle(node);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  const names = { above: "--data", below: "--target", on: "--activation", off: "--soft" };
  const [above, below, on, off] = Object.values(names).map((name) => rgb(value(name))) as [Colour, Colour, Colour, Colour];
  return { above, below, on, off, ink: value("--ink"), soft: value("--soft"), rule: value("--rule"), paper: value("--paper"), weight: value("--weight"), accent: value("--accent") };
}

export function css([r, g, b]: Colour, alpha = 1): string {
  return `rgb(${r} ${g} ${b} / ${alpha})`;
}

/** Draws a map of `side` × `side` bytes; `most` is how opaque the largest value becomes. */
export function paint(canvas: HTMLCanvasElement | OffscreenCanvas, bytes: Uint8Array, side: number, above: Colour, below: Colour, most = 1): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D | null;
  if (!context) return;
  const image = context.createImageData(side, side);
  for (let i = 0; i < bytes.length; i++) {
    const value = (bytes[i]! - 128) / 127;
    const [r, g, b] = value >= 0 ? above : below;
    image.data[4 * i] = r;
    image.data[4 * i + 1] = g;
    image.data[4 * i + 2] = b;
    image.data[4 * i + 3] = Math.min(255, 255 * most * Math.abs(value));
  }
  context.putImageData(image, 0, 0);
}

function rgb(text: string): Colour {
  const hex = /^#(..)(..)(..)$/.exec(text);
  return hex ? [parseInt(hex[1]!, 16), parseInt(hex[2]!, 16), parseInt(hex[3]!, 16)] : [90, 90, 90];
}
