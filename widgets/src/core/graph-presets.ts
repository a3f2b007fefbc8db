/** Starting points of the graph stepper, its state, and how a link writes it. */
import { parse, ReadError } from "./graph-parse";
import { integer, oneOf, pack, unpack } from "./explorable-url";
import type { Values } from "./graph";

interface Preset {
  readonly name: string;
  readonly label: string;
  readonly expression: string;
  readonly values: Values;
  readonly ask: string;
}

export const PRESETS: readonly Preset[] = [
  { name: "neuron", label: "One neuron", expression: "L = (tanh(w*x + b) - y)**2", values: { w: 0.5, x: 2, b: -0.4, y: 1 }, ask: "w" },
  { name: "line", label: "A line", expression: "L = (w*x + b - y)**2", values: { w: 2, x: 1.5, b: -1, y: 1 }, ask: "b" },
  { name: "shared", label: "Used twice", expression: "L = x*x + w*x", values: { x: 3, w: 2 }, ask: "x" },
  { name: "chain", label: "A long chain", expression: "h1 = w*x; h2 = w*h1; h3 = w*h2; L = w*h3", values: { w: 0.5, x: 2 }, ask: "w" },
  { name: "saturated", label: "Saturated tanh", expression: "L = (tanh(w*x + b) - y)**2", values: { w: 3, x: 2, b: 0.5, y: -1 }, ask: "w" },
  { name: "dead", label: "Dead ReLU", expression: "L = (relu(w*x + b) - y)**2", values: { w: 0.5, x: 2, b: -3, y: 1 }, ask: "w" },
  { name: "logistic", label: "Logistic loss", expression: "p = 1/(1 + exp(-(w*x + b))); L = -log(p)", values: { w: 1, x: 2, b: -1.5 }, ask: "w" },
];

export interface State {
  readonly preset: string;
  readonly expression: string;
  readonly values: Values;
  readonly ask: string; // the input whose gradient the reader is asked for
  readonly step: number;
  readonly guess: string | null;
}

export function begin(name: string): State {
  const preset = PRESETS.find((each) => each.name === name) ?? PRESETS[0]!;
  const { expression, values, ask } = preset;
  return { preset: preset.name, expression, values, ask, step: 0, guess: null };
}

/** "w=0.5, x=2" */
export function readValues(text: string): Record<string, number> {
  const values: Record<string, number> = {};
  for (const part of text.split(",")) {
    const [name = "", value = ""] = part.split("=").map((side) => side.trim());
    if (name && value !== "" && Number.isFinite(Number(value))) values[name] = Number(value);
  }
  return values;
}

export function writeValues(values: Values): string {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`).join();
}

export function encode({ preset, expression, values, ask, step, guess }: State): string {
  const own = PRESETS.find((each) => each.name === preset);
  return pack({
    p: preset,
    e: own?.expression === expression ? null : expression,
    v: own && writeValues(own.values) === writeValues(values) ? null : writeValues(values),
    a: own?.ask === ask ? null : ask,
    s: step || null,
    g: guess,
  });
}

export function decode(text: string): State | null {
  const fields = unpack(text);
  const name = oneOf(fields.get("p"), PRESETS.map((preset) => preset.name).concat("own"));
  if (!name) return null;
  const first = { ...begin(name), preset: name };
  const expression = fields.get("e") ?? first.expression;
  try {
    parse(expression);
  } catch (error) {
    if (error instanceof ReadError) return null;
    throw error;
  }
  const values = fields.get("v");
  return {
    ...first,
    expression,
    values: values === undefined ? first.values : readValues(values),
    ask: fields.get("a") ?? first.ask,
    step: integer(fields.get("s"), 0, 1000) ?? 0,
    guess: fields.get("g") ?? null,
  };
}
