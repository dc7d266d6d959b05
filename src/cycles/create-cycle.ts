import { sql } from "drizzle-orm";
import type * as z from "zod";
import type { CompanyActor } from "../auth/actor.ts";
import { cycles } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { AppError, fieldError, requireFound } from "../errors.ts";
import type { Creation } from "../http/idempotency/creation.ts";
import { type CycleRow, selectCycle } from "./queries.ts";
import type { CreateCycleBody } from "./schemas.ts";
import { addToDate, startOfDay } from "./zoned-time.ts";

/**
 * Creates a cycle of a company. That it overlaps no other is the database's to see, however many are created at
 * once.
 *
 * @param now milliseconds since 1970.
 * @throws 409 where the company does not work in cycles, or has another one at that time; 422 where it ends before
 * it starts.
 */
export async function createCycle(
  tenant: Tenant,
  actor: CompanyActor,
  company: { id: number; timezone: string; cyclesEnabled: boolean },
  body: z.output<typeof CreateCycleBody>,
  now: number,
  creation: Creation,
): Promise<CycleRow> {
  if (!company.cyclesEnabled) {
    throw new AppError(
      "cycles_disabled",
      `Turn them on first: PUT /companies/${company.id}/cycles with cycles_enabled.`,
    );
  }
  const startsAt = isDay(body.starts_at)
    ? startOfDay(body.starts_at, company.timezone)
    : Date.parse(body.starts_at);
  // A last day belongs to the cycle as a whole.
  const endsAt = isDay(body.ends_at)
    ? startOfDay(addToDate(body.ends_at, 1, "day"), company.timezone)
    : Date.parse(body.ends_at);
  if (endsAt <= startsAt) {
    throw fieldError("invalid_body", "ends_at", "ends_before_start", "must be after starts_at");
  }
  const values = { companyId: company.id, name: body.name, leadGoal: body.lead_goal, startsAt, endsAt };
  try {
    const { db } = tenant;
    const newest = sql`(SELECT max(id) FROM ${cycles})`;
    const [, [row]] = await db.batch([
      db.insert(cycles).values({ ...values, createdAt: now, updatedAt: now }),
      selectCycle(tenant, { actor, companyId: company.id }, newest),
      ...creation.record(db, newest),
    ]);
    return requireFound(row);
  } catch (error) {
    if (error instanceof Error && error.message.includes("cycle_overlaps")) {
      const detail = `lies in another cycle, or ends_at does: GET /companies/${company.id}/cycles shows them`;
      throw fieldError("cycle_overlaps", "starts_at", "cycle_overlaps", detail);
    }
    throw error;
  }
}

function isDay(text: string): boolean {
  return text.length === "2026-03-01".length;
}
