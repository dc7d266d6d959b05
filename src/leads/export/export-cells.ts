import type { QuestionRow } from "../../questions/queries.ts";
import { readPhone } from "../normalize/phone/read-phone.ts";
import { placeOf } from "../record-place.ts";
import type { ExportColumn, ExportedField } from "./export-columns.ts";
import type { ExportRow } from "./export-pages.ts";

/** What the cells of all leads of an export depend on. */
export interface ExportContext {
  columns: ExportColumn[];
  /** The company's country, which phones without a country code are of. */
  country: string | null;
  /** The keys of stages, by id. */
  stageKeys: ReadonlyMap<number, string>;
}

type Answer = NonNullable<ExportRow["answers"]>[string];

/** The cells of a lead, which an import reads as the same lead again. */
export function cellsOf(row: ExportRow, context: ExportContext): string[] {
  return context.columns.map((column) => cellOf(row, column, context));
}

function cellOf(row: ExportRow, column: ExportColumn, { country, stageKeys }: ExportContext): string {
  switch (column.of) {
    case "field":
      return fieldOf(row, column.field, country, stageKeys);
    case "tags":
      return tagsOf(row);
    case "answers":
      return answerOf(row, column.questions);
    case "custom":
      return valueAt(row.customFields, column.name) ?? "";
  }
}

function fieldOf(
  row: ExportRow,
  field: ExportedField,
  country: string | null,
  stageKeys: ReadonlyMap<number, string>,
): string {
  switch (field.kind) {
    case "phone":
      return phoneOf(row, country);
    case "stage":
      return stageKeys.get(row.stageId) ?? "";
    default:
      return row[field.column] ?? "";
  }
}

/** What an import takes for more than the text of one tag, or for a list of JSON. */
const NEEDS_JSON = /[;,|\n"]|^[[{]/;

/** The tags between semicolons, or as JSON where one of them would be read as something else. */
function tagsOf({ tags: json }: ExportRow): string {
  const tags = JSON.parse(json) as string[];
  return tags.some((tag) => NEEDS_JSON.test(tag)) ? json : tags.join("; ");
}

/** What was written of a phone stands for its number only where it would be read as that number again. */
function phoneOf({ phone, phoneRaw, country }: ExportRow, companyCountry: string | null): string {
  if (phone === null || phoneRaw === null) return phone ?? phoneRaw ?? "";
  const read = readPhone(phoneRaw, placeOf(country, null, null, companyCountry));
  return read?.number === phone ? phoneRaw : phone;
}

/** Of several questions of one key, the answer to the last, as the API shows it. */
function answerOf({ answers }: ExportRow, questions: QuestionRow[]): string {
  const answered = questions.flatMap((question) => {
    const answer = valueAt(answers, String(question.id));
    return answer === undefined ? [] : [textOf(answer, question)];
  });
  return answered.at(-1) ?? "";
}

function textOf(answer: Answer, question: QuestionRow): string {
  if (typeof answer === "number") return decimal(answer);
  if (!Array.isArray(answer)) return String(answer);
  return answer.length === 1 ? (answer[0] ?? "") : answer.map((value) => choice(value, question)).join(";");
}

const PARTS_CHOICES = /[;|\n]/;

/** A choice by its value, or by its label where the value would be taken for several choices. */
function choice(value: string, { options }: QuestionRow): string {
  if (!PARTS_CHOICES.test(value)) return value;
  const label = options.find((option) => option.value === value)?.label;
  return label !== undefined && !PARTS_CHOICES.test(label) ? label : value;
}

/** In some countries, `1.234` is more than a thousand. */
const LOOKS_GROUPED = /^-?\d{1,3}\.\d{3}$/;

/** A number in digits alone, read as the same everywhere: JavaScript writes small ones as `1e-7`. */
function decimal(number: number): string {
  if (LOOKS_GROUPED.test(String(number))) return `${number}0`;
  const [, sign = "", whole = "", fraction = "", exponent] =
    /^(-?)(\d+)(?:\.(\d+))?e-(\d+)$/.exec(String(number)) ?? [];
  if (exponent === undefined) return String(number);
  return `${sign}0.${"0".repeat(Number(exponent) - 1)}${whole}${fraction}`;
}

/** The value of a key of JSON, where `__proto__` is a key like any other. */
function valueAt<Value>(json: Record<string, Value> | null, key: string): Value | undefined {
  return json !== null && Object.hasOwn(json, key) ? json[key] : undefined;
}
