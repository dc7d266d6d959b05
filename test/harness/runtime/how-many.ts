import { env } from "cloudflare:test";

/**
 * How many generated cases a test tries: a part of them by default, since they are most of what the suite costs, and
 * all with `THOROUGH=1 npm test`. What is left out by default differs in nothing but its seed or its number.
 */
export function howMany(usual: number, thorough: number): number {
  return env.THOROUGH ? thorough : usual;
}
