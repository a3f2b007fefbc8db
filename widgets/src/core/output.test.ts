import { describe, expect, it } from "vitest";
import { inline, join, type Output, toDom, toHtml, toTree } from "./output.ts";

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="A line"><path d="M 0 0"></path></svg>';

const outputs: Output[] = [
  { kind: "text", stream: "stdout", text: "a < b & \"c\"\n" },
  { kind: "text", stream: "stderr", text: "beware\n" },
  { kind: "cut", stream: "stdout", left: 12345, text: "the <end>\n" },
  { kind: "value", text: "0" },
  { kind: "table", columns: ["name", "error"], rows: [["lenet", "0.95 ± 0.04 %"], ["<b>", ""]] },
  { kind: "image", mime: "image/svg+xml", data: SVG, alt: "A line" },
  { kind: "error", name: "NameError", message: "name 'x'", line: 0, traceback: "T", hint: "Is it `X`, above?" },
];

function inPage(html: string): string {
  const box = document.createElement("div");
  box.innerHTML = html;
  return box.innerHTML;
}

function built(these: Output[]): string {
  const box = document.createElement("div");
  box.append(toDom(toTree(these)));
  return box.innerHTML;
}

describe("outputs", () => {
  it.each(outputs)("gives the same HTML at build time and in the page: $kind", (output) => {
    expect(built([output])).toBe(inPage(toHtml(toTree([output]))));
  });

  it("shows what is written, never runs it", () => {
    expect(toHtml(toTree([{ kind: "value", text: "<img onerror=x>" }]))).toContain("&lt;img");
    expect(built([{ kind: "value", text: "<img onerror=x>" }])).not.toContain("<img");
  });

  it("keeps the falsy values", () => {
    expect(toHtml(toTree([{ kind: "value", text: "0" }]))).toBe('<pre class="book-value">0</pre>');
    expect(built([outputs.find(({ kind }) => kind === "error") as Output])).toContain("in line 0");
    expect(toHtml(toTree([]))).toBe("");
  });

  it("keeps a line break that text starts with", () => {
    expect(toHtml(toTree([{ kind: "value", text: "\na" }]))).toBe('<pre class="book-value">\n\na</pre>');
  });

  it("takes out of a figure what acts or asks another host", () => {
    const data =
      '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x()</script><image href="//else.where/a.png"/>' +
      '<style>@import "//else.where"</style><h:meta xmlns:h="http://www.w3.org/1999/xhtml" http-equiv="refresh"/>' +
      '<g style="position:fixed"/><foreignObject/><use href="#mark"/><path style="fill:url(//else.where)" clip-path="url(#p)"/></svg>';
    const html = built([{ kind: "image", mime: "image/svg+xml", data, alt: "" }]);
    expect(html).not.toMatch(/script|onload|else\.where|foreignObject|meta|position/i);
    expect(html).toContain("#mark");
    expect(html).toContain("url(#p)");
  });

  it("counts what was cut, and keeps the end", () => {
    const cut = (left: number, text: string) => ({ kind: "cut", stream: "stdout", left, text }) as const;
    const joined = join(join([{ kind: "text", stream: "stdout", text: "a" }], cut(1, "b")), cut(1234, "c"));
    expect(joined).toHaveLength(2);
    expect(built(joined)).toContain("1,234 characters are left out here: print less, or less often …]\nc<");
    expect(built([cut(0, "d")])).not.toContain("left out");
  });

  it("sets what stands between backticks as code", () => {
    expect(toHtml(inline("Is `x < 1` meant?"))).toBe("Is <code>x &lt; 1</code> meant?");
    expect(toHtml(inline("one ` alone"))).toBe("one ` alone");
  });

  it("marks numbers, so that they line up", () => {
    const row = ["1,024", "-0.5", "3 ms", "1e-9", "conv1", ""];
    const html = toHtml(toTree([{ kind: "table", columns: row, rows: [row] }]));
    expect(html.match(/<td class="number">/g)).toHaveLength(4);
  });
});
