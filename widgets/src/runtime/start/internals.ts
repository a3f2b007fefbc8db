/** The part of Pyodide's and Emscripten's insides that the image touches; of version 314.0.3. */
export interface Module {
  API: { config: { BUILD_ID: string } };
  HEAP8: Int8Array;
  HEAP32: Int32Array;
  HEAPU8: Uint8Array<ArrayBuffer>;
  HEAPU32: Uint32Array;
  FS: FileSystem;
  GOT: Record<string, WebAssembly.Global<"i32">>;
  GOTHandler: ProxyHandler<Set<string>>;
  LDSO: {
    loadedLibsByName: Record<string, Library>;
    loadedLibsByHandle: Record<number, Library>;
  };
  __PyRuntime: number;
  __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: number;
  wasmTable: WebAssembly.Table;
  wasmTableMirror: unknown[];
  convertJsFunctionToWasm(func: unknown, signature: string): unknown;
  getDylinkMetadata(module: WebAssembly.Module): { weakImports: Set<string> };
  growMemory(size: number): void;
  relocateExports(exports: WebAssembly.Exports, base: number): Record<string, unknown>;
  updateTableMap(first: number, count: number): void;
}

export interface Library {
  refcount: number;
  name: string;
  exports: Record<string, unknown>;
  global: boolean;
}

interface NodeOps {
  lookup(parent: FileNode, name: string): FileNode;
  readdir(node: FileNode): string[];
}

export interface FileNode {
  node_ops: NodeOps;
  stream_ops: object & { open?(): void };
}

export interface FileSystem {
  ErrnoError: new (code: number) => Error;
  lookupPath(path: string): { node: FileNode };
  lookupNode(parent: FileNode, name: string): FileNode;
  mkdirTree(path: string): void;
  readdir(path: string): string[];
  readFile(path: string, options: { encoding: "utf8" }): string;
  unlink(path: string): void;
  writeFile(path: string, data: Uint8Array, options: { canOwn: boolean }): void;
}

/** What loadPyodide hands to the function that makes the module. */
export interface Settings {
  API: { config: { BUILD_ID: string } };
  instantiateWasm(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): unknown;
}

export type CreateModule = (settings: Settings) => Promise<Module>;
