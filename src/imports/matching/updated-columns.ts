import { FIELD_LIST, type Field } from "../../leads/fields.ts";
import type { LeadRecord } from "../../leads/lead-record.ts";
import type { ColumnRule } from "../columns/column-rule.ts";
import { cellOf, extraCell, nameOf } from "../pipeline/chunk/lead-rows.ts";
import type { ColumnRules } from "./column-rules.ts";

type FieldColumn = Field["column"];

/** What a row has after its columns: the lead that it meets, and what its cells do besides being written. */
export const EXTRA = {
  leadId: 0,
  /** The columns that are cleared, each between commas. */
  clears: 1,
  /** JSON: answers and custom fields for a lead that has none of that name. */
  fillAnswers: 2,
  fillCustomFields: 3,
  /** JSON: choices to put beside those that a lead has. */
  appendAnswers: 4,
  /** The cells of the record, where it may yet be rejected. */
  cells: 5,
  /** JSON: the tags of the record; none where they are cleared, `null` where it says nothing of tags. */
  tags: 6,
  /** Of a dry run: whether the record gives its lead other keys, and the hashes of those that it has then. */
  isRekeyed: 7,
  email: 8,
  phone: 9,
  externalId: 10,
} as const;

/** The tags that a record brings; none where it clears them, `null` where it says nothing of tags. */
export function tagsOf({ tags, clears }: LeadRecord): string[] | null {
  return tags ?? (clears?.tags ? [] : null);
}

/** The columns that a later record may fill in or change. */
export const UPDATABLE = FIELD_LIST.flatMap(({ key, updatable, column }) =>
  updatable ? [{ key, column }] : [],
);

export const JSON_COLUMNS = ["answers", "customFields"] as const;

/** A lead's columns after a record, as SQL over the row `v`. */
export class UpdatedColumns {
  readonly #rules: ColumnRules;
  readonly #clears: boolean;

  /** @param clears whether some record of the chunk clears something. */
  constructor(rules: ColumnRules, clears: boolean) {
    this.#rules = rules;
    this.#clears = clears;
  }

  /** The value of a column after the record: an empty cell changes nothing. */
  valueOf({ key, column }: { key: string; column: FieldColumn }, table: string): string {
    const [cell, before] = [cellOf(column), `${table}.${nameOf(column)}`];
    switch (this.#ruleOf(key)) {
      case "keep":
        return before;
      case "fill_empty":
        return `coalesce(${before}, ${cell})`;
      case "append":
        return this.#unlessCleared(column, appended(before, cell));
      default:
        return this.#unlessCleared(column, `coalesce(${cell}, ${before})`);
    }
  }

  /** The phone as it was written stays beside the phone that it was read as; another phone brings its own. */
  phoneRaw(table: string): string {
    const [phone, asWritten] = [cellOf("phone"), cellOf("phoneRaw")];
    const before = `${table}.phone_raw`;
    switch (this.#ruleOf("phone")) {
      case "keep":
        return before;
      case "fill_empty":
        return `iif(${table}.phone IS NULL, coalesce(${asWritten}, ${before}), ${before})`;
      default:
        return this.#unlessCleared(
          "phone",
          `CASE
            WHEN ${phone} IS NOT NULL AND ${phone} IS NOT ${table}.phone THEN ${asWritten}
            WHEN ${phone} IS NOT NULL OR ${table}.phone IS NULL THEN coalesce(${asWritten}, ${before})
            ELSE ${before}
          END`,
        );
    }
  }

  /** RFC 7396: keys that the record has replace the lead's, the others stay. */
  json(column: (typeof JSON_COLUMNS)[number], table: string): string {
    const [cell, before] = [cellOf(column), `${table}.${nameOf(column)}`];
    let after = `iif(${cell} IS NULL, ${before}, nullif(json_patch(coalesce(${before}, '{}'), ${cell}), '{}'))`;
    const rules = [...this.#rules[column].values()];
    if (rules.includes("fill_empty")) {
      after = filled(after, extraCell(column === "answers" ? EXTRA.fillAnswers : EXTRA.fillCustomFields));
    }
    if (column === "answers" && rules.includes("append"))
      after = united(after, extraCell(EXTRA.appendAnswers));
    return after;
  }

  /** Whether the tags of the lead `l` would be others. */
  tagsChange(): string {
    const cell = extraCell(EXTRA.tags);
    const own = "SELECT tag FROM lead_tags WHERE lead_id = l.id";
    const sorted = (query: string) => `(SELECT json_group_array(one) FROM (${query} ORDER BY one))`;
    switch (this.#ruleOf("tags")) {
      case "keep":
        return "0";
      case "fill_empty":
        return `(coalesce(${cell}, '[]') <> '[]' AND NOT EXISTS (${own}))`;
      case "append":
        return `(${cell} IS NOT NULL AND (
          EXISTS (SELECT 1 FROM json_each(${cell}) t WHERE t.value NOT IN (${own})) OR (${cell} = '[]' AND EXISTS (${own}))))`;
      default:
        return `(${cell} IS NOT NULL AND ${sorted("SELECT tag AS one FROM lead_tags WHERE lead_id = l.id")}
          <> ${sorted(`SELECT t.value AS one FROM json_each(${cell}) t`)})`;
    }
  }

  #ruleOf(field: string): ColumnRule {
    return this.#rules.fields.get(field) ?? "overwrite";
  }

  #unlessCleared(column: FieldColumn, value: string): string {
    return this.#clears ? `iif(instr(${extraCell(EXTRA.clears)}, ',${column},'), NULL, ${value})` : value;
  }
}

/** A text below another, unless it stands there already. */
export function appended(before: string, cell: string): string {
  // `->>` binds no closer than `||`.
  const lines = (text: string) => `char(10) || (${text}) || char(10)`;
  return `CASE
    WHEN ${cell} IS NULL THEN ${before}
    WHEN ${before} IS NULL THEN ${cell}
    WHEN instr(${lines(before)}, ${lines(cell)}) THEN ${before}
    ELSE ${before} || char(10) || (${cell})
  END`;
}

/** An object with those entries of another that it lacks. */
function filled(object: string, others: string): string {
  return `iif(${others} IS NULL, ${object}, nullif(json_patch(coalesce(${object}, '{}'), (
    SELECT json_group_object(e.key, json(CASE e.type
      WHEN 'text' THEN json_quote(e.value) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE e.value END))
    FROM json_each(${others}) e
    WHERE e.key NOT IN (SELECT o.key FROM json_each(coalesce(${object}, '{}')) o))), '{}'))`;
}

/** An object whose lists have those values of another's that they lack, too. */
function united(object: string, others: string): string {
  const list = `json_each(coalesce((${object}) -> ('$."' || e.key || '"'), '[]'))`;
  return `iif(${others} IS NULL, ${object}, json_patch(coalesce(${object}, '{}'), (
    SELECT json_group_object(e.key, json((
      SELECT json_group_array(value) FROM (
        SELECT o.value FROM ${list} o
        UNION ALL SELECT n.value FROM json_each(e.value) n WHERE n.value NOT IN (SELECT o.value FROM ${list} o)))))
    FROM json_each(${others}) e)))`;
}
