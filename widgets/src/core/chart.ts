/** Axes and curves of a chart, as numbers and as SVG paths. */

/** A value at each place; null is no value: the curve has a gap there. */
export type Values = readonly (number | null)[];

/** Round numbers from low to high, at most `most` of them: 1, 2 or 5 times a power of ten apart. */
export function ticks(low: number, high: number, most = 5): number[] {
  const least = (high - low) / most;
  if (!(least > 0 && Number.isFinite(least))) return [low];
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= least * 0.999)!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** From the lowest to the highest value, 0 among them, with a little room around. */
export function span(values: Values): [number, number] {
  const known = values.filter((value) => value !== null);
  const low = Math.min(0, ...known);
  const high = Math.max(0, ...known) || (low === 0 ? 1 : 0);
  const room = 0.08 * (high - low);
  return [low - room, high + room];
}

/** The path through evenly spaced values, broken where there is none. */
export function through(values: Values, x: (share: number) => number, y: (value: number) => number): string {
  let path = "";
  values.forEach((value, i) => {
    if (value === null) return;
    const open = i > 0 && values[i - 1] !== null;
    path += `${open ? "L" : "M"}${x(i / (values.length - 1)).toFixed(1)} ${y(value).toFixed(1)}`;
  });
  return path;
}
