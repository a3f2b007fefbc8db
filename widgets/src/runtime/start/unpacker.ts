/**
 * A second worker, beside the one that starts Python: it fetches and unpacks a layer meanwhile. Where there cannot be
 * a second, the first one imports this file and does it itself.
 */
import { fetchUnpacked, type Unpacked, type Wanted } from "./unpacked.ts";

export { fetchUnpacked };

export type Told =
  | { kind: "got"; bytes: number }
  | { kind: "unpacked"; layer: Unpacked }
  | { kind: "failed"; message: string };

const scope = globalThis as unknown as {
  name: string;
  postMessage(message: Told, transfer?: Transferable[]): void;
  onmessage: (event: { data: Wanted }) => void;
};

function unpack(wanted: Wanted): void {
  fetchUnpacked(wanted, (bytes) => scope.postMessage({ kind: "got", bytes })).then(
    (layer) => scope.postMessage({ kind: "unpacked", layer }, layer.parts.map(({ buffer }) => buffer)),
    (error: unknown) => scope.postMessage({ kind: "failed", message: String(error) }),
  );
}

if (scope.name === "unpacker") scope.onmessage = ({ data }) => unpack(data);
