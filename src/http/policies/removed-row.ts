import type { CompanyActor, Role } from "../../auth/actor.ts";
import { STORE_SPAN } from "../../db/leads/provision.ts";
import { mintTenant, type Tenant } from "../../db/leads/tenant.ts";
import { AppError } from "../../errors.ts";
import { hashOwnKey } from "../idempotency/keyed-request.ts";
import { findObject } from "../idempotency/requests.ts";
import { type Policy, type PolicyInput, requireCompanyActor } from "./policy.ts";
import { requireRole } from "./require-role.ts";
import { type LoadRow, rowPolicy } from "./row.ts";

/** A row that a request removes, and how the repetition of the request is decided once it is gone. */
interface Removal<Row extends { companyId: number }> {
  role: Role;
  load: LoadRow<Row>;
  /** The `operationId` of the route. */
  operation: string;
  /** The company of what the first try has recorded under its `Idempotency-Key`, by its id. */
  companyOf(tenant: Tenant, objectId: number): Promise<number | undefined>;
}

interface RemovableRow<Row> {
  actor: CompanyActor;
  companyId: number;
  tenant: Tenant;
  /** `null` where it is gone: an earlier try of this request has removed it. */
  row: Row | null;
}

/**
 * The company of a row of a lead store that the request removes. A repetition with the same `Idempotency-Key` finds
 * no row: it is decided by the company of what the first try has recorded.
 */
export function removedRowPolicy<Row extends { companyId: number }>(
  removal: Removal<Row>,
): Policy<RemovableRow<Row>> {
  const policy = rowPolicy(removal);
  return {
    ...policy,
    async authorize(input) {
      try {
        return await policy.authorize(input);
      } catch (error) {
        if (!(error instanceof AppError && error.code === "not_found")) throw error;
        const granted = await authorizeRepetition(input, removal);
        if (!granted) throw error;
        return granted;
      }
    },
  };
}

async function authorizeRepetition<Row extends { companyId: number }>(
  input: PolicyInput,
  { role, operation, companyOf }: Removal<Row>,
): Promise<RemovableRow<Row> | null> {
  const { databases, params } = input;
  const key = input.header("Idempotency-Key");
  const store = Math.floor(Number(params.id) / STORE_SPAN);
  if (key === undefined || !(store >= 0 && store < databases.stores)) return null;
  const actor = requireCompanyActor(input);
  const client = databases.leads(store);
  const objectId = await findObject(client, hashOwnKey(actor, key), operation);
  if (objectId === null) return null;
  const companyId = await companyOf(mintTenant(store, client, "all"), objectId);
  if (companyId === undefined) return null;
  await requireRole(actor, companyId, role);
  return { actor, companyId, tenant: mintTenant(store, client, [companyId]), row: null };
}
