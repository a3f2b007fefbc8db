/**
 * Rosenblatt's rule in the plane, one correction at a time: the same steps, in the same order, as
 * `book_code.models.perceptron`. Weights are [w1, w2, b]; a point with score y·(w·x + b) <= 0 is a mistake.
 */
export type Vector = readonly [number, number, number];
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly label: 1 | -1;
}

export interface Update {
  readonly index: number; // the point that was on the wrong side
  readonly epoch: number; // the pass in which it was met, from 1
  readonly before: Vector;
  readonly added: Vector; // y·(x, 1)
  readonly after: Vector;
  readonly score: number; // y·(w·x + b) before: zero or less
}

export interface Trace {
  readonly updates: readonly Update[];
  readonly epochs: number;
  readonly outcome: "converged" | "cycles" | "gave-up";
  /** When it cycles: the update after which the weights and the place in the pass first were what they are at `again`. */
  readonly cycle: { readonly first: number; readonly again: number } | null;
}

export const ZERO: Vector = [0, 0, 0];

export function decision(w: Vector, point: { x: number; y: number }): number {
  return w[0] * point.x + w[1] * point.y + w[2];
}

export function mistaken(w: Vector, point: Point): boolean {
  return point.label * decision(w, point) <= 0;
}

export function mistakes(w: Vector, points: readonly Point[]): number {
  return points.filter((point) => mistaken(w, point)).length;
}

export function correct(w: Vector, point: Point): Vector {
  const { x, y, label } = point;
  return [w[0] + label * x, w[1] + label * y, w[2] + label];
}

/** Passes over the points in order until a pass has no mistake, a state comes back, or `maxEpochs` are over. */
export function train(points: readonly Point[], start: Vector, maxEpochs: number): Trace {
  const updates: Update[] = [];
  const seen = new Map<string, number>();
  let cycle: Trace["cycle"] = null;
  let w = start;
  for (let epoch = 1; epoch <= maxEpochs; epoch++) {
    let clean = true;
    for (const [index, point] of points.entries()) {
      if (!mistaken(w, point)) continue;
      clean = false;
      const after = correct(w, point);
      const added = [after[0] - w[0], after[1] - w[1], after[2] - w[2]] as const;
      const score = point.label * decision(w, point);
      updates.push({ index, epoch, before: w, added, after, score });
      w = after;
      const state = `${index}|${w.map((value) => value.toFixed(9)).join()}`;
      const first = seen.get(state);
      if (first !== undefined && cycle === null) cycle = { first, again: updates.length };
      seen.set(state, updates.length);
    }
    if (clean) return { updates, epochs: epoch, outcome: "converged", cycle: null };
    if (cycle) return { updates, epochs: epoch, outcome: "cycles", cycle };
  }
  return { updates, epochs: maxEpochs, outcome: "gave-up", cycle: null };
}

export interface Geometry {
  readonly radius: number; // the longest (x, 1)
  readonly margin: number; // the widest gap to a line through the (x, 1) space's origin; 0 when not separable
  readonly bound: number; // radius² / margin²: no run from zero makes more updates
  readonly best: Vector; // the direction that has this margin
}

/**
 * The margin is the distance of the origin to the hull of the points y·(x, 1): its nearest point is the best
 * direction. Found by Wolfe's algorithm, which is exact after finitely many steps.
 */
export function geometry(points: readonly Point[]): Geometry {
  const signed = points.map(({ x, y, label }): Vector => [label * x, label * y, label]);
  const radius = Math.max(0, ...signed.map(norm));
  if (signed.length === 0) return { radius, margin: 0, bound: Infinity, best: ZERO };
  const nearest = nearestToOrigin(signed);
  const length = norm(nearest);
  if (length < 1e-9 * Math.max(1, radius)) return { radius, margin: 0, bound: Infinity, best: ZERO };
  const best = nearest.map((value) => value / length) as unknown as Vector;
  const margin = Math.min(...signed.map((z) => dot(best, z)));
  return { radius, margin, bound: (radius / margin) ** 2, best };
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function norm(a: Vector): number {
  return Math.sqrt(dot(a, a));
}

function combine(corral: readonly Vector[], weights: readonly number[]): Vector {
  const sum: [number, number, number] = [0, 0, 0];
  corral.forEach((z, i) => {
    for (const axis of [0, 1, 2] as const) sum[axis] += weights[i]! * z[axis];
  });
  return sum;
}

function nearestToOrigin(all: readonly Vector[]): Vector {
  const shortest = (a: Vector, b: Vector): Vector => (norm(b) < norm(a) ? b : a);
  let corral: Vector[] = [all.reduce(shortest)];
  let weights = [1];
  let best = corral[0]!;
  for (let round = 0; round < 1000; round++) {
    const next = all.reduce((a, b) => (dot(best, b) < dot(best, a) ? b : a));
    if (dot(best, next) > dot(best, best) - 1e-12 || corral.includes(next)) return best;
    corral.push(next);
    weights.push(0);
    for (;;) {
      const target = affineNearest(corral);
      if (target === null) return best;
      if (target.every((value) => value > 1e-12)) {
        weights = target;
        break;
      }
      const steps = target.map((value, i) => (value > 1e-12 ? 1 : weights[i]! / (weights[i]! - value)));
      const step = Math.min(1, ...steps);
      weights = weights.map((value, i) => (1 - step) * value + step * target[i]!);
      const kept = weights.map((value) => value > 1e-12);
      corral = corral.filter((_, i) => kept[i]);
      weights = weights.filter((_, i) => kept[i]);
    }
    best = combine(corral, weights);
  }
  return best;
}

/** Weights, summing to one, of the point nearest to the origin on the plane through `corral`; null when it is degenerate. */
function affineNearest(corral: readonly Vector[]): number[] | null {
  const n = corral.length;
  const rows = Array.from({ length: n + 1 }, (_, i) =>
    Array.from({ length: n + 2 }, (_, j) => {
      if (i === 0) return j === 0 ? 0 : 1;
      if (j === 0) return 1;
      return j <= n ? dot(corral[i - 1]!, corral[j - 1]!) : 0;
    }),
  );
  const solution = solve(rows);
  return solution && solution.slice(1);
}

/** Gauss's elimination with pivots; `rows` carries the right-hand side as its last column. */
function solve(rows: number[][]): number[] | null {
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column; i < n; i++) {
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const lead = rows[column]![column]!;
    if (Math.abs(lead) < 1e-13) return null;
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const factor = rows[i]![column]! / lead;
      for (let j = column; j <= n; j++) rows[i]![j]! -= factor * rows[column]![j]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}
