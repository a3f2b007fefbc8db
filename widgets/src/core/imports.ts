/** What the names in a page's code stand for, as far as its import lines tell. */

const IMPORT = /^[ \t]*import\s+([^#\n]+)/gm;
const FROM = /^[ \t]*from\s+([\w.]+)\s+import\s+(?:\(([^)]*)\)|([^#\n]+))/gm;

/** Each imported name with the dotted name that it stands for. */
export function aliases(code: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, names = ""] of code.matchAll(IMPORT))
    for (const { name, alias } of parts(names)) {
      const [first = name] = name.split(".");
      if (alias) found.set(alias, name);
      else found.set(first, first);
    }
  for (const [, module, inside, line] of code.matchAll(FROM))
    for (const { name, alias } of parts(inside ?? line ?? "")) found.set(alias ?? name, `${module}.${name}`);
  return found;
}

/** The dotted name under an offset of the code, up to the part that it lies in; empty where there is none. */
export function nameAt(code: string, offset: number): string {
  for (const found of code.matchAll(/[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/g)) {
    const end = found.index + found[0].length;
    if (offset < found.index || offset > end) continue;
    if (/\.\s*$/.test(code.slice(0, found.index))) return ""; // of what a call gives
    const dot = code.indexOf(".", offset);
    return code.slice(found.index, dot < 0 || dot > end ? end : dot);
  }
  return "";
}

/** The full name of a name in the code, if an import says where it comes from. */
export function qualified(name: string, known: ReadonlyMap<string, string>): string | null {
  const [first = "", ...rest] = name.split(".");
  const home = known.get(first);
  return home === undefined ? null : [home, ...rest].join(".");
}

function parts(names: string): { name: string; alias: string | undefined }[] {
  return names
    .replace(/#.*$/gm, "")
    .split(",")
    .map((part) => part.trim().split(/\s+as\s+/))
    .filter(([name]) => name && /^[\w.]+$/.test(name))
    .map(([name = "", alias]) => ({ name, alias }));
}
