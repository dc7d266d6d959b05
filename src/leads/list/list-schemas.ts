import * as z from "zod";
import { type CursorRequest, cursorQuery } from "../../http/lists/cursor-query.ts";
import { integers, type ListQuery, oneOf, RANGE, texts, times } from "../../http/lists/list-query.ts";
import { PageMeta } from "../../http/lists/pagination.ts";
import { FIELD_LIST } from "../fields.ts";
import { Lead } from "../schemas.ts";
import { IMPORT_OUTCOMES } from "./import-filters.ts";
import {
  NAMED_PARAMETERS,
  type NamedFilter,
  NamedValue,
  readNamedFilter,
  wrongValues,
} from "./named-filters.ts";
import { FEWEST_LETTERS, matchOf } from "./search/match.ts";

/** What a list of leads was asked for. */
export interface LeadsRequest extends CursorRequest {
  /** Filters by answers and custom fields. */
  named: NamedFilter[];
  /** What is looked for in names, addresses, phones and companies, as FTS5 has it. */
  match: string | undefined;
}

const { schema: base, read } = cursorQuery(
  {
    id: integers("eq", "in"),
    ...Object.fromEntries(FIELD_LIST.map(({ key, filters }) => [key, texts(...filters)])),
    campaign_id: integers("eq", "in", "null"),
    assigned_to: integers("eq", "in", "null"),
    tags: texts("eq", "in"),
    import_code: texts("eq"),
    import_outcome: oneOf(IMPORT_OUTCOMES, "eq"),
    file_sha256: texts("eq"),
    record_number: integers("eq"),
    duplicate_of: integers("eq", "null"),
    created_at: times(...RANGE),
    updated_at: times(...RANGE),
  },
  ["-created_at", "updated_at"],
  { of: "leads", uncountedWith: ["q"] },
);

/** Parameters that are not filters. */
const SETTINGS = ["page", "limit", "sort", "cursor", "count", "q"];
/** A statement of D1 takes 100 values; a filter has two at the most. */
const MOST_FILTERS = 30;
/**
 * What a filter costs is paid for each lead that the others leave. By an answer or a custom field, each value is
 * compared with each that the lead has; by a part of a text, the whole text is read.
 */
const MOST_NAMED_VALUES = 100;
const MOST_TEXT_FILTERS = 10;

const BY_UPDATE = ["updated_at", "-updated_at"];

const fields = base.safeExtend({
  sort: (base.shape.sort as z.ZodType).meta({
    description:
      "A field, with a leading `-` for descending order; ties are put in order by id. By `updated_at`, pages are led " +
      "to by `meta.next_cursor` alone, and one can have fewer leads than `limit`, or none, and more after it: it looks at " +
      "2,000 leads at the most.",
  }),
  q: z
    .string()
    .max(255)
    .refine((text) => matchOf(text) !== null, {
      error: `must have ${FEWEST_LETTERS} characters at least`,
      params: { code: "too_small" },
    })
    .optional()
    .meta({
      description:
        "Looks for parts of words in names, e-mail addresses, phones and company names, whatever their case and " +
        "accents; all words have to be there. The leads come in the order in which they were made. An import's " +
        "leads are found some seconds after it.",
    }),
});

/** Lists of leads: filters by what a lead shows, by answers and by custom fields; pages, and cursors for deep ones. */
export const leadsQuery = {
  schema: fields.catchall(NamedValue).superRefine(checkNames, { when: () => true }),
  read(values: Record<string, unknown>): LeadsRequest {
    return {
      ...read(values),
      named: namedFiltersOf(values),
      match: values.q === undefined ? undefined : (matchOf(values.q as string) ?? undefined),
    };
  },
} satisfies ListQuery;

function namedFiltersOf(values: Record<string, unknown>): NamedFilter[] {
  return Object.entries(values).flatMap(([name, value]) => readNamedFilter(name, value) ?? []);
}

function checkNames(values: Record<string, unknown>, context: z.RefinementCtx): void {
  const refuse = (path: string[], code: string, message: string) =>
    context.addIssue({ code: "custom", path, params: { code }, message });
  for (const [name, value] of Object.entries(values)) {
    if (Object.hasOwn(fields.shape, name)) continue;
    const filter = readNamedFilter(name, value);
    if (!filter) {
      const allowed = [...Object.keys(fields.shape), NAMED_PARAMETERS].join(", ");
      refuse([name], "unknown_field", `is not known here; allowed: ${allowed}`);
      continue;
    }
    const wrong = wrongValues(filter);
    if (wrong) refuse([name], "invalid_value", wrong);
  }
  if (BY_UPDATE.includes(values.sort as string)) {
    const instead = "cannot be given together with an order by updated_at";
    if (values.q !== undefined)
      refuse(["q"], "with_sort", `${instead}: leads that are found come by created_at`);
    if (values.page !== 1) refuse(["page"], "with_sort", `${instead}: follow meta.next_cursor`);
  }
  const filters = Object.keys(values).filter((name) => !SETTINGS.includes(name));
  const tooMany = (name: string, most: string) =>
    refuse([name], "too_many", `is one too many: ${most} at once`);
  const surplus = filters[MOST_FILTERS];
  if (surplus !== undefined) tooMany(surplus, `at most ${MOST_FILTERS} filters`);
  const overfull = namedBeyond(values);
  if (overfull)
    tooMany(overfull, `at most ${MOST_NAMED_VALUES} values in all filters by answers and custom fields`);
  const text = filters.filter((name) => /_(?:cont|start)$/.test(name))[MOST_TEXT_FILTERS];
  if (text !== undefined) tooMany(text, `at most ${MOST_TEXT_FILTERS} filters by _cont and _start`);
}

/** The first filter by an answer or a custom field with which there are too many values. */
function namedBeyond(values: Record<string, unknown>): string | undefined {
  let sum = 0;
  return namedFiltersOf(values).find((filter) => {
    sum += filter.values.length;
    return sum > MOST_NAMED_VALUES && !wrongValues(filter);
  })?.parameter;
}

export const LeadsMeta = z
  .strictObject({
    current_page: z.int().min(1).nullable().meta({ description: "`null` of a page that a cursor led to." }),
    next_page: z.int().min(1).nullable(),
    prev_page: z.int().min(1).nullable(),
    total_pages: z.int().min(0).nullable().meta({ description: "`null` where nothing was counted." }),
    total_records: z.int().min(0).nullable().meta({ description: "`null` where nothing was counted." }),
    total_is_at_least: PageMeta.shape.total_is_at_least,
    next_cursor: z
      .string()
      .max(200)
      .nullable()
      .meta({
        description:
          "Leads to the page after this one; `null` at the end. A page ends at some 1 MiB, too: with large leads it is " +
          "shorter than `limit`, `next_page` is `null`, and the cursor goes on behind its last lead.",
      }),
  })
  .meta({ id: "LeadsMeta", description: "Where a page of leads stands in its list." });

export const LeadsAnswer = z
  .strictObject({ leads: z.array(Lead).max(100), meta: LeadsMeta })
  .meta({ id: "LeadsAnswer" });
