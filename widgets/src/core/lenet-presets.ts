/** Pictures to begin with on LeNet's drawing board, its state, and how a link writes it. */
import drawings from "./data/drawings.json";
import { packPixels, type Pixels, unpackPixels } from "./drawing";
import { oneOf, pack, unpack } from "./explorable-url";

const GREYS = 15;

export const PICTURES: Readonly<Record<string, Pixels>> = Object.fromEntries(
  Object.entries(drawings).map(([name, rows]) => [name, rows.flat().map((grey) => grey / GREYS)]),
);

export const PRESETS = [
  { name: "three", label: "A three", centre: true },
  { name: "seven", label: "A seven with a bar", centre: true },
  { name: "half", label: "Four or nine?", centre: true },
  { name: "corner", label: "In the corner", centre: false },
] as const;

export const DIGITS = [..."0123456789"];

export interface State {
  readonly preset: string;
  readonly pixels: Pixels;
  readonly centre: boolean; // whether the drawing is scaled and centred first
  readonly guess: string | null;
}

export function begin(name: string): State {
  const preset = PRESETS.find((each) => each.name === name) ?? PRESETS[0];
  return { preset: preset.name, pixels: PICTURES[preset.name]!, centre: preset.centre, guess: null };
}

export function encode({ preset, pixels, centre, guess }: State): string {
  const own = pixels !== PICTURES[preset];
  return pack({ p: preset, x: own ? packPixels(pixels) : null, c: centre ? 1 : 0, g: guess });
}

export function decode(text: string): State | null {
  const fields = unpack(text);
  const name = oneOf(fields.get("p"), PRESETS.map((preset) => preset.name));
  if (!name) return null;
  const drawn = fields.get("x");
  const pixels = drawn === undefined ? PICTURES[name]! : unpackPixels(drawn);
  return pixels && { preset: name, pixels, centre: fields.get("c") !== "0", guess: fields.get("g") ?? null };
}
