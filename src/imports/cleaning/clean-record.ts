import { readAnswer } from "./answers.ts";
import { cleanCell } from "./clean-cell.ts";
import type { Column } from "./columns.ts";
import { readCountry } from "./countries.ts";
import { emailSlip, readEmail } from "./email.ts";
import { fold } from "./fold.ts";
import {
  type LeadField,
  type LeadRecord,
  type Question,
  type Rejection,
  type Stage,
  TEXT_PROPERTIES,
} from "./lead-record.ts";
import { isExcelNumber, readPhone } from "./phone.ts";
import { shorten } from "./shorten.ts";

export interface CleaningContext {
  columns: Column[];
  /** The company's country, ISO 3166-1 alpha-2: where a phone without a country code is from. */
  country: string | null;
  stages: Stage[];
}

/** In UTF-16 units: a lead's own columns. */
const MAX_FIELD_LENGTH = 255;
/** In UTF-16 units: notes, answers and custom fields hold what a cell of Excel can. */
const MAX_TEXT_LENGTH = 32_767;

const REPLACEMENT_CHARACTER = "\uFFFD";

/**
 * Makes a lead of a record, or says why it cannot become one.
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
  if (cells.length > columns.length && cells.slice(columns.length).some((cell) => cleanCell(cell) !== null)) {
    return reject(
      "extra_cells",
      `The record has ${cells.length} cells, the header ${columns.length}: put quotes around a cell that has the separator in it.`,
    );
  }

  const lead = emptyLead();
  let fullName: Column | null = null;
  let fullNameText = "";
  let stage: string | null = null;

  const width = Math.min(cells.length, columns.length);
  for (let index = 0; index < width; index++) {
    const column = columns[index];
    const cell = cells[index];
    if (column === undefined || cell === undefined || cell === "" || column.kind === "ignored") continue;
    if (damaged && cell.includes(REPLACEMENT_CHARACTER)) {
      return reject(
        "invalid_encoding",
        `${named(column)} has characters that could not be read: save the file as UTF-8 and upload the record again.`,
      );
    }
    const text = cleanCell(cell);
    if (text === null) continue;
    const limit = maxLength(column);
    if (text.length > limit) {
      return reject(
        "too_long",
        `${named(column)} has ${text.length} characters; at most ${limit} are possible.`,
      );
    }

    switch (column.kind) {
      case "field":
        if (column.field === "stage") stage = text;
        else lead[PROPERTIES[column.field]] = text;
        break;
      case "full_name":
        fullName = column;
        fullNameText = text;
        break;
      case "question":
        answer(lead, text, column.question);
        break;
      case "custom":
        keep(lead, column.name, text);
    }
  }

  if (lead.email !== null) {
    const email = readEmail(lead.email);
    if (email === null) {
      return reject(
        "invalid_email",
        `“${shorten(lead.email)}” is not an e-mail address: ${emailSlip(lead.email)}.`,
      );
    }
    lead.email = email;
  }
  if (lead.phone !== null) {
    const rejection = settlePhone(lead, lead.phone, context.country);
    if (rejection !== null) return rejection;
  }
  if (lead.email === null && lead.phone === null) return missingContact(columns);

  if (fullName !== null) {
    if (lead.firstName === null && lead.lastName === null) splitName(lead, fullNameText);
    else keep(lead, fullName.header, fullNameText);
  }
  if (stage !== null) settleStage(lead, stage, context.stages);
  return lead;
}

/** Whether a record could not become a lead. */
export function isRejection(outcome: LeadRecord | Rejection): outcome is Rejection {
  return "code" in outcome;
}

const PROPERTIES = { email: "email", phone: "phone", ...TEXT_PROPERTIES } as const satisfies Record<
  Exclude<LeadField, "stage">,
  keyof LeadRecord
>;

/** Every lead has all properties, in this order: the engine then sees one shape. */
function emptyLead(): LeadRecord {
  return {
    email: null,
    phone: null,
    phoneRaw: null,
    firstName: null,
    lastName: null,
    companyName: null,
    jobTitle: null,
    city: null,
    state: null,
    country: null,
    source: null,
    stageId: null,
    notes: null,
    externalId: null,
    answers: null,
    customFields: null,
    warning: false,
  };
}

function maxLength(column: Column): number {
  if (column.kind === "full_name") return MAX_FIELD_LENGTH;
  return column.kind === "field" && column.field !== "notes" ? MAX_FIELD_LENGTH : MAX_TEXT_LENGTH;
}

function answer(lead: LeadRecord, text: string, question: Question): void {
  const value = readAnswer(text, question);
  if (value === undefined) {
    keep(lead, question.key, text);
    lead.warning = true;
  } else {
    lead.answers ??= {};
    lead.answers[question.id] = value;
  }
}

/** Leaves the lead with the number, or with the text where an e-mail makes up for an unreadable one. */
function settlePhone(lead: LeadRecord, text: string, companyCountry: string | null): Rejection | null {
  const own = lead.country === null ? null : readCountry(lead.country);
  const phone = readPhone(text, own ?? (companyCountry === null ? null : readCountry(companyCountry)));
  if (phone !== null) {
    lead.phone = phone.number;
    if (phone.saysMore) lead.phoneRaw = text;
    return null;
  }
  if (lead.email !== null) {
    lead.phone = null;
    lead.phoneRaw = text;
    lead.warning = true;
    return null;
  }
  if (isExcelNumber(text)) {
    return reject(
      "excel_number",
      `The phone “${text}” lost its last digits in a spreadsheet: format the column as text, fill in the numbers again and export it anew.`,
    );
  }
  return reject(
    "invalid_phone",
    `“${shorten(text)}” is not a valid phone number: check its digits and add the country code, as in +52 55 1234 5678.`,
  );
}

function splitName(lead: LeadRecord, name: string): void {
  const space = name.search(/\s/);
  lead.firstName = space < 0 ? name : name.slice(0, space);
  lead.lastName = space < 0 ? null : name.slice(space).trimStart();
}

const stageIds = new WeakMap<Stage[], Map<string, number>>();

function settleStage(lead: LeadRecord, text: string, stages: Stage[]): void {
  let ids = stageIds.get(stages);
  if (ids === undefined) {
    ids = new Map();
    for (const stage of stages) ids.set(fold(stage.name), stage.id);
    for (const stage of stages) ids.set(fold(stage.key), stage.id);
    stageIds.set(stages, ids);
  }
  const id = ids.get(fold(text));
  if (id === undefined) {
    keep(lead, "stage", text);
    lead.warning = true;
  } else {
    lead.stageId = id;
  }
}

/** Adds a custom field, under the name with a number after it where the name is taken. */
function keep(lead: LeadRecord, name: string, text: string): void {
  // Without a prototype, `__proto__` is a name like any other.
  lead.customFields ??= Object.create(null) as Record<string, string>;
  let free = name;
  for (let number = 2; free in lead.customFields; number++) free = `${name} (${number})`;
  lead.customFields[free] = text;
}

const missing = new WeakMap<Column[], Rejection>();

/** Said of every record of a file in the same words, which are put together once. */
function missingContact(columns: Column[]): Rejection {
  const known = missing.get(columns);
  if (known) return known;
  const names = columns
    .filter((column) => column.kind === "field" && (column.field === "email" || column.field === "phone"))
    .map((column) => `“${shorten(column.header)}”`);
  const rejection = reject(
    "missing_contact",
    `A lead needs an e-mail or a phone: fill in ${names.join(" or ")}.`,
  );
  missing.set(columns, rejection);
  return rejection;
}

function named(column: Column): string {
  return `The column “${shorten(column.header)}”`;
}

function reject(code: Rejection["code"], reason: string): Rejection {
  return { code, reason };
}
