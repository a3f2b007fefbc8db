/**
 * Values forwards and gradients backwards through a computation graph of single numbers: the same numbers as
 * `book_code.autodiff.micro.Value`, one step at a time.
 */
import { show, term } from "./numbers";
import type { Graph, Node } from "./graph-parse";

export type Values = Readonly<Record<string, number>>;

export function forward(graph: Graph, inputs: Values): number[] {
  const values: number[] = [];
  for (const node of graph.nodes) values.push(compute(node, node.parents.map((i) => values[i]!), inputs));
  return values;
}

function compute(node: Node, [a = 0, b = 0]: number[], inputs: Values): number {
  switch (node.operation) {
    case "+": return a + b;
    case "-": return a - b;
    case "*": return a * b;
    case "/": return a / b;
    case "neg": return -a;
    case "**": return a ** node.exponent!;
    case "tanh": return Math.tanh(a);
    case "exp": return Math.exp(a);
    case "log": return Math.log(a);
    case "relu": return Math.max(0, a);
    case undefined: return node.constant ?? inputs[node.name] ?? 1;
  }
}

export interface Local {
  readonly value: number; // the derivative of a node with respect to one of its arguments
  readonly rule: string; // where it comes from, with names
}

/** The local derivatives of a node, one for each argument. */
export function locals(graph: Graph, index: number, values: readonly number[]): Local[] {
  const node = graph.nodes[index]!;
  const [i = 0, j = 0] = node.parents;
  const [a, b, out] = [values[i]!, values[j]!, values[index]!];
  const [A, B] = [graph.nodes[i]!.name, graph.nodes[j]!.name];
  const n = node.exponent ?? 1;
  switch (node.operation) {
    case "+": return [{ value: 1, rule: "1" }, { value: 1, rule: "1" }];
    case "-": return [{ value: 1, rule: "1" }, { value: -1, rule: "−1" }];
    case "*": return [{ value: b, rule: B }, { value: a, rule: A }];
    case "/": return [{ value: 1 / b, rule: `1/${B}` }, { value: -a / (b * b), rule: `−${A}/${B}²` }];
    case "neg": return [{ value: -1, rule: "−1" }];
    case "**": return [{ value: n === 0 ? 0 : n * a ** (n - 1), rule: power(A, n) }];
    case "tanh": return [{ value: 1 - out * out, rule: `(1 − ${node.name}²)` }];
    case "exp": return [{ value: out, rule: node.name }];
    case "log": return [{ value: 1 / a, rule: `1/${A}` }];
    case "relu": return [{ value: a > 0 ? 1 : 0, rule: `relu′(${A})` }];
    case undefined: return [];
  }
}

function power(name: string, n: number): string {
  if (n === 2) return `2·${name}`;
  return n === 1 ? "1" : `${term(n)}·${name}**${term(n - 1)}`;
}

/** What one node sends to one of its arguments. */
export interface Share {
  readonly to: number;
  readonly local: Local;
  readonly upstream: number;
  readonly sent: number;
  readonly before: number; // what the argument had been sent already
  readonly after: number;
}

export interface Backward {
  readonly node: number;
  readonly shares: readonly Share[];
}

/** The gradients after `steps` backward steps (the first sets the output's to 1), and those steps. */
export function backward(graph: Graph, values: readonly number[], steps = Infinity): { gradients: (number | null)[]; made: Backward[] } {
  const gradients: (number | null)[] = graph.nodes.map(() => null);
  const made: Backward[] = [];
  const last = graph.nodes.length - 1;
  if (steps > 0) gradients[last] = 1;
  for (const node of backwardOrder(graph).slice(0, Math.max(0, steps - 1))) {
    const upstream = gradients[node]!;
    const derivatives = locals(graph, node, values);
    const shares = graph.nodes[node]!.parents.map((to, i): Share => {
      const local = derivatives[i]!;
      const sent = local.value * upstream;
      const before = gradients[to] ?? 0;
      gradients[to] = before + sent;
      return { to, local, upstream, sent, before, after: before + sent };
    });
    made.push({ node, shares });
  }
  return { gradients, made };
}

/** The operations in the order in which their values, and backwards their gradients, are known. */
export function forwardOrder(graph: Graph): number[] {
  return graph.nodes.flatMap(({ kind }, i) => (kind === "operation" ? [i] : []));
}

export function backwardOrder(graph: Graph): number[] {
  return forwardOrder(graph).reverse();
}

/** How many steps there are: every operation forwards, the seed, every operation backwards. */
export function length(graph: Graph): { forward: number; all: number } {
  const operations = forwardOrder(graph).length;
  return { forward: operations, all: 2 * operations + 1 };
}

/** The slope measured with a small step on both sides, without any rule. */
export function nudge(graph: Graph, inputs: Values, name: string, step = 1e-4): number {
  const at = (value: number): number => forward(graph, { ...inputs, [name]: value }).at(-1)!;
  const x = inputs[name] ?? 1;
  return (at(x + step) - at(x - step)) / (2 * step);
}

/** The operation of a node as written, with the given texts for its arguments. */
export function written(node: Node, [a = "", b = ""]: readonly string[]): string {
  switch (node.operation) {
    case undefined: return node.name;
    case "neg": return `−${a}`;
    case "**": return `${a}**${show(node.exponent!)}`;
    case "*": return `${a}·${b}`;
    case "/": return `${a}/${b}`;
    case "+": return `${a} + ${b}`;
    case "-": return `${a} − ${b}`;
    default: return `${node.operation}(${a})`;
  }
}

/** A value as an argument: functions bring their own brackets. */
export function argument(node: Node, value: number): string {
  const bare = node.operation && ["tanh", "exp", "log", "relu"].includes(node.operation);
  return bare ? show(value) : term(value);
}
