import { beforeEach, expect, it } from "vitest";
import { Guess } from "./guess";

let given: string[];
let asked: number;

function make(question: ConstructorParameters<typeof Guess>[0]): Guess {
  const guess = new Guess(question);
  guess.commit = (value) => given.push(value);
  guess.retry = () => asked++;
  guess.show(null, null);
  return guess;
}

const press = (guess: Guess, text: string): void =>
  [...guess.node.querySelectorAll("button")].find((button) => button.textContent === text)!.click();

beforeEach(() => {
  given = [];
  asked = 0;
});

it("offers choices and a way past them", () => {
  const guess = make({ text: "How many?", choices: [{ value: "0", label: "none" }, { value: "9", label: "many" }] });
  press(guess, "none");
  press(guess, "Just show me");
  expect(given).toEqual(["0", ""]);
});

it("takes a number as people write it, and 0 is one", () => {
  const guess = make({ text: "How large?", unit: "cells" });
  const field = guess.node.querySelector("input")!;
  for (const text of [" −1,5 ", "0"]) {
    field.value = text;
    guess.node.querySelector("form")!.dispatchEvent(new Event("submit", { cancelable: true }));
  }
  expect(given).toEqual(["-1.5", "0"]);
});

it("does not take a word for a number", () => {
  const guess = make({ text: "How large?", unit: "cells" });
  guess.node.querySelector("input")!.value = "large";
  guess.node.querySelector("form")!.dispatchEvent(new Event("submit", { cancelable: true }));
  expect(given).toEqual([]);
  expect(guess.node.querySelector("input")!.validationMessage).toContain("A number");
});

it("hides the answers once there is a guess, and judges it when the figure has answered", () => {
  const guess = make({ text: "How large?", unit: "cells" });
  const answers = guess.node.querySelector<HTMLElement>(".answers")!;
  guess.show("0", null);
  expect(answers.hidden).toBe(true);
  expect(guess.node.querySelector(".verdict")!.textContent).toBe("Your guess: 0. Now see.");
  guess.show("0", "You said 0; it is 6.", false);
  expect(guess.node.dataset["right"]).toBe("false");
  press(guess, "Ask me again");
  expect(asked).toBe(1);
  guess.show(null, null);
  expect(answers.hidden).toBe(false);
  expect(guess.node.dataset["right"]).toBeUndefined();
});
