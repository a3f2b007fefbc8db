import { expect, test } from "vitest";
import { compilingOnce } from "./wrappers.ts";

/** A module that takes a function of so many numbers, and gives it. */
const wrapper = (numbers: number) =>
  Uint8Array.of(
    ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4 + numbers, 1, 96, numbers, ...Array(numbers).fill(127), 0],
    ...[2, 7, 1, 1, 101, 1, 102, 0, 0, 7, 5, 1, 1, 102, 0, 0],
  );

test("small modules of the same bytes are one, and each instance has its own function", () => {
  const called: string[] = [];
  compilingOnce(() => {
    const [first, second] = [new WebAssembly.Module(wrapper(1)), new WebAssembly.Module(wrapper(1))];
    expect(second).toBe(first);
    expect(first).toBeInstanceOf(WebAssembly.Module);
    expect(new WebAssembly.Module(wrapper(2))).not.toBe(first);
    for (const name of ["a", "b"]) {
      const { exports } = new WebAssembly.Instance(first, { e: { f: () => called.push(name) } });
      (exports["f"] as (n: number) => void)(1);
    }
  });
  expect(called).toEqual(["a", "b"]);
});

test("what is damaged is an error all the same, and afterwards each is compiled", () => {
  const { Module } = WebAssembly;
  expect(() => compilingOnce(() => void new WebAssembly.Module(wrapper(1).slice(0, 20)))).toThrow(WebAssembly.CompileError);
  expect(WebAssembly.Module).toBe(Module);
  expect(new WebAssembly.Module(wrapper(1))).not.toBe(new WebAssembly.Module(wrapper(1)));
});
