/**
 * What one output unit of a stack of layers sees, along one axis: how many input pixels, where, and by how many
 * ways each of them reaches it. With all weights 1 the number of ways is the gradient of the unit.
 */
export interface Layer {
  readonly kind: "conv" | "pool";
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
}

export interface Row {
  readonly layer: Layer;
  readonly size: number; // of its output, along one axis
  readonly field: number; // input pixels from the first to the last that one of its units sees
  readonly jump: number; // input pixels between neighbouring units
  readonly before: { readonly field: number; readonly jump: number };
}

/** r = r_before + (k - 1) * d * j_before, j = j_before * s, layer by layer. */
export function rows(layers: readonly Layer[], input: number): Row[] {
  let [size, field, jump] = [input, 1, 1];
  return layers.map((layer) => {
    const before = { field, jump };
    field += (layer.kernel - 1) * layer.dilation * jump;
    jump *= layer.stride;
    size = sizeAfter(size, layer);
    return { layer, size, field, jump, before };
  });
}

export function sizeAfter(size: number, { kernel, stride, dilation }: Layer): number {
  const room = size - dilation * (kernel - 1) - 1;
  return room < 0 || size === 0 ? 0 : Math.floor(room / stride) + 1;
}

/**
 * For the input and for each layer's output: the number of ways from each unit up to the unit `index` of the
 * last layer. The last entry is a single 1; the first says what the unit sees.
 */
export function ways(layers: readonly Layer[], input: number, index: number): number[][] {
  const sizes = [input, ...rows(layers, input).map(({ size }) => size)];
  const found: number[][] = [Array.from({ length: sizes.at(-1)! }, (_, i) => (i === index ? 1 : 0))];
  for (let l = layers.length - 1; l >= 0; l--) {
    const { kernel, stride, dilation } = layers[l]!;
    const below = Array.from({ length: sizes[l]! }, () => 0);
    found[0]!.forEach((count, unit) => {
      for (let tap = 0; count > 0 && tap < kernel; tap++) below[unit * stride + tap * dilation]! += count;
    });
    found.unshift(below);
  }
  return found;
}

/** How many of the pixels between the first and the last are seen at all. */
export function seen(counts: readonly number[]): { first: number; last: number; pixels: number } {
  const hit = counts.flatMap((count, i) => (count > 0 ? [i] : []));
  return { first: hit[0] ?? 0, last: hit.at(-1) ?? 0, pixels: hit.length };
}
