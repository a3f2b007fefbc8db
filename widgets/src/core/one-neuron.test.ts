import { describe, expect, it } from "vitest";
import { begin, decode, encode, PRESETS, sides } from "./one-neuron";

describe("the state of one neuron", () => {
  it.each(PRESETS.map(({ name }) => name))("%s survives a link", (name) => {
    const state = { ...begin(name), weights: [0.5, -7.25, 8] as const, activation: "relu" as const, x: [-1, 2] as const, guess: "xor" };
    expect(decode(encode(state))).toEqual(state);
  });

  it.each([
    "",
    "p:ride",
    "p:nothing;w:1,1,1;a:step;x:0,0",
    "p:and;w:1,1;a:step;x:0,0",
    "p:and;w:1,1,9;a:step;x:0,0",
    "p:and;w:1,1,1;a:cubic;x:0,0",
    "p:and;w:1,1,1;a:step;x:0,3",
  ])("is not read from %j", (text) => expect(decode(text)).toBeNull());

  it("begins anew where the starting point is unknown", () => expect(begin("x").preset).toBe("ride"));
});

it("counts a score of 0 as no", () => {
  expect(sides([0, 0.1, -0.1, 2], [0, 1, 1, 0])).toEqual([true, true, false, false]);
});
