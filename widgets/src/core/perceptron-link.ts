/** The state of the perceptron playground, and how a link writes it. */
import { integer, numbers, oneOf, pack, unpack } from "./explorable-url";
import { type Point, type Vector, ZERO } from "./perceptron";
import { type Name, POINTS, PRESETS } from "./perceptron-presets";

export const END = -1; // as many steps as there are

export interface State {
  readonly preset: Name;
  readonly points: readonly Point[];
  readonly start: Vector;
  readonly step: number; // updates made, or END
  readonly guess: string | null;
  readonly line: readonly [number, number, number, number] | null;
}

const NAMES = PRESETS.map(({ name }) => name);
const MOST_POINTS = 60;

export function begin(preset: string | null): State {
  const name = oneOf(preset, NAMES) ?? "and";
  return { preset: name, points: POINTS[name], start: ZERO, step: 0, guess: null, line: null };
}

export function encode({ preset, points, start, step, guess, line }: State): string {
  const own = points !== POINTS[preset];
  return pack({
    p: preset,
    x: own ? points.map(({ x, y, label }) => [x, y, label].join()).join() : null,
    w: start === ZERO ? null : start.join(),
    s: step || null,
    g: guess,
    l: line && line.join(),
  });
}

export function decode(text: string): State | null {
  const fields = unpack(text);
  const name = oneOf(fields.get("p"), NAMES);
  if (!name) return null;
  const first = begin(name);
  const line = numbers(fields.get("l"), 4);
  const start = numbers(fields.get("w"), 3);
  return {
    ...first,
    points: readPoints(numbers(fields.get("x"))) ?? first.points,
    start: start ? (start as unknown as Vector) : ZERO,
    step: integer(fields.get("s"), END, 1e6) ?? 0,
    guess: fields.get("g") ?? null,
    line: line && (line as unknown as State["line"]),
  };
}

function readPoints(values: number[] | null): Point[] | null {
  if (!values || values.length % 3 || values.length > 3 * MOST_POINTS) return null;
  const points: Point[] = [];
  for (let i = 0; i < values.length; i += 3) {
    points.push({ x: values[i]!, y: values[i + 1]!, label: values[i + 2]! > 0 ? 1 : -1 });
  }
  return points;
}
