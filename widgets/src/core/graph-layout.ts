/** Places a computation graph in layers: inputs first, the output last, few crossings, short edges. */
import type { Graph } from "./graph-parse";

export interface Place {
  readonly layer: number;
  readonly across: number; // along the layer, in units of one node; the layers share one zero
}

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly argument: number; // which argument of `to` it is
  readonly path: readonly Place[];
}

export interface Layout {
  readonly places: readonly Place[];
  readonly edges: readonly Edge[];
  readonly layers: number;
  readonly low: number;
  readonly high: number;
}

interface Spot {
  layer: number;
  across: number;
  before: Spot[];
  after: Spot[];
}

const SWEEPS = 12;

export function layout(graph: Graph): Layout {
  const layerOf = layers(graph);
  const spots = layerOf.map((layer): Spot => ({ layer, across: 0, before: [], after: [] }));
  const all = [...spots];
  const edges = graph.nodes.flatMap((node, to) =>
    node.parents.map((from, argument) => ({ from, to, argument, path: connect(spots[from]!, spots[to]!, all) })),
  );
  const rows: Spot[][] = [];
  for (const spot of all) (rows[spot.layer] ??= []).push(spot);
  for (const row of rows) spread(row, row.map((_, i) => i));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    for (const row of down ? rows : [...rows].reverse()) arrange(row, down ? "before" : "after", sweep < SWEEPS - 4);
  }
  const across = all.map((spot) => spot.across);
  return { places: spots, edges, layers: rows.length, low: Math.min(...across), high: Math.max(...across) };
}

/** Operations stand right after the last of their arguments; inputs right before their first use. */
function layers(graph: Graph): number[] {
  const layer = graph.nodes.map(() => 0);
  graph.nodes.forEach(({ parents }, i) => {
    for (const parent of parents) layer[i] = Math.max(layer[i]!, layer[parent]! + 1);
  });
  const first = graph.nodes.map(() => Infinity);
  graph.nodes.forEach(({ parents }, i) => {
    for (const parent of parents) first[parent] = Math.min(first[parent]!, layer[i]!);
  });
  return layer.map((own, i) => (graph.nodes[i]!.parents.length === 0 && Number.isFinite(first[i]) ? first[i]! - 1 : own));
}

/** The way of an edge: through a spot of its own in every layer between, so that it keeps clear of nodes. */
function connect(from: Spot, to: Spot, all: Spot[]): Spot[] {
  const path = [from];
  for (let layer = from.layer + 1; layer < to.layer; layer++) {
    const spot: Spot = { layer, across: 0, before: [], after: [] };
    all.push(spot);
    path.push(spot);
  }
  path.push(to);
  for (let i = 1; i < path.length; i++) {
    path[i]!.before.push(path[i - 1]!);
    path[i - 1]!.after.push(path[i]!);
  }
  return path;
}

function arrange(row: Spot[], side: "before" | "after", reorder: boolean): void {
  const wish = (spot: Spot): number => {
    const neighbours = spot[side].length ? spot[side] : [spot];
    return neighbours.reduce((sum, each) => sum + each.across, 0) / neighbours.length;
  };
  const wishes = new Map(row.map((spot) => [spot, wish(spot)]));
  if (reorder) row.sort((a, b) => wishes.get(a)! - wishes.get(b)!);
  spread(row, row.map((spot) => wishes.get(spot)!));
}

/** The places nearest to what is wished (least squares) that keep the order and a distance of one. */
function spread(row: Spot[], wishes: number[]): void {
  const blocks: { sum: number; size: number }[] = [];
  wishes.forEach((wish, i) => {
    let block = { sum: wish - i, size: 1 };
    for (let last = blocks.at(-1); last && last.sum / last.size > block.sum / block.size; last = blocks.at(-1)) {
      block = { sum: block.sum + last.sum, size: block.size + last.size };
      blocks.pop();
    }
    blocks.push(block);
  });
  let i = 0;
  for (const { sum, size } of blocks) for (let k = 0; k < size; k++, i++) row[i]!.across = sum / size + i;
}
