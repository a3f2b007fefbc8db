/** When a flash card comes back: FSRS (the ts-fsrs library) over what the store can keep. */
import { createEmptyCard, fsrs, Rating, type Card, type Grade } from "ts-fsrs";
import type { Entry } from "./store";

/** What is remembered of a card that has been answered. Times are milliseconds since 1970. */
export type Memory = Entry & {
  due: number;
  stability: number;
  difficulty: number;
  elapsed_days: number;
  scheduled_days: number;
  learning_steps: number;
  reps: number;
  lapses: number;
  state: number;
  last_review: number;
};

export const GRADES = ["Again", "Hard", "Good", "Easy"] as const;
export type Answer = (typeof GRADES)[number];

const schedule = fsrs(); // 90 % to be known when due, intervals of at most a hundred years
const SOON = 20 * 60_000; // a card that is learned just now may come this much early

/** The card after an answer. A first answer has no memory before it. */
export function answered(memory: Memory | null, answer: Answer, now: number): Memory {
  const { card } = schedule.next(asCard(memory, now), new Date(now), Rating[answer] as Grade);
  const { due, last_review, ...numbers } = card;
  return { ...numbers, due: due.getTime(), last_review: last_review?.getTime() ?? now } as Memory;
}

/** How long each answer would put the card off, in milliseconds. */
export function delays(memory: Memory | null, now: number): Record<Answer, number> {
  const after = (answer: Answer): number => answered(memory, answer, now).due - now;
  return { Again: after("Again"), Hard: after("Hard"), Good: after("Good"), Easy: after("Easy") };
}

export interface Deck {
  due: string[];
  fresh: string[];
  /** When the first of the others comes back; null if there is none. */
  next: number | null;
}

/** What is due, longest waiting first, and what was never asked, in the order given. */
export function deck(cards: readonly [string, Memory | null][], now: number): Deck {
  const known = cards.filter((card): card is [string, Memory] => card[1] !== null);
  known.sort(([, a], [, b]) => a.due - b.due);
  const later = known.find(([, { due }]) => due > now);
  return {
    due: known.filter(([, { due }]) => due <= now).map(([id]) => id),
    fresh: cards.filter(([, memory]) => memory === null).map(([id]) => id),
    next: later ? later[1].due : null,
  };
}

/** The card to ask now: what is due, then what is new, then what is being learned and comes soon. */
export function draw(cards: readonly [string, Memory | null][], now: number): string | null {
  const { due, fresh } = deck(cards, now);
  return due[0] ?? fresh[0] ?? deck(cards, now + SOON).due[0] ?? null;
}

/** A stretch of time in the unit that fits: 10 min, 3 h, 8 days. */
export function stretch(milliseconds: number): string {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours < 24) return `${hours} h`;
  const days = Math.round(hours / 24);
  if (days < 60) return days === 1 ? "1 day" : `${days} days`;
  const months = Math.round(days / 30.4);
  return months < 24 ? `${months} months` : `${Math.round(days / 365)} years`;
}

function asCard(memory: Memory | null, now: number): Card {
  if (!memory) return createEmptyCard(new Date(now));
  return { ...memory, due: new Date(memory.due), last_review: new Date(memory.last_review) } as Card;
}

/** What the store gave back, if it is whole: an imported file may hold anything. */
export function asMemory(entry: Partial<Memory> | null): Memory | null {
  const fields = ["due", "stability", "difficulty", "scheduled_days", "learning_steps", "reps", "lapses", "state", "last_review"];
  const whole = entry !== null && fields.every((name) => Number.isFinite(entry[name]));
  return whole ? ({ elapsed_days: 0, ...entry } as Memory) : null;
}
