/** Starting points of the perceptron playground. */
import type { Point } from "./perceptron";

export const PRESETS = [
  { name: "and", label: "AND" },
  { name: "or", label: "OR" },
  { name: "nand", label: "NAND" },
  { name: "xor", label: "XOR" },
  { name: "blobs", label: "Two clouds" },
  { name: "narrow", label: "Narrow margin" },
  { name: "outlier", label: "One outlier" },
] as const;

export type Name = (typeof PRESETS)[number]["name"];

const gate = (truth: string): Point[] =>
  [...truth].map((sign, i) => ({ x: i >> 1, y: i & 1, label: sign === "+" ? 1 : -1 }));

const cloud = (plus: number[][], minus: number[][]): Point[] => {
  const points: Point[] = [];
  for (let i = 0; i < Math.max(plus.length, minus.length); i++) {
    for (const [side, label] of [[plus, 1], [minus, -1]] as const) {
      const [x, y] = side[i] ?? [];
      if (x !== undefined && y !== undefined) points.push({ x, y, label });
    }
  }
  return points;
};

const PLUS = [[1.3, 0.9], [0.7, 1.8], [2.1, 1.2], [1.6, 2.2], [0.4, 1.1], [2.4, 0.3]];
const MINUS = [[-0.9, -0.4], [-1.6, 0.3], [-0.4, -1.5], [-2.1, -0.8], [-1.2, -1.9], [0.6, -1.7]];

export const POINTS: Record<Name, readonly Point[]> = {
  and: gate("---+"),
  or: gate("-+++"),
  nand: gate("+++-"),
  xor: gate("-++-"),
  blobs: cloud(PLUS, MINUS),
  narrow: cloud(
    [[-2.2, -1.5], [-1, -0.5], [0.2, 0.4], [1.2, 1.3], [2.1, 2.1]],
    [[-2, -1.9], [-0.8, -0.9], [0.4, 0.1], [1.4, 0.9], [2.3, 1.8]],
  ),
  outlier: cloud([...PLUS, [-2.4, 0.5]], MINUS),
};

/** What the plane shows: gates live in the unit square, clouds around the origin. */
export function extent(name: Name): readonly [number, number] {
  return ["and", "or", "nand", "xor"].includes(name) ? [-0.8, 1.8] : [-3, 3];
}
