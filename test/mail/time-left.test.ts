import { expect, it } from "vitest";
import { timeLeft } from "../../src/mail/time-left.ts";
import { DAY, HOUR, MINUTE } from "./letters.ts";

it.each([
  [10 * MINUTE, "10 minutes", "10 minutos", "10 minutos"],
  [10 * MINUTE - 5_000, "10 minutes", "10 minutos", "10 minutos"],
  [7 * MINUTE - 31_000, "6 minutes", "6 minutos", "6 minutos"],
  [1_000, "1 minute", "1 minuto", "1 minuto"],
  [HOUR, "60 minutes", "60 minutos", "60 minutos"],
  [DAY, "24 hours", "24 horas", "24 horas"],
  [DAY - 2 * MINUTE, "23 hours", "23 horas", "23 horas"],
  [7 * DAY, "7 days", "7 días", "7 dias"],
  [7 * DAY - HOUR, "6 days", "6 días", "6 dias"],
])("%i ms are said in words, and never as more than they are", (left, ...words) => {
  expect((["en", "es", "pt"] as const).map((locale) => timeLeft(left, locale))).toEqual(words);
});
