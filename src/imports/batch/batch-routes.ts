import type { Tenant } from "../../db/leads/tenant.ts";
import { tenantPolicy } from "../../http/policies/tenant.ts";
import { creatingRoute, type Route } from "../../http/route.ts";
import { requestIndexing } from "../../leads/list/search/request-indexing.ts";
import { describeError, log } from "../../log.ts";
import {
  BATCH_BYTES,
  BatchAnswer,
  BatchBody,
  BatchParams,
  exampleBatch,
  MAX_BATCH_LEADS,
} from "./batch-schemas.ts";
import { showBatch } from "./show-batch.ts";
import { type BatchSender, createBatch, openBatch, resume, type WrittenBatch } from "./write-batch.ts";

/** Many leads in one request. */
export const leadBatchRoutes: Route[] = [
  creatingRoute(
    {
      method: "put",
      path: "/companies/{company_id}/leads/batch",
      operationId: "putLeads",
      summary: "Create and update many leads",
      description:
        `Up to ${MAX_BATCH_LEADS} leads by their keys, with the rules of an import: values are cleaned as the cells of a ` +
        "file are, the same person is told by `match_by`, and each lead has one outcome. What is wrong with one lead is its " +
        "outcome and keeps none of the others out; all are written in one transaction. An empty value changes nothing. " +
        "Sent again it finds what it wrote; with an `Idempotency-Key` it is done once. It does not count among the imports " +
        "of a membership; leads beyond its limit fail with `membership_limit`. What failed is in the answer alone.",
      tag: "Leads",
      access: tenantPolicy({ role: "manager", field: "company_id" }),
      request: { params: BatchParams, body: BatchBody },
      bodyBytes: BATCH_BYTES,
      keyed: true,
      shownOnce: true,
      response: {
        status: 200,
        description: "What became of each lead.",
        schema: BatchAnswer,
        example: exampleBatch,
      },
      errors: ["person_erased"],
    },
    {
      async create({ body, creation, ...sender }) {
        const batch = await createBatch(sender, body, creation);
        sender.call.waitUntil(indexSoon(sender));
        return batch;
      },
      async find({ body, ...sender }, id): Promise<WrittenBatch | undefined> {
        const nextRecord = await nextRecordOf(sender.tenant, id);
        return nextRecord === null
          ? undefined
          : resume(sender, await openBatch(sender, body), id, nextRecord);
      },
      show: ({ tenant }, batch) => showBatch(tenant, batch),
    },
  ),
];

/** Where that fails, the cron asks again. */
async function indexSoon({ call: { env, now }, tenant }: BatchSender): Promise<void> {
  await requestIndexing(env, tenant, now).catch((error: unknown) =>
    log("error", "search.not_queued", { store: tenant.store, ...describeError(error) }),
  );
}

async function nextRecordOf({ client }: Tenant, id: number): Promise<number | null> {
  return client
    .prepare("SELECT next_record AS next FROM imports WHERE id = ?1")
    .bind(id)
    .first<number>("next");
}
