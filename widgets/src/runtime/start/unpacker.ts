/**
 * A worker beside Python's: it reads meanwhile what an earlier visit has kept, the main module and the layers of the
 * image, and fetches and unpacks the layers that are not kept.
 */
import { unpack } from "./bundle.ts";
import { keptFiles } from "./kept.ts";
import { compileLibraries, fetchUnpacked, type Unpacked } from "./unpacked.ts";

/** A file of an image, in the folder of Python's files. */
interface Place {
  folder: string;
  image: string;
  file: string;
}
export type Wanted = Place & ({ kind: "main" } | { kind: "layer"; size: number; sha256: string });

/** The main module is null where it is not kept: then Python's worker compiles it while it arrives. */
export interface Brought {
  main: WebAssembly.Module | null;
  layer: Unpacked & { kept: boolean };
}

export type Told = { file: string } & (
  | { kind: "got"; bytes: number; more: number }
  | { kind: "brought"; brought: Brought[keyof Brought] }
  | { kind: "failed"; message: string });

const scope = globalThis as unknown as { close(): void; onmessage: (event: MessageEvent<null>) => void };

// The browser takes a while to open its file system: it begins before anything is asked for.
navigator.storage?.getDirectory().catch(() => {});

scope.onmessage = ({ ports: [port] }) => {
  port!.onmessage = ({ data }: MessageEvent<Wanted | null>) => (data ? void tell(data, port!) : scope.close());
};

async function tell(wanted: Wanted, port: MessagePort): Promise<void> {
  const { file } = wanted;
  const say = (told: Told, transfer: Transferable[] = []) => port.postMessage(told, transfer);
  try {
    if (wanted.kind === "main") return say({ file, kind: "brought", brought: await findMain(wanted) });
    const brought = await bringLayer(wanted, (bytes, more) => say({ file, kind: "got", bytes, more }));
    const buffers = new Set(brought.parts.map(({ buffer }) => buffer)); // of kept parts there is only one
    say({ file, kind: "brought", brought }, [...buffers]);
  } catch (error) {
    say({ file, kind: "failed", message: String(error) });
  }
}

const find = ({ folder, image, file }: Place) => keptFiles(folder, image).find(file);

/** Python needs the main module first: with two cores, reading more at the same time would delay it. */
let mainFound: Promise<unknown> = Promise.resolve();

function findMain(place: Place): Promise<Brought["main"]> {
  const main = find(place).then((found) => (found ? WebAssembly.compile(found) : null));
  mainFound = main.catch(() => {}); // told to who asked
  return main;
}

async function bringLayer(
  wanted: Wanted & { kind: "layer" },
  count: (bytes: number, more: number) => void,
): Promise<Brought["layer"]> {
  await mainFound;
  const found = await find(wanted);
  if (found) {
    const { parts } = unpack(found);
    return { parts, libraries: await compileLibraries(parts[0]!), kept: true };
  }
  const { folder, file, size, sha256 } = wanted;
  count(0, size);
  const unpacked = await fetchUnpacked({ url: folder + file, size, sha256 }, (bytes) => count(bytes, 0));
  return { ...unpacked, kept: false };
}
