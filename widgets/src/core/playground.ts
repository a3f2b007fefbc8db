/** The settings of the playground: what they may be, how a link writes them, the named starting points. */
import { integer, numbers, oneOf, pack, unpack } from "./explorable-url";
import { clamp } from "./numbers";

export const DATA = ["gaussians", "xor", "circle", "spirals", "moons", "plane", "hill", "own"] as const;
export type Data = (typeof DATA)[number];
export const FEATURES = ["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)"] as const;
export type Feature = (typeof FEATURES)[number];
export const ACTIVATIONS = ["tanh", "relu", "sigmoid", "leaky", "elu", "gelu", "silu", "linear"] as const;
export const OPTIMIZERS = ["sgd", "momentum", "adagrad", "rmsprop", "adam"] as const;
export const RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3] as const;
export const BATCHES = [1, 5, 10, 20, 50, 1000] as const; // the last stands for all
export const PENALTIES = [0, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1] as const;
export const DROPS = [0, 0.1, 0.2, 0.3, 0.5] as const;
export const SHARES = [0.2, 0.3, 0.5, 0.7, 0.8] as const;
export const MOST_LAYERS = 6;
export const MOST_UNITS = 8;
export const MOST_POINTS = 2000;
export const LINKED_POINTS = 200; // more do not fit into an address
export const HALF = 6;

export type Task = "classification" | "regression";
export type Own = readonly [x1: number, x2: number, target: number];
export interface Layer {
  readonly units: number;
  readonly act: (typeof ACTIVATIONS)[number];
  readonly drop: number;
}

export interface State {
  readonly preset: string;
  readonly data: Data;
  readonly task: Task;
  readonly noise: number;
  readonly share: number;
  readonly seed: number;
  readonly own: readonly Own[];
  readonly features: readonly Feature[];
  readonly layers: readonly Layer[];
  readonly opt: (typeof OPTIMIZERS)[number];
  readonly lr: number;
  readonly batch: number;
  readonly l1: number;
  readonly l2: number;
  readonly guess: string | null;
}

const layers = (units: readonly number[], act: Layer["act"] = "tanh"): Layer[] => units.map((each) => ({ units: each, act, drop: 0 }));

const PLAIN: State = { preset: "", data: "circle", task: "classification", noise: 0, share: 0.5, seed: 0, own: [], features: ["x1", "x2"], layers: layers([4]), opt: "adam", lr: 0.03, batch: 10, l1: 0, l2: 0, guess: null };

export const taskOf = (data: Data, task: Task): Task => (data === "own" ? task : data === "plane" || data === "hill" ? "regression" : "classification");

/** For each data set a setting that works, and why. */
export const RECIPES: Record<Exclude<Data, "own">, { setting: Partial<State>; why: string }> = {
  gaussians: { setting: { layers: [], lr: 0.1 }, why: "A straight line parts the clouds, and one unit draws a straight line: no hidden layer is needed. Adam with a large rate finds it in a few epochs." },
  xor: { setting: { layers: layers([6]), lr: 0.03 }, why: "Two lines do it, so two hidden units can; six make it likely that two of them start near the right place. The feature x₁x₂ would do it with no hidden unit at all." },
  circle: { setting: { layers: layers([4]), lr: 0.1 }, why: "Three lines fence in a triangle, so three hidden units can hold the disc; the fourth is a spare. The output unit asks whether a point lies inside all of the lines at once. One layer is enough, and Adam takes steps of a good length for each weight." },
  spirals: { setting: { layers: layers([8, 8]), features: ["x1", "x2", "sin(x1)", "sin(x2)"], lr: 0.03 }, why: "The arms turn one and three quarter times. Two layers of eight units have room for that; the sines bring waves that would else have to be learned, and Adam gets through the long flat beginning where plain SGD stands still." },
  moons: { setting: { layers: layers([6]), lr: 0.1 }, why: "The boundary is one wave with three bends; six tanh units have some to spare." },
  plane: { setting: { layers: [], lr: 0.03 }, why: "The target is a weighted sum of the inputs, and that is what a unit without activation computes. Anything more would be noise." },
  hill: { setting: { layers: layers([8, 8]), lr: 0.03 }, why: "A tanh unit is a slope; two make a ridge, four a bump. Four bumps ask for about sixteen units, and smooth activations fit smooth hills." },
};

export const PRESETS = [
  { name: "circle", label: "Four lines" },
  { name: "spirals", label: "Two spirals" },
  { name: "hill", label: "A landscape" },
  { name: "heart", label: "Learned by heart" },
  { name: "surprise", label: "A surprise: no hidden layer" },
  { name: "deep", label: "Six layers that stand still" },
  { name: "peer", label: "TensorFlow Playground’s first" },
] as const;

const STARTS: Record<string, Partial<State>> = {
  heart: { data: "moons", noise: 0.5, share: 0.2, layers: layers([8, 8]), features: ["x1", "x2", "x1^2", "x2^2", "x1*x2"], lr: 0.03 },
  surprise: { data: "circle", layers: [], features: ["x1^2", "x2^2"], lr: 0.1 },
  deep: { data: "circle", layers: layers([4, 4, 4, 4, 4, 4], "sigmoid"), opt: "sgd" },
  peer: { data: "circle", layers: layers([4, 2]), opt: "sgd" },
};

export function begin(preset: string): State {
  const name = PRESETS.some((each) => each.name === preset) ? preset : "circle";
  const start = STARTS[name] ?? { ...RECIPES[name as Exclude<Data, "own">].setting, data: name as Data };
  return { ...PLAIN, ...start, preset: name, task: taskOf(start.data!, "classification") };
}

/** The setting that works for the data that are there, with what belongs to the data kept. */
export function recipe(state: State): State {
  const name = state.data === "own" ? (state.task === "regression" ? "hill" : "spirals") : state.data;
  const { data, task, noise, share, seed, own, guess } = state;
  return { ...PLAIN, ...RECIPES[name].setting, data, task, noise, share, seed, own, guess };
}

export function encode(state: State): string {
  const own = state.data === "own" && state.own.length <= LINKED_POINTS ? state.own.flat().join(",") : null;
  return pack({
    p: state.preset,
    d: state.data,
    t: state.data === "own" ? state.task[0] : null,
    n: state.noise,
    r: state.share,
    s: state.seed,
    f: state.features.map((each) => FEATURES.indexOf(each)).join(","),
    l: state.layers.map(({ units, act, drop }) => [units, act, drop || ""].join("-").replace(/-$/, "")).join(","),
    o: state.opt,
    e: state.lr,
    b: state.batch,
    a: state.l1,
    q: state.l2,
    g: state.guess,
    w: own,
  });
}

export function decode(text: string): State | null {
  const fields = unpack(text);
  const data = oneOf(fields.get("d"), DATA);
  const opt = oneOf(fields.get("o"), OPTIMIZERS);
  const features = numbers(fields.get("f"))?.map((index) => FEATURES[index]);
  const seed = integer(fields.get("s"), 0, 1e9);
  const noise = Number(fields.get("n"));
  const shown = (fields.get("l") ?? "").split(",").filter(Boolean).map(layer);
  const lr = member(fields.get("e"), RATES);
  const share = member(fields.get("r"), SHARES);
  const batch = member(fields.get("b"), BATCHES);
  const l1 = member(fields.get("a"), PENALTIES);
  const l2 = member(fields.get("q"), PENALTIES);
  const own = points(fields.get("w") ?? "");
  if (!data || !opt || !features || features.length === 0 || features.includes(undefined) || seed === null || !own) return null;
  if (new Set(features).size < features.length || shown.includes(null) || shown.length > MOST_LAYERS || !(noise >= 0 && noise <= 0.5)) return null;
  if (lr === null || share === null || batch === null || l1 === null || l2 === null) return null;
  const task = taskOf(data, fields.get("t") === "r" ? "regression" : "classification");
  if (task === "classification" && own.some(([, , target]) => target !== 0 && target !== 1)) return null;
  return { preset: fields.get("p") ?? "", data, task, noise, share, seed, own, features: features as Feature[], layers: shown as Layer[], opt, lr, batch, l1, l2, guess: fields.get("g") ?? null };
}

function layer(text: string): Layer | null {
  const [units, act, drop = "0"] = text.split("-");
  const size = integer(units, 1, MOST_UNITS);
  const name = oneOf(act, ACTIVATIONS);
  const share = member(drop, DROPS);
  return size !== null && name && share !== null ? { units: size, act: name, drop: share } : null;
}

function member(text: string | undefined, allowed: readonly number[]): number | null {
  return text !== undefined && allowed.includes(Number(text)) ? Number(text) : null;
}

function points(text: string): Own[] | null {
  const values = numbers(text);
  if (!values || values.length % 3 > 0 || values.length > 3 * LINKED_POINTS) return null;
  if (values.some((value) => Math.abs(value) > 1000)) return null;
  return Array.from({ length: values.length / 3 }, (_, i) => values.slice(3 * i, 3 * i + 3) as unknown as Own);
}

export const inside = (value: number): number => clamp(Math.round(value * 20) / 20, -HALF, HALF);

export interface Parsed {
  readonly points: readonly Own[];
  readonly task: Task;
  /** What was done to the table, in words. */
  readonly said: string;
}

/** Reads a pasted table; what is wrong with it is thrown as an Error that names the line and says what to do. */
export function parseTable(text: string): Parsed {
  const rows = text.split(/\r?\n/).map((line, i) => ({ line: line.trim(), number: i + 1 })).filter(({ line }) => line !== "" && !line.startsWith("#"));
  if (rows.length === 0) throw new Error("There is nothing to read yet. Paste lines such as 1.5, -2, 1: two coordinates and a target.");
  const cells = rows.map(({ line, number }) => ({ number, values: split(line) }));
  const headed = cells[0]!.values.slice(0, 2).some((value) => Number.isNaN(number(value)));
  const body = headed ? cells.slice(1) : cells;
  if (body.length < 4) throw new Error(`${body.length === 1 ? "There is one point" : `There are ${body.length} points`}${headed ? " under the heading" : ""}; training and testing need at least 4.`);
  if (body.length > MOST_POINTS) throw new Error(`There are ${body.length} points; at most ${MOST_POINTS} are drawn. Take a part of them.`);
  for (const { number: at, values } of body) {
    if (values.length !== 3) throw new Error(`Line ${at} has ${values.length === 1 ? "one value" : `${values.length} values`}; each line needs three: x1, x2 and the target.`);
    values.slice(0, 2).forEach((value, i) => {
      if (!Number.isFinite(number(value))) throw new Error(`Line ${at}: “${value}” stands where x${i + 1} should be, and is no number.`);
    });
  }
  const [targets, task, named] = readTargets(body);
  const xs = [0, 1].map((i) => scale(body.map(({ values }) => number(values[i]!))));
  const points = body.map((_, i) => [xs[0]![i]!, xs[1]![i]!, targets[i]!] as Own);
  return { points, task, said: `${body.length} points read; x1 and x2 were moved and scaled to the plane. ${named}` };
}

function readTargets(body: readonly { number: number; values: string[] }[]): [number[], Task, string] {
  const texts = body.map(({ values }) => values[2]!);
  const kinds = [...new Set(texts)].sort((a, b) => (number(a) - number(b) || (a < b ? -1 : 1)));
  if (kinds.length === 1) throw new Error(`All targets are “${kinds[0]}”: there is nothing to tell apart. Two classes are needed, or numbers that differ.`);
  if (kinds.length === 2) return [texts.map((text) => kinds.indexOf(text)), "classification", `“${kinds[1]}” is drawn as a disc, “${kinds[0]}” as a cross.`];
  const bad = body.find(({ values }) => !Number.isFinite(number(values[2]!)));
  if (bad) throw new Error(`Line ${bad.number}: “${bad.values[2]}” is no number, and there are ${kinds.length} different targets. Two classes can be told apart here; more than two targets must be numbers, for regression.`);
  return [scale(texts.map(number), 1), "regression", "There are more than two targets, so they are taken as numbers, scaled to −1 … 1: regression."];
}

/** Moves and scales numbers to ±5, or to ±`reach`. */
function scale(values: readonly number[], reach = 5): number[] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const half = (high - low) / 2 || 1;
  return values.map((value) => Number((((value - (low + high) / 2) / half) * reach).toFixed(3)));
}

/** Columns are parted by semicolons, tabs, commas or spaces, whichever comes first in this list. */
function split(line: string): string[] {
  const sign = [";", "\t", ","].find((each) => line.includes(each));
  return (sign ? line.split(sign) : line.split(/\s+/)).map((value) => value.trim().replace(/^"(.*)"$/, "$1"));
}

function number(text: string): number {
  return text === "" ? NaN : Number(text.replace("−", "-").replace(/^(-?\d+),(\d+)$/, "$1.$2"));
}
