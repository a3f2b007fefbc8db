/** What Python says of a training (model.py, `report`). */
export interface Reply {
  readonly steps: number;
  readonly epochs: number;
  readonly trainLoss: number | null;
  readonly testLoss: number | null;
  readonly trainScore: number | null;
  readonly testScore: number | null;
  readonly diverged: boolean;
  readonly most: readonly number[];
  /** A map a feature, a unit and the output: bytes in base64. */
  readonly maps: string;
  readonly weights: readonly (readonly (readonly number[])[])[];
  readonly biases: readonly (readonly number[])[];
  readonly curve: readonly (readonly [number, number | null, number | null])[];
  /** x1, x2, target, 1 for a test point; only when they are new. */
  readonly points?: readonly Point[];
}
export type Point = readonly [x1: number, x2: number, target: number, test: number];

export const GRID = 44; // model.py has the same

/** The maps one by one. */
export function unpackMaps(text: string): Uint8Array[] {
  const all = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const size = GRID * GRID;
  return Array.from({ length: all.length / size }, (_, i) => all.subarray(i * size, (i + 1) * size));
}
