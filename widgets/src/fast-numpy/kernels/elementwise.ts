/**
 * Functions of each number for NumPy in WebAssembly, with SIMD, in float32 and float64: exp, tanh, add, subtract, multiply, divide,
 * maximum, minimum.
 *
 * exp and tanh follow Cephes (S. Moshier, 1984-1992): 2^n times a polynomial on half of ln 2 around 0, and for small
 * arguments of tanh a polynomial or a quotient of two; in float64 exp's polynomial is its series. Errors are below
 * two units in the last place, to which the tests hold them. The others are NumPy's, bit for bit.
 *
 * Numbers that do not lie side by side, and reductions, are left to NumPy's own loops; so are exp, sums, differences and
 * products in float64, where two numbers at once gain nothing over them.
 */
import { scratch } from "./scratch";

@external("numpy", "exp_f32") declare function stock_exp_f32(args: usize, dims: usize, steps: usize, data: usize): void;
@external("numpy", "tanh_f32") declare function stock_tanh_f32(args: usize, dims: usize, steps: usize, data: usize): void;
@external("numpy", "tanh_f64") declare function stock_tanh_f64(args: usize, dims: usize, steps: usize, data: usize): void;
@external("numpy", "add_f32") declare function stock_add_f32(args: usize, dims: usize, steps: usize, data: usize): void;
@external("numpy", "subtract_f32") declare function stock_subtract_f32(args: usize, dims: usize, steps: usize, data: usize): void;
@external("numpy", "multiply_f32") declare function stock_multiply_f32(args: usize, dims: usize, steps: usize, data: usize): void;
@external("numpy", "divide_f32") declare function stock_divide_f32(args: usize, dims: usize, steps: usize, data: usize): void;
@external("numpy", "divide_f64") declare function stock_divide_f64(args: usize, dims: usize, steps: usize, data: usize): void;
@external("numpy", "maximum_f32") declare function stock_maximum_f32(args: usize, dims: usize, steps: usize, data: usize): void;
@external("numpy", "maximum_f64") declare function stock_maximum_f64(args: usize, dims: usize, steps: usize, data: usize): void;
@external("numpy", "minimum_f32") declare function stock_minimum_f32(args: usize, dims: usize, steps: usize, data: usize): void;
@external("numpy", "minimum_f64") declare function stock_minimum_f64(args: usize, dims: usize, steps: usize, data: usize): void;

const ADD: i32 = 0, SUBTRACT: i32 = 1, MULTIPLY: i32 = 2, DIVIDE: i32 = 3, MAXIMUM: i32 = 4, MINIMUM: i32 = 5;

export function exp_f32(args: usize, dims: usize, steps: usize, data: usize): void {
  if (!unary<f32>(args, dims, steps, false)) stock_exp_f32(args, dims, steps, data);
}

export function tanh_f32(args: usize, dims: usize, steps: usize, data: usize): void {
  if (!unary<f32>(args, dims, steps, true)) stock_tanh_f32(args, dims, steps, data);
}

export function tanh_f64(args: usize, dims: usize, steps: usize, data: usize): void {
  if (!unary<f64>(args, dims, steps, true)) stock_tanh_f64(args, dims, steps, data);
}

export function add_f32(args: usize, dims: usize, steps: usize, data: usize): void {
  if (!binary<f32>(args, dims, steps, ADD)) stock_add_f32(args, dims, steps, data);
}

export function subtract_f32(args: usize, dims: usize, steps: usize, data: usize): void {
  if (!binary<f32>(args, dims, steps, SUBTRACT)) stock_subtract_f32(args, dims, steps, data);
}

export function multiply_f32(args: usize, dims: usize, steps: usize, data: usize): void {
  if (!binary<f32>(args, dims, steps, MULTIPLY)) stock_multiply_f32(args, dims, steps, data);
}

export function divide_f32(args: usize, dims: usize, steps: usize, data: usize): void {
  if (!binary<f32>(args, dims, steps, DIVIDE)) stock_divide_f32(args, dims, steps, data);
}

export function divide_f64(args: usize, dims: usize, steps: usize, data: usize): void {
  if (!binary<f64>(args, dims, steps, DIVIDE)) stock_divide_f64(args, dims, steps, data);
}

export function maximum_f32(args: usize, dims: usize, steps: usize, data: usize): void {
  if (!binary<f32>(args, dims, steps, MAXIMUM)) stock_maximum_f32(args, dims, steps, data);
}

export function maximum_f64(args: usize, dims: usize, steps: usize, data: usize): void {
  if (!binary<f64>(args, dims, steps, MAXIMUM)) stock_maximum_f64(args, dims, steps, data);
}

export function minimum_f32(args: usize, dims: usize, steps: usize, data: usize): void {
  if (!binary<f32>(args, dims, steps, MINIMUM)) stock_minimum_f32(args, dims, steps, data);
}

export function minimum_f64(args: usize, dims: usize, steps: usize, data: usize): void {
  if (!binary<f64>(args, dims, steps, MINIMUM)) stock_minimum_f64(args, dims, steps, data);
}

/** NumPy's loop x -> y; false where the numbers do not lie side by side. */
function unary<T>(args: usize, dims: usize, steps: usize, tanh: bool): bool {
  const size = <i32>sizeof<T>();
  if (load<i32>(steps) != size || load<i32>(steps, 4) != size) return false;
  let x = load<usize>(args), y = load<usize>(args, 4);
  const bytes = load<i32>(dims) * size, whole = bytes & ~15;
  const end = x + whole;
  for (; x < end; x += 16, y += 16) v128.store(y, value<T>(v128.load(x), tanh));
  const left = bytes - whole;
  if (left > 0) {
    // The last few go through the same instructions: a number's value does not depend on its place.
    memory.copy(scratch, x, left);
    v128.store(scratch, value<T>(v128.load(scratch), tanh));
    memory.copy(y, scratch, left);
  }
  return true;
}

// @ts-ignore: decorator
@inline function value<T>(x: v128, tanh: bool): v128 {
  if (sizeof<T>() == 4) return tanh ? tanh32(x) : exp32(x);
  return tanh64(x);
}

/** NumPy's loop a, b -> c, either operand one number for all; false for reductions and other steps. */
// @ts-ignore: decorator
@inline function binary<T>(args: usize, dims: usize, steps: usize, operation: i32): bool {
  const size = <i32>sizeof<T>(), n = load<i32>(dims);
  const sa = load<i32>(steps), sb = load<i32>(steps, 4);
  if (load<i32>(steps, 8) != size || (sa != size && sa != 0) || (sb != size && sb != 0)) return false;
  let a = load<usize>(args), b = load<usize>(args, 4), c = load<usize>(args, 8);
  if (reads(a, sa, c, n * size) || reads(b, sb, c, n * size)) return false;
  const lanes = 16 / size, wa = sa == 0 ? 0 : 16, wb = sb == 0 ? 0 : 16;
  let i = 0;
  for (; i + lanes <= n; i += lanes, a += wa, b += wb, c += 16) {
    const x = sa == 0 ? v128.load_splat<T>(a) : v128.load(a);
    const y = sb == 0 ? v128.load_splat<T>(b) : v128.load(b);
    v128.store(c, both<T>(x, y, operation));
  }
  for (; i < n; i++, a += sa, b += sb, c += size) {
    const last = both<T>(v128.load_splat<T>(a), v128.load_splat<T>(b), operation);
    store<T>(c, sizeof<T>() == 4 ? <T>f32x4.extract_lane(last, 0) : <T>f64x2.extract_lane(last, 0));
  }
  return true;
}

/** Whether an operand is read where a result stands by then, as in np.add.accumulate: one after the other, that is. */
function reads(a: usize, step: i32, c: usize, bytes: i32): bool {
  return step == 0 ? c <= a && a < c + bytes : a < c && c < a + bytes;
}

// @ts-ignore: decorator
@inline function both<T>(x: v128, y: v128, operation: i32): v128 {
  if (operation == ADD) return v128.add<T>(x, y);
  if (operation == SUBTRACT) return v128.sub<T>(x, y);
  if (operation == MULTIPLY) return v128.mul<T>(x, y);
  if (operation == DIVIDE) return v128.div<T>(x, y);
  // The first where it is not a number, or not the lesser (greater): NumPy's rule, the sign of zero included.
  const first = operation == MAXIMUM ? v128.ge<T>(x, y) : v128.le<T>(x, y);
  return v128.bitselect(x, y, v128.or(first, v128.ne<T>(x, x)));
}

// Polynomials are put together from lines (Estrin's scheme): the processor computes several at once.
// @ts-ignore: decorator
@inline function line32(x: v128, a: f32, b: f32): v128 {
  return f32x4.add(f32x4.splat(a), f32x4.mul(x, f32x4.splat(b)));
}
// @ts-ignore: decorator
@inline function line64(x: v128, a: f64, b: f64): v128 {
  return f64x2.add(f64x2.splat(a), f64x2.mul(x, f64x2.splat(b)));
}

// Adding 3 * 2^22 rounds to a whole number, which then stands in the last bits: cheaper than nearest and truncation.
const ROUND32: f32 = 12582912;

function exp32(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-104)); // beyond: infinity and zero; not a number stays
  const shifted = line32(x, ROUND32, 1.44269504088896341), n = f32x4.sub(shifted, f32x4.splat(ROUND32));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  const r2 = f32x4.mul(r, r);
  const low = line32(r, 5.0000001201e-1, 1.6666665459e-1), middle = line32(r, 4.1665795894e-2, 8.3334519073e-3);
  const high = line32(r, 1.3981999507e-3, 1.9875691500e-4);
  let p = f32x4.add(low, f32x4.mul(r2, f32x4.add(middle, f32x4.mul(r2, high))));
  p = f32x4.add(f32x4.add(f32x4.mul(p, r2), r), f32x4.splat(1));
  const whole = i32x4.sub(shifted, f32x4.splat(ROUND32)), half = i32x4.shr_s(whole, 1); // in two steps: 2^n may be too large
  p = f32x4.mul(p, i32x4.shl(i32x4.add(half, i32x4.splat(127)), 23));
  return f32x4.mul(p, i32x4.shl(i32x4.add(i32x4.sub(whole, half), i32x4.splat(127)), 23));
}

function tanh32(x: v128): v128 {
  const sign = v128.and(x, i32x4.splat(0x80000000)), size = f32x4.abs(x), z = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(2.06390887954e-2));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-5.37397155531e-2));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(1.33314422036e-1));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-3.33332819422e-1));
  const small = f32x4.add(f32x4.mul(f32x4.mul(p, z), x), x);
  const e = exp32(f32x4.add(size, size));
  const large = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.splat(2), f32x4.add(e, f32x4.splat(1))));
  return v128.bitselect(small, v128.or(large, sign), f32x4.lt(size, f32x4.splat(0.625)));
}

function exp64(x: v128): v128 {
  x = f64x2.max(f64x2.min(x, f64x2.splat(710)), f64x2.splat(-746));
  const n = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634073599)));
  let r = f64x2.sub(x, f64x2.mul(n, f64x2.splat(6.93145751953125e-1)));
  r = f64x2.sub(r, f64x2.mul(n, f64x2.splat(1.42860682030941723212e-6)));
  const r2 = f64x2.mul(r, r), r4 = f64x2.mul(r2, r2);
  const p0 = line64(r, 1.0 / 2, 1.0 / 6), p1 = line64(r, 1.0 / 24, 1.0 / 120), p2 = line64(r, 1.0 / 720, 1.0 / 5040);
  const p3 = line64(r, 1.0 / 40320, 1.0 / 362880), p4 = line64(r, 1.0 / 3628800, 1.0 / 39916800);
  const p5 = line64(r, 1.0 / 479001600, 1.0 / 6227020800);
  const low = f64x2.add(p0, f64x2.mul(r2, p1)), middle = f64x2.add(p2, f64x2.mul(r2, p3)), high = f64x2.add(p4, f64x2.mul(r2, p5));
  let p = f64x2.add(low, f64x2.mul(r4, f64x2.add(middle, f64x2.mul(r4, high))));
  p = f64x2.add(f64x2.add(f64x2.mul(p, r2), r), f64x2.splat(1));
  const whole = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n)), half = i64x2.shr_s(whole, 1);
  p = f64x2.mul(p, i64x2.shl(i64x2.add(half, i64x2.splat(1023)), 52));
  return f64x2.mul(p, i64x2.shl(i64x2.add(i64x2.sub(whole, half), i64x2.splat(1023)), 52));
}

function tanh64(x: v128): v128 {
  const sign = v128.and(x, i64x2.splat(0x8000000000000000)), size = f64x2.abs(x), z = f64x2.mul(x, x);
  let p = f64x2.splat(-9.64399179425052238628e-1);
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-9.92877231001918586564e1));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-1.61468768441708447952e3));
  let q = f64x2.add(z, f64x2.splat(1.12811678491632931402e2));
  q = f64x2.add(f64x2.mul(q, z), f64x2.splat(2.23548839060100448583e3));
  q = f64x2.add(f64x2.mul(q, z), f64x2.splat(4.84406305325125486048e3));
  const small = f64x2.add(f64x2.mul(f64x2.mul(f64x2.div(p, q), z), x), x);
  const e = exp64(f64x2.add(size, size));
  const large = f64x2.sub(f64x2.splat(1), f64x2.div(f64x2.splat(2), f64x2.add(e, f64x2.splat(1))));
  return v128.bitselect(small, v128.or(large, sign), f64x2.lt(size, f64x2.splat(0.625)));
}
