import { expect, it } from "vitest";
import { readInventory } from "./inventory";

it("reads names and addresses", async () => {
  const head = "# Sphinx inventory version 2\n# Project: Book\n# Version: 0\n# The rest is zlib\n";
  const body = "a.b.C py:class 1 reference/a/#$ -\na.C py:class 2 reference/a/#a.b.C -\n";
  const packed = new Blob([body]).stream().pipeThrough(new CompressionStream("deflate"));
  const file = new Blob([head, await new Response(packed).arrayBuffer()]);
  expect(Object.fromEntries(await readInventory(new Uint8Array(await file.arrayBuffer())))).toEqual({
    "a.b.C": "reference/a/#a.b.C",
    "a.C": "reference/a/#a.b.C",
  });
});
