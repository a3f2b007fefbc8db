import { expect, it } from "vitest";
import { span, through, ticks } from "./chart";

it("marks an axis with few round numbers", () => {
  expect(ticks(-4, 4)).toEqual([-4, -2, 0, 2, 4]);
  expect(ticks(-0.08, 1.08)).toEqual([0, 0.5, 1]);
  expect(ticks(0, 0.3)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(ticks(-1.3, 17.3)).toEqual([0, 5, 10, 15]);
  expect(ticks(3, 3)).toEqual([3]);
});

it("gives a curve room, and 0 a place in it", () => {
  expect(span([1, null, 2])).toEqual([-0.16, 2.16]);
  expect(span([null])).toEqual([-0.08, 1.08]);
  expect(span([-2, -1])).toEqual([-2.16, 0.16]);
});

it("breaks a curve where it has no value", () => {
  expect(through([0, 1, null, 3, 4], (share) => 4 * share, (value) => -value)).toBe("M0.0 0.0L1.0 -1.0M3.0 -3.0L4.0 -4.0");
});
