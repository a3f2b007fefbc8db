import { expect, it } from "vitest";
import { begin, contour, decode, encode, type Path, PRESETS, rate, STEPS, winner } from "./optimizer-race";

it.each(PRESETS)("$name comes back from its link, and so does what was changed", ({ name }) => {
  const state = begin(name);
  expect(decode(encode(state))).toEqual(state);
  const changed = { ...state, formula: "sin(x);y:%", start: [1.5, -2] as const, rates: state.rates.map((value) => value / 2), noise: 0.5, step: 7, guess: "adam" };
  expect(decode(encode(changed))).toEqual(changed);
});

it("takes nonsense for no state", () => {
  for (const text of ["p:nowhere", "p:ravine;s:9,0", "p:ravine;s:1", "p:ravine;r:1,2", "p:ravine;n:-1"]) expect(decode(text)).toBeNull();
});

it("reads a rate, and an empty field as none", () => {
  expect([rate("0.1"), rate("0,1"), rate(""), rate("-1"), rate("fast")]).toEqual([0.1, 0.1, 0, null, null]);
});

it("lets nobody win who flew away", () => {
  const stays = (height: number): Path => Array.from({ length: STEPS + 1 }, () => [0, 0, height] as const);
  expect(winner({ sgd: stays(2), adam: stays(1), muon: [[0, 0, -9]] })).toBe("adam");
  expect(winner({ muon: [[0, 0, -9]] })).toBeNull();
});

it("draws the contour where the height is crossed", () => {
  const slope = [0, 1, 2, 0, 1, 2, 0, 1, 2]; // rises to the right
  expect(contour(slope, 3, 0.5)).toBe("M0.50 0.00L0.50 1.00M0.50 1.00L0.50 2.00");
  expect(contour(slope, 3, 5)).toBe("");
});
