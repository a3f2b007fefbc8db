/**
 * The page's side of Python: one worker a visit, started at the first sign of use and kept while
 * instant navigation changes the page around it. Work goes through one queue, because the worker
 * has one thread; that is also what makes Stop simple.
 */
import { afterAwake } from "../core/awake";
import { join } from "../core/output";
import { draws, release } from "./protocol";
import type {
  Answer,
  Exercise,
  FromWorker,
  Json,
  Output,
  Question,
  Report,
  Task,
  ToWorker,
} from "./protocol";
import { pythonWorker } from "./workers";

export type State =
  | { name: "idle" }
  | { name: "loading"; loaded: number; total: number }
  | { name: "ready" }
  | { name: "running" }
  | { name: "error"; message: string };

/** Why a task ended before it was done. */
export type StopReason = "reader" | "time" | "crash";

export interface RunRequest {
  page: string;
  cell: string;
  code: string;
  /** Milliseconds; the cell is stopped after them. */
  limit?: number;
  onOutput?: (output: Output) => void;
}

export interface RunResult {
  outputs: Output[];
  stopped: StopReason | null;
  /** How many cells are being run again because Python had to be started anew; null if it was not. */
  replaying: number | null;
  /** Settles when they have been. */
  rebuilt: Promise<Rebuilt> | null;
}

/** What came of running again what had been run. */
export interface Rebuilt {
  cells: number;
  /** The cells that did not end as they should: stopped, or with an error. */
  lost: string[];
}

export interface CheckResult {
  report: Report | null;
  stopped: StopReason | null;
}

/** The part of a Worker that the client uses; tests bring their own. */
export interface WorkerPort {
  postMessage(message: ToWorker): void;
  terminate(): void;
  onmessage: ((event: { data: FromWorker }) => void) | null;
  onerror: ((event: { message?: string }) => void) | null;
}

export interface Options {
  createWorker: () => WorkerPort;
  /** The folder that Pyodide is served from. */
  python: string;
  /** Memory shared with the worker, where the page may have it: lets Stop interrupt Python in place. */
  shareMemory: () => SharedArrayBuffer | null;
  /** Milliseconds without any progress after which a start counts as failed. */
  startLimit?: number;
  /** Settles when the worker that holds this lock is gone. */
  gone?: (lock: string) => Promise<void>;
  /** Milliseconds that an interrupted task gets to end before the worker is ended instead. */
  interruptGrace?: number;
  runLimit?: number;
}

interface Job {
  task: Task;
  limit: number;
  silent: boolean;
  outputs: Output[];
  stopping: StopReason | null;
  onOutput?: ((output: Output) => void) | undefined;
  settle: (ending: Ending) => void;
}

type Ending =
  | { kind: "done"; answer: Answer; stopped: StopReason | null }
  | { kind: "stopped"; reason: StopReason; rebuilt: Rebuilding | null }
  | { kind: "failed"; error: Error };

interface Rebuilding {
  cells: number;
  done: Promise<Rebuilt>;
}

/** Python could not be started; the message says so in words a reader can act on. */
export class StartError extends Error {
  override name = "StartError";
}

const SIGINT = 2;
const ASK_LIMIT = 2_000; // milliseconds that a hint is waited for

export class Client {
  #options: Required<Options>;
  #state: State = { name: "idle" };
  #listeners = new Set<(state: State) => void>();
  #worker: WorkerPort | null = null;
  #ready = false;
  #interrupt: Int32Array | null = null;
  #startTimer: Timer;
  #queue: Job[] = [];
  #current: { id: number; job: Job } | null = null;
  #timer: Timer;
  #nextId = 1;
  /** For each page the cells that have run in this Python, in the order they first ran. */
  #history = new Map<string, Map<string, string>>();

  /** The page whose cells ran last. */
  #page: string | null = null;

  constructor(options: Options) {
    const gone = (): Promise<void> => new Promise(() => {});
    this.#options = { startLimit: 45_000, interruptGrace: 150, runLimit: 60_000, gone, ...options };
  }

  /** Calls back with the state now and at every change; returns how to end that. */
  state(listener: (state: State) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Whether the last start failed; `wake` and every task try again. */
  get failed(): boolean {
    return this.#state.name === "error";
  }

  /** Starts Python if it is not there yet, for this code first. After a failed start this is the retry. */
  wake(code = ""): void {
    if (!this.#worker) this.#start(code);
  }

  run(request: RunRequest): Promise<RunResult> {
    const { page, cell, code, limit, onOutput } = request;
    return new Promise((resolve, reject) => {
      const job = this.#job({ kind: "run", page, cell, code }, limit, (ending) => {
        if (ending.kind === "failed") reject(ending.error);
        else if (ending.kind === "stopped")
          resolve(stopped(job, ending));
        else if (ending.answer.kind === "run")
          resolve({ ...ending.answer, stopped: ending.stopped, replaying: null, rebuilt: null });
      });
      job.onOutput = onOutput;
      this.#enqueue(job);
    });
  }

  check(exercise: Exercise, code: string, limit?: number): Promise<CheckResult> {
    return new Promise((resolve, reject) => {
      this.#enqueue(
        this.#job({ kind: "check", exercise, code }, limit, (ending) => {
          if (ending.kind === "failed") reject(ending.error);
          else if (ending.kind === "stopped") resolve({ report: null, stopped: ending.reason });
          else if (ending.answer.kind === "check")
            resolve({
              report: ending.stopped ? null : ending.answer.report,
              stopped: ending.stopped,
            });
        }),
      );
    });
  }

  /** Calls a function of a Python module with plain data, for the explorables. */
  call(module: string, name: string, args: Json[] = []): Promise<Json> {
    return new Promise((resolve, reject) => {
      this.#enqueue(
        this.#job({ kind: "call", module, name, args }, undefined, (ending) => {
          if (ending.kind === "failed") reject(ending.error);
          else if (ending.kind === "stopped") reject(new Error(`${name} was stopped.`));
          else if (ending.answer.kind === "call") resolve(ending.answer.value);
        }),
      );
    });
  }

  /**
   * What the editor asks while the reader writes. Answers null where that would start Python, or wait for
   * something else that runs: nobody waits for a hint.
   */
  ask(page: string, question: Question, code: string, cursor: number): Promise<Json> {
    if (!this.#ready || this.#current || this.#queue.length > 0) return Promise.resolve(null);
    return new Promise((resolve) => {
      const task: Task = { kind: "ask", page, question, code, cursor };
      setTimeout(() => resolve(null), ASK_LIMIT); // it may go on: no variable is worth less than a hint
      this.#enqueue(
        this.#job(task, undefined, (ending) => {
          resolve(ending.kind === "done" && ending.answer.kind === "ask" ? ending.answer.value : null);
        }),
      );
    });
  }

  /** The code of each cell of the page that has run in the Python that is there now. */
  ran(page: string): ReadonlyMap<string, string> {
    return this.#history.get(page) ?? new Map();
  }

  /** Forgets a page's variables, so that its cells start afresh; false if it was stopped before. */
  reset(page: string): Promise<boolean> {
    this.#history.delete(page);
    if (!this.#worker) return Promise.resolve(true);
    return new Promise((resolve, reject) => {
      this.#enqueue(
        this.#job({ kind: "forget", page }, undefined, (ending) =>
          ending.kind === "failed" ? reject(ending.error) : resolve(ending.kind === "done"),
        ),
      );
    });
  }

  /** Stops what runs and drops what waits. */
  stop(): void {
    for (const job of this.#queue.splice(0))
      job.settle({ kind: "stopped", reason: "reader", rebuilt: null });
    this.#halt("reader");
  }

  /** Stops what runs; what waits goes on. */
  #halt(reason: StopReason): void {
    const current = this.#current;
    if (!current) return;
    if (!this.#interrupt || current.job.stopping) return this.#restart(reason);
    current.job.stopping = reason;
    Atomics.store(this.#interrupt, 0, SIGINT);
    this.#limit(current.job);
  }

  /** Lifts the time limit of what is running now. */
  extend(): void {
    if (!this.#current || this.#current.job.stopping) return;
    this.#current.job.limit = Infinity;
    this.#limit(this.#current.job);
  }

  /** Ends this Python and everything in it; the next use starts another. */
  restart(): void {
    const jobs = this.#queue.splice(0);
    if (this.#current) jobs.unshift(this.#current.job);
    this.#end();
    this.#history.clear();
    for (const job of jobs) job.settle({ kind: "stopped", reason: "reader", rebuilt: null });
    this.#start();
  }

  #publish(state: State): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }

  #job(task: Task, limit: number | undefined, settle: Job["settle"]): Job {
    limit ??= this.#options.runLimit;
    return { task, limit, settle, silent: false, outputs: [], stopping: null };
  }

  #enqueue(job: Job): void {
    this.#queue.push(job);
    this.wake();
    this.#pump();
  }

  #pump(): void {
    if (this.#current || !this.#ready || !this.#worker) return;
    const job = this.#queue.shift();
    if (!job) return this.#publish({ name: "ready" });
    const id = this.#nextId++;
    this.#current = { id, job };
    this.#limit(job);
    if (this.#interrupt) Atomics.store(this.#interrupt, 0, 0);
    if (job.task.kind !== "ask") this.#publish({ name: "running" });
    this.#worker.postMessage({ kind: "task", id, task: job.task });
  }

  #limit(job: Job): void {
    clearInterval(this.#timer);
    if (job.stopping) this.#timer = setTimeout(() => this.#restart(job.stopping!), this.#options.interruptGrace);
    else if (job.limit !== Infinity) this.#timer = afterAwake(job.limit, () => this.#halt("time"));
  }

  /** With Matplotlib in its memory where `code` draws, or what waits already. */
  #start(code = ""): void {
    const drawing = draws(code) || this.#queue.some(({ task }) => "code" in task && draws(task.code));
    this.#publish({ name: "loading", loaded: 0, total: 0 });
    try {
      const worker = this.#options.createWorker();
      this.#worker = worker;
      worker.onmessage = ({ data }) => {
        if (worker === this.#worker) this.#receive(data);
      };
      worker.onerror = ({ message }) => {
        if (worker === this.#worker) this.#fail(message || "Its script could not be loaded: reload the page. What you have written is kept.");
      };
      const memory = this.#options.shareMemory();
      this.#interrupt = memory && new Int32Array(memory);
      this.#awaitProgress();
      worker.postMessage({ kind: "start", python: this.#options.python, draws: drawing, interrupt: memory, release });
    } catch (error) {
      this.#fail(String(error));
    }
  }

  /** A start may take long on a slow line, but not stand still. */
  #awaitProgress(): void {
    const { startLimit } = this.#options;
    clearInterval(this.#startTimer);
    this.#startTimer = afterAwake(startLimit, () =>
      this.#fail(`Nothing arrived for ${Math.round(startLimit / 1000)} seconds.`),
    );
  }

  #receive(message: FromWorker): void {
    if (message.kind === "failed") return this.#fail(message.message);
    if (message.kind === "alive") return this.#watch(message.lock);
    if (message.kind === "progress") {
      if (this.#ready && !this.#current) return; // of what nobody waits for any more
      if (!this.#current?.job.stopping) clearInterval(this.#timer); // fetching a package is not the reader's time
      this.#awaitProgress();
      return this.#publish({ name: "loading", loaded: message.loaded, total: message.total });
    }
    if (message.kind === "ready") {
      clearInterval(this.#startTimer);
      this.#ready = true;
      if (!this.#current) return this.#pump();
      this.#limit(this.#current.job);
      return this.#publish({ name: "running" });
    }
    const current = this.#current;
    if (current?.id !== message.id) return;
    const { job } = current;
    if (message.kind === "output") {
      job.outputs = join(job.outputs, message.output);
      if (!job.silent) job.onOutput?.(message.output);
      return;
    }
    this.#current = null;
    clearInterval(this.#timer);
    clearInterval(this.#startTimer); // a package that was waited for has come, or never will
    if (message.kind === "refused") {
      job.settle({ kind: "failed", error: new Error(message.message) });
    } else {
      this.#remember(job);
      job.settle({ kind: "done", answer: message.answer, stopped: job.stopping });
    }
    this.#pump();
  }

  #remember({ task, stopping }: Job): void {
    if (task.kind === "forget") this.#history.delete(task.page);
    if (task.kind !== "run" || stopping) return;
    this.#page = task.page;
    const cells = this.#history.get(task.page) ?? new Map<string, string>();
    this.#history.set(task.page, cells.set(task.cell, task.code));
  }

  #end(): void {
    clearInterval(this.#startTimer);
    clearInterval(this.#timer);
    this.#worker?.terminate();
    this.#worker = null;
    this.#ready = false;
    this.#current = null;
  }

  /** A browser may end a worker without a word, to save memory: the lock that it held tells. */
  #watch(lock: string): void {
    const worker = this.#worker;
    void this.#options.gone(lock).then(() => {
      if (worker === this.#worker) this.#fail("The browser has ended it.");
    });
  }

  /** The start failed, or the worker broke: everything that waits is told so; nothing hangs. */
  #fail(detail: string): void {
    if (this.#current) return this.#restart("crash");
    const lost = this.#ready; // it had started, and nothing ran: the next use starts another
    this.#end();
    this.#history.clear();
    if (lost) return this.#publish({ name: "idle" });
    const message = `Python could not be started. ${detail}`;
    this.#publish({ name: "error", message });
    for (const job of this.#queue.splice(0))
      job.settle({ kind: "failed", error: new StartError(message) });
  }

  /**
   * Ends the worker in the middle of its task, starts another, and brings the page's variables back
   * by running again, unseen, the cells that had been run. A second Stop leaves them be.
   */
  #restart(reason: StopReason): void {
    const stopped = this.#current?.job;
    this.#end();
    const page = stopped?.task.kind === "run" ? stopped.task.page : this.#page;
    const cells = page === null || stopped?.silent ? [] : [...(this.#history.get(page) ?? [])];
    this.#history.clear();
    const again = cells.map(([cell, code]) => this.#again(page ?? "", cell, code));
    const waiting = this.#queue.splice(0); // after them: they may need what is made there
    this.#queue.push(...again.map(({ job }) => job), ...waiting);
    this.#start();
    if (stopped?.silent) stopped.settle({ kind: "stopped", reason, rebuilt: null });
    else stopped?.settle({ kind: "stopped", reason, rebuilt: rebuilding(again.map(({ lost }) => lost)) });
  }

  /** A cell that is run again unseen, and its name if that failed. */
  #again(page: string, cell: string, code: string): { job: Job; lost: Promise<string | null> } {
    let tell: (lost: string | null) => void;
    const lost = new Promise<string | null>((resolve) => (tell = resolve));
    const job = this.#job({ kind: "run", page, cell, code }, Infinity, (ending) => { // it has come to its end before
      const outputs =
        ending.kind === "done" && !ending.stopped && ending.answer.kind === "run" ? ending.answer.outputs : null;
      tell(outputs && !outputs.some(({ kind }) => kind === "error") ? null : cell);
    });
    return { job: { ...job, silent: true }, lost };
  }
}

function stopped(job: Job, { reason, rebuilt }: Extract<Ending, { kind: "stopped" }>): RunResult {
  const { outputs } = job;
  return { outputs, stopped: reason, replaying: rebuilt?.cells ?? null, rebuilt: rebuilt?.done ?? null };
}

function rebuilding(cells: Promise<string | null>[]): Rebuilding {
  const done = Promise.all(cells).then((names) => ({
    cells: cells.length,
    lost: names.filter((name) => name !== null),
  }));
  return { cells: cells.length, done };
}

type Timer = ReturnType<typeof setInterval> | undefined;

/** The one Python of this visit. */
export const runtime = new Client({
  createWorker: pythonWorker,
  python: new URL("../pyodide/", import.meta.url).href,
  // The lock is free again when its worker is gone. Where there are no locks, only Stop and the limit help.
  gone: (lock) => navigator.locks?.request(lock, () => {}) ?? new Promise(() => {}),
  shareMemory: () =>
    globalThis.crossOriginIsolated ? new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) : null,
});
