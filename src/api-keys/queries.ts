import { eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { SECRET_STARTS } from "../auth/api-keys/secret.ts";
import { type ApiKeyStatus, hasStatus } from "../auth/api-keys/status.ts";
import { isNamedIn } from "../auth/named-in-company.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { apiKeys, users } from "../db/directory/schema.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import { ONE, readPage } from "../http/lists/read-page.ts";
import { hasRightToGrant } from "../user-accesses/grant/right-to-grant.ts";

const filterable = { id: apiKeys.id, name: apiKeys.name, created_at: apiKeys.createdAt };

// Without the hash of the secret, which nobody has to see.
const columns = {
  id: apiKeys.id,
  companyId: apiKeys.companyId,
  name: apiKeys.name,
  accessId: apiKeys.accessId,
  scopes: apiKeys.scopes,
  importLink: apiKeys.importLink,
  prefix: apiKeys.prefix,
  createdBy: apiKeys.createdBy,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  lastUsedAt: apiKeys.lastUsedAt,
  endedAt: apiKeys.endedAt,
  creatorFirstName: users.firstName,
  creatorLastName: users.lastName,
  isCreatorNamed: sql<0 | 1>`${isNamedIn(apiKeys.companyId)}`.as("is_creator_named"),
  creatorHasRight: sql<0 | 1>`${hasRightToGrant(apiKeys.createdBy, apiKeys)}`.as("creator_has_right"),
};

/** The row that the view of an API key is made of. */
export type ApiKeyRow = NonNullable<Awaited<ReturnType<typeof findApiKey>>>;

/** An API key with the name of who made it. @returns `undefined` where there is none. */
export function findApiKey(db: DirectoryDb, id: number) {
  return readApiKey(db, id).get();
}

/** The same as a statement of a batch. @param id an expression where it is known only within the transaction. */
export function readApiKey(db: DirectoryDb, id: number | SQL) {
  return readApiKeys(db).where(eq(apiKeys.id, id));
}

/** A page of the keys of a company, or of its links for imports. @param now milliseconds since 1970. */
export function listKeysOf(
  db: DirectoryDb,
  companyId: number,
  kind: keyof typeof SECRET_STARTS,
  request: ListRequest & { status: ApiKeyStatus | undefined },
  now: number,
) {
  const { status } = request;
  return readPage(db, request, filterable, {
    rows: readApiKeys(db),
    counted: db.select(ONE).from(apiKeys),
    where: [
      eq(apiKeys.companyId, companyId),
      kind === "key" ? isNull(apiKeys.importLink) : isNotNull(apiKeys.importLink),
      status && hasStatus(status, now),
    ],
  });
}

function readApiKeys(db: DirectoryDb) {
  return db.select(columns).from(apiKeys).innerJoin(users, eq(users.id, apiKeys.createdBy));
}
