/** Starting points of the loss surface, its state, and how a link writes it. */
import { clamp, within } from "./numbers";
import { numbers, oneOf, pack, unpack } from "./explorable-url";

export type Pair = readonly [number, number];
export const LOSSES = ["mse", "mae", "huber"] as const;
export type Loss = (typeof LOSSES)[number];
export const CHOICES = [
  { value: "through", label: "through the six" },
  { value: "tilted", label: "pulled towards the seventh" },
] as const;

/** The window: parameters from -2 to 2, points from -2 to 2 across and from -3 to 5 up. */
export const MOST = 2;
export const LOW = -3;
export const HIGH = 5;

interface Preset {
  readonly name: string;
  readonly label: string;
  readonly loss: Loss;
  readonly points: readonly Pair[];
}

const SIX: readonly Pair[] = [[-1.5, -1.1], [-0.9, -0.3], [-0.3, -0.1], [0.3, 0.4], [0.9, 0.5], [1.5, 1.2]];

export const PRESETS: readonly Preset[] = [
  { name: "line", label: "Seven points", loss: "mse", points: [...SIX, [1.2, 4.2]] },
  { name: "absolute", label: "The same, absolute error", loss: "mae", points: [...SIX, [1.2, 4.2]] },
  { name: "honest", label: "No point far off", loss: "mse", points: [...SIX, [1.2, 0.9]] },
  { name: "corner", label: "Two points: a valley", loss: "mae", points: [[0.5, 1], [1, 0.2]] },
];

export interface State {
  readonly preset: string;
  readonly loss: Loss;
  readonly points: readonly Pair[];
  /** Slope and intercept of the line. */
  readonly at: Pair;
  readonly guess: string | null;
}

export function begin(name: string): State {
  const preset = PRESETS.find((each) => each.name === name) ?? PRESETS[0]!;
  return { preset: preset.name, loss: preset.loss, points: preset.points, at: [-1, 1], guess: null };
}

export function encode({ preset, loss, points, at, guess }: State): string {
  return pack({ p: preset, l: loss, x: points.flat().join(), a: at.join(), g: guess });
}

export function decode(text: string): State | null {
  const fields = unpack(text);
  const preset = oneOf(fields.get("p"), [...PRESETS.map(({ name }) => name), "own"]);
  const loss = oneOf(fields.get("l"), LOSSES);
  const flat = numbers(fields.get("x"));
  const at = numbers(fields.get("a"), 2);
  if (!preset || !loss || !at || !flat || flat.length < 4 || flat.length % 2 || flat.length > 40) return null;
  if (![...flat, ...at].every((value) => Math.abs(value) <= HIGH)) return null;
  const points = Array.from({ length: flat.length / 2 }, (_, i): Pair => [flat[2 * i]!, flat[2 * i + 1]!]);
  return { preset, loss, points, at: [at[0]!, at[1]!], guess: fields.get("g") ?? null };
}

/** A move of the far-off point, kept inside of the window and to two digits. */
export function moved(points: readonly Pair[], index: number, height: number): Pair[] {
  const y = within(height, LOW, HIGH);
  return points.map((point, i): Pair => (i === index ? [point[0], y] : point));
}

export function inside([w, b]: Pair): Pair {
  const keep = (value: number): number => Math.round(1000 * clamp(value, -MOST, MOST)) / 1000;
  return [keep(w), keep(b)];
}
