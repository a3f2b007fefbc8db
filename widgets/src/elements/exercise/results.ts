/** What the tests found, in words. */
import type { Report, TestResult } from "../../runtime/protocol";
import { inline, toDom } from "../../core/output";
import { h } from "../dom";
import { count } from "../../core/numbers";

/** The tests one by one; the hidden ones once all that the reader can see pass. */
export function resultList(report: Report): HTMLElement {
  return h("ul", null, ...(breaks(report) ? [] : visible(report)).map(line));
}

export function summary(report: Report): string {
  if (breaks(report)) return "The code stops before it can be tested";
  const shown = visible(report);
  const failed = shown.filter(({ passed }) => !passed);
  if (report.passed) return `Solved: ${count(shown.length, "test")} passed`;
  if (failed.length > 0 && failed.every(({ hidden }) => hidden))
    return "The tests above pass; a hidden one does not";
  return `${failed.length} of ${count(shown.length, "test")} ${failed.length === 1 ? "fails" : "fail"}`;
}

/** Whether the code itself raised; its error is then shown among the outputs. */
function breaks({ outputs, results }: Report): boolean {
  return results.length === 1 && outputs.some(({ kind }) => kind === "error");
}

function visible({ results }: Report): TestResult[] {
  const open = results.filter(({ hidden }) => !hidden);
  return open.every(({ passed }) => passed) ? results : open;
}

function line({ name, passed, message, hidden }: TestResult): HTMLLIElement {
  const said = message && h("span", { class: "book-results__message" }, toDom(inline(message)));
  return h(
    "li",
    { class: passed ? "book-results__passed" : "book-results__failed" },
    h("span", { class: "book-results__mark" }, passed ? "passes" : "fails"),
    message !== name && h("span", { class: "book-results__name" }, name),
    hidden && h("span", { class: "book-results__hidden" }, "(hidden test)"),
    said || null,
  );
}
