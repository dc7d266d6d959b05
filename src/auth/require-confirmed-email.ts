import { AppError } from "../errors.ts";
import { hasConfirmedEmail, type UserActor } from "./actor.ts";

/** @throws 403 for a caller whose address has not been proved to be theirs. */
export function requireConfirmedEmail(actor: UserActor): void {
  if (hasConfirmedEmail(actor)) return;
  const detail = "Open the link that was mailed to your address, or ask for another one.";
  throw new AppError("email_not_confirmed", detail);
}
