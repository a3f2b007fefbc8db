import type { WorkerPort } from "./client";
import type { ToWorker } from "./protocol";

/**
 * Python's worker, and beside it one that unpacks the memory that it starts from. The page makes both: a worker that is
 * busy takes long to make another, and in Firefox (153) `new Worker` in a worker sometimes never returns.
 */
export function pythonWorker(): WorkerPort {
  const missing = unsupported();
  if (missing) throw new Error(`${missing}, so the code on this page cannot run here.`);
  const python = new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "python" });
  const unpacker = new Worker(new URL("./unpacker.js", import.meta.url), { type: "module", name: "unpacker" });
  const { port1, port2 } = new MessageChannel();
  const tell = (port: MessagePort | null, transfer: Transferable[] = []) =>
    python.postMessage({ kind: "unpacker", port } satisfies ToWorker, transfer);
  unpacker.onerror = () => tell(null);
  unpacker.postMessage(null, [port1]);
  tell(port2, [port2]);
  const end = python.terminate.bind(python);
  python.terminate = () => {
    unpacker.terminate();
    end();
  };
  return python as unknown as WorkerPort;
}

/** What keeps Python from running in this browser, in words; null if nothing does. */
function unsupported(): string | null {
  if (typeof WebAssembly !== "object") return "This browser has no WebAssembly";
  if (typeof Worker !== "function") return "This browser has no background workers";
  return null;
}
