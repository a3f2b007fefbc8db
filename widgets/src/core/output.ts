/**
 * What code has shown, as a small tree; the build writes the tree as HTML, the page makes DOM nodes of
 * it. So what stands under a cell before Python runs and what Run puts there look the same.
 * Runs in Node as it is (types are only stripped): no enums, no DOM at import.
 */
export type Output =
  | { kind: "text"; stream: "stdout" | "stderr"; text: string }
  | { kind: "cut"; stream: "stdout" | "stderr"; left: number; text: string }
  | { kind: "value"; text: string }
  | { kind: "table"; columns: string[]; rows: string[][] }
  | { kind: "image"; mime: "image/svg+xml"; data: string; alt: string }
  | {
      kind: "error";
      name: string;
      message: string;
      line: number | null;
      traceback: string;
      hint: string;
    };

export type Tree = string | { svg: string } | Branch;
interface Branch {
  tag: string;
  attributes: Record<string, string>;
  children: Tree[];
}

/** One output more: text joins text of the same stream, and the end of what is too long replaces the last. */
export function join(outputs: readonly Output[], next: Output): Output[] {
  const last = outputs.at(-1);
  if (last?.kind === "cut" && next.kind === "cut") return [...outputs.slice(0, -1), next];
  if (last?.kind === "text" && next.kind === "text" && last.stream === next.stream)
    return [...outputs.slice(0, -1), { ...last, text: last.text + next.text }];
  return [...outputs, next];
}

function element(tag: string, attributes: Record<string, string> = {}, ...children: Tree[]): Branch {
  return { tag, attributes, children };
}

/** One tree for each output, in order. */
export function toTree(outputs: readonly Output[]): Tree[] {
  return outputs.map(one);
}

function one(output: Output): Tree {
  switch (output.kind) {
    case "text":
      return element("pre", { class: "book-text", "data-stream": output.stream }, output.text);
    case "cut":
      return element("pre", { class: "book-text", "data-stream": output.stream }, cutNote(output.left) + output.text);
    case "value":
      return element("pre", { class: "book-value" }, output.text);
    case "table":
      return table(output.columns, output.rows);
    case "image":
      return element("figure", { class: "book-image" }, { svg: output.data });
    case "error":
      return error(output);
  }
}

/** What stands before the end of a text that was too long; nothing where all of it is shown. */
function cutNote(left: number): string {
  return left === 0 ? "" : `[… ${left.toLocaleString("en")} characters are left out here: print less, or less often …]\n`;
}

function table(columns: string[], rows: string[][]): Tree {
  const head = columns.map((name) => element("th", { scope: "col" }, name));
  const body = rows.map((row) =>
    element("tr", {}, ...row.map((cell) => element("td", isNumber(cell) ? { class: "number" } : {}, cell))),
  );
  return element(
    "div",
    { class: "book-table", tabindex: "0", role: "group", "aria-label": "Table" },
    element(
      "table",
      { class: "book-grid" }, // the theme's script wraps tables without a class, and Run would differ
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...body),
    ),
  );
}

/** Numbers line up at the right: 0.5, -1,024, 3.2 %, 1e-9, 0.95 ± 0.04. */
function isNumber(text: string): boolean {
  return /^[-−+]?[\d.,]+(e[-+]?\d+)?( ± [\d.,]+(e[-+]?\d+)?)?( ?[%×a-zµ]{1,3})?$/i.test(text.trim());
}

function error(output: Extract<Output, { kind: "error" }>): Tree {
  const said: Tree[] = [element("strong", {}, output.name)];
  if (output.line !== null) said.push(` in line ${output.line}`);
  if (output.message) said.push(`: ${output.message}`);
  const parts: Tree[] = [element("p", { class: "book-error-message" }, ...said)];
  if (output.hint) parts.push(element("p", { class: "book-error-hint" }, ...inline(output.hint)));
  if (output.traceback) {
    const summary = element("summary", {}, "Traceback");
    parts.push(element("details", {}, summary, element("pre", {}, output.traceback)));
  }
  return element("div", { class: "book-error" }, ...parts);
}

/** A sentence in which `x` between backticks is code. */
export function inline(text: string): Tree[] {
  const pieces = text.split(/`([^`\n]+)`/);
  return pieces.map((piece, at) => (at % 2 ? element("code", {}, piece) : piece)).filter((piece) => piece !== "");
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] as string);
}

/** The tree as HTML text, for the build; its SVG comes from the book's own code. */
export function toHtml(trees: readonly Tree[]): string {
  return trees.map(html).join("");
}

function html(tree: Tree): string {
  if (typeof tree === "string") return escape(tree);
  if ("svg" in tree) return tree.svg.trim();
  const attributes = Object.entries(tree.attributes).map(([name, value]) => ` ${name}="${escape(value)}"`);
  // HTML drops a line break right after <pre>: a second one keeps the first
  const start = tree.tag === "pre" && startsWithBreak(tree.children) ? "\n" : "";
  return `<${tree.tag}${attributes.join("")}>${start}${toHtml(tree.children)}</${tree.tag}>`;
}

function startsWithBreak(children: Tree[]): boolean {
  return typeof children[0] === "string" && children[0].startsWith("\n");
}

/** The tree as DOM nodes, for the page. Text goes in as text; SVG is parsed apart and cleaned. */
export function toDom(trees: readonly Tree[], page: Document = document): DocumentFragment {
  const fragment = page.createDocumentFragment();
  for (const tree of trees) fragment.append(dom(tree, page));
  return fragment;
}

function dom(tree: Tree, page: Document): Node {
  if (typeof tree === "string") return page.createTextNode(tree);
  if ("svg" in tree) return drawing(tree.svg, page);
  const made = page.createElement(tree.tag);
  for (const [name, value] of Object.entries(tree.attributes)) made.setAttribute(name, value);
  made.append(toDom(tree.children, page));
  return made;
}

function drawing(svg: string, page: Document): Node {
  const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  if (parsed.localName !== "svg" || parsed.namespaceURI !== SVG) return page.createTextNode("[a figure that cannot be shown]");
  clean(parsed);
  return page.importNode(parsed, true);
}

const SVG = "http://www.w3.org/2000/svg";
const ALLOWED = new Set(
  (
    "svg g defs use symbol path rect circle ellipse line polyline polygon text tspan textPath title desc image " +
    "clipPath mask pattern marker linearGradient radialGradient stop"
  ).split(" "),
);
/** In a style: what asks another host, hides what it asks, or leaves the figure's place. */
const ROAMING = /[\\@]|image(-set)?\s*\(|src\s*\(|position|url\((?!#|["']#)/i;

/** Code behind a link can make any SVG: leave nothing in it that acts or that asks another host. */
function clean(root: Element): void {
  for (const child of [...root.children]) {
    if (child.namespaceURI === SVG && ALLOWED.has(child.localName)) clean(child);
    else child.remove();
  }
  for (const { name, value } of [...root.attributes]) {
    const link = /(^|:)href$/i.test(name) && !/^(#|data:image\/png)/.test(value);
    const roaming = !/(^|:)href$|^(d|aria-label)$/i.test(name) && ROAMING.test(value);
    if (/^on/i.test(name) || link || roaming) root.removeAttribute(name);
  }
}
