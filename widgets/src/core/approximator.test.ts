import { describe, expect, it } from "vitest";
import { begin, changed, decode, encode, FRAMES, parts, POINTS, PRESETS, raised, smooth, verdict } from "./approximator";

describe("the state of the approximator", () => {
  it.each(PRESETS.map(({ name }) => name))("%s survives a link", (name) => {
    const state = { ...begin(name), units: 7, way: "trained" as const, part: 3, seed: 4, guess: "same" };
    expect(decode(encode(state))).toEqual(state);
    expect(state.heights).toHaveLength(POINTS);
  });

  it("keeps a curve of the reader's own", () => {
    const state = { ...begin("hill"), preset: "own", heights: raised(begin("hill").heights, 2, -0.456) };
    expect(decode(encode(state))?.heights[2]).toBe(-0.46);
  });

  it.each([
    "",
    "p:wave",
    "p:x;k:relu;n:8;w:built;s:0",
    "p:wave;k:tanh;n:8;w:built;s:0",
    "p:wave;k:relu;n:0;w:built;s:0",
    "p:wave;k:relu;n:33;w:built;s:0",
    "p:wave;k:relu;n:8;w:built;s:0;m:10",
    "p:wave;k:relu;n:8;w:trained;s:0;m:21",
    "p:wave;k:relu;n:8;w:built;s:-1",
    "p:wave;k:relu;n:8;w:built;s:0;x:1,2",
    "p:wave;k:relu;n:8;w:built;s:0;x:0,0,0,0,0,0,0,0,0,0,9",
  ])("is not read from %j", (text) => expect(decode(text)).toBeNull());

  it("shows the whole of another network, and only as much as was asked for of the same", () => {
    const state = changed(begin("wave"), { part: 2 });
    expect(state.part).toBe(2);
    expect(changed(state, { units: 5 }).part).toBe(6);
    expect(changed(state, { way: "trained" }).part).toBe(FRAMES);
    expect(parts(state)).toBe(state.units + 1);
  });
});

describe("the curve", () => {
  const same = (value: number): number => value;

  it("goes through its points, with the slope between their neighbours", () => {
    const path = smooth([0, 3, 0], same, same);
    expect(path).toBe("M-1 0C-0.7 1 -0.3 3 0 3C0.3 3 0.7 1 1 0");
  });

  it("stays inside of the window", () => {
    expect(raised([0, 0], 1, 99)).toEqual([0, 1.6]);
    expect(raised([0, 0], 0, -99)).toEqual([-1.6, 0]);
  });
});

it("calls a difference of less than a fifth none", () => {
  expect(verdict(1, 0.7)).toBe("nearer");
  expect(verdict(1, 1.1)).toBe("same");
  expect(verdict(1, 1.3)).toBe("farther");
});
