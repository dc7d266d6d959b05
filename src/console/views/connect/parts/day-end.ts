const DAY_MS = 86_400_000;

/** A day in the time zone of the browser, as a field of a form has it. @param days from today. */
export function dayFromNow(days: number): string {
  const day = new Date(Date.now() + days * DAY_MS);
  const parts = [day.getFullYear(), day.getMonth() + 1, day.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}

/** The last second of such a day, as the API has times. */
export function endOfDay(day: string): string {
  return new Date(`${day}T23:59:59`).toISOString();
}
