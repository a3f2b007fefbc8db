/** A chapter to take along: its text and its cells, as they read now, as a notebook or as a script. */
import Turndown from "turndown";

export type Part = { kind: "text" | "code"; text: string };

/** What the page has that a notebook has not: drawn by the page, or known to the page alone. */
const NOT_TAKEN = ".headerlink, .book-bar, .book-output, .book-data, .book-exercise-hint, .book-exercise-solution, .book-results, svg, script, style";
const COLOURS = ["data", "weight", "act", "grad", "target"].map((name) => `\\newcommand{\\${name}}[1]{#1}`).join("");

/** The parts of a chapter in their order. `codeOf` gives the code of a cell or an exercise as it reads now. */
export function parts(article: Element, address: string, codeOf: (element: Element) => string): Part[] {
  const found: Part[] = [{ kind: "text", text: `From [${document.title}](${address}). The cells need \`numpy\`, \`matplotlib\` and the book's package \`book_code\`.\n\n$${COLOURS}$` }];
  const down = converter(address);
  let waiting: Element[] = [];
  const flush = (): void => {
    const text = waiting.map((element) => down.turndown(bare(element))).filter(Boolean).join("\n\n");
    waiting = [];
    if (text) found.push({ kind: "text", text });
  };
  for (const element of article.children) {
    const name = element.localName;
    if (name === "book-exercise") waiting.push(...element.querySelectorAll(".book-exercise-title, .book-exercise-prompt"));
    else if (name !== "book-cell") waiting.push(element);
    if (name !== "book-cell" && name !== "book-exercise") continue;
    flush();
    found.push({ kind: "code", text: codeOf(element) });
  }
  flush();
  return found;
}

/** Turndown (MIT) turns HTML into Markdown; formulas come back as the TeX that they were written in. */
function converter(address: string): Turndown {
  const down = new Turndown({ headingStyle: "atx", codeBlockStyle: "fenced", bulletListMarker: "-" });
  down.addRule("formula", {
    filter: (node) => node.classList.contains("katex-display") || node.classList.contains("katex"),
    replacement(_, node) {
      const element = node as Element;
      const tex = element.querySelector("annotation")?.textContent?.trim() ?? "";
      return element.classList.contains("katex-display") ? `\n\n$$${tex}$$\n\n` : `$${tex}$`;
    },
  });
  down.addRule("link", {
    filter: (node) => node.localName === "a" && node.hasAttribute("href"),
    replacement: (text, node) => `[${text}](${new URL((node as Element).getAttribute("href") ?? "", address).href})`,
  });
  down.addRule("explorable", {
    filter: (node) => node.localName.startsWith("book-") && node.localName !== "book-quiz",
    replacement: (_, node) => `\n\n*[Here the page has something to play with.](${address}#${(node as Element).id})*\n\n`,
  });
  return down;
}

function bare(element: Element): string {
  const { body } = new DOMParser().parseFromString(element.outerHTML, "text/html"); // where nothing comes to life
  for (const node of body.querySelectorAll(NOT_TAKEN)) node.remove();
  return body.innerHTML;
}

/** In Jupyter's format (nbformat 4.5). */
export function notebook(chapter: readonly Part[]): string {
  const cells = chapter.map(({ kind, text }, index) => {
    const source = text.split(/(?<=\n)/);
    const id = `part-${index + 1}`;
    if (kind === "text") return { cell_type: "markdown", id, metadata: {}, source };
    return { cell_type: "code", id, metadata: {}, source, execution_count: null, outputs: [] };
  });
  const kernelspec = { display_name: "Python 3", language: "python", name: "python3" };
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells }, null, 1);
}

/** As Python with the text in comments; editors show `# %%` as cells. */
export function script(chapter: readonly Part[]): string {
  const comment = (text: string): string => text.replace(/^/gm, "# ").replace(/ +$/gm, "");
  return chapter.map(({ kind, text }) => (kind === "code" ? `# %%\n${text}\n` : `# %% [markdown]\n${comment(text)}\n`)).join("\n");
}
