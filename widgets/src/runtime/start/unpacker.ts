/** A second worker, beside the one that starts Python: it fetches and unpacks a layer meanwhile. */
import { fetchUnpacked, type Unpacked, type Wanted } from "./unpacked.ts";

export type Told =
  | { kind: "got"; bytes: number }
  | { kind: "unpacked"; layer: Unpacked }
  | { kind: "failed"; message: string };

const scope = globalThis as unknown as {
  postMessage(message: Told, transfer?: Transferable[]): void;
  onmessage: (event: { data: Wanted }) => void;
};

scope.onmessage = ({ data }) => {
  fetchUnpacked(data, (bytes) => scope.postMessage({ kind: "got", bytes })).then(
    (layer) => scope.postMessage({ kind: "unpacked", layer }, layer.parts.map(({ buffer }) => buffer)),
    (error: unknown) => scope.postMessage({ kind: "failed", message: String(error) }),
  );
};
