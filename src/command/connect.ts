import { createClient, type LeadsyClient } from "../client/index.ts";
import { UsageError } from "./exit-codes.ts";

const LOCAL = "http://127.0.0.1:8787";

/** A client of the API that the environment names. @throws UsageError where it has no key, or none that can be one. */
export function connect(): LeadsyClient {
  const { LEADSY_URL = LOCAL, LEADSY_KEY: key, LC_ALL, LC_MESSAGES, LANG } = process.env;
  if (!key) throw new UsageError("Set LEADSY_KEY to an API key of the company, or to an access token.");
  // A header that cannot be sent is an error with all of it in its message.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new UsageError(
      "LEADSY_KEY has a blank, a line break or another character that no key has: copy it again.",
    );
  }
  const language = LC_ALL || LC_MESSAGES || LANG || "";
  const locale = ["en", "es", "pt"].find((known) => language.startsWith(known));
  return createClient({ url: addressOf(LEADSY_URL), key, ...(locale && { locale }) });
}

function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !["http:", "https:"].includes(url.protocol) || url.username || url.password) {
    throw new UsageError(
      `LEADSY_URL is no address of an API: write it like ${LOCAL}, without a name or password.`,
    );
  }
  return url.href;
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
