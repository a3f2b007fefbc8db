/** The numbers beside the plane: the arithmetic of one update, the weights, the bound, the passes. */
import { count, show, term } from "../../core/numbers";
import type { Geometry, Point, Trace, Update, Vector } from "../../core/perceptron";
import { type Child, h, mark, svg } from "../dom";

const pair = (x: number, y: number): string => `(${show(x)}, ${show(y)})`;
const label = (point: Point): string => (point.label > 0 ? "+1" : "−1");

/** What is done to one point, with its numbers filled in. */
export function arithmetic(update: Update, point: Point, made: boolean): Child[] {
  const [w1, w2, b] = update.before;
  const [a1, a2, c] = update.after;
  const y = label(point);
  const sum = (...parts: Child[]): HTMLElement => h("p", { class: "sum" }, ...parts);
  const weight = (text: string): HTMLElement => mark("weight", text);
  const data = (text: string): HTMLElement => mark("data", text);
  const score = sum(
    "y·(", weight("w"), "·", data("x"), " + ", weight("b"), ") = ", mark("target", y), "·(",
    weight(term(w1)), "·", data(term(point.x)), " + ", weight(term(w2)), "·", data(term(point.y)), " + ", weight(term(b)),
    `) = ${show(update.score)} ≤ 0`,
  );
  const place = h("p", null, `Point ${update.index + 1}, `, data(pair(point.x, point.y)), ` of class `, mark("target", y), made ? ", was on the wrong side:" : ", is on the wrong side:");
  if (!made) return [place, score, h("p", { class: "hint" }, "The next step adds y·x to the weights.")];
  return [
    place,
    score,
    sum(weight("w"), " ← ", weight(pair(w1, w2)), " + ", mark("gradient", pair(update.added[0], update.added[1])), " = ", weight(pair(a1, a2))),
    sum(weight("b"), " ← ", weight(show(b)), " + ", mark("gradient", term(update.added[2])), " = ", weight(show(c))),
  ];
}

/** How far the rule has come, and how far theory says that it can go. */
export function facts(w: Vector, wrong: number, step: number, shape: Geometry, fromZero: boolean): Child[] {
  const rows: [Child, Child[]][] = [
    ["updates so far", [show(step)]],
    ["points on the wrong side", [show(wrong)]],
    ["weights", [mark("weight", `w = ${pair(w[0], w[1])}, b = ${show(w[2])}`)]],
    ["radius R", [show(shape.radius), " (longest (x, 1))"]],
    ["margin γ", shape.margin > 0 ? [show(shape.margin)] : ["none: no line separates the classes"]],
    ["bound R²/γ²", bound(shape, fromZero)],
  ];
  return rows.flatMap(([name, value]) => [h("dt", null, name), h("dd", null, ...value)]);
}

function bound(shape: Geometry, fromZero: boolean): Child[] {
  if (!(shape.margin > 0)) return ["none: the rule need not stop"];
  const limit = Math.floor(shape.bound + 1e-9);
  return [fromZero ? `${limit}: from w = 0, never more updates than that` : `${limit} from w = 0 (you started elsewhere)`];
}

const CELL = 10;
const ROWS = 24;

/** One row a pass, one cell a point: filled where the rule made an update. What comes later is not told. */
export function passes(trace: Trace, points: number, step: number, done: boolean): Child[] {
  const made = trace.updates.slice(0, step);
  const last = done ? trace.epochs : made.at(-1)?.epoch; // at the end also the pass without a mistake
  if (last === undefined) return [];
  const first = Math.max(1, last - ROWS + 1);
  const rows = last - first + 1;
  const side = Math.min(CELL, 260 / points);
  const picture = svg("svg", { viewBox: `0 0 ${points * side + 26} ${rows * CELL + 2}`, width: points * side + 26, "aria-hidden": "true" });
  const box = (column: number, row: number, width: number): string => `M${24 + column * side + 0.5},${row * CELL + 1}h${width * side - 1}v${CELL - 2}h${1 - width * side}Z`;
  const recent = made.filter(({ epoch }) => epoch >= first);
  const path = (kind: string, boxes: string[]): void => picture.append(svg("path", { class: kind, d: boxes.join("") }));
  path("ok", Array.from({ length: rows }, (_, row) => box(0, row, points)));
  path("hit", recent.map(({ index, epoch }) => box(index, epoch - first, 1)));
  path("now", recent.slice(-1).map(({ index, epoch }) => box(index, epoch - first, 1)));
  for (let row = 0; row < rows; row++) {
    if (row === 0 || (first + row) % 5 === 0) picture.append(svg("text", { x: 20, y: row * CELL + 9, "text-anchor": "end" }, String(first + row)));
  }
  return [h("p", { class: "hint" }, "One row a pass over the points, a mark where a point was corrected:"), picture];
}

export function outcome(trace: Trace, done: boolean): Child[] {
  if (!done) return [];
  const n = trace.updates.length;
  if (trace.outcome === "converged") {
    return [h("p", null, `Pass ${trace.epochs} found no mistake: the rule has stopped after ${count(n, "update")}.`)];
  }
  if (trace.cycle) {
    const { first, again } = trace.cycle;
    return [h("p", null, `After update ${again} the weights and the place in the pass are what they were after update ${first}. From here everything comes again, every ${count(again - first, "update")}: it never stops.`)];
  }
  return [h("p", null, `Given up after ${trace.epochs} passes and ${count(n, "update")}: there are still mistakes.`)];
}

