import { expect, it } from "vitest";
import { within } from "./numbers";

it("keeps what is dragged inside of the window", () => {
  expect([within(9, -8, 8), within(-9, -8, 8), within(0.123, -1, 2)]).toEqual([8, -8, 0.12]);
  expect(Object.is(within(-0.001, -1, 2), 0)).toBe(true);
});
