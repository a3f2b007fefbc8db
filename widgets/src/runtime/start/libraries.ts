/**
 * Puts NumPy's shared libraries back into a fresh Pyodide, exactly where they were when the image was
 * made: the memory that is written back afterwards is full of their addresses and table slots.
 */
import type { Module } from "./internals";

/** Where a function of the table above the main module's own comes from. */
type Slot =
  | [slot: number, library: number, name: string]
  | [slot: number, library: "main", name: string]
  | [slot: number, library: "wrapped", name: string, signature: string];

export interface Places {
  /** Size of the memory, in bytes; of the table, in entries. */
  heap: number;
  table: number;
  /** Entries of the table that the main module fills by itself. */
  own: number;
  /** The slot from which the libraries were put: engines fill those before it differently. */
  first: number;
  libraries: {
    name: string;
    memoryBase: number;
    tableBase: number;
    global: boolean;
    handles: number[];
  }[];
  slots: Slot[];
  /** The global offset table, where it is not as in a fresh Pyodide. */
  offsets: Record<string, number>;
  /** Table slot of every function that the main module exports, each less the one before. */
  main: number[];
  /** Table slots of the functions of the JavaScript side. */
  script: Record<string, number>;
}

/** Gives a function to be called when the memory has been written. */
export function putLibraries(
  module: Module,
  places: Places,
  compiled: WebAssembly.Module[],
  main: WebAssembly.Instance,
): () => void {
  const table = module.wasmTable;
  const { GOT } = module;
  if (table.length > places.first) throw new Error(`The table has ${table.length} entries.`);
  const restoreTrampoline = keepTrampoline(module);
  table.grow(places.table - table.length);
  if (module.HEAP8.length < places.heap) module.growMemory(places.heap);
  for (const [name, value] of Object.entries(places.offsets)) {
    GOT[name] ??= new WebAssembly.Global({ value: "i32", mutable: true });
    GOT[name].value = value;
  }
  putMainFunctions(module, places, main);
  const exports = places.libraries.map((_, i) => instantiate(module, places, compiled[i]!, i));
  const imports = module.LDSO.loadedLibsByName["__main__"]!.exports;
  for (const [slot, library, name, signature] of places.slots) {
    const found = typeof library === "number" ? exports[library]![name] : imports[name];
    if (typeof found !== "function") throw new Error(`There is no function ${name}.`);
    table.set(slot, library === "wrapped" ? module.convertJsFunctionToWasm(found, signature!) : found);
  }
  for (let i = places.own; i < table.length; i++) module.wasmTableMirror[i] = table.get(i);
  module.updateTableMap(places.own, table.length - places.own);
  return () => {
    restoreTrampoline();
    (imports["tzset"] as (() => void) | undefined)?.();
  };
}

/**
 * CPython's trampoline for calls stands in the table only where the engine knows WebAssembly's garbage
 * collection. It moves to the end, and Python's memory is told where it is.
 */
function keepTrampoline(module: Module): () => void {
  const address = () => (module.__PyRuntime + module.HEAP32[module.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >> 2]!) >> 2;
  const place = address();
  const slot = module.HEAP32[place]!;
  const trampoline: unknown = slot ? module.wasmTable.get(slot) : null;
  return () => {
    let moved = 0;
    if (trampoline) {
      moved = module.wasmTable.grow(1);
      module.wasmTable.set(moved, trampoline);
      module.wasmTableMirror[moved] = trampoline;
    }
    module.HEAP32[place] = moved;
  };
}

/** The order in which the main module's functions get their slots differs between engines. */
function putMainFunctions(module: Module, places: Places, main: WebAssembly.Instance): void {
  const { GOT, wasmTable: table } = module;
  const script = Object.entries(places.script).map(([name, slot]) => {
    const found: unknown = table.get(GOT[name]!.value);
    return { name, slot, found };
  });
  let slot = 0;
  Object.entries(main.exports).forEach(([name, value], i) => {
    slot += places.main[i] ?? 0;
    if (!slot) return;
    if (table.get(slot) !== value) table.set(slot, value);
    if (GOT[name]) GOT[name].value = slot;
  });
  for (const { name, slot, found } of script) {
    table.set(slot, found);
    GOT[name]!.value = slot;
  }
}

function instantiate(
  module: Module,
  places: Places,
  compiled: WebAssembly.Module,
  index: number,
): WebAssembly.Exports {
  const { name, memoryBase, tableBase, global, handles } = places.libraries[index]!;
  const imports = module.LDSO.loadedLibsByName["__main__"]!.exports;
  const known = (symbol: string) => {
    const found = imports[symbol] as { stub?: boolean } | undefined;
    return found && !found.stub ? found : undefined;
  };
  let own: Record<string, unknown> = {};
  const late: Record<string, unknown> = {};
  const env = new Proxy<Record<string, unknown>>({}, {
    get(_, symbol: string) {
      if (symbol === "__memory_base") return memoryBase;
      if (symbol === "__table_base") return tableBase;
      return (
        known(symbol) ??
        (late[symbol] ??= (...values: unknown[]) => {
          const found = (known(symbol) ?? own[symbol]) as ((...values: unknown[]) => unknown) | undefined;
          if (!found) throw new Error(`There is no function ${symbol}.`);
          return found(...values);
        })
      );
    },
  });
  const offsets = new Proxy(module.getDylinkMetadata(compiled).weakImports, module.GOTHandler);
  const instance = new WebAssembly.Instance(compiled, {
    "GOT.mem": offsets,
    "GOT.func": offsets,
    env,
    wasi_snapshot_preview1: env,
  } as unknown as WebAssembly.Imports);
  own = module.relocateExports(instance.exports, memoryBase);
  const library = { refcount: Infinity, name, exports: own, global };
  module.LDSO.loadedLibsByName[name] = library;
  for (const handle of handles) module.LDSO.loadedLibsByHandle[handle] = library;
  return instance.exports;
}
