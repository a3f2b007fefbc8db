import { expect, it } from "vitest";
import { notebook, parts, script, type Part } from "./chapter";

const PAGE = `<h1 id="top">Title<a class="headerlink" href="#top">#</a></h1>
<p>A <em>sum</em> <span class="katex"><math><annotation>w \\cdot x</annotation></math><bdi>wx</bdi></span>, see <a href="../two/#x">there</a>.</p>
<book-cell id="one"><pre>print(1)</pre><div class="book-output">1</div></book-cell>
<book-perceptron id="play"><p>still</p></book-perceptron>
<book-exercise id="ex"><p class="book-exercise-title"><b>Exercise 1.</b> Try</p><div class="book-exercise-prompt"><p>Do it.</p></div><pre>x = 0</pre></book-exercise>`;

function chapter(): Part[] {
  const article = document.createElement("article");
  article.innerHTML = PAGE;
  return parts(article, "https://book.example/one/", (element) => element.querySelector("pre")?.textContent ?? "");
}

it("takes text, formulas, links, cells and exercises in their order", () => {
  const [about, text, cell, between, exercise] = chapter();
  expect(about?.text).toContain("https://book.example/one/");
  expect(text?.text).toBe("# Title\n\nA _sum_ $w \\cdot x$, see [there](https://book.example/two/#x).");
  expect(cell).toEqual({ kind: "code", text: "print(1)" });
  expect(between?.text).toContain("https://book.example/one/#play");
  expect(between?.text).toContain("Do it.");
  expect(exercise).toEqual({ kind: "code", text: "x = 0" });
});

it("writes a notebook that is JSON and a script that is Python", () => {
  const { cells } = JSON.parse(notebook(chapter())) as { cells: { cell_type: string; source: string[] }[] };
  expect(cells.map((cell) => cell.cell_type)).toEqual(["markdown", "markdown", "code", "markdown", "code"]);
  expect(cells[1]?.source[0]).toBe("# Title\n");
  const lines = script(chapter()).split("\n");
  expect(lines).toContain("print(1)");
  expect(lines.filter((line) => line && !line.startsWith("#"))).toEqual(["print(1)", "x = 0"]);
});
