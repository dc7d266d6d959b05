import { sql } from "drizzle-orm";
import type * as z from "zod";
import { audit, type Origin } from "../audit/record.ts";
import { atLeast, OWNER, type UserActor } from "../auth/actor.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit, refuseUnless } from "../db/directory/commit.ts";
import { companies, companyAncestors, userAccesses, users } from "../db/directory/schema.ts";
import { type AppError, fieldError, notFound, refusal } from "../errors.ts";
import type { Creation } from "../http/idempotency/creation.ts";
import { requireConfirmedEmailIn } from "../user-accesses/grant/own-tree.ts";
import { emptiestStore, hasFreeSpace } from "./lead-stores.ts";
import { type CompanyRow, findParent } from "./queries.ts";
import type { NewCompanyBody } from "./schemas.ts";

/** A tree has five levels. */
const MAX_DEPTH = 4;
const PARENT = "parent_company_id";

/**
 * Creates a company with its creator as the owner. Fields that are absent come from the parent; a root gets the lead
 * store that has the fewest companies, and all below it live there too.
 *
 * @param stores how many lead stores there are, and from how many bytes on one takes no more companies.
 * @throws 404 for a parent that the actor cannot see, 403 for one that they do not own, or that is in a tree of others
 * while their address is not confirmed, 422 for one with four
 * levels above it, 503 where the store is nearly full that it would live in.
 */
export async function createCompany(
  db: DirectoryDb,
  origin: Origin,
  actor: UserActor,
  body: z.output<typeof NewCompanyBody>,
  { stores, maxStoreBytes }: { stores: number; maxStoreBytes: number },
  creation: Creation,
): Promise<CompanyRow> {
  const { parent_company_id: parentId = null, timezone, country, default_locale: locale } = body;
  const parent = parentId === null ? null : await usableParent(db, actor, parentId);
  const company = sql<number>`(SELECT max(id) FROM ${companies})`;
  const access = sql<number>`(SELECT max(id) FROM ${userAccesses})`;
  const [, , [created]] = await commit(
    db,
    [
      refuseUnless(db, owns(actor, parentId), "forbidden"),
      refuseUnless(
        db,
        parent
          ? hasFreeSpace(parent.leadStore, maxStoreBytes)
          : sql`${emptiestStore(stores, maxStoreBytes)} IS NOT NULL`,
        "store_full",
      ),
      db
        .insert(companies)
        .values({
          name: body.name,
          parentCompanyId: parentId,
          leadStore: parent?.leadStore ?? emptiestStore(stores, maxStoreBytes),
          timezone: timezone ?? parent?.timezone ?? "UTC",
          country: country === undefined ? (parent?.country ?? null) : country,
          defaultLocale:
            locale ?? parent?.defaultLocale ?? sql`(SELECT locale FROM ${users} WHERE id = ${actor.userId})`,
          createdAt: origin.now,
          updatedAt: origin.now,
        })
        .returning(),
      db.insert(companyAncestors).select(
        sql`SELECT ${company}, ${company}, 0 UNION ALL
          SELECT ${company}, ancestor_id, depth + 1 FROM ${companyAncestors} WHERE company_id = ${parentId}`,
      ),
      db
        .insert(userAccesses)
        .values({ userId: actor.userId, companyId: company, accessId: OWNER, createdAt: origin.now }),
      audit(db, origin, {
        action: "company.created",
        companyId: company,
        objectId: company,
        ...(parentId !== null && { details: { parent_company_id: parentId } }),
      }),
      audit(db, origin, {
        action: "user_access.granted",
        companyId: company,
        objectId: access,
        details: { user_id: actor.userId, access_id: OWNER },
      }),
      ...creation.record(db, company),
    ],
    { forbidden: notOwned },
  );
  if (!created) throw new Error("a company was inserted and not returned");
  return {
    ...created,
    membershipId: null,
    membershipName: null,
    membershipStatus: null,
    membershipPeriodEnd: null,
  };
}

async function usableParent(db: DirectoryDb, actor: UserActor, id: number) {
  if (!actor.operator) {
    await actor.grants.lookUp([id]);
    const grant = actor.grants.get(id);
    if (!grant) throw notFound(PARENT);
    if (!atLeast(grant.accessId, "owner")) throw notOwned();
  }
  const parent = await findParent(db, id);
  if (!parent) throw notFound(PARENT);
  await requireConfirmedEmailIn(db, actor, id);
  if (parent.depth >= MAX_DEPTH) {
    throw fieldError("too_deep", PARENT, "too_deep", "has four levels above it already");
  }
  return parent;
}

function notOwned(): AppError {
  return refusal("forbidden", "Only an owner of the parent company can do this: ask one of them.", PARENT);
}

/** Whether the actor owns a company at that point of the transaction, by an access to it or above it. */
function owns({ operator, userId }: UserActor, companyId: number | null) {
  if (operator || companyId === null) return sql`1`;
  return sql`EXISTS (
    SELECT 1 FROM ${companyAncestors} ca JOIN ${userAccesses} ua ON ua.company_id = ca.ancestor_id
    WHERE ca.company_id = ${companyId} AND ua.user_id = ${userId} AND ua.access_id = ${OWNER}
      AND ua.suspended_at IS NULL)`;
}
