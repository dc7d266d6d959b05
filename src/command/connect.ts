import { createClient, type LeadsyClient } from "../client/index.ts";
import { UsageError } from "./exit-codes.ts";

const LOCAL = "http://127.0.0.1:8787";

/** A client of the API that the environment names. @throws UsageError where it has no key. */
export function connect(): LeadsyClient {
  const { LEADSY_URL: url = LOCAL, LEADSY_KEY: key, LANG = "" } = process.env;
  if (!key) throw new UsageError("Set LEADSY_KEY to an API key of the company, or to an access token.");
  const locale = ["en", "es", "pt"].find((language) => LANG.startsWith(language));
  return createClient({ url, key, ...(locale && { locale }) });
}

/** An id that an option gives. @throws UsageError where it is none. */
export function idOf(option: string, text: string | undefined): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id <= 0) throw new UsageError(`Say --${option} <id>, a number.`);
  return id;
}

/** The import code that a command is about. @throws UsageError where there is none. */
export function codeOf(positionals: string[]): string {
  const [code, ...more] = positionals;
  if (!code || more.length > 0) throw new UsageError("Say which import: its code begins with imp_.");
  return code;
}
