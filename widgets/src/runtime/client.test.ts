import { afterEach, describe, expect, it } from "vitest";
import { Client, StartError, type Options, type State, type WorkerPort } from "./client";
import type { FromWorker, Task, ToWorker } from "./protocol";

/**
 * A worker at the other end of a real message channel. Its language: a number is a value, "die" breaks
 * Python, "say a b" prints words one by one, "heavy" fetches a package first, for "lost" it does not come and its rest
 * arrives late, "slow" takes 60 ms, what ends in "loop" never ends.
 */
class Fake {
  static made: Fake[] = [];
  readonly tasks: Task[] = [];
  draws: boolean | null = null;
  readonly port: WorkerPort;
  #channel = new MessageChannel();
  #memory: Int32Array | null = null;

  constructor(readonly start: "works" | "fails" | "hangs" = "works") {
    Fake.made.push(this);
    const { port1, port2 } = this.#channel;
    port2.onmessage = ({ data }) => this.#receive(data as ToWorker);
    this.port = {
      onmessage: null,
      onerror: null,
      postMessage: (message) => port1.postMessage(message),
      terminate: () => {
        port1.close();
        port2.close();
      },
    };
    port1.onmessage = (event) => this.port.onmessage?.(event);
  }

  #send(message: FromWorker): void {
    this.#channel.port2.postMessage(message);
  }

  #receive(message: ToWorker): void {
    if (message.kind === "start") {
      this.draws = message.draws;
      this.#memory = message.interrupt && new Int32Array(message.interrupt);
      if (this.start === "hangs") return;
      this.#send({ kind: "alive", lock: `python-${Fake.made.length}` });
      this.#send({ kind: "progress", loaded: 1, total: 2 });
      if (this.start === "fails") this.#send({ kind: "failed", message: "A file is missing." });
      else this.#send({ kind: "ready" });
    }
    if (message.kind !== "task") return;
    const { id, task } = message;
    this.tasks.push(task);
    if (task.kind === "call") this.#send({ kind: "done", id, answer: { kind: "call", value: 0 } });
    if (task.kind === "ask" && task.code !== "slow") this.#send({ kind: "done", id, answer: { kind: "ask", value: task.code } });
    if (task.kind === "forget") this.#send({ kind: "done", id, answer: { kind: "forget" } });
    if (task.kind === "run") this.#run(id, task.code);
  }

  #run(id: number, code: string): void {
    const words = code.startsWith("say ") ? code.split(" ").slice(1) : [];
    for (const text of words.filter((word) => word !== "loop"))
      this.#send({ kind: "output", id, output: { kind: "text", stream: "stdout", text } });
    if (code === "fragile" && Fake.made.length > 1) return this.#send({ kind: "refused", id, message: "no" });
    if (code === "die") return this.#send({ kind: "failed", message: "Python crashed." });
    if (code.endsWith("loop")) {
      if (!this.#memory) return;
      const memory = this.#memory;
      const watch = setInterval(() => {
        if (Atomics.load(memory, 0) !== 2) return;
        clearInterval(watch);
        this.#done(id, "KeyboardInterrupt");
      }, 2);
      return;
    }
    if (code === "lost") {
      this.#send({ kind: "progress", loaded: 0, total: 9 });
      this.#send({ kind: "refused", id, message: "It could not be fetched." });
      return this.#send({ kind: "progress", loaded: 9, total: 9 });
    }
    if (code === "slow") return void setTimeout(() => this.#done(id, "slow"), 60);
    if (code === "heavy") {
      this.#send({ kind: "progress", loaded: 0, total: 9 });
      setTimeout(() => {
        this.#send({ kind: "ready" });
        this.#done(id, "drawn");
      }, 60);
      return;
    }
    this.#done(id, code);
  }

  #done(id: number, text: string): void {
    this.#send({ kind: "done", id, answer: { kind: "run", outputs: [{ kind: "value", text }] } });
  }
}

function client(options: Partial<Options> = {}, starts: Fake["start"][] = []): Client {
  return new Client({
    createWorker: () => new Fake(starts.shift()).port,
    python: "pyodide/",
    shareMemory: () => null,
    startLimit: 40,
    interruptGrace: 40,
    runLimit: 1000,
    ...options,
  });
}

const run = (python: Client, cell: string, code: string, limit = 1000) =>
  python.run({ page: "p", cell, code, limit });
const running = (python: Client) =>
  new Promise<void>((resolve) =>
    python.state(({ name }) => {
      if (name === "running") resolve();
    }),
  );
const codes = (fake: Fake | undefined) =>
  fake?.tasks.map((task) => (task.kind === "run" ? task.code : task.kind));

afterEach(() => {
  for (const fake of Fake.made.splice(0)) fake.port.terminate();
});

describe("drawing", () => {
  it.each([
    ["np.ones(3)", false],
    ["plt.plot(x)", true],
    ["from book_code import plotting", true],
  ])("has Matplotlib in memory from the start where the first code draws: %s", async (code, drawing) => {
    const woken = client();
    woken.wake(code);
    await run(woken, "1", "1");
    await run(client(), "1", code);
    expect(Fake.made.map(({ draws }) => draws)).toEqual([drawing, drawing]);
  });

  it("has it there too where what is run again draws", async () => {
    const python = client();
    await run(python, "1", "1");
    await run(python, "2", "plt.plot(x)");
    const endless = run(python, "3", "loop");
    await running(python);
    python.stop();
    await (await endless).rebuilt;
    expect(Fake.made.map(({ draws }) => draws)).toEqual([false, true]);
  });
});

describe("starting", () => {
  it("makes no worker before the first sign of use, and one for all", async () => {
    const python = client();
    expect(Fake.made).toHaveLength(0);
    python.wake();
    await Promise.all([run(python, "1", "1"), run(python, "2", "2")]);
    expect(Fake.made).toHaveLength(1);
  });

  it("goes through its states in order", async () => {
    const python = client();
    const seen: State["name"][] = [];
    python.state(({ name }) => seen.at(-1) !== name && seen.push(name));
    await run(python, "1", "1");
    expect(seen).toEqual(["idle", "loading", "running", "ready"]);
  });

  it.each(["fails", "hangs"] as const)("says so when it %s, and a retry works", async (how) => {
    const python = client({}, [how, "works"]);
    await expect(run(python, "1", "1")).rejects.toThrow(StartError);
    const states: State[] = [];
    python.state((state) => states.push(state))();
    expect(states[0]).toMatchObject({ name: "error" });
    expect((await run(python, "1", "7")).outputs).toEqual([{ kind: "value", text: "7" }]);
  });

  it("says so when no worker can be made", async () => {
    const python = client({
      createWorker: () => {
        throw new Error("This browser has no background workers");
      },
    });
    await expect(run(python, "1", "1")).rejects.toThrow("no background workers");
  });
});

describe("running", () => {
  it("passes on what is printed while the cell runs", async () => {
    const said: string[] = [];
    await client().run({
      page: "p",
      cell: "1",
      code: "say a b",
      onOutput: (output) => said.push(output.kind === "text" ? output.text : ""),
    });
    expect(said).toEqual(["a", "b"]);
  });

  it("keeps an answer of zero", async () => {
    expect(await client().call("m", "f")).toBe(0);
  });

  it("answers the editor only where nothing has to wait for it", async () => {
    const python = client();
    expect(await python.ask("p", "describe", "x", 0)).toBeNull();
    expect(Fake.made).toHaveLength(0);
    await run(python, "1", "1");
    const seen: State["name"][] = [];
    python.state(({ name }) => seen.push(name));
    expect(await python.ask("p", "describe", "x", 0)).toBe("x");
    expect(seen).not.toContain("running");
    const looping = run(python, "1", "loop", 60);
    expect(await python.ask("p", "describe", "x", 0)).toBeNull();
    await looping;
  });

  it("drops nothing for a hint that takes long", async () => {
    const python = client({ runLimit: 3000 });
    await run(python, "1", "a");
    const hint = python.ask("p", "describe", "slow", 0);
    const waiting = run(python, "2", "b", 100);
    expect(await hint).toBeNull();
    expect(Fake.made).toHaveLength(1);
    python.stop();
    expect((await waiting).stopped).toBe("reader");
  });

  it("remembers which code of which cell has run, until the page is reset", async () => {
    const python = client();
    await run(python, "1", "a");
    await run(python, "1", "b");
    expect([...python.ran("p")]).toEqual([["1", "b"]]);
    const again = run(python, "2", "c");
    await python.reset("p");
    await again;
    expect([...python.ran("p")]).toEqual([]);
  });
});

describe("stopping", () => {
  it("ends the worker, starts another and runs again what had been run", async () => {
    const python = client();
    await run(python, "1", "a");
    await run(python, "2", "b");
    await run(python, "1", "c");
    const endless = run(python, "3", "loop");
    const waiting = run(python, "4", "d");
    await running(python);
    python.stop();
    const { rebuilt, ...ending } = await endless;
    expect(ending).toEqual({ outputs: [], stopped: "reader", replaying: 2 });
    expect(await rebuilt).toEqual({ cells: 2, lost: [] });
    expect((await waiting).stopped).toBe("reader");
    await run(python, "5", "e");
    expect(codes(Fake.made[1])).toEqual(["c", "b", "e"]);
    expect([...python.ran("p").keys()]).toEqual(["1", "2", "5"]);
  });

  it("runs again what had been run before what still waits, and names what did not work", async () => {
    const python = client();
    await run(python, "1", "a");
    await run(python, "2", "fragile");
    const dying = run(python, "3", "die");
    const waiting = run(python, "4", "b");
    expect(await (await dying).rebuilt).toEqual({ cells: 2, lost: ["2"] });
    await waiting;
    expect(codes(Fake.made[1])).toEqual(["a", "fragile", "b"]);
  });

  it("brings the cells back after an exercise was stopped, too", async () => {
    const python = client();
    await run(python, "1", "a");
    const check = python.check({ id: "e", tests: "", hidden: "" }, "loop");
    await running(python);
    python.stop();
    expect((await check).stopped).toBe("reader");
    await run(python, "2", "b");
    expect(codes(Fake.made[1])).toEqual(["a", "b"]);
  });

  it("hears of a worker that is gone, whether it ran something or not", async () => {
    const gone: (() => void)[] = [];
    const python = client({ gone: () => new Promise((resolve) => gone.push(resolve)) });
    await run(python, "1", "a");
    const endless = run(python, "2", "loop");
    await running(python);
    gone[0]!();
    expect(await endless).toMatchObject({ stopped: "crash", replaying: 1 });
    await run(python, "3", "b");
    gone[1]!();
    await new Promise((resolve) => setTimeout(resolve));
    expect(python.failed).toBe(false);
    expect((await run(python, "4", "c")).stopped).toBeNull();
    expect(codes(Fake.made[2])).toEqual(["c"]);
  });

  it("keeps what was printed before the stop", async () => {
    const { outputs } = await run(client(), "1", "say a loop", 20);
    expect(outputs).toEqual([{ kind: "text", stream: "stdout", text: "a" }]);
  });

  it("leaves the variables be after a second stop", async () => {
    const python = client();
    await run(python, "1", "a");
    const first = run(python, "2", "loop");
    await running(python);
    python.stop();
    await first;
    python.stop();
    await run(python, "3", "b");
    expect(codes(Fake.made.at(-1))).toEqual(["b"]);
  });

  it("interrupts in place where memory is shared", async () => {
    const python = client({ shareMemory: () => new SharedArrayBuffer(4) });
    const endless = run(python, "1", "loop");
    await running(python);
    python.stop();
    expect(await endless).toMatchObject({ stopped: "reader", replaying: null });
    expect(Fake.made).toHaveLength(1);
    expect((await run(python, "2", "3")).stopped).toBeNull();
  });

  it("stops a cell at its limit, unless the reader lets it run on", async () => {
    const python = client();
    expect((await run(python, "1", "loop", 10)).stopped).toBe("time");
    const long = run(python, "2", "loop", 30);
    await running(python);
    python.extend();
    const ended = await Promise.race([
      long,
      new Promise((resolve) => setTimeout(() => resolve("still running"), 80)),
    ]);
    expect(ended).toBe("still running");
    python.stop();
    await long;
  });

  it("goes on with what waits after a cell that came to its limit", async () => {
    const python = client();
    await run(python, "1", "slow");
    const endless = run(python, "2", "loop", 20);
    const waiting = run(python, "3", "b");
    expect(await (await endless).rebuilt).toEqual({ cells: 1, lost: [] });
    expect((await waiting).stopped).toBeNull();
    expect(codes(Fake.made[1])).toEqual(["slow", "b"]);
  });

  it("runs again what has no limit any more", async () => {
    const python = client({ runLimit: 20 });
    const long = run(python, "1", "slow", 20);
    await running(python);
    python.extend();
    expect((await long).stopped).toBeNull();
    const dying = await run(python, "2", "die");
    expect(await dying.rebuilt).toEqual({ cells: 1, lost: [] });
  });

  it("says whether it could forget a page before it was stopped", async () => {
    const python = client();
    expect(await python.reset("p")).toBe(true);
    const forgotten = python.run({ page: "p", cell: "1", code: "loop" });
    const reset = python.reset("p");
    await running(python);
    python.stop();
    expect(await reset).toBe(false);
    await forgotten;
  });

  it("does not count the fetching of a package as the cell's time", async () => {
    const result = await client({ startLimit: 500 }).run({
      page: "p",
      cell: "1",
      code: "heavy",
      limit: 20,
    });
    expect(result.stopped).toBeNull();
  });

  it("keeps its Python when a package does not come", async () => {
    const python = client({ startLimit: 30 });
    await run(python, "1", "a");
    await expect(run(python, "2", "lost")).rejects.toThrow("could not be fetched");
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect([...python.ran("p").keys()]).toEqual(["1"]);
    expect(Fake.made).toHaveLength(1);
  });

  it("survives a crash of Python", async () => {
    const python = client();
    await run(python, "1", "a");
    expect(await run(python, "2", "die")).toMatchObject({ stopped: "crash", replaying: 1 });
    expect((await run(python, "3", "b")).stopped).toBeNull();
  });

  it("restarts with nothing in it when asked to", async () => {
    const python = client();
    await run(python, "1", "a");
    python.restart();
    expect([...python.ran("p")]).toEqual([]);
    await run(python, "2", "b");
    expect(codes(Fake.made.at(-1))).toEqual(["b"]);
  });
});
