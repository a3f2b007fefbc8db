import { expect, it } from "vitest";
import { undisturbed, whenFree } from "./undisturbed";

const turn = () => new Promise((done) => setTimeout(done, 5));

it("holds work back while Python waits, and does it afterwards, in order", async () => {
  const seen: string[] = [];
  const answer = undisturbed(() => {
    whenFree(() => seen.push("collected"));
    whenFree(() => seen.push("message"));
    seen.push("fetched");
    return 7;
  });
  seen.push("Python goes on");
  await turn();
  expect(answer).toBe(7);
  expect(seen).toEqual(["fetched", "Python goes on", "collected", "message"]);
});

it("holds it back again when Python waits once more, and after a failure", async () => {
  const seen: string[] = [];
  expect(() => undisturbed(() => {
    whenFree(() => seen.push("late"));
    throw new Error("404");
  })).toThrow("404");
  undisturbed(() => expect(seen).toEqual([]));
  await turn();
  expect(seen).toEqual(["late"]);
  whenFree(() => seen.push("at once"));
  expect(seen).toEqual(["late", "at once"]);
});
