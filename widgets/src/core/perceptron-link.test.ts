import { expect, it } from "vitest";
import { begin, decode, encode, END } from "./perceptron-link";

it("round-trips a state through a link", () => {
  const first = begin("blobs");
  const state = { ...first, points: [...first.points, { x: -1.25, y: 0.5, label: -1 as const }], start: [0.5, -1, 0] as const, step: END, guess: "20", line: [0, 1, 2, 0.35] as const };
  expect(decode(encode(state))).toEqual(state);
  expect(decode(encode(first))).toEqual(first);
  expect(decode(encode({ ...first, points: [] }))!.points).toEqual([]);
});

it("keeps 'just show me' apart from 'not yet'", () => {
  expect(decode(encode({ ...begin("and"), guess: "" }))!.guess).toBe("");
  expect(decode(encode(begin("and")))!.guess).toBeNull();
});

it("does not take nonsense for a state", () => {
  for (const text of ["", "p:nothing", "x:1,2,3", "\u0000"]) expect(decode(text)).toBeNull();
  expect(decode("p:and;x:1,2;w:a,b,c;s:-7;l:1")).toEqual(begin("and"));
});
