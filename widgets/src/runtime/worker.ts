/**
 * The other side of the protocol: Pyodide, NumPy and book_code in a worker, one kernel for each page.
 * Everything is fetched from the folder that the page names.
 */
import type { PyodideAPI } from "pyodide";
import type { PyProxy } from "pyodide/ffi";
import type { Answer, FromWorker, Json, Output, Report, Task, ToWorker } from "./protocol";
import { install } from "../fast-numpy";
import { limitMemory, type MemoryLimit } from "./memory";
import { OUTDATED, release } from "./protocol";
import { BOOK_KERNEL } from "./python";
import { startPython } from "./start";
import { addDrawing, fetchDrawing } from "./start/drawing";
import { Unpacker } from "./start/layers";
import { whenFree } from "./start/undisturbed";

const scope = globalThis as unknown as {
  postMessage(message: FromWorker): void;
  onmessage: (event: { data: ToWorker }) => void;
};
const post = (message: FromWorker): void => scope.postMessage(message);

interface Kernel extends PyProxy {
  run_json(code: string, cell: string): string;
  check_json(exercise: string, code: string): string;
  call_json(module: string, name: string, args: string): string;
  ask_json(question: string, code: string, cursor: number): string;
  reset(): void;
}
interface KernelModule extends PyProxy {
  Kernel(listener: (output: string) => void): Kernel;
  packages_needed(code: string): PyProxy & { toJs(): string[] };
}

const unpacker = new Unpacker();
let home: string; // the folder of Python's files
let pyodide: PyodideAPI;
let complete: () => Promise<void>;
let module: KernelModule;
let memory: MemoryLimit | null = null;
let started = false;
let loading = false; // whether a task waits for what arrives
let running = 0;
let loaded = 0;
let total = 0;
const kernels = new Map<string, Kernel>();

scope.onmessage = ({ data }) => whenFree(() => take(data));

function take(data: ToWorker): void {
  if (data.kind === "unpacker") return unpacker.reach(data.port);
  if (data.kind === "start" && data.release !== release) return post({ kind: "failed", message: OUTDATED });
  if (data.kind === "start") {
    live();
    start(data).then(
      () => post({ kind: "ready" }),
      (error) => post({ kind: "failed", message: said(error) }),
    );
    return;
  }
  const { id, task } = data;
  running = id;
  memory?.grant();
  answer(task).then(
    (answer) => {
      post({ kind: "done", id, answer });
      setTimeout(() => void complete().catch(() => {}), 300); // again where Python misses a file
    },
    (error) => post({ kind: "refused", id, message: said(error) }),
  );
}

/** Holds a lock as long as this worker lives, so that the page hears of its end, whatever ends it. */
function live(): void {
  const lock = `python-${Date.now()}-${Math.random()}`;
  const held = navigator.locks?.request(lock, () => {
    post({ kind: "alive", lock });
    return new Promise(() => {});
  });
  held?.catch(() => {}); // refused: the page then does without
}

async function start({ python, draws, interrupt }: Extract<ToWorker, { kind: "start" }>): Promise<void> {
  home = python;
  const fetched = fetchKernels(home);
  const sizes = fetch(`${home}sizes.json`, { signal: AbortSignal.timeout(PATIENCE) })
    .then(async (answer) => (await answer.json()) as Record<string, number>)
    .catch(() => ({})); // it only says how much is to come
  ({ pyodide, complete } = await startPython(home, draws, {
    count: arrived,
    unpacker,
    async watch() {
      watchFetches(await sizes);
    },
  }));
  // Python may die of a stack overflow in C; without this nobody would hear of it.
  const { _api } = pyodide as unknown as { _api: { on_fatal?: (error: unknown) => void } };
  _api.on_fatal = (error) => post({ kind: "failed", message: said(error) });
  memory = limitMemory(pyodide);
  const kernels = await fetched;
  if (kernels) install(pyodide, kernels); // where they do not fit, NumPy stays as it is
  if (interrupt) pyodide.setInterruptBuffer(new Int32Array(interrupt));
  addKernel();
  started = true;
}

/** Milliseconds for each of two small files that Python starts without, if need be. */
const PATIENCE = 20_000;

/** The hash of these kernels, which the build writes into this worker: no others are run. */
declare const KERNELS: string;

/** NumPy's faster products; null where they cannot be had: without SIMD they do not compile. */
async function fetchKernels(folder: string): Promise<WebAssembly.Module | null> {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(new URL("../fast-numpy/fast-numpy.wasm", folder), { integrity: KERNELS, signal });
    return await WebAssembly.compile(await answer.arrayBuffer());
  } catch {
    return null;
  }
}

function addKernel(): void {
  const folder = "/home/reader/book_kernel";
  const there = "import sys; sys.path.insert(0, '/home/reader'); 'book_kernel' in sys.modules";
  if (!pyodide.runPython(there)) {
    pyodide.FS.mkdirTree(folder);
    for (const [name, source] of Object.entries(BOOK_KERNEL)) pyodide.FS.writeFile(`${folder}/${name}`, source);
  }
  module = pyodide.pyimport("book_kernel.kernel") as KernelModule;
}

function kernelOf(page: string): Kernel {
  const kernel = kernels.get(page) ?? module.Kernel(tell);
  kernels.set(page, kernel);
  return kernel;
}

function tell(output: string): void {
  post({ kind: "output", id: running, output: JSON.parse(output) as Output });
}

async function answer(task: Task): Promise<Answer> {
  switch (task.kind) {
    case "run": {
      await loadFor(task.code);
      const outputs = JSON.parse(kernelOf(task.page).run_json(task.code, task.cell)) as Output[];
      return { kind: "run", outputs };
    }
    case "check": {
      const { exercise, code } = task;
      await loadFor([code, exercise.tests, exercise.hidden].join("\n"));
      const report = kernelOf("").check_json(JSON.stringify(exercise), code);
      return { kind: "check", report: JSON.parse(report) as Report };
    }
    case "call": {
      const { module, name, args } = task;
      const value = kernelOf("").call_json(module, name, JSON.stringify(args));
      return { kind: "call", value: JSON.parse(value) as Json };
    }
    case "ask": {
      const { page, question, code, cursor } = task;
      const value = kernelOf(page).ask_json(question, code, cursor);
      return { kind: "ask", value: JSON.parse(value) as Json };
    }
    case "forget":
      kernels.get(task.page)?.reset();
      return { kind: "forget" };
  }
}

/** Docstrings come with what the image leaves out. */
const DOCSTRINGS = /__doc__|getdoc|\bhelp\b|\bpydoc\b|\bdoctest\b/;

/** Fetches the packages that this code needs and that are not there yet. */
async function loadFor(code: string): Promise<void> {
  if (DOCSTRINGS.test(code)) await complete().catch(() => {}); // without them there is still an answer
  const names = module.packages_needed(code);
  const missing = (names.toJs() as string[]).filter((name) => !(name in pyodide.loadedPackages));
  names.destroy();
  if (missing.length === 0) return;
  const drawing = missing.includes("matplotlib");
  loading = true;
  if (drawing) fetchDrawing(home, arrived);
  try {
    await complete();
    if (drawing) await addDrawing(pyodide);
    await loadPackages(missing.filter((name) => !(name in pyodide.loadedPackages)));
  } catch {
    throw new Error(`The package ${missing.join(", ")} could not be fetched: is the connection lost?`);
  } finally {
    loading = false;
  }
  post({ kind: "ready" });
}

/** Pyodide goes on without a package that does not come, and thinks that what needs it is there. */
async function loadPackages(names: string[]): Promise<void> {
  const failures: string[] = [];
  const options = { messageCallback() {}, errorCallback: (message: string) => void failures.push(message) };
  await pyodide.loadPackage(names, options);
  if (failures.length === 0 && names.every((name) => name in pyodide.loadedPackages)) return;
  for (const name of names) delete pyodide.loadedPackages[name]; // so that they are asked for again
  throw new Error(failures.join("\n"));
}

/** Milliseconds without a byte after which a fetch counts as lost. */
const STALLED = 10_000;

/** Counts what arrives, and says at once what does not: Pyodide itself may then wait for ever. */
function watchFetches(sizes: Record<string, number>): void {
  const fetch = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const ending = new AbortController();
    const end = (): void => ending.abort(new Error("nothing came for a while"));
    let timer = setTimeout(end, STALLED);
    try {
      const response = await fetch(input, { ...init, signal: ending.signal });
      if (!response.ok) throw new Error(`${response.status} ${response.statusText}`.trim());
      arrived(0, sizes[nameOf(input)] ?? 0);
      const counted = pieces(response.clone(), (bytes) => {
        clearTimeout(timer);
        timer = setTimeout(end, STALLED);
        arrived(bytes);
      });
      counted.catch(() => {}).finally(() => clearTimeout(timer)); // who reads it hears of it
      return response;
    } catch (error) {
      clearTimeout(timer);
      throw refuse(input, said(error));
    }
  };
}

/** So many bytes more have arrived; so many more are to come than was known. */
function arrived(bytes: number, more = 0): void {
  loaded += bytes;
  total += more;
  if (!started || loading) post({ kind: "progress", loaded, total });
}

async function pieces(response: Response, count: (bytes: number) => void): Promise<void> {
  const reader = response.body?.getReader();
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read())
    count(piece.value.byteLength);
}

function nameOf(input: RequestInfo | URL): string {
  return (input instanceof Request ? input.url : String(input)).split("/").pop() ?? "";
}

function refuse(input: RequestInfo | URL, reason: string): Error {
  const error = new Error(`${nameOf(input)} could not be fetched (${reason}).`);
  if (!started) post({ kind: "failed", message: error.message });
  return error;
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
