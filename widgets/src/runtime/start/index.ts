/**
 * Starts Python with NumPy and book_code: from the memory image where that goes, else plainly. The
 * reader does not see which; a performance mark in the worker says it, and why the image was not used.
 */
import { type ImageFiles, type Started, startFromImage } from "./image";
import type { Means } from "./layers";
import { startPlain } from "./plain";

/** What the build knows of the image and its layers, as JSON; null where there is none. */
declare const IMAGE: string | null;

export interface Hooks extends Means {
  /** Called once the image has been tried: from now on Pyodide fetches for itself. */
  watch(): Promise<void>;
}

const ENV = { HOME: "/home/reader", PYTHONHASHSEED: "0" };

/** With `draws` Matplotlib is in the memory too. */
export async function startPython(folder: string, draws: boolean, hooks: Hooks): Promise<Started> {
  const started = await tryImage(folder, draws, hooks);
  await hooks.watch();
  if ("pyodide" in started) {
    tell({ way: "image" });
    return started;
  }
  const pyodide = await startPlain(folder, { ...ENV });
  tell({ way: "plain", reason: started.reason });
  return { pyodide, complete: async () => {} };
}

async function tryImage(folder: string, draws: boolean, hooks: Hooks): Promise<Started | { reason: string }> {
  if (IMAGE === null) return { reason: "There is no image." };
  try {
    return await startFromImage(folder, JSON.parse(IMAGE) as ImageFiles, draws, { ...ENV }, hooks);
  } catch (error) {
    return { reason: String(error) };
  }
}

function tell(detail: { way: "image" | "plain"; reason?: string }): void {
  performance.mark("python-started", { detail });
}
