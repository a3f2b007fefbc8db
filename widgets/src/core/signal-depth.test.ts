import { describe, expect, it } from "vitest";
import { begin, decode, encode, height, PRESETS, span } from "./signal-depth";

describe("the state of the signal by depth", () => {
  it.each(PRESETS.map(({ name }) => name))("%s survives a link", (name) => {
    const state = { ...begin(name), depth: 7, guess: "same" };
    expect(decode(encode(state))).toEqual(state);
  });

  it.each(["", "p:half", "p:half;s:none;a:relu;d:3", "p:half;s:he;a:relu;d:0", "p:half;s:he;a:relu;d:51", "p:x;s:he;a:relu;d:3"])(
    "is not read from %j",
    (text) => expect(decode(text)).toBeNull(),
  );
});

describe("the scale", () => {
  it("holds all values and 1", () => {
    expect(span([0.02, 0.5])).toEqual([-2, 0]);
    expect(span([3, 4e6])).toEqual([0, 7]);
    expect(span([1, 1])).toEqual([-1, 1]);
    expect(span([0, 0])).toEqual([-1, 1]);
  });

  it("gives nothing to zero, and the least bar to the least value", () => {
    expect(height(0, -2, 0)).toBe(0);
    expect(height(0.01, -2, 0)).toBe(0.01);
    expect(height(0.1, -2, 0)).toBeCloseTo(0.5);
    expect(height(1, -2, 0)).toBe(1);
  });
});
