import type { Tenant } from "../../db/leads/tenant.ts";
import type { Lease } from "../../jobs/lease.ts";
import type { Slice } from "../../jobs/slice.ts";
import { MATCH_KEYS } from "../../leads/duplicates/match-keys.ts";
import { aMacrotask } from "../../macrotask.ts";
import type { LeadLimit } from "../../memberships/lead-limit.ts";
import { findCampaignQuestions } from "../../questions/campaign-questions.ts";
import { initialStage, type StageRow } from "../../stages/queries.ts";
import { cleanChunk } from "../cleaning/clean-chunk.ts";
import { type Column, choicesOf } from "../columns/column.ts";
import { cleaningContext, planColumns, readingOptions, readLayout } from "../columns/plan-reading.ts";
import { dropDryRun, dropPlan, leaveToSweeper } from "../dry-run/drop-plan.ts";
import { assertNothingGone } from "../dry-run/gone-since.ts";
import type { PlannedKeys } from "../dry-run/planned-keys.ts";
import { noteHash, UNKNOWN_HASH } from "../hash/note-hash.ts";
import { rulesOf } from "../matching/column-rules.ts";
import { FileProblem, noRecords } from "../readers/file-problem.ts";
import { HEAD_BYTES } from "../readers/reader.ts";
import { readerOf } from "../readers/readers.ts";
import type { ChunkLimits } from "../readers/records.ts";
import { errorFileOf, writeErrorFile } from "../report/error-file.ts";
import { assertNoParent, findParent } from "../resend/find-parent.ts";
import { inheritFields } from "../resend/inherit.ts";
import { planSentBack } from "../resend/plan-sent-back.ts";
import { complete, endCancelled, failImport } from "../state/import-end.ts";
import {
  beginProcessing,
  type ImportState,
  imagesFrom,
  leaseImport,
  noteEndLine,
  type ReadingPlan,
  releaseImport,
  resumeProcessing,
} from "../state/import-state.ts";
import { STATUS } from "../state/status.ts";
import { removeMade } from "../unpack/remove-made.ts";
import { openFile } from "../unpack/stored-file.ts";
import { beginUnpacking, sourceOf, unpackOn } from "../unpack/unpack-original.ts";
import { nameSheet } from "../unpack/xlsx/name-sheet.ts";
import { assertFieldLimit } from "./assert-field-limit.ts";
import type { ChunkTarget } from "./chunk/chunk.ts";
import { ChunkCut } from "./chunk/chunk-cut.ts";
import { ChunkWriter } from "./chunk/chunk-writer.ts";
import { NewFields } from "./chunk/statements/new-fields.ts";
import { chunkLimits } from "./chunk-limits.ts";
import { Superseded } from "./superseded.ts";

/** How long others have the isolate after a MiB of blank bytes, in milliseconds: about twice what reading it takes. */
const BLANK_PAUSE_MS = 60;

/** What an import needs from outside its own row. */
export interface ImportPorts {
  tenant: Tenant;
  files: R2Bucket;
  lease: Lease;
  stages: () => Promise<StageRow[]>;
  /** How many leads a company may have, looked up once a slice. */
  leadLimitOf: (companyId: number) => Promise<LeadLimit | null>;
  /** The language of a company: asked for where it has no country. */
  languageOf: (companyId: number) => Promise<string | null>;
  limits?: ChunkLimits;
  /** Hashes the keys of a dry run. */
  planKeys(importCode: string): PlannedKeys;
  now(): number;
}

/** The outcome of a step of an import. */
export interface Step {
  ended: boolean;
  /** The codes of the imports to send a message for: this one, or the company's next. */
  next: string[];
}

const NOTHING_TO_DO: Step = { ended: false, next: [] };

/**
 * Works on an import from its checkpoint until it has ended or the slice is over. However often it is called,
 * and by however many at once, every record has one outcome; the lease only saves the work of the others.
 *
 * @throws on trouble with D1 or R2: the caller tries again later.
 */
export async function advanceImport(ports: ImportPorts, importCode: string, slice: Slice): Promise<Step> {
  const { tenant, lease, now } = ports;
  let firstRecords: number | undefined;
  for (;;) {
    const state = await leaseImport(tenant, importCode, lease, now());
    if (!state) return NOTHING_TO_DO;
    try {
      if (state.cancelRequestedAt !== null) return await endImport(ports, importCode, null, slice);
      const passed =
        state.status === STATUS.pending
          ? await prepare(ports, state, slice)
          : await readOn(ports, state, slice, firstRecords);
      firstRecords = undefined;
      if (!passed) return { ended: false, next: await releaseImport(tenant, state, lease, now()) };
      if (state.status === STATUS.processing) return await endImport(ports, importCode, null, slice);
    } catch (error) {
      if (error instanceof FileProblem) return await endImport(ports, importCode, error, slice);
      firstRecords = error instanceof ChunkCut ? error.records : undefined;
      // Another delivery works on the same import: its row is what counts now.
      if (!(error instanceof Superseded || error instanceof ChunkCut)) throw error;
    }
  }
}

/**
 * Makes the file readable where it is not as it came, then reads how it is laid out.
 *
 * @returns whether a step was done; where not, the slice was over before.
 */
async function prepare(ports: ImportPorts, state: ImportState, slice: Slice): Promise<boolean> {
  const { unpacked } = state;
  const mayBeAgain = state.dryRun || state.announced !== null;
  if (mayBeAgain && state.nextRecord === 1 && !(await dropDryRun(ports.tenant, state.id, slice)))
    return false;
  if (unpacked?.task) return await unpackOn(ports, { ...state, unpacked }, slice);
  const head = await openFile(ports.files, sourceOf(state)).read(0, HEAD_BYTES);
  if (!unpacked?.readAs && (await beginUnpacking(ports, state, head))) return true;
  if (state.layout !== null) {
    const isCommitted = state.announced !== null && state.nextRecord === 1;
    if (isCommitted) await assertNothingGone(ports.tenant, state, ports.stages);
    await resumeProcessing(ports.tenant, state.id, ports.now());
  } else {
    await begin(ports, state, head);
  }
  return true;
}

/** Reads how the file is laid out. That of an error file is read as its original was. */
async function begin(ports: ImportPorts, state: ImportState, head: Uint8Array): Promise<void> {
  const { tenant, now } = ports;
  const reader = readerOf(state.unpacked?.readAs ?? { as: "csv" }, state.encoding);
  // To read a layout takes some tens of milliseconds, and so does what its columns are.
  await aMacrotask();
  const layout = readLayout({ ...state, reader, head, atEnd: head.length === sourceOf(state).bytes });
  const parent = await findParent(tenant, state.companyId, state.id, layout, state.hints);
  if (!parent) assertNoParent(layout, state.hints);
  const inherited = parent && inheritFields(state, parent, state.hints?.sent ?? []);
  const fields = inherited ?? state;
  const { companyId } = state;
  await aMacrotask();
  const [questions, language, stages] = await Promise.all([
    fields.campaignId === null ? [] : findCampaignQuestions(tenant, companyId, fields.campaignId),
    state.country === null ? ports.languageOf(companyId) : null,
    ports.stages(),
  ]);
  const meaning = { ...state, ...fields, questions: questions ?? [], stages, language };
  const plan = nameSheet(state.unpacked?.sheet, () =>
    parent ? planSentBack(layout, meaning, parent) : planColumns(layout, meaning),
  );
  await assertFieldLimit(tenant, companyId, plan.columns, layout.sample);
  const known = inherited && {
    ...inherited,
    parentImportCode: parent?.importCode ?? null,
    imagesFrom: imagesFrom(inherited.onDuplicate, state.dryRun),
  };
  await beginProcessing(tenant, state.id, plan, layout, known, now());
}

/**
 * Reads, cleans and writes chunk after chunk.
 *
 * @param firstRecords how many records the first chunk may have, where that is less than others.
 * @returns whether the file's end was reached.
 */
async function readOn(
  ports: ImportPorts,
  state: ImportState,
  slice: Slice,
  firstRecords: number | undefined,
): Promise<boolean> {
  const { tenant, files, lease, now } = ports;
  const plan = state.layout as ReadingPlan;
  const { columns, constants = [] } = plan;
  const fields = new NewFields(state.dryRun ? state.id : null, columns);
  const [stages, leadLimit] = await Promise.all([
    ports.stages(),
    ports.leadLimitOf(state.companyId),
    // Of a dry run no trigger of the database refuses a field too many.
    state.dryRun && fields.meetLimit(tenant.client, state.companyId),
  ]);
  const context = { ...cleaningContext(plan, state, stages), fieldNames: fields.met };
  let { endLine } = context;
  const target = {
    ...state,
    initialStageId: initialStage(stages),
    leadLimit,
    lease,
    choices: choicesOf([...columns, ...constants]),
    rules: rulesOf(columns),
    cells: refusedCells(columns),
    // The program's own strings: properties are looked up by them for each record, and those from JSON cost more.
    matchBy: state.matchBy.flatMap((key) => MATCH_KEYS.filter((known) => known === key)),
    fields,
    plan: state.dryRun ? ports.planKeys(state.importCode) : null,
    isCompared: state.differingRecords !== null,
  };
  const source = openFile(files, sourceOf(state));
  const chunks = readerOf(state.unpacked?.readAs ?? { as: "csv" }, state.encoding).records(
    source,
    { offset: state.checkpointOffset, record: state.nextRecord, line: state.nextLine },
    readingOptions(plan),
    { ...chunkLimits(columns, ports.limits), firstRecords },
  );
  const writer = new ChunkWriter(tenant, target, slice, now);
  try {
    for await (const chunk of chunks) {
      const isBlank = chunk.records.length === 0 && chunk.endOffset < source.size;
      const outcomes = isBlank
        ? null
        : await cleanChunk(chunk, context, state.encodingConfidence === "doubtful");
      if (context.endLine !== endLine) await noteEndLine(tenant, state.id, context.endLine ?? null);
      endLine = context.endLine;
      const isDone = outcomes === null ? await writer.pass(chunk) : await writer.add(outcomes);
      if (!isDone) return false;
      await aMacrotask(isBlank ? BLANK_PAUSE_MS : 0);
    }
    return await writer.finish();
  } catch (error) {
    // What stands before the place that cannot be read counts, in this slice or in the next.
    if (error instanceof FileProblem && !(await writer.finish())) return false;
    throw error;
  } finally {
    // However the reading ends, the pending chunk is written first: no later step may overtake it.
    await writer.idle();
  }
}

/** The columns that the store may refuse a record for. */
function refusedCells(columns: readonly Column[]): ChunkTarget["cells"] {
  const cells: ChunkTarget["cells"] = {};
  for (const [index, column] of columns.entries()) {
    if (column.kind === "tags") cells.too_many_tags = index;
    if (column.kind !== "field") continue;
    if (column.field === "external_id") cells.external_id_taken = index;
    if (column.field === "notes") cells.too_long = index;
  }
  return cells;
}

/**
 * Ends an import, with its error file where records were rejected.
 *
 * @param problem why it cannot go on, or `null` where every record has its outcome, or it is to stop.
 * Where it has not ended, its error file needs another slice.
 */
export async function endImport(
  { tenant, files, lease, now }: Pick<ImportPorts, "tenant" | "files" | "lease" | "now">,
  importCode: string,
  problem: FileProblem | null,
  slice: Slice,
): Promise<Step> {
  const state = await leaseImport(tenant, importCode, lease, now());
  if (!state) return NOTHING_TO_DO;
  const nothing = state.nextRecord === 1 ? noRecords() : null;
  let errorFileKey: string | null = null;
  if (state.failedRecords > 0) {
    const file = errorFileOf(tenant, state, lease);
    if (!(await writeErrorFile(tenant, files, file, slice))) {
      return { ended: false, next: await releaseImport(tenant, state, lease, now()) };
    }
    errorFileKey = file.key;
  }
  const failure = problem ?? nothing;
  if (!failure && state.fileSha256 === UNKNOWN_HASH && state.cancelRequestedAt === null) {
    await noteHash({ tenant, files, lease, now }, state);
  }
  const ends = () => {
    if (state.cancelRequestedAt !== null) return endCancelled(tenant, state, errorFileKey, now());
    return failure
      ? failImport(tenant, state, failure, errorFileKey, now())
      : complete(tenant, state, errorFileKey, now());
  };
  const next = await ends();
  await removeMade(files, state);
  if (state.dryRun) await dropPlan(tenant.client, state.id, slice).catch(leaveToSweeper(importCode));
  return { ended: true, next };
}
