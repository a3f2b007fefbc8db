import { describe, expect, it } from "vitest";
import golden from "../../../tests/golden/perceptron.json";
import { geometry, mistakes, type Point, train, ZERO } from "./perceptron";
import { POINTS } from "./perceptron-presets";

const points = ({ x, y }: { x: number[][]; y: number[] }): Point[] =>
  x.map(([a, b], i) => ({ x: a!, y: b!, label: y[i]! > 0 ? 1 : -1 }));

describe.each(golden)("$name", (data) => {
  it("makes the updates that book_code makes", () => {
    const trace = train(points(data), ZERO, 40);
    const expected = data.updates.slice(0, trace.updates.length);
    expect(trace.updates.map(({ index, epoch }) => ({ index, epoch }))).toEqual(expected.map(({ index, epoch }) => ({ index, epoch })));
    trace.updates.forEach(({ after }, i) => after.forEach((value, k) => expect(value).toBeCloseTo(expected[i]!.after[k]!, 9)));
    if (trace.outcome === "converged") {
      expect(trace.updates).toHaveLength(data.updates.length);
      expect(trace.epochs).toBe(data.by_epoch.length);
    }
  });

  it("finds the margin that brute force finds, and keeps the bound", () => {
    const trace = train(points(data), ZERO, 1000);
    const { margin, bound, best } = geometry(points(data));
    expect(margin).toBeCloseTo(data.margin, 8);
    if (margin > 0) {
      expect(mistakes(best, points(data))).toBe(0);
      expect(trace.outcome).toBe("converged");
      expect(trace.updates.length).toBeLessThanOrEqual(bound);
    } else expect(trace.outcome).not.toBe("converged");
  });
});

describe("train", () => {
  it("sees that XOR goes in circles", () => {
    const { outcome, cycle, updates } = train(POINTS.xor, ZERO, 100);
    expect(outcome).toBe("cycles");
    expect(updates[cycle!.again - 1]!.after).toEqual(updates[cycle!.first - 1]!.after);
    expect(updates[cycle!.again - 1]!.index).toBe(updates[cycle!.first - 1]!.index);
  });

  it("gives up after the passes it was given", () => {
    const hard = POINTS.xor.map((p) => ({ ...p, x: p.x + 0.1234567 * p.y }));
    expect(train(hard, ZERO, 1)).toMatchObject({ outcome: "gave-up", epochs: 1 });
  });

  it("has nothing to do without points, and says so", () => {
    expect(train([], ZERO, 5)).toMatchObject({ updates: [], outcome: "converged" });
    expect(geometry([])).toMatchObject({ margin: 0, radius: 0 });
  });

  it("needs more updates for one outlier than for the clouds without it", () => {
    const clouds = train(POINTS.blobs, ZERO, 200).updates.length;
    expect(train(POINTS.outlier, ZERO, 200).updates.length).toBeGreaterThan(5 * clouds);
  });

  it("survives points that coincide with opposite classes", () => {
    const clash: Point[] = [{ x: 1, y: 1, label: 1 }, { x: 1, y: 1, label: -1 }];
    expect(geometry(clash).margin).toBe(0);
    expect(train(clash, ZERO, 50).outcome).toBe("cycles");
  });
});
