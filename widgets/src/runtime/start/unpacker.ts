/** A worker beside Python's: it fetches and unpacks the layers of the image meanwhile. */
import { fetchUnpacked, type Unpacked, type Wanted } from "./unpacked.ts";

export type Told = { url: string } & (
  | { kind: "got"; bytes: number }
  | { kind: "unpacked"; layer: Unpacked }
  | { kind: "failed"; message: string });

const scope = globalThis as unknown as { close(): void; onmessage: (event: MessageEvent<null>) => void };

scope.onmessage = ({ ports: [port] }) => {
  port!.onmessage = ({ data }: MessageEvent<Wanted | null>) => (data ? unpack(data, port!) : scope.close());
};

function unpack(wanted: Wanted, port: MessagePort): void {
  const { url } = wanted;
  const tell = (told: Told, transfer: Transferable[] = []) => port.postMessage(told, transfer);
  fetchUnpacked(wanted, (bytes) => tell({ url, kind: "got", bytes })).then(
    (layer) => tell({ url, kind: "unpacked", layer }, layer.parts.map(({ buffer }) => buffer)),
    (error: unknown) => tell({ url, kind: "failed", message: String(error) }),
  );
}
