/**
 * What a name in the code stands for. Python is asked where it runs already; else the book's own reference
 * tells of its own names, so that nothing is started for a reader who only looks.
 */
import { aliases, nameAt, qualified } from "../../core/imports";
import { readInventory } from "../../core/inventory";
import type { Json } from "../../runtime/protocol";

export interface ArrayInsight {
  shape: number[];
  dtype: string;
  bytes: number;
  missing: number;
  low?: number;
  high?: number;
  mean?: number;
  histogram?: number[];
  /** The page of the last two axes that is drawn, by its place along the others. */
  page?: number[];
  image?: number[][];
}

export interface Insight {
  name: string;
  type?: string;
  text?: string;
  signature?: string;
  summary?: string;
  /** The full name of something of the book. */
  home?: string;
  address?: string;
  array?: ArrayInsight;
}

const ROOT = new URL("../../", import.meta.url);
let inventory: Promise<Map<string, string>> | null = null;
const read = new Map<string, Promise<Document>>();

/** `ask` answers from the page's variables, or null; `before` is the code that stands above on the page. */
export async function insight(
  ask: (question: "describe", code: string, offset: number) => Promise<Json>,
  code: string,
  before: string,
  offset: number,
): Promise<Insight | null> {
  const name = nameAt(code, offset);
  if (!name) return null;
  const live = (await ask("describe", code, offset)) as unknown as Insight | null;
  const home = live?.home || (live ? null : qualified(name, aliases(`${before}\n${code}`)));
  if (!home?.startsWith("book_code")) return live;
  const said = await described(home);
  return live || said ? { name, ...said, ...live } : null;
}

/** What the reference says of one of the book's names. */
async function described(home: string): Promise<Omit<Insight, "name"> | null> {
  try {
    inventory ??= fetch(new URL("objects.inv", ROOT))
      .then((answer) => answer.arrayBuffer())
      .then((bytes) => readInventory(new Uint8Array(bytes)));
    const address = (await inventory).get(home);
    if (!address) return null;
    const [path = "", id = ""] = address.split("#");
    const url = new URL(path, ROOT).href;
    if (!read.has(url)) read.set(url, fetch(url).then(async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html")));
    const heading = (await read.get(url))?.getElementById(id);
    const signature = heading?.nextElementSibling?.closest(".doc-signature")?.textContent ?? "";
    const contents = heading?.parentElement?.querySelector(`[id="${id}"] ~ .doc-contents > p`);
    return {
      home,
      address: `${url}#${id}`,
      signature: signature.replace(/\s+/g, " ").replace("( ", "(").replace(", )", ")").trim(),
      summary: contents?.textContent ?? "",
    };
  } catch {
    inventory = null; // the connection may be back the next time
    read.clear();
    return null;
  }
}
