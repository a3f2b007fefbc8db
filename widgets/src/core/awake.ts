/**
 * Calls back after so many milliseconds, of which those do not count in which the page was frozen: a closed lid, another
 * app on a phone. Ended by `clearInterval`.
 */
export function afterAwake(milliseconds: number, act: () => void): ReturnType<typeof setInterval> {
  let ticks = Math.max(1, Math.round(milliseconds / 1000)); // of about a second; a frozen page hears one of them late
  const timer = setInterval(() => {
    if (--ticks > 0) return;
    clearInterval(timer);
    act();
  }, milliseconds / ticks);
  return timer;
}
