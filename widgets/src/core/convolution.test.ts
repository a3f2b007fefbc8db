import { describe, expect, it } from "vitest";
import golden from "../../../tests/golden/convolution.json";
import { agreement, convolve, outputSize, type Padding, pool, resize, shift, taps } from "./convolution";
import { begin, consistent, decode, encode, IMAGES, KERNELS, output, PRESETS } from "./convolution-presets";

const close = (a: number[][], b: number[][]): void => {
  expect(a.length).toBe(b.length);
  a.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(b[i]![j]!, 9)));
};

it.each(golden)("equals conv2d: stride $stride, $padding, dilation $dilation", (data) => {
  const sliding = { stride: data.stride, padding: data.padding as Padding, dilation: data.dilation };
  const map = convolve(data.image, data.kernel, sliding);
  close(map, data.output);
  expect(outputSize(8, data.kernel.length, sliding)).toBe(data.output.length);
  if (data.max) close(pool(map, "max"), data.max);
  if (data.avg) close(pool(map, "avg"), data.avg);
});

it("has no output where the window does not fit", () => {
  expect(outputSize(8, 5, { stride: 1, padding: "valid", dilation: 2 })).toBe(0);
  expect(convolve(IMAGES["edge"]!, resize(KERNELS["blur"]!.weights, 5), { stride: 1, padding: "valid", dilation: 3 })).toEqual([]);
});

it("sees zeros in the margin", () => {
  const seen = taps(IMAGES["floor"]!, KERNELS["blur"]!.weights, { stride: 1, padding: "same", dilation: 1 }, 0, 0);
  expect(seen[0]![0]).toMatchObject({ row: -1, column: -1, value: 0 });
});

it("gives nothing where the filter looks for the other direction", () => {
  expect(output(begin("transposed")).flat().every((value) => value === 0)).toBe(true);
});

it("shifts the output with the input, but not at stride 2", () => {
  const state = begin("shift");
  const moved = { ...state, image: shift(state.image, 0, 1) };
  const one = agreement(output(state), output(moved), 0, 1);
  expect(one.same).toBe(one.of);
  const two = agreement(output({ ...state, stride: 2 }), output({ ...moved, stride: 2 }), 0, 1);
  expect(two.same).toBeLessThan(two.of);
});

it("resizes a filter around its middle", () => {
  expect(resize([[1, 2, 3], [4, 5, 6], [7, 8, 9]], 1)).toEqual([[5]]);
  expect(resize([[5]], 3)).toEqual([[0, 0, 0], [0, 5, 0], [0, 0, 0]]);
});

describe("links", () => {
  it("round-trip", () => {
    for (const { name } of PRESETS) expect(decode(encode(begin(name)))).toEqual(begin(name));
    const state = { ...begin("digit"), image: shift(IMAGES["digit-5"]!, 1, 0), kernel: [[0.5, -1], [0, 2.25]], stride: 2, dilation: 3, pool: "max" as const, at: [0, 4] as const, guess: "6" };
    expect(decode(encode(state))).toEqual(state);
  });
  it("refuse what is no state", () => {
    expect(decode("p:nope")).toBeNull();
    expect(decode("p:edge;i:zz;k:1,2;s:9;at:x")).toEqual(begin("edge"));
  });
});

it("leaves 'same' when the stride grows", () => {
  expect(consistent({ ...begin("edge"), padding: "same", stride: 2 }).padding).toBe("valid");
});
