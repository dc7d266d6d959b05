import { and, eq, isNotNull, isNull, or, sql } from "drizzle-orm";
import type { Origin } from "../../audit/record.ts";
import type { AuthorIdentity } from "../../auth/actor.ts";
import { leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { AppError, fieldError } from "../../errors.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import type { PhonePlace } from "../../leads/normalize/phone/national-numbers.ts";
import { readPhone } from "../../leads/normalize/phone/read-phone.ts";
import { requestErasure } from "../consume-erasures.ts";
import type { Erasure } from "../erasure-state.ts";
import { TELLING_DIGITS } from "../person.ts";
import { beginStatements, beginWhere } from "./begin-statements.ts";
import { noneRunning, requireNoneRunning } from "./import-running.ts";

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
  origin: Origin<AuthorIdentity>,
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
  const ofPerson = [isNull(leads.deletedAt), isNotNull(leads.deletedAt)].map((condition) =>
    and(eq(leads.companyId, companyId), condition, isTheirs),
  );
  const check = async () => {
    const [live, deleted] = await Promise.all([
      ...ofPerson.map((condition) => db.select({ id: leads.id }).from(leads).where(condition).limit(1).get()),
      requireNoneRunning(tenant, companyId),
    ]);
    const lead = live ?? deleted;
    if (lead) throw leadExists(lead.id);
  };
  const noLead = ofPerson.map((condition) => sql`NOT EXISTS (SELECT 1 FROM ${leads} WHERE ${condition})`);
  const person = {
    emails: email === undefined ? [] : [email],
    phones: phone === undefined ? [] : [phone.slice(-TELLING_DIGITS)],
    externalIds: externalId === undefined ? [] : [externalId],
    importIds: [],
    places: {},
  };
  const condition = sql.join([noneRunning(companyId), ...noLead], sql` AND `);
  const results = await beginWhere(async () => ({
    batch: () => db.batch(beginStatements(db, companyId, condition, person, origin, creation)),
    check,
  }));
  const [erasure] = results[0];
  if (!erasure) throw new Error("no erasure");
  await requestErasure(env, tenant.store, erasure.id);
  return erasure;
}

function leadExists(id: number): AppError {
  const detail = `Erase it with POST /leads/${id}/erase, which erases what imports keep of the person, too.`;
  return new AppError("lead_exists", detail, { members: { lead_id: id } });
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
