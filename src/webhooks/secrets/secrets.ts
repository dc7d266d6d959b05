import { randomBytes } from "node:crypto";
import type { KeptSecret } from "../../db/leads/schema.ts";
import type { Settings } from "../../env.ts";
import { seal } from "./seal.ts";

/** How long a secret still signs beside the one that took its place, in milliseconds. */
export const OVERLAP_MS = 24 * 60 * 60_000;
/** So many that were replaced still sign: every delivery bears a signature of each. */
export const MOST_REPLACED = 4;

/** A secret that was made: as its owner gets it, and as it is kept. */
export interface NewSecret {
  secret: string;
  kept: KeptSecret;
}

/** Makes a secret of 256 random bits, as Standard Webhooks writes one. @see https://www.standardwebhooks.com */
export function createSecret(settings: Settings, companyId: number): NewSecret {
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  return { secret, kept: { sealed: seal(settings, companyId, secret), until: null } };
}

/** Those that sign at a time, the newest first. @param now milliseconds since 1970. */
export function signingSecrets(secrets: readonly KeptSecret[], now: number): KeptSecret[] {
  return secrets.filter(({ until }) => until === null || until > now);
}

/** Puts a secret before those that sign still, each of which has its time from when it was replaced. */
export function replaceSecret(secrets: readonly KeptSecret[], next: KeptSecret, now: number): KeptSecret[] {
  const replaced = signingSecrets(secrets, now).map((one) => ({
    ...one,
    until: one.until ?? now + OVERLAP_MS,
  }));
  return [next, ...replaced];
}
