/** What a step of the graph does, written out with names and with numbers. */
import { argument, type Backward, nudge, type Values, written } from "../../core/graph";
import type { Graph } from "../../core/graph-parse";
import { python, show, term } from "../../core/numbers";
import { type Child, h, mark, tint } from "../dom";
import { meaning } from "./picture";

const line = (...parts: Child[]): HTMLElement => h("p", { class: "sum" }, ...parts);

export function forwardWords(graph: Graph, index: number, values: readonly number[]): Child[] {
  const node = graph.nodes[index]!;
  const names = node.parents.map((i) => graph.nodes[i]!.name);
  const terms = node.parents.map((i) => argument(node, values[i]!));
  const value = values[index]!;
  const words = line(node.name, " = ", ...colour(written(node, names)), " = ", written(node, terms), " = ", mark("activation", show(value)));
  return Number.isFinite(value) ? [words] : [words, h("p", { class: "gradient" }, trouble(graph, index, values))];
}

function trouble(graph: Graph, index: number, values: readonly number[]): string {
  const { operation, parents } = graph.nodes[index]!;
  const at = values[parents[0]!]!;
  if (operation === "log") return `There is no logarithm of ${show(at)}: it needs a number above 0.`;
  if (operation === "/" && values[parents[1]!] === 0) return "Nothing can be divided by 0.";
  return "This has no finite value; choose other inputs.";
}

export function seedWords(graph: Graph): Child[] {
  const { name } = graph.nodes.at(-1)!;
  return [h("p", null, "Backwards begins at the end: a change of ", name, " changes ", name, " by just as much."), line(mark("gradient", `∂${name}/∂${name} = 1`))];
}

/** Local derivative times what came from above; what several ways bring is added. */
export function backwardWords(graph: Graph, { node, shares }: Backward): Child[] {
  const loss = graph.nodes.at(-1)!.name;
  const { name } = graph.nodes[node]!;
  const rows = shares.filter(({ to }) => graph.nodes[to]!.kind !== "constant").flatMap((share) => {
    const to = graph.nodes[share.to]!.name;
    const again = share.before !== 0;
    const product = `${term(share.local.value)} · ${term(share.upstream)}`;
    const rule = share.local.rule === show(share.local.value) ? [] : [...colour(share.local.rule), ` · ${term(share.upstream)} = `]; // no letters: the number says it
    const words = [
      line(mark("gradient", `∂${loss}/∂${to}`), again ? " += " : " = ", `∂${name}/∂${to} · `, mark("gradient", `∂${loss}/∂${name}`), " = ", ...rule, `${product} = `, mark("gradient", show(share.sent))),
    ];
    if (again) words.push(h("p", { class: "hint" }, `${to} was used before: ${show(share.before)} + ${term(share.sent)} = ${show(share.after)}. Gradients that meet are added.`));
    const { operation } = graph.nodes[node]!;
    if (operation === "relu" && share.local.value === 0) words.push(h("p", { class: "hint" }, `${to} is not above 0, where relu is flat: nothing comes back through it.`));
    if (operation === "tanh" && Math.abs(share.local.value) < 0.01) words.push(h("p", { class: "hint" }, "Here tanh is almost flat: almost nothing comes back through it."));
    return words;
  });
  return [h("p", null, `${name} hands its gradient to what it was made of, each share multiplied by the local derivative:`), ...rows];
}

export function colour(text: string): Child[] {
  const names = [...text.matchAll(/\b[A-Za-z_]\w*\b/g)].map(([name]) => name);
  return tint(text, Object.fromEntries(names.flatMap((name) => (meaning(name) ? [[name, meaning(name)!]] : []))));
}

/** The inputs, their gradients once they are complete, and the slopes measured without any rule. */
export function summary(graph: Graph, values: Values, gradients: readonly (number | null)[]): HTMLElement {
  const loss = graph.nodes.at(-1)!.name;
  const rows = graph.inputs.map((name) => {
    const gradient = gradients[graph.nodes.findIndex((node) => node.name === name)] ?? 0;
    return h("tr", null, h("th", { scope: "row" }, ...colour(name)), h("td", null, show(values[name] ?? 1)), h("td", { class: "gradient" }, show(gradient)), h("td", null, show(nudge(graph, values, name))));
  });
  const head = ["input", "value", `∂${loss}/∂(input), by the chain rule`, "measured by nudging"].map((text) => h("th", { scope: "col" }, text));
  return h("table", null, h("thead", null, h("tr", null, ...head)), h("tbody", null, ...rows));
}

export function code(graph: Graph, values: Values): Child[] {
  const { inputs } = graph;
  const loss = graph.python.at(-1)!.split(" = ")[0]!;
  const made = `${inputs.join(", ")} = ${inputs.map((name) => `Value(${python(values[name] ?? 1)})`).join(", ")}`;
  const lines = ["from book_code.autodiff.micro import Value", inputs.length ? made : "", ...graph.python, `${loss}.backward()`, inputs.map((name) => `${name}.grad`).join(", ")];
  return colour(lines.filter(Boolean).join("\n"));
}
