import { describe, expect, it } from "vitest";
import { fingerprint, fitting, Store, type Backend } from "./store";

function shelf(): { backend: Backend; items: Map<string, string> } {
  const items = new Map<string, string>();
  return {
    items,
    backend: () => ({
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => void items.set(key, value),
      removeItem: (key) => void items.delete(key),
      key: (index) => [...items.keys()][index] ?? null,
      get length() {
        return items.size;
      },
    }),
  };
}

const refused: Backend = () => {
  throw new DOMException("The operation is insecure.", "SecurityError");
};

describe.each([
  ["a browser that stores", () => shelf().backend],
  ["a browser that refuses", () => refused],
])("in %s", (_, backend) => {
  it("gives back what was set, falsy values too", () => {
    const store = new Store(backend());
    store.set("quiz:a", { answer: 0, right: false, note: "" });
    expect(store.get("quiz:a")).toEqual({ answer: 0, right: false, note: "" });
    expect(store.keys()).toEqual(["quiz:a"]);
    store.delete("quiz:a");
    expect(store.get("quiz:a")).toBeNull();
  });

  it("moves from one browser to another as a file", () => {
    const [from, to] = [new Store(backend()), new Store(shelf().backend)];
    from.set("cell:p#1", { code: "x = 1\n", of: "abc" });
    from.set("quiz:p#2", { chosen: ["0", "2"] });
    expect(to.import(from.export())).toBe(2);
    expect(to.get("quiz:p#2")).toEqual({ chosen: ["0", "2"] });
  });
});

it("says whether what was set will last", () => {
  expect(new Store(shelf().backend).set("a", {})).toBe(true);
  expect(new Store(refused).set("a", {})).toBe(false);
});

it("leaves alone what other scripts have stored", () => {
  const { backend, items } = shelf();
  items.set("__palette", "{}");
  expect(new Store(backend).keys()).toEqual([]);
});

it("reads over an entry that is damaged", () => {
  const { backend, items } = shelf();
  items.set("book:a", "{oops");
  items.set("book:b", "[1]");
  const store = new Store(backend);
  expect([store.get("a"), store.get("b")]).toEqual([null, null]);
});

it.each(["", "[]", "null", '{"entries":{}}', '{"format":"book-progress"}'])(
  "refuses the file %j in words",
  (text) => {
    expect(() => new Store(refused).import(text)).toThrow("does not hold progress");
  },
);

it("takes from a file only what looks like an entry", () => {
  const store = new Store(refused);
  const file = { format: "book-progress", version: 1, entries: { a: { x: 1 }, b: 3, c: { y: {} } } };
  expect(store.import(JSON.stringify(file))).toBe(1);
  expect(store.keys()).toEqual(["a"]);
});

it("tells texts apart", () => {
  expect(fingerprint("x = 1")).toBe(fingerprint("x = 1"));
  expect(fingerprint("x = 1")).not.toBe(fingerprint("x = 2"));
});

it("takes of an entry what is of its kind", () => {
  const fresh = { code: "x", tries: 0, solved: false, chosen: [] as string[] };
  const entry = { code: -1, tries: 2, solved: "yes", chosen: ["1"], more: 1 };
  expect(fitting(entry as never, fresh)).toEqual({ code: "x", tries: 2, solved: false, chosen: ["1"] });
  expect(fitting(null, fresh)).toEqual(fresh);
});
