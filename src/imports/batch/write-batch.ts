import { authorIdOf, type CompanyActor } from "../../auth/actor.ts";
import { companyHome, findCompanyLanguage } from "../../companies/queries.ts";
import { queryBuilder } from "../../db/clients.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { prepared } from "../../db/prepared.ts";
import { fieldError } from "../../errors.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import type { Call } from "../../http/request/call.ts";
import { newLease } from "../../jobs/lease.ts";
import { countFieldsSoon } from "../../leads/custom-fields/register.ts";
import { MATCH_KEYS } from "../../leads/duplicates/match-keys.ts";
import { leadLimitOf } from "../../memberships/lead-limit.ts";
import { findCampaignQuestions } from "../../questions/campaign-questions.ts";
import { initialStage, listStages } from "../../stages/queries.ts";
import { cleanChunk } from "../cleaning/clean-chunk.ts";
import { choicesOf } from "../columns/column.ts";
import { createImportCode } from "../import-code.ts";
import { rulesOf } from "../matching/column-rules.ts";
import type { Refusal } from "../matching/refusal.ts";
import type { ChunkOfOutcomes, ChunkTarget } from "../pipeline/chunk/chunk.ts";
import { ChunkCut } from "../pipeline/chunk/chunk-cut.ts";
import { NewFields } from "../pipeline/chunk/statements/new-fields.ts";
import { writeChunk } from "../pipeline/chunk/write-chunk.ts";
import { Superseded } from "../pipeline/superseded.ts";
import { requireNobodyErased } from "../state/erased-since.ts";
import { readBatch } from "./batch-columns.ts";
import type { BatchRequest } from "./batch-schemas.ts";
import { beginBatch, endBatch, reserveImportId, resumeBatch } from "./batch-statements.ts";

/** Who sends a batch, and to which company. */
export interface BatchSender {
  call: Call;
  actor: CompanyActor;
  tenant: Tenant;
  companyId: number;
}

/** A batch as it was read, before anything of it is written. */
export interface ReadBatch {
  request: BatchRequest;
  target: Omit<ChunkTarget, "id">;
  /** Its leads, and those that can be none; records are numbered from 1. */
  cleaned: ChunkOfOutcomes;
}

/** A batch that is written. */
export interface WrittenBatch extends ReadBatch {
  id: number;
  /** What the store refused, by record, as far as this request met it. */
  refusals: ReadonlyMap<number, Refusal>;
}

/**
 * Reads and cleans the leads of a batch as an import does its records.
 *
 * @throws 422 that points to what is wrong with the batch as a whole; what is wrong with one lead is its outcome.
 */
export async function openBatch(
  { call, tenant, companyId }: BatchSender,
  request: BatchRequest,
): Promise<ReadBatch> {
  const { directory } = call.databases;
  const { campaign_id: campaignId = null } = request;
  const [home, stages, leadLimit, questions] = await Promise.all([
    companyHome(directory, companyId).get(),
    listStages(directory),
    leadLimitOf(directory, companyId),
    campaignId === null ? [] : findCampaignQuestions(tenant, companyId, campaignId),
  ]);
  if (!questions)
    throw fieldError("invalid_body", "campaign_id", "not_found", "the company has no such campaign");
  const country = home?.country ?? null;
  const language = country === null ? await findCompanyLanguage(directory, companyId) : null;
  const { columns, records } = readBatch(request, questions);
  const fields = new NewFields(null, columns);
  const matchBy = request.match_by.flatMap((key) => MATCH_KEYS.filter((known) => known === key));
  const isKeyedById = matchBy.includes("external_id");
  const context = {
    columns,
    country,
    language,
    stages,
    isKeyedById,
    isKeyedOnlyById: isKeyedById && matchBy.length === 1,
    fieldNames: fields.met,
  };
  const raw = records.map((cells, index) => ({ cells, line: index + 1, problem: null }));
  const place = { startOffset: 0, endOffset: records.length, firstRecord: 1, nextLine: records.length + 1 };
  return {
    request,
    target: {
      companyId,
      campaignId,
      source: request.source ?? null,
      initialStageId: initialStage(stages),
      leadLimit,
      lease: newLease(),
      choices: choicesOf(columns),
      cells: {},
      fields,
      plan: null,
      onDuplicate: request.on_duplicate,
      matchBy,
      createMissing: request.create_missing,
      rules: rulesOf(columns),
      isCompared: false,
      keepsCodesAlone: true,
    },
    cleaned: withoutCells(await cleanChunk({ ...place, records: raw, damaged: false }, context, false)),
  };
}

/** What was sent is kept in leads alone. */
function withoutCells({ leads, rejections, ...chunk }: ChunkOfOutcomes): ChunkOfOutcomes {
  return {
    ...chunk,
    leads: leads.map((one) => ({ ...one, cells: [] })),
    rejections: rejections.map((one) => ({ ...one, cells: [] })),
  };
}

/**
 * Writes a batch, as an import that has no file and is never seen running: its row, its leads and its end are one
 * transaction.
 *
 * @throws 409 where a person of the company was erased since the request came.
 */
export async function createBatch(
  sender: BatchSender,
  request: BatchRequest,
  creation: Creation,
): Promise<WrittenBatch> {
  const { tenant, actor, companyId, call } = sender;
  const [read, id] = await Promise.all([openBatch(sender, request), reserveImportId(tenant)]);
  const { target } = read;
  const begin = beginBatch(
    tenant,
    { ...target, id, importCode: createImportCode(tenant.store), importedBy: authorIdOf(actor) },
    call.now,
  );
  const recorded = creation.record(queryBuilder, id).map((one) => prepared(tenant.client, one.getSQL()));
  try {
    return await writeOn(sender, read, id, 1, [begin, ...recorded]);
  } catch (error) {
    if (error instanceof Superseded) await requireNobodyErased(tenant, companyId, call.now);
    throw error;
  }
}

/** Goes on with a batch whose request broke off: mostly nothing of it is left. @param nextRecord as its row has it. */
export function resume(
  sender: BatchSender,
  read: ReadBatch,
  id: number,
  nextRecord: number,
): Promise<WrittenBatch> {
  return writeOn(sender, read, id, nextRecord, [resumeBatch(sender.tenant, id)]);
}

/**
 * Writes the records of a batch from one on: mostly all at once. Where a lead leaves copies behind that later records
 * may meet, it takes another transaction for these.
 *
 * @param first the statements before those of its first chunk.
 */
async function writeOn(
  { tenant, companyId, call }: BatchSender,
  read: ReadBatch,
  id: number,
  nextRecord: number,
  first: D1PreparedStatement[],
): Promise<WrittenBatch> {
  const { cleaned } = read;
  const target = { ...read.target, id };
  const refusals = new Map<number, Refusal>();
  const last = [
    endBatch(tenant, id, call.now),
    prepared(tenant.client, countFieldsSoon(queryBuilder, companyId, call.now).getSQL()),
  ];
  let before = first;
  let record = nextRecord;
  let most = cleaned.records;
  while (record <= cleaned.records) {
    const chunk = partOf(cleaned, record, Math.min(most, cleaned.records - record + 1));
    try {
      const written = await writeChunk(tenant, target, chunk, call.now, {
        lookedUp: null,
        next: null,
        first: before,
        last,
      });
      for (const one of written.rejected) refusals.set(one.record, one.rejection);
      record += chunk.records;
      most = cleaned.records;
      before = [resumeBatch(tenant, id)];
    } catch (error) {
      if (!(error instanceof ChunkCut)) throw error;
      most = error.records;
    }
  }
  return { ...read, id, refusals };
}

/** Some records of a batch, as a chunk of its own. */
function partOf(all: ChunkOfOutcomes, firstRecord: number, records: number): ChunkOfOutcomes {
  const end = firstRecord - 1 + records;
  const isPart = ({ record }: { record: number }) => record >= firstRecord && record <= end;
  return {
    firstRecord,
    records,
    startOffset: firstRecord - 1,
    endOffset: end,
    nextLine: end + 1,
    lines: all.lines.slice(firstRecord - 1, end),
    leads: all.leads.filter(isPart),
    rejections: all.rejections.filter(isPart),
  };
}
