import { expect, it } from "vitest";
import { BLANK, isBlank, packPixels, SIDE, stroke, unpackPixels } from "./drawing";

it("draws where the pen goes, and rubs out again", () => {
  const line = stroke(BLANK, [4.5, 10.5], [20.5, 10.5], 1);
  expect(line[10 * SIDE + 12]).toBe(1);
  expect(line[15 * SIDE + 12]).toBe(0);
  expect(isBlank(line)).toBe(false);
  expect(isBlank(stroke(line, [4.5, 10.5], [20.5, 10.5], 0, 4))).toBe(true);
});

it("puts a dot when the pen does not move", () => {
  expect(stroke(BLANK, [3.5, 3.5], [3.5, 3.5], 1)[3 * SIDE + 3]).toBe(1);
});

it("brings a picture back from a link, in its 16 greys", () => {
  const drawn = stroke(stroke(BLANK, [4, 4], [22, 9.3], 1), [22, 9.3], [12, 24], 0.6);
  const again = unpackPixels(packPixels(drawn))!;
  drawn.forEach((value, i) => expect(Math.abs(value - again[i]!)).toBeLessThan(1 / 29));
  expect(unpackPixels(packPixels(again))).toEqual(again);
  expect(packPixels(BLANK).length).toBeLessThan(80);
});

it("refuses what is no picture", () => {
  for (const text of ["", "abc", "!!!", "é"]) expect(unpackPixels(text)).toBeNull();
});
