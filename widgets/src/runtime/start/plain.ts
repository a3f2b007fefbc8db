/** The start by Pyodide's public interface, which every browser can do. */
import type { PyodideAPI } from "pyodide";

export async function startPlain(
  folder: string,
  env: Record<string, string>,
): Promise<PyodideAPI> {
  const { loadPyodide } = (await import(`${folder}pyodide.mjs`)) as typeof import("pyodide");
  return loadPyodide({
    indexURL: folder,
    packageBaseUrl: folder,
    packages: ["numpy", "book-code"],
    env,
  });
}
