import { describe, expect, it } from "vitest";
import golden from "../../../tests/golden/graph.json";
import { backward, forward, length, locals, nudge, type Values } from "./graph";
import { layout } from "./graph-layout";
import { type Graph, parse, ReadError } from "./graph-parse";
import { begin, decode, encode, PRESETS } from "./graph-presets";

const gradient = (graph: Graph, values: Values, name: string): number =>
  backward(graph, forward(graph, values)).gradients[graph.nodes.findIndex((node) => node.name === name)]!;

describe.each(golden)("$expression", ({ expression, inputs, value, gradients }) => {
  const graph = parse(expression);
  const given = inputs as unknown as Values;

  it("has the value and the gradients that book_code computes", () => {
    expect(forward(graph, given).at(-1)).toBeCloseTo(value, 12);
    for (const [name, expected] of Object.entries(gradients)) expect(gradient(graph, given, name)).toBeCloseTo(expected!, 10);
  });

  it("agrees with a nudge", () => {
    for (const name of graph.inputs) expect(gradient(graph, given, name)).toBeCloseTo(nudge(graph, given, name), 5);
  });

  it("is laid out without one node on another, arguments before results", () => {
    const { places, edges } = layout(graph);
    const taken = places.map(({ layer, across }) => ({ layer, across }));
    taken.forEach((a, i) => taken.slice(i + 1).forEach((b) => expect(a.layer !== b.layer || Math.abs(a.across - b.across) > 0.99).toBe(true)));
    for (const { from, to, path } of edges) {
      expect(places[from]!.layer).toBeLessThan(places[to]!.layer);
      expect(path).toHaveLength(places[to]!.layer - places[from]!.layer + 1);
    }
  });
});

it("goes backwards step by step, and adds where ways meet", () => {
  const graph = parse("L = x*x + w*x");
  const values = forward(graph, { x: 3, w: 2 });
  const { all, forward: half } = length(graph);
  expect([half, all]).toEqual([3, 7]);
  expect(backward(graph, values, 0).gradients.every((g) => g === null)).toBe(true);
  expect(backward(graph, values, 1).gradients.at(-1)).toBe(1);
  const last = backward(graph, values).made.at(-1)!;
  expect(last.shares.map(({ before, after }) => [before, after])).toEqual([[2, 5], [5, 8]]);
});

it("has a local derivative for every argument", () => {
  const graph = parse("a = -x + y; b = a*x/y - 2; c = tanh(b) + exp(a) + log(y) + relu(x); c**3");
  const values = forward(graph, { x: 0.4, y: 1.2 });
  graph.nodes.forEach((node, i) => expect(locals(graph, i, values)).toHaveLength(node.parents.length));
});

it("leaves out what the last line does not need", () => {
  expect(parse("a = x*y; b = x + 1; b*2").inputs).toEqual(["x"]);
});

describe("errors", () => {
  it.each([
    ["w*", 2, "missing"],
    ["(w + 1", 0, "never closed"],
    ["tanh(w", 0, "never closed"],
    ["2x", 1, "write *"],
    ["sin(x)", 0, "no function sin"],
    ["x^2", 1, "x**2"],
    ["x**y", 3, "plain number"],
    ["w)", 1, "not"],
    ["a = x; a = y", 7, "another name"],
    ["x + y; x = 3", 7, "already an input"],
    ["", 0, "Write an expression"],
    ["tanh + 1", 0, "needs a bracket"],
    ["3 = x", 2, "gives a name"],
    ["x $ y", 2, "means nothing"],
    ["exp = x", 0, "is a function"],
    [Array.from({ length: 50 }, () => "x").join("+"), 83, "too many"],
  ])("%s", (text, at, words) => {
    const error = (() => {
      try {
        parse(text);
        return null;
      } catch (caught) {
        return caught as ReadError;
      }
    })();
    expect(error).toBeInstanceOf(ReadError);
    expect(error!.message).toContain(words === "not" ? "bracket" : words);
    if (words !== "too many") expect(error!.at).toBe(at);
  });
});

it("writes the statements as Python wants them", () => {
  expect(parse("p = 1/(1 + exp(-(w*x + b))); L = -log(p)").python).toEqual(["p = 1/(1 + (-(w*x + b)).exp())", "L = -p.log()"]);
  expect(parse("a - (b - c) * (d + e)**2 / -f").python).toEqual(["L = a - (b - c)*(d + e)**2/-f"]);
});

it("round-trips a state through a link", () => {
  for (const { name } of PRESETS) expect(decode(encode(begin(name)))).toEqual(begin(name));
  const own = { preset: "own", expression: "a = w*x; a + b", values: { w: 0.5, x: -2, b: 0 }, ask: "b", step: 3, guess: "-1.5" };
  expect(decode(encode(own))).toEqual(own);
  expect(decode("p:own;e:w*")).toBeNull();
});
