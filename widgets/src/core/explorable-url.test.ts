import { expect, it } from "vitest";
import { integer, numbers, pack, readState, unpack, writeState } from "./explorable-url";

it("keeps what others wrote into the query", () => {
  expect(writeState("?q=search&a=p:1", "b", "p:2;s:-1")).toBe("?q=search&a=p:1&b=p:2;s:-1");
  expect(writeState("?q=search&b=p:2", "b", null)).toBe("?q=search");
  expect(writeState("?b=1", "b", null)).toBe("");
});

it("brings every sign back", () => {
  const text = pack({ e: "a = b; c: 100% + d & e#f ü", empty: "", none: null, zero: 0 });
  expect(readState(writeState("", "k", text), "k")).toBe(text);
  expect(Object.fromEntries(unpack(text))).toEqual({ e: "a = b; c: 100% + d & e#f ü", empty: "", zero: "0" });
});

it("reads numbers or nothing", () => {
  expect(numbers("1,-2.5,0")).toEqual([1, -2.5, 0]);
  expect(numbers("1,x")).toBeNull();
  expect(numbers("1,2", 3)).toBeNull();
  expect(numbers("")).toEqual([]);
  expect(numbers(undefined)).toBeNull();
  expect(integer("0", 0, 3)).toBe(0);
  expect(integer("4", 0, 3)).toBeNull();
  expect(integer("1.5", 0, 3)).toBeNull();
});
