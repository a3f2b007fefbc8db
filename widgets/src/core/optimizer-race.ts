/** Surfaces to begin with in the optimizer race, its state, how a link writes it, and contour lines. */
import { integer, numbers, pack, unpack } from "./explorable-url";

/** The racers, in the order of their rates in a link. */
export const RACERS = [
  { name: "sgd", label: "SGD" },
  { name: "momentum", label: "momentum" },
  { name: "nesterov", label: "Nesterov" },
  { name: "adagrad", label: "AdaGrad" },
  { name: "rmsprop", label: "RMSProp" },
  { name: "adam", label: "Adam" },
  { name: "adamw", label: "AdamW" },
  { name: "muon", label: "Muon" },
] as const;

export const STEPS = 80;
export const HALF = 3; // the picture goes from -3 to 3 both ways
const TEXT = 120;

interface Preset {
  readonly name: string;
  readonly label: string;
  readonly formula: string;
  readonly start: readonly [number, number];
  readonly rates: readonly number[]; // 0: does not run
  readonly noise: number;
}

export const PRESETS: readonly Preset[] = [
  { name: "ravine", label: "A ravine", formula: "(x**2 + 14*y**2)/10", start: [-2.7, 1.2], rates: [0.3, 0.03, 0.03, 0.3, 0.05, 0.1, 0.1, 0.1], noise: 0 },
  { name: "saddle", label: "A saddle", formula: "x**2 - y**2 + y**4/4", start: [-2.2, 0.001], rates: [0.05, 0.02, 0.02, 0.3, 0.05, 0.1, 0.1, 0.1], noise: 0 },
  { name: "noise", label: "Noise", formula: "(x**2 + 4*y**2)/4", start: [-2.4, 1.6], rates: [0.2, 0.03, 0.03, 0.3, 0.05, 0.1, 0.1, 0.1], noise: 1 },
  { name: "rosenbrock", label: "Rosenbrock's valley", formula: "(1 - x)**2/4 + (y - x**2)**2", start: [-1.5, 2], rates: [0.05, 0.01, 0.01, 0.3, 0.05, 0.1, 0.1, 0.1], noise: 0 },
  { name: "hollows", label: "Many hollows", formula: "sin(2*x)*cos(2*y) + (x**2 + y**2)/8", start: [-2, 1.9], rates: [0.1, 0.03, 0.03, 0.3, 0.05, 0.1, 0.1, 0.1], noise: 0 },
  { name: "fast", label: "Too fast", formula: "(x**2 + 14*y**2)/10", start: [-2.7, 1.2], rates: [0.73, 0.4, 0.4, 3, 1, 1, 1, 1], noise: 0 },
];

export interface State {
  readonly preset: string;
  readonly formula: string;
  readonly start: readonly [number, number];
  readonly rates: readonly number[];
  readonly noise: number;
  readonly step: number;
  readonly guess: string | null;
}

export function begin(name: string): State {
  const { name: preset, formula, start, rates, noise } = PRESETS.find((each) => each.name === name) ?? PRESETS[0]!;
  return { preset, formula, start, rates, noise, step: 0, guess: null };
}

export function encode({ preset, formula, start, rates, noise, step, guess }: State): string {
  const from = begin(preset);
  return pack({
    p: preset,
    f: formula === from.formula ? null : formula,
    s: start.join() === from.start.join() ? null : start.join(),
    r: rates.join() === from.rates.join() ? null : rates.join(),
    n: noise === from.noise ? null : noise,
    t: step || null,
    g: guess,
  });
}

export function decode(text: string): State | null {
  const fields = unpack(text);
  const preset = fields.get("p");
  if (!PRESETS.some(({ name }) => name === preset)) return null;
  const from = begin(preset!);
  const start = fields.has("s") ? numbers(fields.get("s"), 2) : from.start;
  const rates = fields.has("r") ? numbers(fields.get("r"), RACERS.length) : from.rates;
  const noise = fields.has("n") ? numbers(fields.get("n"), 1)?.[0] : from.noise;
  if (!start || !rates || noise === undefined || start.some((v) => Math.abs(v) > HALF) || rates.some((v) => v < 0 || v > 100) || noise < 0 || noise > 10) return null;
  const step = integer(fields.get("t"), 0, STEPS) ?? 0;
  return { ...from, formula: (fields.get("f") ?? from.formula).slice(0, TEXT), start: [start[0]!, start[1]!], rates, noise, step, guess: fields.get("g") ?? null };
}

/** A rate as the reader typed it; 0 for an empty field, null for what is no rate. */
export function rate(text: string): number | null {
  const value = Number(text.trim().replace(",", "."));
  return Number.isFinite(value) && value >= 0 && value <= 100 ? value : null;
}

export type Path = readonly (readonly [number, number, number])[];

/** Who is lowest after all steps; a path that ended early has flown away, and never wins. */
export function winner(paths: Readonly<Record<string, Path>>): string | null {
  const arrived = Object.entries(paths).filter(([, path]) => path.length > STEPS);
  arrived.sort(([, a], [, b]) => a[STEPS]![2] - b[STEPS]![2]);
  return arrived[0]?.[0] ?? null;
}

/** Heights of contour lines: closer together near the bottom, where the race is decided. */
export function levels(heights: readonly number[], count: number): number[] {
  const low = Math.min(...heights);
  const high = Math.max(...heights);
  return Array.from({ length: count }, (_, i) => low + (high - low) * ((i + 1) / (count + 1)) ** 2);
}

/** The contour of one height on a square grid, as short lines for an SVG path: two crossings a cell, joined. */
export function contour(heights: readonly number[], size: number, level: number): string {
  let path = "";
  for (let row = 0; row < size - 1; row++) {
    for (let column = 0; column < size - 1; column++) {
      const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]] as const;
      const values = corners.map(([x, y]) => heights[y * size + x]! - level);
      const crossings = corners.flatMap(([x, y], i): string[] => {
        const next = (i + 1) % 4;
        const [a, b] = [values[i]!, values[next]!];
        if (a < 0 === b < 0) return [];
        const share = a / (a - b);
        const at = (from: number, to: number): string => (from + (to - from) * share).toFixed(2);
        return [`${at(x, corners[next]![0])} ${at(y, corners[next]![1])}`];
      });
      for (let i = 0; i + 1 < crossings.length; i += 2) path += `M${crossings[i]}L${crossings[i + 1]}`;
    }
  }
  return path;
}
