import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { settingsOf } from "../env.ts";

const VALID_MS = 10 * 60 * 1000;

/** How many records a dry run says will come out as what. */
export interface AnnouncedCounts {
  total_records: number | null;
  created_records: number;
  updated_records: number;
  unchanged_records: number;
  duplicate_records: number;
  failed_records: number;
}

/** What is confirmed: an import with its counts, by who was shown them. */
export interface Confirmed {
  importCode: string;
  /** The header of the request. */
  authorization: string;
  counts: AnnouncedCounts;
}

/** Permission to commit an import as it was announced, signed. @param now milliseconds since 1970. */
export function confirmationOf(env: Env, confirmed: Confirmed, now: number): string {
  const expires = now + VALID_MS;
  return `${expires}.${sign(env, confirmed, expires)}`;
}

/** Whether a confirmation is for this import, these counts and this caller, and still good. */
export function isConfirmed(env: Env, confirmed: Confirmed, confirmation: string, now: number): boolean {
  const [expires = "", signature = ""] = confirmation.split(".");
  const expected = Buffer.from(sign(env, confirmed, Number(expires)));
  const presented = Buffer.from(signature);
  return (
    presented.length === expected.length && timingSafeEqual(presented, expected) && Number(expires) > now
  );
}

function sign(env: Env, { importCode, authorization, counts }: Confirmed, expires: number): string {
  const { total_records, created_records, updated_records, unchanged_records } = counts;
  const { duplicate_records, failed_records } = counts;
  const numbers = [
    ...[total_records, created_records, updated_records, unchanged_records],
    ...[duplicate_records, failed_records],
  ];
  const text = JSON.stringify(["mcp-commit", importCode, callerOf(authorization), numbers, expires]);
  return createHmac("sha256", settingsOf(env).linkKey).update(text).digest("base64url");
}

/**
 * Who calls. A user's token is another one every quarter of an hour, so that its subject counts; that it is genuine the
 * API tells, which is asked with it. A key is itself.
 */
function callerOf(authorization: string): string {
  const credential = authorization.replace(/^bearer /i, "").trim();
  const [, payload] = credential.split(".");
  if (payload !== undefined) {
    try {
      const { sub } = JSON.parse(Buffer.from(payload, "base64url").toString()) as { sub?: unknown };
      if (typeof sub === "string") return `user/${sub}`;
    } catch {
      // No token of ours: it is refused wherever it is used.
    }
  }
  return `key/${hash("sha256", credential)}`;
}
