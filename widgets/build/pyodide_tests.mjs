/**
 * Runs pytest inside Pyodide under Node:
 *
 *     node pyodide_tests.mjs '{"files": {...}, "mounts": {...}, "arguments": [...]}'
 *
 * The tests are the repository's own; what they import is the wheel that readers get.
 */
import { readFileSync } from "node:fs";
import { startPython } from "./service.mjs";

async function main({ files, mounts, arguments: words }) {
  const { pyodide, load } = await startPython();
  await load(["matplotlib"]);
  for (const [place, folder] of Object.entries(mounts)) {
    pyodide.FS.mkdirTree(place);
    pyodide.mountNodeFS(place, folder);
  }
  for (const [place, file] of Object.entries(files)) {
    pyodide.FS.writeFile(place, readFileSync(file, "utf8"));
  }
  const write = (bytes) => {
    process.stdout.write(bytes.slice());
    return bytes.length;
  };
  pyodide.setStdout({ write });
  pyodide.setStderr({ write });
  pyodide.globals.set("words", JSON.stringify(words));
  return pyodide.runPython(`
import json, os, sys
sys.dont_write_bytecode = True
sys.path.insert(0, "/home/packages")
os.chdir("/home/book")
import js, pytest

class Now:
    def pytest_runtest_logstart(self, nodeid, location):
        js.currentTest = nodeid

int(pytest.main(json.loads(words), plugins=[Now()]))
`);
}

try {
  process.exitCode = await main(JSON.parse(process.argv[2]));
} catch (error) {
  if (globalThis.currentTest) console.error(`Python ended in ${globalThis.currentTest}`);
  console.error(error.message.slice(-4000)); // without the source that Node would print
  process.exitCode = 1;
}
