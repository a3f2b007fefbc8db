/** Starting points of "function and derivative", its state, and how a link writes it. */
import { within } from "./numbers";
import { numbers, pack, unpack } from "./explorable-url";

export const HALF = 4; // the picture goes from -4 to 4
export const FINEST = 16; // h goes from 1 down to 10^-16
const TEXT = 120;

export const FUNCTIONS = ["x**2", "sigmoid(x)", "tanh(x)", "softplus(x)", "relu(x)", "leaky_relu(x)", "elu(x)", "gelu(x)", "silu(x)", "sin(x)", "exp(x)", "log(x)"] as const;

export const CHOICES = [
  { value: "3", label: "h = 10⁻³" },
  { value: "8", label: "h = 10⁻⁸" },
  { value: "15", label: "h = 10⁻¹⁵: the smaller, the nearer" },
] as const;
/** Where the question is asked. */
export const ASKED = { formula: "sigmoid(x)", x: 1 } as const;

interface Preset {
  readonly name: string;
  readonly label: string;
  readonly formula: string;
  readonly x: number;
}

export const PRESETS: readonly Preset[] = [
  { name: "sigmoid", label: "Sigmoid", ...ASKED },
  { name: "parabola", label: "A parabola", formula: "x**2", x: 1.5 },
  { name: "corner", label: "The corner of ReLU", formula: "relu(x)", x: 0 },
  { name: "dip", label: "The dip of SiLU", formula: "silu(x)", x: -1.28 },
  { name: "half", label: "A logarithm", formula: "log(x)", x: 1 },
];

export interface State {
  readonly preset: string;
  readonly formula: string;
  readonly x: number;
  /** h is 10 to the power of minus this. */
  readonly power: number;
  readonly guess: string | null;
}

export function begin(name: string): State {
  const { name: preset, formula, x } = PRESETS.find((each) => each.name === name) ?? PRESETS[0]!;
  return { preset, formula, x, power: 0, guess: null };
}

export function encode({ preset, formula, x, power, guess }: State): string {
  const from = begin(preset);
  return pack({ p: preset, f: formula === from.formula ? null : formula, x, h: power, g: guess });
}

export function decode(text: string): State | null {
  const fields = unpack(text);
  const preset = fields.get("p");
  if (!PRESETS.some(({ name }) => name === preset)) return null;
  const from = begin(preset!);
  const x = numbers(fields.get("x"), 1)?.[0];
  const power = numbers(fields.get("h"), 1)?.[0];
  if (x === undefined || power === undefined || Math.abs(x) > HALF || power < 0 || power > FINEST || power % 0.5 !== 0) return null;
  return { ...from, formula: (fields.get("f") ?? from.formula).slice(0, TEXT), x, power, guess: fields.get("g") ?? null };
}

/** A place as it is kept: in the picture, to two digits. */
export function inside(x: number): number {
  return within(x, -HALF, HALF);
}

/** Whether the secants of 10^-4 and 10^-6 stay far off alike: at a corner no step is small enough. */
export function corner(errors: readonly (number | null)[], slope: number): boolean {
  const [coarse, fine] = [errors[8] ?? 0, errors[12] ?? 0];
  return fine > 0.5 * coarse && fine > 1e-3 * (1 + Math.abs(slope));
}

/** Errors on a logarithmic scale; one of 0 lies at the bottom. */
export function logs(errors: readonly (number | null)[], least: number): (number | null)[] {
  return errors.map((error) => (error === null ? null : Math.max(least, Math.log10(error))));
}
