import { describe, expect, it } from "vitest";
import { begin, decode, encode, inside, moved, PRESETS } from "./loss-surface";

describe("the state of the loss surface", () => {
  it.each(PRESETS.map(({ name }) => name))("%s survives a link", (name) => {
    const state = { ...begin(name), guess: "tilted", at: [0.25, -1.5] as const };
    expect(decode(encode(state))).toEqual(state);
  });

  it.each([
    "",
    "p:line",
    "p:nothing;l:mse;x:0,1,2,3;a:0,0",
    "p:line;l:cubic;x:0,1,2,3;a:0,0",
    "p:line;l:mse;x:0,1,2;a:0,0",
    "p:line;l:mse;x:0,1,2,99;a:0,0",
    "p:line;l:mse;x:0,1,2,x;a:0,0",
    "p:line;l:mse;x:0,1,2,3;a:0",
  ])("is not read from %j", (text) => expect(decode(text)).toBeNull());

  it("begins anew where the starting point is unknown", () => expect(begin("x").preset).toBe("line"));
});

it("keeps what is dragged inside of the window", () => {
  expect(inside([9, -9])).toEqual([2, -2]);
  expect(inside([0.12345, 1])).toEqual([0.123, 1]);
  expect(moved([[0, 1], [1, 2]], 1, 99)).toEqual([[0, 1], [1, 5]]);
});
