import { containsKnown, type KnownOfUser } from "../auth/passwords/password-rules.ts";
import { fieldError } from "../errors.ts";

/** @throws 422 for a password that contains what others know of its user. */
export function refuseKnown(password: string, user: KnownOfUser): void {
  if (!containsKnown(password, user)) return;
  const detail = "must not contain your e-mail address, a part of it, or your name";
  throw fieldError("invalid_body", "password", "personal_password", detail);
}
