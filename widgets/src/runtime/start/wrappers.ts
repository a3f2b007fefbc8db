/**
 * Emscripten puts 260 of its JavaScript functions into the table, and has a module of some forty bytes compiled for
 * each. There are only as many different ones as signatures.
 */
const SMALL = 100; // bytes

/** Does it; small modules of the same bytes are compiled once meanwhile. */
export function compilingOnce(work: () => void): void {
  const { Module } = WebAssembly;
  const compiled = new Map<string, WebAssembly.Module>();
  WebAssembly.Module = new Proxy(Module, {
    construct(_, [bytes]: [Uint8Array<ArrayBuffer>]) {
      if (bytes.length > SMALL) return new Module(bytes);
      const key = String(bytes);
      const module = compiled.get(key) ?? new Module(bytes);
      compiled.set(key, module);
      return module;
    },
  });
  try {
    work();
  } finally {
    WebAssembly.Module = Module;
  }
}
