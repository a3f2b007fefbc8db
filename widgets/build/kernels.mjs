/** Bundles the module that installs the kernels:  node kernels.mjs ENTRY OUT */
import { build } from "esbuild";

const [entry, outfile] = process.argv.slice(2);
await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  format: "esm",
  target: "es2022",
  loader: { ".py": "text" },
  logLevel: "warning",
});
