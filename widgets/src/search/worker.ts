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
  onmessage: (event: { data: Received }) => void;
};
const root = new URL("../../", scope.location.href);

let setup: Setup;
let engine: Promise<Worker> | undefined;
let asked = "";

scope.onmessage = ({ data: message }) => {
  if (message.type === SETUP) {
    setup = message.data;
    scope.postMessage({ type: READY });
  } else void answer(message.data);
};

async function answer(query: string): Promise<void> {
  asked = query;
  if (!engine && !query.trim()) return tell([]);
  try {
    const worker = await (engine ??= start());
    if (query === asked) worker.postMessage({ type: QUERY, data: query }); // or more has been typed meanwhile
  } catch (error) {
    engine = undefined;
    console.error("The search could not be loaded.", error);
    const title = "The search could not be loaded. With the next letter it is tried again.";
    tell([[{ location: "", title, text: "", score: 1, terms: {} }]]);
  }
}

function tell(items: unknown[][]): void {
  scope.postMessage({ type: RESULT, data: { items } });
}

async function start(): Promise<Worker> {
  const { config } = setup;
  const response = await fetch(new URL(config.documents, root));
  if (!response.ok) throw new Error(`${response.status} for ${config.documents}`);
  const docs = (await response.json()) as unknown[];
  const worker = new Worker(new URL(config.engine, root));
  return new Promise((resolve, reject) => {
    worker.onerror = () => reject(new Error(`${config.engine} did not start.`));
    worker.onmessage = ({ data }) => {
      if (data.type === READY) resolve(worker);
      else scope.postMessage(data);
    };
    worker.postMessage({ type: SETUP, data: { ...setup, docs } });
  });
}
