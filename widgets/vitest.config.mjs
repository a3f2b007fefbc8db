import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** Like the bundler: a Python file is its text. */
const pythonAsText = {
  name: "python-as-text",
  enforce: "pre",
  load(id) {
    return id.endsWith(".py")
      ? `export default ${JSON.stringify(readFileSync(id, "utf8"))}`
      : undefined;
  },
};

export default defineConfig({
  plugins: [pythonAsText],
  test: { include: ["src/**/*.test.ts"], environment: "happy-dom", fileParallelism: false },
});
