/** Starting points of "one neuron", its state, and how a link writes it. */
import { numbers, oneOf, pack, unpack } from "./explorable-url";

export type Pair = readonly [number, number];
export const ACTIVATIONS = [
  { name: "step", label: "step" },
  { name: "sigmoid", label: "sigmoid" },
  { name: "tanh", label: "tanh" },
  { name: "relu", label: "ReLU" },
  { name: "identity", label: "none" },
] as const;
export type Activation = (typeof ACTIVATIONS)[number]["name"];

export const CHOICES = [
  { value: "and", label: "AND" },
  { value: "nand", label: "NAND" },
  { value: "xor", label: "XOR" },
  { value: "none", label: "it can be all of them" },
] as const;
export const RIGHT = "xor";

/** The window: inputs from -1 to 2. Weights and bias go from -MOST to MOST. */
export const LOW = -1;
export const HIGH = 2;
export const MOST = 8;

interface Preset {
  readonly name: string;
  readonly label: string;
  readonly weights: readonly [number, number, number]; // w1, w2, b
  readonly activation: Activation;
  readonly points: readonly Pair[];
  /** What each point should be, where somebody says so. */
  readonly targets: readonly number[] | null;
}

const CORNERS: readonly Pair[] = [[0, 0], [0, 1], [1, 0], [1, 1]];
const gate = (name: string, label: string, targets: readonly number[]): Preset => ({ name, label, weights: [1, -1, 0], activation: "step", points: CORNERS, targets });

export const PRESETS: readonly Preset[] = [
  { name: "ride", label: "Shall I cycle?", weights: [4, -6, -1], activation: "sigmoid", points: [[0.8, 0.3], [0.8, 0.8], [0.2, 0.1], [0.25, 0]], targets: null },
  gate("and", "Make AND", [0, 0, 0, 1]),
  gate("or", "Make OR", [0, 1, 1, 1]),
  gate("nand", "Make NAND", [1, 1, 1, 0]),
  gate("xor", "Make XOR?", [0, 1, 1, 0]),
];

export interface State {
  readonly preset: string;
  readonly weights: readonly [number, number, number];
  readonly activation: Activation;
  /** The input that the neuron reads. */
  readonly x: Pair;
  readonly guess: string | null;
}

export function presetOf(name: string): Preset {
  return PRESETS.find((each) => each.name === name) ?? PRESETS[0]!;
}

export function begin(name: string): State {
  const { name: preset, weights, activation } = presetOf(name);
  return { preset, weights, activation, x: [0.3, 0.7], guess: null };
}

export function encode({ preset, weights, activation, x, guess }: State): string {
  return pack({ p: preset, w: weights.join(), a: activation, x: x.join(), g: guess });
}

export function decode(text: string): State | null {
  const fields = unpack(text);
  const preset = oneOf(fields.get("p"), PRESETS.map(({ name }) => name));
  const activation = oneOf(fields.get("a"), ACTIVATIONS.map(({ name }) => name));
  const weights = numbers(fields.get("w"), 3);
  const x = numbers(fields.get("x"), 2);
  if (!preset || !activation || !weights || !x) return null;
  if (weights.some((value) => Math.abs(value) > MOST) || x.some((value) => value < LOW || value > HIGH)) return null;
  return { preset, weights: [weights[0]!, weights[1]!, weights[2]!], activation, x: [x[0]!, x[1]!], guess: fields.get("g") ?? null };
}

/** Which points lie on the side that they should: "yes" is a score above 0. */
export function sides(scores: readonly number[], targets: readonly number[]): boolean[] {
  return targets.map((target, i) => scores[i]! > 0 === target > 0);
}
