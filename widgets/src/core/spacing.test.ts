import { describe, expect, it } from "vitest";
import { answered, asMemory, deck, delays, draw, GRADES, stretch, type Memory } from "./spacing";

const NOW = Date.UTC(2026, 0, 15, 12);
const DAY = 86_400_000;

/** A card after these answers, each given when it was due. */
function after(...answers: (typeof GRADES)[number][]): Memory {
  let memory: Memory | null = null;
  for (const answer of answers) memory = answered(memory, answer, memory?.due ?? NOW);
  return memory!;
}

describe("a card", () => {
  it("comes back later the better it was known", () => {
    const { Again, Hard, Good, Easy } = delays(null, NOW);
    expect(Again).toBeGreaterThan(0);
    expect(Hard).toBeGreaterThan(Again);
    expect(Good).toBeGreaterThan(Hard);
    expect(Easy).toBeGreaterThan(Good);
    expect(Easy).toBeGreaterThan(DAY);
  });

  it("waits longer each time that it was known", () => {
    const waits = [2, 3, 4, 5].map((times) => {
      const card = after(...Array<"Good">(times).fill("Good"));
      return card.due - card.last_review;
    });
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits[3]).toBeGreaterThan(20 * DAY);
  });

  it("comes back within the hour when it was forgotten", () => {
    const known = after("Good", "Good", "Good");
    const forgotten = answered(known, "Again", known.due);
    expect(forgotten.due - known.due).toBeLessThan(3_600_000);
    expect(forgotten.lapses).toBe(1);
  });

  it("is the same after a way through the store", () => {
    const card = after("Good", "Hard");
    const back = asMemory(JSON.parse(JSON.stringify(card)) as Memory);
    expect(back).toEqual(card);
    expect(answered(back, "Good", card.due)).toEqual(answered(card, "Good", card.due));
  });

  it.each([null, {}, { due: NOW }, { ...after("Good"), stability: "much" as unknown as number }])(
    "that is not whole counts as new: %j",
    (entry) => expect(asMemory(entry as Partial<Memory>)).toBeNull(),
  );
});

describe("the deck", () => {
  const late = { ...after("Easy"), due: NOW - 2 * DAY };
  const due = { ...after("Easy"), due: NOW - DAY };
  const soon = { ...after("Good"), due: NOW + 5 * 60_000 };
  const far = { ...after("Easy"), due: NOW + 9 * DAY };

  it("asks what waits longest, then what is new, then what comes soon", () => {
    expect(draw([["a", due], ["b", null], ["c", late]], NOW)).toBe("c");
    expect(draw([["d", soon], ["b", null], ["e", null]], NOW)).toBe("b");
    expect(draw([["f", far], ["d", soon]], NOW)).toBe("d");
    expect(draw([["f", far]], NOW)).toBeNull();
    expect(draw([], NOW)).toBeNull();
  });

  it("counts", () => {
    const cards: [string, Memory | null][] = [["a", due], ["b", null], ["c", late], ["f", far]];
    expect(deck(cards, NOW)).toEqual({ due: ["c", "a"], fresh: ["b"], next: far.due });
    expect(deck([["b", null]], NOW).next).toBeNull();
  });
});

it.each([
  [1_000, "1 min"],
  [600_000, "10 min"],
  [3 * 3_600_000, "3 h"],
  [DAY, "1 day"],
  [8 * DAY, "8 days"],
  [100 * DAY, "3 months"],
  [1_000 * DAY, "3 years"],
])("%d milliseconds are %s", (time, said) => expect(stretch(time)).toBe(said));
