/**
 * Stands before the theme's search worker, which fetches the text of the whole book and indexes it at every
 * visit: a second of a processor, for the few who search. Here both wait for the first letter.
 */

/** What the theme and its worker say to each other. */
const [SETUP, READY, QUERY, RESULT] = [0, 1, 2, 3] as const;
type Received = { type: typeof SETUP; data: Setup } | { type: typeof QUERY; data: string };

interface Setup {
  /** With the places, below the root of the book, of what `widgets/pages/search.py` has put aside. */
  config: { engine: string; documents: string };
  docs: unknown[];
}

const scope = globalThis as unknown as {
  location: Location;
  postMessage(message: unknown): void;
  onmessage: ((event: { data: Received }) => void) | null;
  importScripts(url: string): void;
  dispatchEvent(event: Event): void;
};
const root = new URL("../../", scope.location.href);

let setup: Setup;
let loading: Promise<void> | undefined;
let asked = "";

scope.onmessage = ({ data: message }) => {
  if (message.type === SETUP) {
    setup = message.data;
    scope.postMessage({ type: READY });
  } else void answer(message.data);
};

async function answer(query: string): Promise<void> {
  asked = query;
  if (!loading && !query.trim()) return tell([]);
  try {
    await (loading ??= load());
  } catch (error) {
    loading = undefined;
    console.error("The search could not be loaded.", error);
    const title = "The search could not be loaded. With the next letter it is tried again.";
    tell([[{ location: "", title, text: "", score: 1, terms: {} }]]);
  }
}

function tell(items: unknown[][]): void {
  scope.postMessage({ type: RESULT, data: { items } });
}

/**
 * Loads the engine, which from then on hears the page itself. It has no worker of its own, because in Firefox (153)
 * `new Worker` in a worker sometimes never returns.
 */
async function load(): Promise<void> {
  const { config } = setup;
  const response = await fetch(new URL(config.documents, root));
  if (!response.ok) throw new Error(`${response.status} for ${config.documents}`);
  const docs = (await response.json()) as unknown[];
  scope.importScripts(new URL(config.engine, root).href);
  scope.onmessage = null;
  const { postMessage } = scope;
  scope.postMessage = () => {
    scope.postMessage = postMessage; // that it is ready is told to us: the page has heard it before
    hear({ type: QUERY, data: asked });
  };
  hear({ type: SETUP, data: { ...setup, docs } });
}

function hear(data: Received): void {
  scope.dispatchEvent(new MessageEvent("message", { data }));
}
