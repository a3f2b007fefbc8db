/** Starting points of the receptive-field calculator, its state, and how a link and an author write it. */
import { integer, numbers, oneOf, pack, unpack } from "./explorable-url";
import type { Layer } from "./receptive";

export const MOST_LAYERS = 8;
export const MOST_PIXELS = 48;

interface Preset {
  readonly name: string;
  readonly label: string;
  readonly layers: string;
  readonly input: number;
}

export const PRESETS: readonly Preset[] = [
  { name: "lenet5", label: "LeNet-5", layers: "conv5 pool2/2 conv5 pool2/2", input: 32 },
  { name: "vgg", label: "3 × 3 as in VGG", layers: "conv3 conv3 pool2/2 conv3 conv3 pool2/2", input: 32 },
  { name: "strided", label: "Strides", layers: "conv3/2 conv3/2 conv3/2", input: 31 },
  { name: "dilated", label: "Dilation 1, 2, 4, 8", layers: "conv3 conv3@2 conv3@4 conv3@8", input: 40 },
  { name: "holes", label: "Dilation 2, 2, 2", layers: "conv3@2 conv3@2 conv3@2", input: 24 },
];

export interface State {
  readonly preset: string;
  readonly layers: readonly Layer[];
  readonly input: number;
  readonly unit: readonly [number, number]; // row and column of the output unit that is looked at
  readonly guess: string | null;
}

/** "conv5 pool2/2 conv3@2": kernel, /stride, @dilation. Null when it cannot be read. */
export function readLayers(text: string): Layer[] | null {
  const words = text.trim().split(/\s+/);
  const layers = words.map((word): Layer | null => {
    const match = /^(conv|pool)([1-9])(?:\/([1-4]))?(?:@([1-8]))?$/.exec(word);
    if (!match) return null;
    const [, kind, kernel, stride = "1", dilation = "1"] = match;
    return { kind: kind as Layer["kind"], kernel: Number(kernel), stride: Number(stride), dilation: Number(dilation) };
  });
  return layers.length <= MOST_LAYERS && layers.every((layer) => layer !== null) ? layers : null;
}

export function writeLayers(layers: readonly Layer[]): string {
  return layers
    .map(({ kind, kernel, stride, dilation }) => `${kind}${kernel}${stride > 1 ? `/${stride}` : ""}${dilation > 1 ? `@${dilation}` : ""}`)
    .join(" ");
}

export function begin(name: string, own: string | null = null): State {
  const preset = PRESETS.find((each) => each.name === name) ?? PRESETS[0]!;
  const layers = readLayers(own ?? "");
  return {
    preset: layers ? "own" : preset.name,
    layers: layers ?? readLayers(preset.layers)!,
    input: layers ? 32 : preset.input,
    unit: [2, 2],
    guess: null,
  };
}

export function encode({ preset, layers, input, unit, guess }: State): string {
  return pack({ p: preset, l: writeLayers(layers), n: input, u: unit.join(), g: guess });
}

export function decode(text: string): State | null {
  const fields = unpack(text);
  const name = oneOf(fields.get("p"), PRESETS.map((preset) => preset.name).concat("own"));
  const layers = readLayers(fields.get("l") ?? "");
  const unit = numbers(fields.get("u"), 2);
  if (!name || !layers || !unit) return null;
  return { preset: name, layers, input: integer(fields.get("n"), 1, MOST_PIXELS) ?? 32, unit: [unit[0]!, unit[1]!], guess: fields.get("g") ?? null };
}
