import { expect, it } from "vitest";
import { decodeLink, encodeLink } from "./code-link";

it.each(["", "x = 1\n", "print('ä → 🙂') # a/b+c?&", "a".repeat(5000)])("brings %j back", (code) => {
  const link = encodeLink("first-update", code);
  expect(link).toMatch(/^#code=first-update\.[\w-]*$/);
  expect(decodeLink("first-update", link)).toBe(code);
});

it("is for one cell only", () => {
  expect(decodeLink("first", encodeLink("first-update", "x"))).toBeNull();
  expect(decodeLink("first", "#first")).toBeNull();
});

it("reads over a link that was cut short or tampered with", () => {
  expect(decodeLink("a", "#code=a.%%%")).toBeNull();
  expect(decodeLink("a", "#code=a._w")).toBeNull();
});
