/** Curves to begin with in the bump-by-bump approximator, its state, and how a link writes it. */
import { within } from "./numbers";
import { integer, numbers, oneOf, pack, unpack } from "./explorable-url";

export const KINDS = [
  { name: "relu", label: "ramps (ReLU)" },
  { name: "sigmoid", label: "steps (sigmoid)" },
] as const;
export const WAYS = [
  { name: "built", label: "built by hand" },
  { name: "trained", label: "trained" },
] as const;
export type Kind = (typeof KINDS)[number]["name"];
export type Way = (typeof WAYS)[number]["name"];

export const CHOICES = [
  { value: "nearer", label: "nearer" },
  { value: "same", label: "about as near" },
  { value: "farther", label: "less near" },
] as const;

/** The window: places from -1 to 1, heights from -LIMIT to LIMIT; the curve goes through POINTS heights. */
export const LIMIT = 1.6;
export const POINTS = 11;
export const MOST_UNITS = 32;
export const SIZES = [1, 2, 4, 8, 16, 32] as const;
export const FRAMES = 20; // of a training run
export const SEEDS = 99;

interface Preset {
  readonly name: string;
  readonly label: string;
  readonly heights: readonly number[];
}

export const PRESETS: readonly Preset[] = [
  { name: "wave", label: "A wave", heights: [0, 1.06, 0.8, 0.51, 0.92, 0.54, -0.79, -1.18, -0.56, -0.58, -0.76] },
  { name: "hill", label: "One hill", heights: [0, 0, 0, 0.1, 0.7, 1.2, 0.7, 0.1, 0, 0, 0] },
  { name: "cliff", label: "A cliff", heights: [-0.9, -0.9, -0.9, -0.9, -0.9, 0, 0.9, 0.9, 0.9, 0.9, 0.9] },
  { name: "teeth", label: "Teeth", heights: [-1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1] },
];

export interface State {
  readonly preset: string;
  readonly heights: readonly number[];
  readonly kind: Kind;
  readonly units: number;
  readonly way: Way;
  /** How many bumps stand, or how far the training is. */
  readonly part: number;
  readonly seed: number;
  readonly guess: string | null;
}

/** The last part: all bumps, one more than there are units, or the end of the training. */
export function parts({ way, units }: Pick<State, "way" | "units">): number {
  return way === "built" ? units + 1 : FRAMES;
}

export function begin(name: string): State {
  const { name: preset, heights } = PRESETS.find((each) => each.name === name) ?? PRESETS[0]!;
  return { preset, heights, kind: "relu", units: 16, way: "built", part: 17, seed: 0, guess: null };
}

/** A change of units or of the way shows all of the new network. */
export function changed(state: State, part: Partial<State>): State {
  const next = { ...state, ...part };
  return "part" in part ? next : { ...next, part: parts(next) };
}

export function raised(heights: readonly number[], index: number, height: number): number[] {
  const y = within(height, -LIMIT, LIMIT);
  return heights.map((old, i) => (i === index ? y : old));
}

export function encode(state: State): string {
  const { preset, heights, kind, units, way, part, seed, guess } = state;
  const own = heights.join() !== begin(preset).heights.join();
  return pack({ p: preset, x: own ? heights.join() : null, k: kind, n: units, w: way, m: part === parts(state) ? null : part, s: seed, g: guess });
}

export function decode(text: string): State | null {
  const fields = unpack(text);
  const preset = oneOf(fields.get("p"), [...PRESETS.map(({ name }) => name), "own"]);
  const heights = fields.has("x") ? numbers(fields.get("x"), POINTS) : preset && begin(preset).heights;
  const kind = oneOf(fields.get("k"), KINDS.map(({ name }) => name));
  const way = oneOf(fields.get("w"), WAYS.map(({ name }) => name));
  const units = integer(fields.get("n"), 1, MOST_UNITS);
  const seed = integer(fields.get("s"), 0, SEEDS);
  if (!preset || !heights || !kind || !way || units === null || seed === null) return null;
  if (heights.some((height) => Math.abs(height) > LIMIT)) return null;
  const last = parts({ way, units });
  const part = fields.has("m") ? integer(fields.get("m"), 0, last) : last;
  return part === null ? null : { preset, heights, kind, units, way, part, seed, guess: fields.get("g") ?? null };
}

/**
 * The smooth curve through equally spaced heights, as a path: each piece is the cubic whose slope at a point is
 * that between its two neighbours. The Python half computes the same cubic.
 */
export function smooth(heights: readonly number[], across: (place: number) => number, up: (height: number) => number): string {
  const last = heights.length - 1;
  const slope = (i: number): number => (i === 0 ? heights[1]! - heights[0]! : i === last ? heights[last]! - heights[last - 1]! : (heights[i + 1]! - heights[i - 1]!) / 2);
  const point = (place: number, height: number): string => `${round(across((2 * place) / last - 1))} ${round(up(height))}`;
  let path = `M${point(0, heights[0]!)}`;
  for (let i = 0; i < last; i++) {
    const [from, to] = [heights[i]!, heights[i + 1]!];
    path += `C${point(i + 1 / 3, from + slope(i) / 3)} ${point(i + 2 / 3, to - slope(i + 1) / 3)} ${point(i + 1, to)}`;
  }
  return path;
}

/** Whether the trained network came nearer than the one built by hand, or not so near, by more than a fifth. */
export function verdict(built: number, trained: number): (typeof CHOICES)[number]["value"] {
  if (trained < built / 1.2) return "nearer";
  return trained > built * 1.2 ? "farther" : "same";
}

const round = (value: number): number => Math.round(10 * value) / 10;
