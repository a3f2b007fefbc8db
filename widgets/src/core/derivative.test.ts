import { describe, expect, it } from "vitest";
import { begin, corner, decode, encode, inside, logs, PRESETS } from "./derivative";
import { raised } from "./numbers";

describe("the state of function and derivative", () => {
  it.each(PRESETS.map(({ name }) => name))("%s survives a link", (name) => {
    const state = { ...begin(name), formula: "x**2;y:%", x: -0.25, power: 7.5, guess: "8" };
    expect(decode(encode(begin(name)))).toEqual(begin(name));
    expect(decode(encode(state))).toEqual(state);
  });

  it.each(["", "p:sigmoid", "p:nothing;x:1;h:0", "p:sigmoid;x:5;h:0", "p:sigmoid;x:1;h:17", "p:sigmoid;x:1;h:0.3", "p:sigmoid;x:a;h:0"])(
    "is not read from %j", (text) => expect(decode(text)).toBeNull());

  it("begins anew where the starting point is unknown", () => expect(begin("x").preset).toBe("sigmoid"));
});

it("keeps what is dragged inside of the picture", () => {
  expect([inside(9), inside(-9), inside(1.234)]).toEqual([4, -4, 1.23]);
  expect(Object.is(inside(-0.001), 0)).toBe(true);
});

it("writes small numbers as powers of ten", () => {
  expect([raised(1e-8), raised(3.2e-5), raised(1), raised(0.1), raised(250)]).toEqual(["10⁻⁸", "3.2·10⁻⁵", "1", "10⁻¹", "2.5·10²"]);
});

it("tells a corner from a steep curve and from rounding", () => {
  const errors = (...some: readonly (readonly [number, number])[]): number[] => Array.from({ length: 33 }, (_, i) => some.find(([at]) => at === i)?.[1] ?? 1);
  expect(corner(errors(), 0)).toBe(true);
  expect(corner(errors([8, 60], [12, 0.6]), 5e5)).toBe(false);
  expect(corner(errors([8, 1e-6], [12, 1e-4]), 1e6)).toBe(false);
});

it("puts an error of 0 at the bottom", () => {
  expect(logs([0, 1e-3, 10, null], -17)).toEqual([-17, -3, 1, null]);
});
