import { and, eq, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Origin } from "../../audit/record.ts";
import type { UserIdentity } from "../../auth/actor.ts";
import { imports, leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { AppError, fieldError } from "../../errors.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import type { PhonePlace } from "../../leads/normalize/phone/national-numbers.ts";
import { readPhone } from "../../leads/normalize/phone/read-phone.ts";
import { requestErasure } from "../consume-erasures.ts";
import type { Erasure } from "../erasure-state.ts";
import { TELLING_DIGITS } from "../person.ts";
import { beginStatements } from "./begin-statements.ts";
import { importRunning } from "./import-running.ts";

/** What a person is found by. */
export interface Keys {
  email?: string | undefined;
  phone?: string | undefined;
  externalId?: string | undefined;
}

/**
 * Erases a person who is no lead (any more), such as after the undo of the import that made them one, from what is kept
 * of imports: files, rejected records, what leads were before, and kept answers.
 *
 * @param place where a phone without a country code is from.
 * @returns the erasure.
 * @throws 409 where the person is a lead, whose own erasing does all of this, and while an import of the company runs,
 * which may make them one; 422 for a phone that cannot be read.
 */
export async function eraseByKey(
  env: Env,
  tenant: Tenant,
  { companyId, place }: { companyId: number; place: PhonePlace },
  keys: Keys,
  origin: Origin<UserIdentity>,
  creation: Creation,
): Promise<Erasure> {
  const { db } = tenant;
  const { email, externalId } = keys;
  const phone = keys.phone === undefined ? undefined : readNumber(keys.phone, place);
  const isTheirs = or(
    email === undefined ? undefined : eq(leads.email, email),
    externalId === undefined ? undefined : eq(leads.externalId, externalId),
    // With another e-mail it is somebody else who shares the phone.
    phone === undefined
      ? undefined
      : and(eq(leads.phone, phone), email === undefined ? undefined : isNull(leads.email)),
  );
  const findLead = (condition: SQL) =>
    db
      .select({ id: leads.id })
      .from(leads)
      .where(and(eq(leads.companyId, companyId), condition, isTheirs))
      .limit(1)
      .get();
  const [live, deleted, running] = await Promise.all([
    findLead(isNull(leads.deletedAt)),
    findLead(isNotNull(leads.deletedAt)),
    db
      .select({ importCode: imports.importCode })
      .from(imports)
      .where(and(eq(imports.companyId, companyId), sql`${imports.status} IN (0, 1)`))
      .limit(1)
      .get(),
  ]);
  const lead = live ?? deleted;
  if (lead) {
    const detail = `Erase it with POST /leads/${lead.id}/erase, which erases what imports keep of the person, too.`;
    throw new AppError("lead_exists", detail);
  }
  if (running) throw importRunning(running.importCode);
  const person = {
    emails: email === undefined ? [] : [email],
    phones: phone === undefined ? [] : [phone.slice(-TELLING_DIGITS)],
    externalIds: externalId === undefined ? [] : [externalId],
    importIds: [],
    places: {},
  };
  const results = await db.batch(beginStatements(db, companyId, person, origin, creation));
  const [erasure] = results[0];
  if (!erasure) throw new Error("no erasure");
  await requestErasure(env, tenant.store, erasure.id);
  return erasure;
}

function readNumber(text: string, place: PhonePlace): string {
  const phone = readPhone(text, place);
  if (phone) return phone.number;
  throw fieldError(
    "invalid_body",
    "phone",
    "invalid_phone",
    "is no phone number: write it with its country code",
  );
}
