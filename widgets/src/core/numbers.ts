/** Numbers as a reader wants them: few digits, a real minus sign, no trailing zeros. */
export function show(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "undefined" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 10 ** -digits || size >= 1e6)) {
    const [mantissa, exponent] = value.toExponential(2).split("e");
    return minus(`${Number(mantissa)}e${Number(exponent)}`);
  }
  return minus(String(Number(value.toFixed(digits))));
}

/** 10⁻⁸, 3.2·10⁻⁵, 1 */
export function raised(value: number): string {
  const [digits, power] = value.toExponential(1).split("e") as [string, string];
  if (power === "+0") return String(Number(digits));
  const sign = [...power.replace("+", "")].map((each) => (each === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(each)])).join("");
  return digits === "1.0" ? `10${sign}` : `${digits}·10${sign}`;
}

/** As a factor or term in a written-out sum: negative numbers in brackets. */
export function term(value: number, digits = 3): string {
  const text = show(value, digits);
  return text.startsWith("−") ? `(${text})` : text;
}

/** As Python reads it. */
export function python(value: number): string {
  return String(Number(value.toPrecision(12)));
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Within bounds, and to two digits: as a link keeps it. */
export function within(value: number, low: number, high: number): number {
  return Math.round(100 * clamp(value, low, high)) / 100 + 0; // no -0
}

export function roundTo(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toFixed(6));
}

/** "1 update", "3 updates" */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function minus(text: string): string {
  return (text === "-0" ? "0" : text).replace(/-/g, "−");
}
