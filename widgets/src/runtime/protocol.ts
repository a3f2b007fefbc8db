/**
 * What the page and the Python worker say to each other: one union each way. A message that answers
 * another carries its id. Values cross as data; no source is ever pasted together from them.
 */
import type { Output } from "../core/output";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** An exercise's tests, in Python: those the reader sees, and those that are hidden. */
export type Exercise = { id: string; tests: string; hidden: string };

export type { Output };

/** One test of an exercise: what it looked at, and, where it failed, why. */
export interface TestResult {
  name: string;
  passed: boolean;
  message: string;
  hidden: boolean;
}

export interface Report {
  passed: boolean;
  results: TestResult[];
  /** What the reader's code and the tests printed or raised. */
  outputs: Output[];
}

export type Task =
  | { kind: "run"; page: string; cell: string; code: string }
  | { kind: "check"; exercise: Exercise; code: string }
  | { kind: "call"; module: string; name: string; args: Json[] }
  | { kind: "ask"; page: string; question: Question; code: string; cursor: number }
  | { kind: "forget"; page: string };

/** Whether code draws with Matplotlib; kernel.py says the same of it. */
export const draws = (code: string): boolean => /\b(matplotlib|plt|plotting)\b/.test(code);

/** What the editor asks while the reader writes: how a name goes on, or what it stands for. */
export type Question = "complete" | "describe";

export type ToWorker =
  /** The way to the worker that unpacks, before the start; null if that worker is lost. */
  | { kind: "unpacker"; port: MessagePort | null }
  /** `draws`: whether the first code will; then Matplotlib is there from the start. */
  | { kind: "start"; python: string; draws: boolean; interrupt: SharedArrayBuffer | null; release: string }
  | { kind: "task"; id: number; task: Task };

export type FromWorker =
  /** The worker holds this lock for as long as it lives. */
  | { kind: "alive"; lock: string }
  | { kind: "progress"; loaded: number; total: number }
  | { kind: "ready" }
  | { kind: "failed"; message: string }
  | { kind: "output"; id: number; output: Output }
  | { kind: "done"; id: number; answer: Answer }
  | { kind: "refused"; id: number; message: string };

export type Answer =
  | { kind: "run"; outputs: Output[] }
  | { kind: "check"; report: Report }
  | { kind: "call"; value: Json }
  | { kind: "ask"; value: Json }
  | { kind: "forget" };

/** What the build calls the release that a script belongs to: page and worker must be of the same. */
declare const RELEASE: string;
export const release = typeof RELEASE === "undefined" ? "" : RELEASE;

export const OUTDATED =
  "The book has changed since this page was opened: reload the page. What you have written is kept.";
