import { createHmac, timingSafeEqual } from "node:crypto";
import { settingsOf } from "../../env.ts";
import { lruCache } from "../../lru-cache.ts";

export type FileKind = "original_file" | "error_file" | "spared_file";
/** What a link leads to: a file, or the stream of events. */
export type LinkKind = FileKind | "events";

/** What an error file comes as. */
export type ErrorFormat = "csv" | "xlsx";

/** What there is of an import, and the user whom a link to it is given to. */
export interface LinkedFile {
  importCode: string;
  kind: LinkKind;
  userId: number;
}

/** A link is good for at least this long, in milliseconds. */
const VALID_MS = 15 * 60 * 1000;
/** Links made within the same stretch are alike, so that an answer which did not change keeps its ETag. */
const STRETCH_MS = 5 * 60 * 1000;

/**
 * Makes the link to a file of an import: absolute, good for 15 to 20 minutes, and needing no header. It names who got
 * it, so that the audit trail can say by whose link a file was downloaded.
 *
 * @param origin where the API answers, such as `https://api.example.com`.
 * @param now milliseconds since 1970.
 */
export function fileLink(env: Env, origin: string, file: LinkedFile, now: number): string {
  const expires = (Math.ceil(now / STRETCH_MS) * STRETCH_MS + VALID_MS) / 1000;
  const { importCode, kind, userId } = file;
  const signature = keptSignature(env, file, expires);
  return `${origin}/api/v1/import/${importCode}/${kind}?user=${userId}&expires=${expires}&signature=${signature}`;
}

/** Whether a link was made by {@link fileLink} and is still good. @param expires seconds since 1970. */
export function isGoodLink(
  env: Env,
  file: LinkedFile,
  { expires, signature }: { expires: number; signature: string },
  now: number,
): boolean {
  const expected = Buffer.from(sign(env, file, expires));
  const presented = Buffer.from(signature);
  return presented.length === expected.length && timingSafeEqual(presented, expected) && expires * 1000 > now;
}

/**
 * Signatures that this isolate has made: clients poll, and the links of a page cost more to sign than all else that a
 * list of imports does. Only links that we make are kept, so that nobody fills it with made-up ones.
 */
const signatures = lruCache<{ linkKey: string; signature: string }>(4000);

function keptSignature(env: Env, file: LinkedFile, expires: number): string {
  const { linkKey } = settingsOf(env);
  const text = signedText(file, expires);
  const kept = signatures.get(text);
  // Another key comes with another environment.
  if (kept?.linkKey === linkKey) return kept.signature;
  const signature = sign(env, file, expires);
  signatures.set(text, { linkKey, signature });
  return signature;
}

function sign(env: Env, file: LinkedFile, expires: number): string {
  return createHmac("sha256", settingsOf(env).linkKey).update(signedText(file, expires)).digest("base64url");
}

function signedText({ importCode, kind, userId }: LinkedFile, expires: number): string {
  return `${importCode}/${kind}/${userId}/${expires}`;
}
