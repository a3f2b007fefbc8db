/** One image under one filter, and pooling: the same numbers as `book_code.autodiff.functional`. */
export type Grid = readonly (readonly number[])[];
export const PADDINGS = ["valid", "same", "full", "1", "2"] as const;
export const POOLS = ["none", "max", "avg"] as const;
export type Padding = (typeof PADDINGS)[number];
export type Pool = (typeof POOLS)[number];

export interface Sliding {
  readonly stride: number;
  readonly padding: Padding;
  readonly dilation: number;
}

/** Rows of zeros before and after the image; the same for columns. */
export function margins(kernel: number, { padding, dilation }: Sliding): readonly [number, number] {
  const reach = dilation * (kernel - 1);
  if (padding === "valid") return [0, 0];
  if (padding === "full") return [reach, reach];
  return padding === "same" ? [Math.floor(reach / 2), reach - Math.floor(reach / 2)] : [Number(padding), Number(padding)];
}

/** How many places the window has; none or less where it does not fit. */
export function outputSize(input: number, kernel: number, sliding: Sliding): number {
  const [before, after] = margins(kernel, sliding);
  const room = input + before + after - sliding.dilation * (kernel - 1) - 1;
  return room < 0 ? 0 : Math.floor(room / sliding.stride) + 1;
}

export interface Tap {
  readonly row: number; // in the image; outside of it in the margin
  readonly column: number;
  readonly value: number;
  readonly weight: number;
}

/** What the window sees when it makes the output (i, j): one tap a weight, row by row. */
export function taps(image: Grid, kernel: Grid, sliding: Sliding, i: number, j: number): Tap[][] {
  const [before] = margins(kernel.length, sliding);
  return kernel.map((weights, a) =>
    weights.map((weight, b) => {
      const row = i * sliding.stride + a * sliding.dilation - before;
      const column = j * sliding.stride + b * sliding.dilation - before;
      return { row, column, weight, value: image[row]?.[column] ?? 0 };
    }),
  );
}

export function convolve(image: Grid, kernel: Grid, sliding: Sliding): number[][] {
  const size = outputSize(image.length, kernel.length, sliding);
  return table(size, (i, j) => sum(taps(image, kernel, sliding, i, j).flat().map(({ value, weight }) => value * weight)));
}

export const POOL_SIZE = 2;

/** Windows of 2 x 2, side by side; a last odd row or column is left out. */
export function pool(map: Grid, kind: Exclude<Pool, "none">): number[][] {
  return table(Math.floor(map.length / POOL_SIZE), (i, j) => {
    const values = pooled(map, i, j);
    return kind === "max" ? Math.max(...values) : sum(values) / values.length;
  });
}

export function pooled(map: Grid, i: number, j: number): number[] {
  return [0, 1].flatMap((a) => [0, 1].map((b) => map[POOL_SIZE * i + a]![POOL_SIZE * j + b]!));
}

/** Moves a picture; what leaves it is lost, what enters is 0. */
export function shift(image: Grid, down: number, right: number): number[][] {
  return table(image.length, (i, j) => image[i - down]?.[j - right] ?? 0);
}

/** In how many cells `after` is `before` moved by (down, right), and how many cells can be compared. */
export function agreement(before: Grid, after: Grid, down: number, right: number): { same: number; of: number } {
  let [same, of] = [0, 0];
  after.forEach((row, i) =>
    row.forEach((value, j) => {
      const old = before[i - down]?.[j - right];
      if (old === undefined) return;
      of++;
      if (Math.abs(old - value) < 1e-9) same++;
    }),
  );
  return { same, of };
}

/** A filter of another size: the middle is kept, zeros are added around it. */
export function resize(kernel: Grid, size: number): number[][] {
  const offset = Math.floor((kernel.length - size) / 2);
  return table(size, (i, j) => kernel[i + offset]?.[j + offset] ?? 0);
}

function table(size: number, cell: (i: number, j: number) => number): number[][] {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => cell(i, j)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
