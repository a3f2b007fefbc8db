import { expect, it } from "vitest";
import { aliases, nameAt, qualified } from "./imports";

const CODE = `import numpy as np
import book_code as bc, os.path
from book_code import nn, optim as optimizers  # two rooms
from book_code.autodiff import (
    Tensor,  # numbers that remember
    functional as F,
)
`;

it("knows what the import lines say", () => {
  expect(Object.fromEntries(aliases(CODE))).toEqual({
    np: "numpy",
    bc: "book_code",
    os: "os",
    nn: "book_code.nn",
    optimizers: "book_code.optim",
    Tensor: "book_code.autodiff.Tensor",
    F: "book_code.autodiff.functional",
  });
});

it("gives a name its full form", () => {
  const known = aliases(CODE);
  expect(qualified("nn.Linear", known)).toBe("book_code.nn.Linear");
  expect(qualified("Tensor", known)).toBe("book_code.autodiff.Tensor");
  expect(qualified("weights.shape", known)).toBeNull();
});

it("finds the name under the pointer, up to the part that is pointed at", () => {
  const code = "y = nn.Linear(2, 3)(x).shape";
  expect(nameAt(code, 5)).toBe("nn");
  expect(nameAt(code, 9)).toBe("nn.Linear");
  expect(nameAt(code, 24)).toBe(""); // .shape of what a call gives
  expect(nameAt(code, 2)).toBe("");
});
