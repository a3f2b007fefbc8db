/** The start by Pyodide's public interface, which every browser can do. */
import type { PyodideAPI } from "pyodide";
import type { Module } from "./internals.ts";
import { addWeights } from "./weights.ts";

/** The hash of the list of packages; Pyodide holds each package to the hash that the list has of it. */
declare const LOCK: string;

export async function startPlain(
  folder: string,
  env: Record<string, string>,
): Promise<PyodideAPI> {
  const { loadPyodide } = (await import(`${folder}pyodide.mjs`)) as typeof import("pyodide");
  const lock = await fetch(`${folder}pyodide-lock.json`, { integrity: LOCK });
  if (!lock.ok) throw new Error(`pyodide-lock.json could not be fetched (${lock.status}).`);
  const pyodide = await loadPyodide({
    indexURL: folder,
    packageBaseUrl: folder,
    lockFileContents: await lock.text(),
    packages: ["numpy", "book-code"],
    env,
  });
  addWeights((pyodide as unknown as { _module: Module })._module.FS, folder);
  return pyodide;
}
