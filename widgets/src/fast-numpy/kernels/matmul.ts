/**
 * Matrix products for NumPy in WebAssembly, with SIMD: C = A B for any sizes and strides, in float32 and float64.
 *
 * The order of the loops is Goto's (Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication",
 * ACM TOMS 34(3)): a block of B and a block of A are packed into panels, and a kernel keeps a tile of C, 4 rows by
 * 32 bytes, in registers while it runs along both (wider tiles do not fit the 16 registers of x86, and are slower). Packing reads any strides, so a transposed operand costs no more.
 *
 * Strides are in bytes, as NumPy gives them.
 */
import { scratch } from "./scratch";

@external("numpy", "matmul_f32") declare function stock_f32(args: usize, dims: usize, steps: usize, data: usize): void;
@external("numpy", "matmul_f64") declare function stock_f64(args: usize, dims: usize, steps: usize, data: usize): void;

const ROWS: i32 = 4; // of a tile
const VECTORS: i32 = 2; // of 16 bytes in a row of a tile
const BLOCK_M: i32 = 128;
const BLOCK_K: i32 = 256;
const BLOCK_BYTES: i32 = 2048; // of a row of B's block
const SMALL: i32 = 256; // multiplications below which NumPy's own loop is as fast

const TILE: i32 = ROWS * VECTORS * 16; // bytes
const PANELS_A: i32 = BLOCK_M * BLOCK_K * 8;

/** How many bytes the kernels need for a moment: a tile, and the panels of A and of B. */
export function room(): i32 {
  return TILE + PANELS_A + BLOCK_K * BLOCK_BYTES;
}

/** NumPy's loop (m,k),(k,n)->(m,n) over `dims[0]` pairs of float32 matrices. */
export function matmul_f32(args: usize, dims: usize, steps: usize, data: usize): void {
  if (!loop<f32>(args, dims, steps)) stock_f32(args, dims, steps, data);
}

export function matmul_f64(args: usize, dims: usize, steps: usize, data: usize): void {
  if (!loop<f64>(args, dims, steps)) stock_f64(args, dims, steps, data);
}

function loop<T>(args: usize, dims: usize, steps: usize): bool {
  const count = load<i32>(dims), m = load<i32>(dims, 4), k = load<i32>(dims, 8), n = load<i32>(dims, 12);
  if (m == 0 || k < 2 || n == 0 || <i64>m * k * n < SMALL) return false;
  const nextA = load<i32>(steps), nextB = load<i32>(steps, 4), nextC = load<i32>(steps, 8);
  const am = load<i32>(steps, 12), ak = load<i32>(steps, 16);
  const bk = load<i32>(steps, 20), bn = load<i32>(steps, 24);
  const cm = load<i32>(steps, 28), cn = load<i32>(steps, 32);
  let a = load<usize>(args), b = load<usize>(args, 4), c = load<usize>(args, 8);
  for (let i = 0; i < count; i++, a += nextA, b += nextB, c += nextC) {
    product<T>(m, k, n, a, am, ak, b, bk, bn, c, cm, cn);
  }
  return true;
}

/** C = A B; a few rows or columns are done as vectors, and a narrow C is computed as its transpose. */
function product<T>(m: i32, k: i32, n: i32, a: usize, am: i32, ak: i32, b: usize, bk: i32, bn: i32, c: usize, cm: i32, cn: i32): void {
  const width = VECTORS * 16 / <i32>sizeof<T>();
  if (m < ROWS) {
    for (let i = 0; i < m; i++) vector<T>(k, n, a + i * am, ak, b, bk, bn, c + i * cm, cn);
  } else if (n < ROWS) {
    for (let j = 0; j < n; j++) vector<T>(k, m, b + j * bn, bk, a, ak, am, c + j * cn, cm);
  } else if (n < width && n < m) {
    blocks<T>(n, k, m, b, bn, bk, a, ak, am, c, cn, cm);
  } else {
    blocks<T>(m, k, n, a, am, ak, b, bk, bn, c, cm, cn);
  }
}

function blocks<T>(m: i32, k: i32, n: i32, a: usize, am: i32, ak: i32, b: usize, bk: i32, bn: i32, c: usize, cm: i32, cn: i32): void {
  const size = <i32>sizeof<T>(), width = VECTORS * 16 / size, blockN = BLOCK_BYTES / size;
  for (let j = 0; j < n; j += blockN) {
    const columns = min(blockN, n - j);
    for (let l = 0; l < k; l += BLOCK_K) {
      const depth = min(BLOCK_K, k - l);
      packB<T>(depth, columns, b + l * bk + j * bn, bk, bn);
      for (let i = 0; i < m; i += BLOCK_M) {
        const rows = min(BLOCK_M, m - i);
        packA<T>(rows, depth, a + i * am + l * ak, am, ak);
        for (let jj = 0; jj < columns; jj += width) {
          for (let ii = 0; ii < rows; ii += ROWS) {
            const corner = c + (i + ii) * cm + (j + jj) * cn;
            const pa = scratch + TILE + ii * depth * size, pb = scratch + TILE + PANELS_A + jj * depth * size;
            if (ii + ROWS <= rows && jj + width <= columns && cn == size) {
              multiply<T>(depth, pa, pb, corner, cm, l > 0);
            } else {
              multiply<T>(depth, pa, pb, scratch, VECTORS * 16, false);
              copyTile<T>(min(ROWS, rows - ii), min(width, columns - jj), corner, cm, cn, l > 0);
            }
          }
        }
      }
    }
  }
}

/** Panels of 4 rows: for each k the 4 numbers of a column; zeros where there is no row. */
function packA<T>(rows: i32, depth: i32, a: usize, am: i32, ak: i32): void {
  const size = <i32>sizeof<T>();
  let to = scratch + TILE;
  for (let i = 0; i < rows; i += ROWS) {
    const full = i + ROWS <= rows;
    let from = a + i * am;
    for (let l = 0; l < depth; l++, from += ak, to += ROWS * size) {
      if (full) {
        store<T>(to, load<T>(from));
        store<T>(to + size, load<T>(from + am));
        store<T>(to + 2 * size, load<T>(from + 2 * am));
        store<T>(to + 3 * size, load<T>(from + 3 * am));
      } else {
        for (let r = 0; r < ROWS; r++) store<T>(to + r * size, i + r < rows ? load<T>(from + r * am) : <T>0);
      }
    }
  }
}

/** Panels of 32 bytes: for each k the numbers of a row; zeros where there is no column. */
function packB<T>(depth: i32, columns: i32, b: usize, bk: i32, bn: i32): void {
  const size = <i32>sizeof<T>(), width = VECTORS * 16 / size;
  let to = scratch + TILE + PANELS_A;
  for (let j = 0; j < columns; j += width) {
    const full = j + width <= columns;
    let from = b + j * bn;
    if (full && bn == size) {
      for (let l = 0; l < depth; l++, from += bk, to += VECTORS * 16) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      }
    } else {
      const there = min(width, columns - j);
      for (let l = 0; l < depth; l++, from += bk, to += VECTORS * 16) {
        let at = from;
        for (let s = 0; s < there; s++, at += bn) store<T>(to + s * size, load<T>(at));
        for (let s = there; s < width; s++) store<T>(to + s * size, <T>0);
      }
    }
  }
}

/** A tile of C: 4 rows by 2 vectors, in registers along all of k; `more` adds to what stands there. */
function multiply<T>(depth: i32, pa: usize, pb: usize, c: usize, cm: i32, more: bool): void {
  const size = <usize>sizeof<T>();
  let c00 = v128.splat<T>(<T>0), c01 = c00, c10 = c00, c11 = c00;
  let c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  for (let l = 0; l < depth; l++, pa += 4 * size, pb += 32) {
    const b0 = v128.load(pb), b1 = v128.load(pb, 16);
    let x = v128.load_splat<T>(pa);
    c00 = v128.add<T>(c00, v128.mul<T>(x, b0));
    c01 = v128.add<T>(c01, v128.mul<T>(x, b1));
    x = v128.load_splat<T>(pa + size);
    c10 = v128.add<T>(c10, v128.mul<T>(x, b0));
    c11 = v128.add<T>(c11, v128.mul<T>(x, b1));
    x = v128.load_splat<T>(pa + 2 * size);
    c20 = v128.add<T>(c20, v128.mul<T>(x, b0));
    c21 = v128.add<T>(c21, v128.mul<T>(x, b1));
    x = v128.load_splat<T>(pa + 3 * size);
    c30 = v128.add<T>(c30, v128.mul<T>(x, b0));
    c31 = v128.add<T>(c31, v128.mul<T>(x, b1));
  }
  row<T>(c, c00, c01, more);
  row<T>(c + cm, c10, c11, more);
  row<T>(c + 2 * cm, c20, c21, more);
  row<T>(c + 3 * cm, c30, c31, more);
}

// @ts-ignore: decorator
@inline function row<T>(c: usize, x0: v128, x1: v128, more: bool): void {
  if (more) {
    x0 = v128.add<T>(v128.load(c), x0);
    x1 = v128.add<T>(v128.load(c, 16), x1);
  }
  v128.store(c, x0);
  v128.store(c, x1, 16);
}

function copyTile<T>(rows: i32, columns: i32, c: usize, cm: i32, cn: i32, more: bool): void {
  const size = <i32>sizeof<T>();
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = c + i * cm + j * cn, value = load<T>(scratch + i * VECTORS * 16 + j * size);
      store<T>(at, more ? load<T>(at) + value : value);
    }
  }
}

/** y = x W for a vector x of k numbers and a matrix W (k, n). */
function vector<T>(k: i32, n: i32, x: usize, xk: i32, w: usize, wk: i32, wn: i32, y: usize, yn: i32): void {
  const size = <i32>sizeof<T>(), lanes = 16 / size;
  let j = 0;
  if (wn == size) {
    for (; j + 4 * lanes <= n; j += 4 * lanes) wide<T>(k, x, xk, w + j * size, wk, y + j * yn, yn);
  } else if (wk == size && xk == size && k >= 2 * lanes) {
    for (; j < n; j++) store<T>(y + j * yn, along<T>(k, x, w + j * wn));
  }
  for (; j < n; j++) {
    let sum = <T>0, px = x, pw = w + j * wn;
    for (let l = 0; l < k; l++, px += xk, pw += wk) sum += load<T>(px) * load<T>(pw);
    store<T>(y + j * yn, sum);
  }
}

/** 4 vectors of y at once, down the rows of W. */
function wide<T>(k: i32, x: usize, xk: i32, w: usize, wk: i32, y: usize, yn: i32): void {
  let y0 = v128.splat<T>(<T>0), y1 = y0, y2 = y0, y3 = y0;
  for (let l = 0; l < k; l++, x += xk, w += wk) {
    const v = v128.load_splat<T>(x);
    y0 = v128.add<T>(y0, v128.mul<T>(v, v128.load(w)));
    y1 = v128.add<T>(y1, v128.mul<T>(v, v128.load(w, 16)));
    y2 = v128.add<T>(y2, v128.mul<T>(v, v128.load(w, 32)));
    y3 = v128.add<T>(y3, v128.mul<T>(v, v128.load(w, 48)));
  }
  row<T>(scratch, y0, y1, false);
  row<T>(scratch + 32, y2, y3, false);
  const size = <i32>sizeof<T>(), width = 64 / size;
  for (let j = 0; j < width; j++) store<T>(y + j * yn, load<T>(scratch + j * size));
}

/** One number of y: two rows of numbers that lie side by side in memory. */
function along<T>(k: i32, x: usize, w: usize): T {
  const size = <i32>sizeof<T>(), lanes = 16 / size;
  let s0 = v128.splat<T>(<T>0), s1 = s0;
  let l = 0;
  for (; l + 2 * lanes <= k; l += 2 * lanes, x += 32, w += 32) {
    s0 = v128.add<T>(s0, v128.mul<T>(v128.load(x), v128.load(w)));
    s1 = v128.add<T>(s1, v128.mul<T>(v128.load(x, 16), v128.load(w, 16)));
  }
  v128.store(scratch, v128.add<T>(s0, s1));
  let sum = <T>0;
  for (let s = 0; s < lanes; s++) sum += load<T>(scratch + s * size);
  for (; l < k; l++, x += size, w += size) sum += load<T>(x) * load<T>(w);
  return sum;
}
