import { expect, test } from "vitest";
import { begin, decode, encode, parseTable, PRESETS, recipe, type State } from "./playground";

test.each(PRESETS.map(({ name }) => name))("%s survives a link", (name) => {
  expect(decode(encode(begin(name)))).toEqual(begin(name));
});

test("a setting with everything in it survives a link", () => {
  const state: State = { ...begin("hill"), data: "own", task: "regression", noise: 0.25, own: [[1, -2, 0.5], [0, 3.5, -1]], layers: [{ units: 3, act: "gelu", drop: 0.2 }], l1: 0.001, features: ["sin(x2)", "x1*x2"], guess: "most" };
  expect(decode(encode(state))).toEqual(state);
});

test.each(["", "p:nonsense;x:1,,;s:-9", encode(begin("spirals")).replace("d:spirals", "d:zebra"), encode(begin("spirals")).replace("l:8-tanh", "l:9-tanh"), encode(begin("spirals")).replace("e:0.03", "e:7"), encode(begin("spirals")).replace("f:0,1", "f:0,0"), `${encode(begin("spirals"))};w:1,2`])("%s is no state", (text) => {
  expect(decode(text)).toBeNull();
});

test("a recipe keeps the data and the noise", () => {
  const state = { ...begin("peer"), noise: 0.3, seed: 7 };
  expect(recipe(state)).toMatchObject({ data: "circle", noise: 0.3, seed: 7, opt: "adam" });
});

test("a table of two classes is scaled to the plane", () => {
  const { points, task } = parseTable("x1,x2,kind\n0,0,no\n10,0,yes\n0,20,no\n10,20,yes\n");
  expect(task).toBe("classification");
  expect(points).toEqual([[-5, -5, 0], [5, -5, 1], [-5, 5, 0], [5, 5, 1]]);
});

test("more than two numbers are targets of a regression; tabs, semicolons and decimal commas are read", () => {
  const { points, task } = parseTable("0,5;1;0\n1,5;2;2\n2,5;3;4\n3;4;1\n");
  expect(task).toBe("regression");
  expect(points.map(([, , y]) => y)).toEqual([-1, 0, 1, -0.5]);
  expect(parseTable("1\t2\ta\n2\t3\tb\n2\t3\tb\n2\t3\tb").points).toHaveLength(4);
});

test.each([
  ["", "nothing to read"],
  ["1,2,0\n2,3,1", "at least 4"],
  ["1,2,0\n1,2\n1,2,1\n3,4,1", "Line 2 has 2 values"],
  ["1,2,0\n1,2,1\n1,abc,1\n3,4,1", "Line 3: “abc” stands where x2 should be"],
  ["1,2,0\n1,2,0\n1,3,0\n3,4,0", "All targets are “0”"],
  ["1,2,a\n1,2,b\n1,3,c\n3,4,a", "“a” is no number"],
  [Array.from({ length: 2001 }, (_, i) => `${i},1,${i % 2}`).join("\n"), "at most 2000"],
])("what is wrong with %j is said", (text, words) => {
  expect(() => parseTable(text)).toThrow(words);
});
