/** The arithmetic of the convolution stepper, with its numbers filled in. */
import { margins, POOL_SIZE, pooled, type Grid, outputSize, type Tap } from "../../core/convolution";
import { SIZE, type State } from "../../core/convolution-presets";
import { python, show, term } from "../../core/numbers";
import { type Child, h, mark, tint } from "../dom";

/** Each number of the window times its weight, row by row, and the sum. */
export function product(window: readonly (readonly Tap[])[], result: number, [i, j]: readonly [number, number]): Child[] {
  const lines = window.map((row, a) => {
    const terms = row.flatMap(({ value, weight }, b): Child[] => [
      a + b === 0 ? "" : " + ",
      mark("data", show(value, 2)), "·", mark("weight", term(weight, 2)),
    ]);
    return h("p", { class: "sum" }, ...terms);
  });
  return [...lines, h("p", { class: "sum" }, `= `, mark("activation", show(result)), ` = y[${i}, ${j}]`)];
}

export function pooling(map: Grid, kind: "max" | "avg", [i, j]: readonly [number, number]): Child[] {
  const [p, q] = [Math.floor(i / POOL_SIZE), Math.floor(j / POOL_SIZE)];
  if (POOL_SIZE * p + 1 >= map.length || POOL_SIZE * q + 1 >= map.length) return [h("p", { class: "hint" }, "This last row or column fills no window of 2 × 2: pooling leaves it out.")];
  const values = pooled(map, p, q);
  const result = kind === "max" ? Math.max(...values) : values.reduce((a, b) => a + b) / values.length;
  const list = values.map((value) => show(value)).join(", ");
  return [h("p", { class: "sum" }, `${kind === "max" ? "max" : "mean"}(`, mark("activation", list), `) = `, mark("activation", show(result)), ` = pooled[${p}, ${q}]`)];
}

/** The formula of the output's size, in symbols and in numbers. */
export function formula(state: State): Child[] {
  const { kernel, stride, dilation } = state;
  const k = kernel.length;
  const [before, after] = margins(k, state);
  const size = outputSize(SIZE, k, state);
  const even = before === after;
  const sides = even ? "p of padding on each side" : "padding p before and p′ after them";
  return [
    h("p", null, `Size of the output, for n cells, ${sides}, filter size k, dilation d and stride s:`),
    h("p", { class: "sum" }, `⌊(n + ${even ? "2p" : "p + p′"} − d·(k − 1) − 1)/s⌋ + 1`),
    h("p", { class: "sum" }, `⌊(${SIZE} + ${even ? `2·${before}` : `${before} + ${after}`} − ${dilation}·(${k} − 1) − 1)/${stride}⌋ + 1 = `, mark("activation", size > 0 ? String(size) : "0: the window does not fit")),
  ];
}

/** The lines of Python that make the output cell. */
export function code(state: State, result: number | undefined): Child[] {
  const { kernel, stride, padding, dilation, pool, at: [i, j] } = state;
  const k = kernel.length;
  const [before, after] = margins(k, state);
  const reach = dilation * (k - 1) + 1;
  const cut = (index: number): string => `${index * stride}:${index * stride + reach}${dilation > 1 ? `:${dilation}` : ""}`;
  const padded = before + after > 0;
  const image = padded ? "padded" : "x";
  const lines = [
    "from book_code.autodiff.functional import conv2d" + (pool === "none" ? "" : `, ${pool}_pool2d`),
    `y = conv2d(x, w, stride=${stride}, padding=${/\d/.test(padding) ? padding : `"${padding}"`}, dilation=${dilation})`,
    padded ? `padded = np.pad(x[0, 0], (${before}, ${after}))` : "",
    `(${image}[${padded ? "" : "0, 0, "}${cut(i)}, ${cut(j)}] * w[0, 0]).sum()    # ${result === undefined ? "?" : python(Number(result.toFixed(3)))}: y[0, 0, ${i}, ${j}]`,
    pool === "none" ? "" : `z = ${pool}_pool2d(y, 2)`,
  ];
  return tint(lines.filter(Boolean).join("\n"), { x: "data", padded: "data", w: "weight", y: "activation", z: "activation" });
}
