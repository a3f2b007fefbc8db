import { expect, it } from "vitest";
import golden from "../../../tests/golden/receptive.json";
import { type Layer, rows, seen, ways } from "./receptive";

it.each(golden)("$name: as many ways as the gradient of book_code counts", (data) => {
  const layers = data.layers.map((layer): Layer => ({ kind: "conv", ...layer }));
  const counts = ways(layers, data.input, data.index)[0]!;
  expect(counts).toEqual(data.ways);
  const table = rows(layers, data.input);
  expect(table.at(-1)!.size).toBe(data.output);
  const { first, last } = seen(counts);
  expect(last - first + 1).toBe(table.at(-1)!.field);
});

it("leaves holes where every layer has the same dilation", () => {
  const layers: Layer[] = Array.from({ length: 3 }, () => ({ kind: "conv", kernel: 3, stride: 1, dilation: 2 }));
  const { first, last, pixels } = seen(ways(layers, 24, 5)[0]!);
  expect([last - first + 1, pixels]).toEqual([13, 7]);
});

it("says when a layer does not fit any more", () => {
  const layers: Layer[] = [{ kind: "conv", kernel: 5, stride: 1, dilation: 1 }, { kind: "conv", kernel: 5, stride: 1, dilation: 1 }];
  expect(rows(layers, 6).map(({ size }) => size)).toEqual([2, 0]);
});
