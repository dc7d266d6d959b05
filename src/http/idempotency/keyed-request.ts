import { createHash, createHmac, hash } from "node:crypto";
import type { Actor } from "../../auth/actor.ts";
import { derivePasswordKey } from "../../auth/passwords/passwords.ts";
import { fieldError } from "../../errors.ts";

/** A request that named an `Idempotency-Key`, as it is kept. */
export interface KeyedRequest {
  keyHash: string;
  /** The `operationId` of its route. */
  operation: string;
  fingerprint: string;
}

/** What a request asks for. */
export interface Asked {
  /** `null` where the caller is not signed in. */
  caller: Actor | null;
  /** The header. */
  key: string;
  operation: string;
  /** Method, path and query. */
  address: string;
  /** The body as it was read, before it was checked. */
  body: unknown;
}

const KEY = /^[\x21-\x7e]{1,255}$/;
/** Fields of a body that are stored only as a hash that is as slow as that of a password. */
const SECRETS = ["password", "current_password"];

/**
 * Describes a request as it is stored. The key itself is stored only as a hash, and it is the secret that the
 * request is hashed with, so that no secret of ours is needed, which could be replaced meanwhile. A password
 * costs an attacker as much as in `users`, also where a client's keys are easy to guess.
 *
 * Callers who are not signed in have no keys of their own: what they ask for is part of the key, so that two
 * strangers never meet at one.
 *
 * @throws 400 for a malformed key.
 */
export async function describeRequest(asked: Asked): Promise<KeyedRequest> {
  const { key, operation, address } = asked;
  requireKey(key);
  const { secrets, open } = withoutSecrets(asked.body);
  const visible = `${address}\n${JSON.stringify(open)}`;
  const scoped = `${ownerOf(asked.caller) ?? `nobody/${hash("sha256", visible)}`}\n${key}`;
  const mac = createHmac("sha256", scoped).update(visible);
  for (const secret of secrets) {
    mac.update(await derivePasswordKey(secret, createHash("sha256").update(`salt\n${scoped}`).digest()));
  }
  return { keyHash: hashKey(scoped), operation, fingerprint: mac.digest("hex") };
}

/** The hash that the key of a known caller is kept under. @throws 400 for a malformed key. */
export function hashOwnKey(caller: Actor, key: string): string {
  requireKey(key);
  return hashKey(`${ownerOf(caller)}\n${key}`);
}

/** Whose keys a caller's are; `null` for one who has none of their own. */
function ownerOf(caller: Actor | null): string | null {
  switch (caller?.kind) {
    case "user":
      return `user/${caller.userId}`;
    case "link":
      return `link/${caller.holderId}`;
    case "api_key":
      return `key/${caller.keyId}`;
    case "system":
      return "system";
    case undefined:
      return null;
  }
}

function hashKey(scoped: string): string {
  return hash("sha256", scoped);
}

function requireKey(key: string): void {
  if (KEY.test(key)) return;
  const detail = "must be 1 to 255 printable characters";
  throw fieldError("invalid_parameter", "Idempotency-Key", "invalid_key", detail);
}

function withoutSecrets(body: unknown): { secrets: string[]; open: unknown } {
  if (typeof body !== "object" || body === null) return { secrets: [], open: body };
  const entries = Object.entries(body);
  const isSecret = ([name, value]: [string, unknown]) => SECRETS.includes(name) && typeof value === "string";
  return {
    secrets: entries.filter(isSecret).map(([, value]) => value as string),
    open: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
  };
}
