/** Pictures, filters and starting points of the convolution stepper, its state, and how a link writes it. */
import { convolve, type Grid, PADDINGS, type Pool, POOLS, type Sliding } from "./convolution";
import digits from "./data/digits.json";
import lenet from "./data/lenet-filters.json";
import { integer, numbers, oneOf, pack, unpack } from "./explorable-url";

export const SIZE = 8;
export const LEVELS = 16; // of grey, in the 8x8 digits and in links

const picture = (rows: string): Grid => rows.split("/").map((row) => [...row].map((sign) => (sign === "#" ? 1 : 0)));

export const IMAGES: Readonly<Record<string, Grid>> = {
  edge: picture("....####/....####/....####/....####/....####/....####/....####/....####"),
  cross: picture("......../...##.../...##.../.######./.######./...##.../...##.../........"),
  corner: picture("......../......../..######/..######/..##..../..##..../..##..../..##...."),
  floor: picture("......../......../......../......../########/########/########/########"),
  blank: picture("......../......../......../......../......../......../......../........"),
  ...Object.fromEntries(digits.map((rows, i) => [`digit-${i}`, rows.map((row) => row.map((value) => value / LEVELS))])),
};

export const KERNELS: Readonly<Record<string, { label: string; weights: Grid }>> = {
  "edge-x": { label: "vertical edges", weights: [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]] },
  "edge-y": { label: "horizontal edges", weights: [[-1, -1, -1], [0, 0, 0], [1, 1, 1]] },
  blur: { label: "blur", weights: Array.from({ length: 3 }, () => [1 / 9, 1 / 9, 1 / 9]) },
  sharpen: { label: "sharpen", weights: [[0, -1, 0], [-1, 5, -1], [0, -1, 0]] },
  identity: { label: "identity", weights: [[0, 0, 0], [0, 1, 0], [0, 0, 0]] },
  laplace: { label: "Laplace", weights: [[0, 1, 0], [1, -4, 1], [0, 1, 0]] },
  ...Object.fromEntries((lenet as number[][][]).map((weights, i) => [`lenet-${i + 1}`, { label: `LeNet-5, filter ${i + 1}`, weights }])),
};

export const PRESETS = [
  { name: "edge", label: "An edge", image: "edge", kernel: "edge-x" },
  { name: "cross", label: "A cross", image: "cross", kernel: "laplace" },
  { name: "digit", label: "A digit", image: "digit-3", kernel: "edge-y" },
  { name: "transposed", label: "The wrong filter", image: "floor", kernel: "edge-x" },
  { name: "shift", label: "Shift it", image: "corner", kernel: "sharpen" },
] as const;

export interface State extends Sliding {
  readonly preset: string;
  readonly image: Grid;
  readonly kernel: Grid;
  readonly pool: Pool;
  readonly at: readonly [number, number]; // the output cell that is looked at
  readonly guess: string | null;
}

export interface Wishes {
  readonly image?: string | null;
  readonly kernel?: string | null;
  readonly stride?: string | null;
  readonly padding?: string | null;
  readonly dilation?: string | null;
  readonly pool?: string | null;
}

export function begin(name: string, wishes: Wishes = {}): State {
  const preset = PRESETS.find((each) => each.name === name) ?? PRESETS[0];
  return consistent({
    preset: preset.name,
    image: IMAGES[wishes.image ?? ""] ?? IMAGES[preset.image]!,
    kernel: (KERNELS[wishes.kernel ?? ""] ?? KERNELS[preset.kernel]!).weights,
    stride: integer(wishes.stride ?? "", 1, 3) ?? 1,
    padding: oneOf(wishes.padding, PADDINGS) ?? "valid",
    dilation: integer(wishes.dilation ?? "", 1, 3) ?? 1,
    pool: oneOf(wishes.pool, POOLS) ?? "none",
    at: [2, 2],
    guess: null,
  });
}

/** "same" needs stride 1, as it does in PyTorch. */
export function consistent(state: State): State {
  return state.padding === "same" && state.stride > 1 ? { ...state, padding: "valid" } : state;
}

export function imageText(image: Grid): string {
  return image.flat().map((value) => Math.round(value * LEVELS).toString(LEVELS + 1)).join("");
}

function readImage(text: string | undefined): Grid | null {
  if (text === undefined) return null;
  const named = IMAGES[text];
  if (named) return named;
  const values = [...text].map((sign) => parseInt(sign, LEVELS + 1) / LEVELS);
  if (values.length !== SIZE * SIZE || values.some(Number.isNaN)) return null;
  return Array.from({ length: SIZE }, (_, i) => values.slice(i * SIZE, (i + 1) * SIZE));
}

export function nameOf(kernel: Grid): string | null {
  return Object.entries(KERNELS).find(([, { weights }]) => String(weights) === String(kernel))?.[0] ?? null;
}

function readKernel(text: string | undefined): Grid | null {
  const named = KERNELS[text ?? ""];
  if (named) return named.weights;
  const values = numbers(text);
  const size = Math.sqrt(values?.length ?? 0);
  if (!values || !Number.isInteger(size) || size < 1 || size > 5) return null;
  return Array.from({ length: size }, (_, i) => values.slice(i * size, (i + 1) * size));
}

export function encode(state: State): string {
  const { preset, image, kernel, stride, padding, dilation, pool, at, guess } = state;
  const text = imageText(image);
  const named = Object.entries(IMAGES).find(([, each]) => imageText(each) === text)?.[0];
  return pack({
    p: preset,
    i: named ?? text,
    k: nameOf(kernel) ?? kernel.flat().map((value) => Number(value.toFixed(4))).join(),
    s: stride === 1 ? null : stride,
    pad: padding === "valid" ? null : padding,
    d: dilation === 1 ? null : dilation,
    pool: pool === "none" ? null : pool,
    at: at.join(),
    g: guess,
  });
}

export function decode(text: string): State | null {
  const fields = unpack(text);
  const preset = oneOf(fields.get("p"), PRESETS.map(({ name }) => name));
  if (!preset) return null;
  const wishes = { stride: fields.get("s"), padding: fields.get("pad"), dilation: fields.get("d"), pool: fields.get("pool") };
  const first = begin(preset, wishes as Wishes);
  const at = numbers(fields.get("at"), 2);
  return {
    ...first,
    image: readImage(fields.get("i")) ?? first.image,
    kernel: readKernel(fields.get("k")) ?? first.kernel,
    at: at ? [Math.max(0, Math.trunc(at[0]!)), Math.max(0, Math.trunc(at[1]!))] : first.at,
    guess: fields.get("g") ?? null,
  };
}

export function output({ image, kernel, stride, padding, dilation }: State): number[][] {
  return convolve(image, kernel, { stride, padding, dilation });
}
