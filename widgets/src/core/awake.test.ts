import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { afterAwake } from "./awake";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("calls once, after the time, unless it is ended before", () => {
  const act = vi.fn();
  afterAwake(10_000, act);
  vi.advanceTimersByTime(9_990);
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  expect(act).toHaveBeenCalledOnce();
  const other = vi.fn();
  clearInterval(afterAwake(50, other));
  vi.advanceTimersByTime(100);
  expect(other).not.toHaveBeenCalled();
});

it("counts its ticks, of which a frozen page hears one however long it was frozen", () => {
  let tick = (): void => {};
  const every = vi.fn((heard: () => void) => void (tick = heard));
  vi.stubGlobal("setInterval", every);
  const act = vi.fn();
  afterAwake(10_000, act);
  expect(every).toHaveBeenCalledWith(expect.anything(), 1000);
  for (let n = 1; n < 10; n++) tick();
  expect(act).not.toHaveBeenCalled();
  tick();
  expect(act).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});
