/**
 * Watches Pyodide load shared libraries, and says afterwards where everything stands: the bases of each,
 * which function sits in which slot of the table, the global offset table.
 */

/** Starts to watch; `describe` ends it. */
export function record() {
  const { Instance, instantiate } = WebAssembly;
  const loaded = [];
  const wrapped = new Map();
  const note = (module, instance, imports) => {
    if (typeof imports?.env?.__memory_base === "number") {
      const { __memory_base: memoryBase, __table_base: tableBase } = imports.env;
      loaded.push({ module, instance, memoryBase, tableBase });
    }
    if (imports?.e?.f) wrapped.set(instance.exports.f, imports.e.f);
  };
  WebAssembly.Instance = new Proxy(Instance, {
    construct(_, [module, imports]) {
      const instance = new Instance(module, imports);
      note(module, instance, imports);
      return instance;
    },
  });
  WebAssembly.instantiate = async (source, imports) => {
    const result = await instantiate.call(WebAssembly, source, imports);
    if (result instanceof Instance) note(source, result, imports);
    else note(result.module, result.instance, imports);
    return result;
  };
  return {
    loaded,
    wrapped,
    stop() {
      Object.assign(WebAssembly, { Instance, instantiate });
    },
  };
}

/** What libraries.ts needs to put all back; `fresh` is what stood there before they were loaded. */
export function describe(M, { loaded, wrapped }, fresh) {
  const functions = new Map();
  loaded.forEach(({ instance }, i) => {
    for (const [name, value] of Object.entries(instance.exports)) {
      if (typeof value === "function") functions.set(value, [i, name]);
    }
  });
  const libraries = loaded.map(({ module, memoryBase, tableBase }, i) => {
    const [name, library] = Object.entries(M.LDSO.loadedLibsByName).find(
      ([name, { exports }]) =>
        name !== "__main__" && Object.values(exports).some((value) => functions.get(value)?.[0] === i),
    );
    const handles = Object.entries(M.LDSO.loadedLibsByHandle)
      .filter(([, other]) => other === library)
      .map(([handle]) => Number(handle));
    const tableSize = M.getDylinkMetadata(module).tableSize || 0;
    return { name, memoryBase, tableBase, tableSize, global: Boolean(library.global), handles };
  });
  return {
    heap: M.HEAP8.length,
    table: M.wasmTable.length,
    own: fresh.own,
    first: fresh.first,
    libraries,
    slots: slotsOf(M, libraries, functions, wrapped, fresh.first),
    offsets: offsetsOf(M, loaded, fresh.offsets),
    main: fresh.main,
    script: fresh.script,
  };
}

/** The slots that no library fills by itself. */
function slotsOf(M, libraries, functions, wrapped, first) {
  const imports = M.LDSO.loadedLibsByName.__main__.exports;
  const names = new Map(
    Object.entries(imports)
      .filter(([, value]) => typeof value === "function")
      .map(([name, value]) => [value, name]),
  );
  const filled = (slot) =>
    libraries.some(({ tableBase, tableSize }) => slot >= tableBase && slot < tableBase + tableSize);
  const slots = [];
  for (let slot = first; slot < M.wasmTable.length; slot++) {
    const found = filled(slot) ? null : M.wasmTable.get(slot);
    if (!found) continue;
    const inside = wrapped.get(found);
    if (functions.has(found)) slots.push([slot, ...functions.get(found)]);
    else if (names.has(found)) slots.push([slot, "main", names.get(found)]);
    else if (names.has(inside)) slots.push([slot, "wrapped", names.get(inside), inside.sig]);
    else throw new Error(`Nobody knows the function in slot ${slot} of the table.`);
  }
  return slots;
}

/** The entries that changed, and those of functions that a library takes, as they are here. */
function offsetsOf(M, loaded, before) {
  const taken = new Set(
    loaded
      .flatMap(({ module }) => WebAssembly.Module.imports(module))
      .filter((item) => item.module === "GOT.func")
      .map((item) => item.name),
  );
  const now = Object.entries(M.GOT).map(([name, entry]) => [name, entry.value]);
  return Object.fromEntries(
    now.filter(([name, value]) => before[name] !== value || taken.has(name)),
  );
}
