import { expect, test } from "vitest";
import { acceptedLocale } from "../../src/http/request/accept-language.ts";

test.each([
  [undefined, "en"],
  ["", "en"],
  ["*", "en"],
  ["de, fr;q=0.5", "en"],
  ["es", "es"],
  ["PT-br", "pt"],
  ["en;q=0.4, pt;q=0.6, es;q=0.5", "pt"],
  ["fr, es;q=0.2", "es"],
  ["es;q=0, pt;q=0.001", "pt"],
  ["es;q=x, pt;q=2, en", "en"],
  ["espanol", "en"],
  [`${"fr,".repeat(400)}es`, "en"],
])("%j is answered in %s", (header, locale) => expect(acceptedLocale(header)).toBe(locale));
