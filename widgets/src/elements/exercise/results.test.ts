import { expect, it } from "vitest";
import type { Report, TestResult } from "../../runtime/protocol";
import { resultList, summary } from "./results";

const test = (name: string, passed: boolean, hidden = false): TestResult => ({
  name,
  passed,
  hidden,
  message: passed ? "" : `${name} is wrong`,
});
const report = (...results: TestResult[]): Report => ({
  passed: results.every(({ passed }) => passed),
  results,
  outputs: [],
});

it("keeps the hidden tests back until the open ones pass", () => {
  const early = report(test("a", true), test("b", false), test("c", false, true));
  expect(resultList(early).textContent).not.toContain("c is wrong");
  expect(summary(early)).toBe("1 of 2 tests fails");
  const late = report(test("a", true), test("c", false, true));
  expect(resultList(late).textContent).toContain("c is wrong");
  expect(summary(late)).toBe("The tests above pass; a hidden one does not");
});

it("says when all is well", () => {
  expect(summary(report(test("a", true)))).toBe("Solved: 1 test passed");
});

it("says a message that is the name only once", () => {
  const said = { name: "w has two numbers", passed: false, hidden: false, message: "w has two numbers" };
  expect(resultList(report(said)).textContent?.match(/two numbers/g)).toHaveLength(1);
});

it("leaves it to the error when the code itself breaks", () => {
  const error = { kind: "error", name: "E", message: "", line: 1, traceback: "", hint: "" } as const;
  const broken = { ...report(test("your code runs", false)), outputs: [error] };
  expect(resultList(broken).children).toHaveLength(0);
  expect(summary(broken)).toBe("The code stops before it can be tested");
});

it("shows text as text", () => {
  const list = resultList(report(test("<b>x</b>", false)));
  expect(list.querySelector("b")).toBeNull();
});
