/** Starting points of "signal by depth", its state, and how a link writes it. */
import { integer, oneOf, pack, unpack } from "./explorable-url";

export const STARTS = [
  { name: "zeros", label: "all 0" },
  { name: "small", label: "s.d. 0.01" },
  { name: "lecun", label: "LeCun" },
  { name: "xavier", label: "Xavier" },
  { name: "he", label: "He" },
  { name: "orthogonal", label: "orthogonal" },
] as const;
export const ACTIVATIONS = [
  { name: "identity", label: "none" },
  { name: "relu", label: "ReLU" },
  { name: "tanh", label: "tanh" },
  { name: "sigmoid", label: "sigmoid" },
] as const;
export type Start = (typeof STARTS)[number]["name"];
export type Activation = (typeof ACTIVATIONS)[number]["name"];

export const CHOICES = [
  { value: "same", label: "about as large" },
  { value: "hundredth", label: "about a hundredth" },
  { value: "thousandth", label: "less than a thousandth" },
] as const;
export const RIGHT = "thousandth";
export const DEEPEST = 50;

export interface State {
  readonly preset: string;
  readonly start: Start;
  readonly activation: Activation;
  readonly depth: number;
  readonly skip: boolean;
  readonly guess: string | null;
}

interface Preset {
  readonly name: string;
  readonly label: string;
  readonly start: Start;
  readonly activation: Activation;
  readonly skip?: boolean;
}

export const PRESETS: readonly Preset[] = [
  { name: "half", label: "ReLU from Xavier's start", start: "xavier", activation: "relu" },
  { name: "he", label: "ReLU from He's", start: "he", activation: "relu" },
  { name: "sigmoid", label: "Sigmoid", start: "xavier", activation: "sigmoid" },
  { name: "skip", label: "A skip around each layer", start: "he", activation: "relu", skip: true },
  { name: "zero", label: "All zero", start: "zeros", activation: "relu" },
];

export function begin(name: string): State {
  const preset = PRESETS.find((each) => each.name === name) ?? PRESETS[0]!;
  const { start, activation, skip = false } = preset;
  return { preset: preset.name, start, activation, depth: 30, skip, guess: null };
}

export function encode({ preset, start, activation, depth, skip, guess }: State): string {
  return pack({ p: preset, s: start, a: activation, d: depth, k: skip ? 1 : 0, g: guess });
}

export function decode(text: string): State | null {
  const fields = unpack(text);
  const preset = oneOf(fields.get("p"), [...PRESETS.map(({ name }) => name), "own"]);
  const start = oneOf(fields.get("s"), STARTS.map(({ name }) => name));
  const activation = oneOf(fields.get("a"), ACTIVATIONS.map(({ name }) => name));
  const depth = integer(fields.get("d"), 1, DEEPEST);
  if (!preset || !start || !activation || !depth) return null;
  return { preset, start, activation, depth, skip: fields.get("k") === "1", guess: fields.get("g") ?? null };
}

/** The height of a bar in a chart from 10^low to 10^high, as a share; zero has none. */
export function height(value: number, low: number, high: number): number {
  if (!(value > 0)) return 0;
  return Math.min(1, Math.max(0.01, (Math.log10(value) - low) / (high - low)));
}

/** Whole powers of ten around the values, at least two apart, one of them 1. */
export function span(values: readonly number[]): [number, number] {
  const logs = values.filter((value) => value > 0).map(Math.log10);
  const low = Math.floor(Math.min(0, ...logs));
  const high = Math.ceil(Math.max(0, ...logs));
  return high - low < 2 ? [low - 1, high + 1] : [low, high];
}
