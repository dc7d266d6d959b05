import type { LeadField } from "../../leads/fields.ts";
import { EMPTY_LEAD, type LeadRecord, type Rejection, type Stage } from "../../leads/lead-record.ts";
import { cleanCell, cleanOther, isClean } from "../../leads/normalize/clean-cell.ts";
import { isHonorific } from "../../leads/normalize/names/person-name.ts";
import { isPlaceholder } from "../../leads/normalize/placeholders.ts";
import { type ReadingLocale, readingLocale } from "../../leads/normalize/reading-locale.ts";
import { shorten } from "../../leads/normalize/shorten.ts";
import { placeOf, type RecordPlace } from "../../leads/record-place.ts";
import { REPLACEMENT_CHARACTER } from "../../text/replacement-character.ts";
import type { Column } from "../columns/column.ts";
import { extraCells, firstBeyond } from "../resend/extra-cells.ts";
import { type SentBack, sentBackColumns, sentBackProblem } from "../resend/sent-back.ts";
import { isOfExample } from "../template/example-record.ts";
import { type CellPlan, cellPlans } from "./cell-plan.ts";
import { clear, isClear, isCleared } from "./clears.ts";
import {
  type ContactSlot,
  contactSlots,
  faxesLast,
  locateUnknownCountry,
  MISSING,
  phoneLabels,
  readContacts,
} from "./contacts.ts";
import { extractContacts, mayBeContact } from "./contacts-in-names.ts";
import { headerProblem } from "./header-records.ts";
import { resolveNames } from "./names.ts";
import { placeOfCountry } from "./places.ts";
import { readAnswerInto } from "./values/answers.ts";
import { keep } from "./values/custom-fields.ts";
import { lostDigits, readExternalId } from "./values/external-ids.ts";
import { resolveStage } from "./values/stages.ts";
import { readTags } from "./values/tags.ts";
import { plainText, readText } from "./values/texts.ts";
import { warn } from "./warnings.ts";

export interface CleaningContext {
  columns: Column[];
  /** The company's country, ISO 3166-1 alpha-2: the default for phones without a country code. */
  country: string | null;
  /** The company's language: decides the format of numbers and dates where there is no country. */
  language?: string | null;
  stages: Stage[];
  /** The values of every record, from `constants`, each as the cell of a column. */
  constants?: { column: Column; value: string }[];
  /** Whether an external id alone makes a lead of a record. */
  isKeyedById?: boolean;
  /** Whether nothing but an external id tells who a record is. */
  isKeyedOnlyById?: boolean;
  /** The line from which on the file has another table; noted while its records are cleaned. */
  endLine?: number | null;
  /** Gathers the names of custom fields. */
  fieldNames?: Set<string>;
}

/**
 * Turns a record into a lead, or into a rejection with its reason.
 *
 * @param cells the record as it stands in the file, in the order of `context.columns`.
 * @param damaged whether the file has bytes that its encoding does not know: they arrive as U+FFFD.
 */
export function cleanRecord(
  cells: string[],
  context: CleaningContext,
  damaged: boolean,
): LeadRecord | Rejection {
  const { columns } = context;
  const plan = planOf(context);
  const beyond = cells.length > columns.length ? firstBeyond(cells, columns.length) : -1;
  if (beyond >= 0) {
    const { own, surplus } = plan.sentBack ?? { own: columns, surplus: [] };
    const header = own.length;
    const extra = surplus.length + cells.length - columns.length;
    return extraCells(header + extra, header, beyond);
  }

  const lead = { ...EMPTY_LEAD };
  lead.fieldNames = context.fieldNames ?? null;
  if (plan.sentBack !== null) {
    const problem = sentBackProblem(cells, plan.sentBack);
    if (problem !== null) return problem;
  }
  const contacts: (string | undefined)[] = new Array(plan.slots.length);
  let fullName: Column | null = null;
  let fullNameText = "";
  let secondName: string | null = null;
  let secondSurname: string | null = null;
  let callingCode: string | null = null;
  let areaCode: string | null = null;
  let spareCountry: string | null = null;
  let stage: string | null = null;
  let stageHeader = "";
  let lostId = -1;

  const width = Math.min(cells.length, columns.length);
  const constants = context.constants ?? NONE;
  for (let index = 0; index < width + constants.length; index++) {
    const isConstant = index >= width;
    const cell = isConstant ? constants[index - width]?.value : cells[index];
    const cellPlan = plan.cells[isConstant ? index - width + columns.length : index];
    if (cell === undefined || cell === "" || cellPlan === undefined || cellPlan.isIgnored) continue;
    const { column, contact, field, values } = cellPlan;
    if (damaged && cell.includes(REPLACEMENT_CHARACTER)) {
      return reject(
        "invalid_encoding",
        `${named(column)} has characters that could not be read: save the file as UTF-8 and upload the record again.`,
        isConstant ? undefined : index,
      );
    }
    let written: string | null = cell;
    if (!isClean(cell)) {
      written = cleanOther(cell, contact >= 0);
      if (written === null) continue;
      if (written.includes(REPLACEMENT_CHARACTER)) {
        // They were lost before: in an earlier program, or in an error file that was sent back as it was.
        const reason = "It has the sign for letters that were lost (U+FFFD). Write them again.";
        warn(lead, { code: "encoding_in_doubt", column: column.header, value: shorten(written), reason });
      }
    }
    const text = values !== null && Object.hasOwn(values, written) ? values[written] : written;
    if (text === undefined || text === "") continue;
    if (isClear(text)) {
      clear(lead, column);
      continue;
    }
    if (text.length > cellPlan.maxLength) {
      return reject(
        "too_long",
        `${named(column)} has ${text.length} characters; at most ${cellPlan.maxLength} are possible.`,
        isConstant ? undefined : index,
      );
    }
    if (text.startsWith(TEST_LEAD)) {
      return reject(
        "test_lead",
        "The record is a test of Meta's lead ads and no person: leave it out.",
        isConstant ? undefined : index,
      );
    }
    if (contact >= 0) {
      if (isOfExample(text)) {
        return reject(
          "example_record",
          "The record is the example of the template: leave it out.",
          isConstant ? undefined : index,
        );
      }
      contacts[contact] = text;
      continue;
    }

    switch (column.kind) {
      case "field":
        if (field === null) break;
        if (field.kind === "long_text") lead[field.column] = plainText(text);
        else if (isPlaceholder(text)) continue;
        else if (field.kind === "stage") {
          stage = text;
          stageHeader = column.header;
        } else if (cellPlan.mayBeHonorific && isHonorific(text)) keep(lead, column.header, text);
        else if (cellPlan.isId) {
          if (!readExternalId(lead, plainText(text), column.header)) lostId = isConstant ? -1 : index;
        } else if (field.reader === null) lead[field.column] = plainText(text);
        else readText(lead, field.column, field.reader, plainText(text), column.header);
        break;
      case "full_name":
        if (isPlaceholder(text)) continue;
        fullName = column;
        fullNameText = plainText(text);
        break;
      case "name_part":
        if (isPlaceholder(text)) continue;
        if (column.field === "first_name") secondName = plainText(text);
        else secondSurname = plainText(text);
        break;
      case "question":
        readAnswerInto(lead, text, column, plan.locale);
        break;
      case "tags":
        readTags(lead, text, column.header);
        break;
      case "phone_country":
        if (isPlaceholder(text)) continue;
        callingCode = text;
        // `MX` in a column of calling codes is the lead's country.
        if (plan.hasCountry || HAS_DIGIT.test(text)) keep(lead, column.name, text);
        else lead.country = text;
        break;
      case "area_code":
        if (isPlaceholder(text)) continue;
        areaCode = text;
        keep(lead, column.name, text);
        break;
      case "custom":
        keep(lead, column.name, text);
        if (cellPlan.isSpareCountry && !isPlaceholder(text)) spareCountry ??= text;
    }
  }

  if (spareCountry !== null && lead.country === null && !isCleared(lead, "country"))
    lead.country = spareCountry;
  const place =
    callingCode === null && areaCode === null
      ? placeOfCountry(plan.places, lead.country, context.country)
      : placeOf(lead.country, callingCode, areaCode, context.country);
  const isKeyed = context.isKeyedById === true && lead.externalId !== null;
  const slots = plan.labels === null ? plan.slots : faxesLast(plan.slots, plan.labels, cells);
  if (mayBeContact(lead.firstName) || mayBeContact(lead.lastName) || mayBeContact(fullNameText)) {
    fullNameText = extractContacts({ lead, columns, slots, texts: contacts, place }, fullNameText);
    if (fullNameText === "") fullName = null;
  }
  const rejection = readContacts(lead, slots, contacts, place, isKeyed);
  if (lostId >= 0 && (rejection === MISSING || context.isKeyedOnlyById)) {
    return reject("excel_number", lostDigits(cleanCell(cells[lostId] ?? "") ?? ""), lostId);
  }
  if (rejection !== null || (isKeyed && lead.email === null && lead.phone === null)) {
    const header = headerProblem(cells, columns);
    if (header !== null) return header;
  }
  if (rejection !== null)
    return rejection === MISSING
      ? missingContact(context)
      : locateUnknownCountry(rejection, cells, place, columns);

  resolveNames(lead, columns, fullName, fullNameText, secondName, secondSurname);
  if (stage !== null) resolveStage(lead, stage, stageHeader, context.stages);
  return lead;
}

const NONE: never[] = [];

/** The part of a context that is the same for all its records. */
interface Plan {
  /** Of the columns, then of the constants. */
  cells: CellPlan[];
  slots: ContactSlot[];
  labels: ReturnType<typeof phoneLabels>;
  /** Where phones are from, by what records say of their country. */
  places: Map<string | null, RecordPlace>;
  /** Whether the file has a column of countries. */
  hasCountry: boolean;
  locale: ReadingLocale;
  /** Of an error file that is sent back. */
  sentBack: SentBack | null;
}

const plans = new WeakMap<CleaningContext, Plan>();

function planOf(context: CleaningContext): Plan {
  let plan = plans.get(context);
  if (plan === undefined) {
    const slots = contactSlots(context.columns);
    plan = {
      cells: cellPlans([...context.columns, ...(context.constants ?? NONE).map(({ column }) => column)]),
      slots,
      labels: phoneLabels(context.columns, slots),
      hasCountry: context.columns.some((column) => column.kind === "field" && column.field === "country"),
      places: new Map(),
      locale: readingLocale(context.country, context.language ?? null),
      sentBack: sentBackColumns(context.columns),
    };
    plans.set(context, plan);
  }
  return plan;
}

/** How Meta's lead ads fill in the leads that test a form. */
const TEST_LEAD = "<test lead:";

const HAS_DIGIT = /\d/;

/** Whether a record could not become a lead. */
export function isRejection(outcome: LeadRecord | Rejection): outcome is Rejection {
  return "code" in outcome;
}

const missing = new WeakMap<CleaningContext, Rejection>();

/** The reason is the same for every record of a file, so it is built once. */
function missingContact(context: CleaningContext): Rejection {
  const known = missing.get(context);
  if (known) return known;
  const keys: LeadField[] = ["email", "phone", ...(context.isKeyedById ? ["external_id" as const] : [])];
  const columns = context.columns.filter((column) => column.kind === "field" && keys.includes(column.field));
  // A batch whose leads have none of them has no column to name.
  const headers = columns.length > 0 ? columns.map(({ header }) => header) : keys;
  const names = headers.map((header) => `“${shorten(header)}”`);
  const needed = context.isKeyedById ? "an e-mail, a phone or an external id" : "an e-mail or a phone";
  const rejection = reject("missing_contact", `A lead needs ${needed}: fill in ${names.join(" or ")}.`);
  missing.set(context, rejection);
  return rejection;
}

function named(column: Column): string {
  return `The column “${shorten(column.header)}”`;
}

function reject(code: Rejection["code"], reason: string, cell?: number): Rejection {
  return cell === undefined ? { code, reason } : { code, reason, cell };
}
