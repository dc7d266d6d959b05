import { and, eq } from "drizzle-orm";
import type * as z from "zod";
import { carryAfterAnswer } from "../audit/outbox/carry.ts";
import { originOf } from "../audit/record.ts";
import { findCompanyHome } from "../companies/queries.ts";
import { erasures } from "../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../db/leads/tenant.ts";
import { notFound } from "../errors.ts";
import { linkPage } from "../http/lists/pagination.ts";
import { ONE, readPage } from "../http/lists/read-page.ts";
import { removedRowPolicy } from "../http/policies/removed-row.ts";
import { tenantPolicy } from "../http/policies/tenant.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { isoTime } from "../http/time.ts";
import { eraseLead } from "../leads/erase/erase-lead.ts";
import { loadLead } from "../leads/load-lead.ts";
import { placeOf } from "../leads/record-place.ts";
import { CompanyLeadsParams, LeadParams } from "../leads/schemas.ts";
import { eraseByKey } from "./begin/erase-by-key.ts";
import type { Erasure } from "./erasure-state.ts";
import {
  EraseByKeyBody,
  ErasureAnswer,
  ErasuresAnswer,
  type Erasure as ErasureView,
  erasuresQuery,
  exampleErasure,
} from "./schemas.ts";

/** Erasing a person, and what became of it. */
export const erasureRoutes: Route[] = [
  creatingRoute(
    {
      method: "post",
      path: "/leads/{id}/erase",
      operationId: "eraseLead",
      summary: "Erase a person",
      description:
        "The lead goes at once, a deleted one too, with deleted leads of the last 30 days that are the same person, " +
        "answers, notes, tags and history. A job does the rest: what leads were before an import is blanked where it " +
        "is the person, error files of the company's imports are written again without them, answers that are kept " +
        "for repetitions and name them are written over, originals in which they are get removed as a whole, also " +
        "where they were skipped as a duplicate, and the search index is merged until nothing of them is left in it. " +
        "`GET /companies/{company_id}/erasures` shows how far it is. A person is found by the e-mail and by the last " +
        "eight digits of the phone that the lead has now, however these are spelled in a file, and by its external " +
        "id in columns that an import read as such. Where an import that is known to name them is still running, " +
        "that is a 409. D1's Time Travel keeps the states of the last 30 days for operators of the installation.\n\n" +
        "Sent again with the same `Idempotency-Key`, it gets the first answer; without one it is a 404, since the " +
        "lead is gone.",
      tag: "Leads",
      scope: "erasures:write",
      access: removedRowPolicy({
        role: "manager",
        load: loadLead({ deleted: true }),
        operation: "eraseLead",
        companyOf: async (tenant, id) => (await findErasure(tenant, id))?.companyId,
      }),
      request: { params: LeadParams },
      response: {
        status: 202,
        description: "The lead is erased, and the job has begun.",
        schema: ErasureAnswer,
        example: { erasure: exampleErasure },
      },
      errors: ["import_running"],
    },
    {
      create: async ({ call, actor, tenant, row, creation }) => {
        if (!row) throw notFound();
        const erasure = await eraseLead(call.env, tenant, row, originOf(call, actor), creation);
        carryAfterAnswer(call, tenant.store);
        return erasure;
      },
      find: ({ tenant }, id) => findErasure(tenant, id),
      show: (_, erasure) => ({ erasure: viewErasure(erasure) }),
    },
  ),
  creatingRoute(
    {
      method: "post",
      path: "/companies/{company_id}/erasures",
      operationId: "erasePerson",
      summary: "Erase a person who is no lead",
      description:
        "For somebody who stands only in what is kept of imports: in originals, rejected records, error files, " +
        "names of files, what leads were before, or answers that are kept for repetitions. So is everybody of an " +
        "import that was undone. They are found by what the body names of them, as in `POST /leads/{id}/erase`. " +
        "Where the person is a lead of the company, a deleted one too, it is a 409, since erasing the lead does all " +
        "of this, and so it is while an import of the company runs.",
      tag: "Leads",
      scope: "erasures:write",
      access: tenantPolicy({ role: "manager", field: "company_id" }),
      request: { params: CompanyLeadsParams, body: EraseByKeyBody },
      response: {
        status: 202,
        description: "The job has begun.",
        schema: ErasureAnswer,
        example: { erasure: { ...exampleErasure, status: "processing", finished_at: null } },
      },
      errors: ["lead_exists", "import_running"],
    },
    {
      create: async ({ call, actor, tenant, companyId, body, creation }) => {
        const { email, phone, external_id: externalId } = body;
        const home = await findCompanyHome(call.databases.directory, companyId);
        const erasure = await eraseByKey(
          call.env,
          tenant,
          { companyId, place: placeOf(null, null, null, home?.country ?? null) },
          { email, phone, externalId },
          originOf(call, actor),
          creation,
        );
        carryAfterAnswer(call, tenant.store);
        return erasure;
      },
      find: ({ tenant }, id) => findErasure(tenant, id),
      show: (_, erasure) => ({ erasure: viewErasure(erasure) }),
    },
  ),
  route(
    {
      method: "get",
      path: "/companies/{company_id}/erasures",
      operationId: "listErasures",
      summary: "List erasures",
      description: "What was done to erase people of a company, without who they were; the newest first.",
      tag: "Leads",
      scope: "erasures:read",
      access: tenantPolicy({ role: "manager", field: "company_id" }),
      request: { params: CompanyLeadsParams, query: erasuresQuery },
      response: {
        status: 200,
        description: "A page of erasures.",
        schema: ErasuresAnswer,
        example: {
          erasures: [exampleErasure],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, tenant, companyId, query }) => {
      const { rows, total } = await readPage(
        tenant.db,
        query,
        { id: erasures.id },
        {
          rows: tenant.db.select().from(erasures),
          counted: tenant.db.select(ONE).from(erasures),
          where: [eq(erasures.companyId, companyId)],
        },
      );
      return { erasures: rows.map(viewErasure), meta: linkPage(call, query, total) };
    },
  ),
];

function findErasure(tenant: Tenant, id: number): Promise<Erasure | undefined> {
  return tenant.db
    .select()
    .from(erasures)
    .where(and(eq(erasures.id, id), ownedBy(tenant, erasures.companyId)))
    .prepare()
    .get(ownedValues(tenant));
}

/** An erasure as the API shows it: never the person. */
function viewErasure(row: Erasure): z.input<typeof ErasureView> {
  // They are in the order in which they come.
  const phases = erasures.phase.enumValues;
  const at = phases.indexOf(row.phase);
  const statusOf = (phase: Erasure["phase"]) => (at > phases.indexOf(phase) ? "done" : "pending");
  return {
    id: row.id,
    company_id: row.companyId,
    requested_by: row.requestedBy,
    status: row.finishedAt === null ? "processing" : "completed",
    error_files: { status: statusOf("error_files"), rewritten: row.rewrittenErrorFiles },
    originals: { status: statusOf("originals"), removed: row.removedOriginals },
    index: { status: statusOf("index") },
    space: { status: row.phase === "partial" ? ("partial" as const) : statusOf("space") },
    created_at: isoTime(row.createdAt),
    finished_at: isoTime(row.finishedAt),
  };
}
