import { expect, it, vi } from "vitest";
import { join, type Output } from "../core/output";
import { OutputView } from "./output-view";

const text = (stream: "stdout" | "stderr", text: string): Output => ({ kind: "text", stream, text });

it("joins what one stream writes in a row, and nothing else", () => {
  const pieces = [text("stdout", "a"), text("stdout", "b"), text("stderr", "c"), text("stdout", "d")];
  const joined = pieces.reduce<Output[]>(join, []);
  expect(joined).toEqual([text("stdout", "ab"), text("stderr", "c"), text("stdout", "d")]);
});

it("lets the output of other code go when a run begins", () => {
  const region = document.createElement("div");
  region.textContent = "standing";
  const view = new OutputView(region, "a");
  view.begin("a");
  expect(region.textContent).toBe("standing");
  view.end();
  view.begin("b");
  expect(region.textContent).toBe("");
  view.end();
  expect(region.hasAttribute("style")).toBe(false);
});

it("leaves what stands until the first piece of a run, and shows a value of zero", () => {
  const region = document.createElement("div");
  region.textContent = "standing";
  const view = new OutputView(region);
  view.clear();
  expect(region.textContent).toBe("standing");
  view.show([{ kind: "value", text: "0" }]);
  expect(region.textContent).toBe("0");
  view.show([]);
  expect(region.childNodes).toHaveLength(0);
});

it("keeps the nodes of pieces that have not changed while the end is replaced", () => {
  vi.useFakeTimers();
  const region = document.createElement("div");
  const view = new OutputView(region);
  const cut = (text: string): Output => ({ kind: "cut", stream: "stdout", left: 1, text });
  view.begin("while True: print()");
  for (const piece of [text("stdout", "long"), cut("b")]) view.add(piece);
  vi.runAllTimers();
  const [long, end] = region.children;
  view.add(cut("c"));
  vi.runAllTimers();
  expect(region.children[0]).toBe(long);
  expect(region.children[1]).not.toBe(end);
  expect(region.lastChild?.textContent).toMatch(/left out here.*\nc$/);
  vi.useRealTimers();
});
