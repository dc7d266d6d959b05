import type { Tenant } from "../../db/leads/tenant.ts";
import type { Question } from "../../leads/lead-record.ts";
import { aMacrotask } from "../../macrotask.ts";
import { findCampaignQuestions } from "../../questions/campaign-questions.ts";
import type { StageRow } from "../../stages/queries.ts";
import { cleanChunk } from "../cleaning/clean-chunk.ts";
import type { Mapping } from "../columns/mapping.ts";
import { cleaningContext, planColumns, readingOptions, readLayout } from "../columns/plan-reading.ts";
import { assertFieldLimit } from "../pipeline/assert-field-limit.ts";
import type { ChunkOfOutcomes } from "../pipeline/chunk/chunk.ts";
import { chunkLimits } from "../pipeline/chunk-limits.ts";
import { noRecords } from "../readers/file-problem.ts";
import { HEAD_BYTES, type Layout } from "../readers/reader.ts";
import { readerOf } from "../readers/readers.ts";
import { CHUNK_LIMITS, type RecordChunk } from "../readers/records.ts";
import type { ReadingHints } from "../reading-hints.ts";
import { findParent } from "../resend/find-parent.ts";
import { inheritFields, type SentFields } from "../resend/inherit.ts";
import { planSentBack } from "../resend/plan-sent-back.ts";
import type { ReadingPlan } from "../state/import-state.ts";
import { nameSheet } from "../unpack/xlsx/name-sheet.ts";
import { proposeMapping } from "./propose-mapping.ts";
import { detectColumns, type Planned, readAlike } from "./remembered/detect-columns.ts";
import type { HeaderChanges, Remembered } from "./remembered/remembered-mapping.ts";
import type { Sample } from "./sample-of-upload.ts";
import { ColumnTallies } from "./tally-columns.ts";
import { type ReadableSample, unpackSample } from "./unpack-sample.ts";

/** How many records are shown with what becomes of them. */
const SAMPLE_RECORDS = 20;

export interface Preview {
  /** What it is read and matched by: of an error file, what its original had. */
  fields: SentFields;
  questions: Question[];
  sample: ReadableSample;
  layout: Layout;
  plan: ReadingPlan;
  mapping: Mapping;
  /** How the header differs from that of the import whose mapping was taken over; `null` where none was. */
  changes: HeaderChanges | null;
  tallies: ColumnTallies;
  /** The first records, as the import reads them with the mapping. */
  first: ChunkOfOutcomes | null;
}

interface Ports {
  tenant: Tenant;
  companyId: number;
  /** Of the campaign that is named. */
  questions: Question[];
  stages: StageRow[];
  language: string | null;
  /** ISO 3166-1 alpha-2. */
  country: string | null;
  /** The mappings of the company's last imports. */
  remembered: readonly Remembered[];
}

/**
 * Reads the beginning of a file as the import of it does: nothing is stored.
 *
 * @throws FileProblem where the import could not read it either.
 */
export async function readPreview(
  { tenant, companyId, questions: asked, stages, language, country, remembered }: Ports,
  upload: Sample,
  hints: ReadingHints,
  said: SentFields,
): Promise<Preview> {
  const sample = await unpackSample(upload, hints);
  const { bytes, isWhole, encoding } = sample;
  const reader = readerOf(sample.readAs, encoding.encoding);
  const head = {
    reader,
    head: bytes.subarray(0, HEAD_BYTES),
    atEnd: isWhole && bytes.length <= HEAD_BYTES,
    hints,
  };
  const laidOut = readLayout({ ...head, mapping: said.mapping });
  const parent = await findParent(tenant, companyId, null, laidOut, hints);
  const fields = parent ? inheritFields(said, parent, hints.sent ?? []) : said;
  const { campaignId } = fields;
  const isOther = campaignId !== null && campaignId !== said.campaignId;
  const questions = isOther ? ((await findCampaignQuestions(tenant, companyId, campaignId)) ?? []) : asked;
  const settings = { ...fields, country };
  const read = (mapping: Mapping | null): Planned => {
    const layout = mapping === said.mapping ? laidOut : readLayout({ ...head, mapping });
    const meaning = { ...settings, mapping, questions, stages, language };
    return { layout, plan: parent ? planSentBack(layout, meaning, parent) : planColumns(layout, meaning) };
  };
  // Of an error file its original says what the columns are.
  const known = parent ? [] : remembered;
  const { detected, used, changes } = nameSheet(sample.sheets[0], () =>
    detectColumns(read, settings.mapping, known, questions),
  );
  const proposed = proposeMapping(detected.plan.columns, questions, settings.mapping);
  // What is shown is what an import with that mapping reads, whatever was found without it.
  const mapped = readAlike(detected, () => read(proposed));
  const mapping = mapped ? proposed : (used ?? {});
  const { layout, plan } = mapped ?? detected;
  await assertFieldLimit(tenant, companyId, plan.columns, layout.sample);
  const context = cleaningContext(plan, settings, stages);
  const tallies = new ColumnTallies(plan.columns, stages);
  let first: ChunkOfOutcomes | null = null;
  let rested = 0;
  for await (const chunk of recordsOf(sample, layout, plan)) {
    // A file that is nothing but open quotes takes long: others are let in now and then.
    if (chunk.endOffset - rested >= REST_BYTES) {
      rested = chunk.endOffset;
      await aMacrotask();
    }
    for (const record of chunk.records) tallies.add(record);
    if (chunk.records.length > 0)
      first ??= await cleanChunk(chunk, context, encoding.confidence === "doubtful");
  }
  if (first === null && isWhole) throw noRecords();
  const columns = plan.columns.map((column, index) => ({
    ...column,
    foundBy: detected.plan.columns[index]?.foundBy,
  }));
  return {
    fields,
    questions,
    sample,
    layout,
    plan: { ...plan, columns: columns as ReadingPlan["columns"] },
    mapping,
    changes,
    tallies,
    first,
  };
}

/** How much of a file is read before others are let in. */
const REST_BYTES = 64 * 1024;

/** The end of what came of a file, in the midst of a record. */
class CutOff extends Error {}

async function* recordsOf(
  { bytes, isWhole, encoding, readAs }: ReadableSample,
  { dataOffset, dataLine }: Layout,
  plan: ReadingPlan,
): AsyncGenerator<RecordChunk> {
  const source = {
    // One byte more than came: no record ends where the file was cut off.
    size: isWhole ? bytes.length : bytes.length + 1,
    async read(offset: number, length: number) {
      if (offset >= bytes.length) throw new CutOff();
      return bytes.subarray(offset, offset + length);
    },
  };
  const limits = chunkLimits(plan.columns, { ...CHUNK_LIMITS, records: SAMPLE_RECORDS });
  const from = { offset: dataOffset, record: 1, line: dataLine };
  try {
    yield* readerOf(readAs, encoding.encoding).records(source, from, readingOptions(plan), limits);
  } catch (error) {
    if (!(error instanceof CutOff)) throw error;
  }
}
