import { fieldError } from "../../errors.ts";
import { FIELD_LIST } from "../../leads/fields.ts";
import type { Question } from "../../leads/lead-record.ts";
import { shorten } from "../../leads/normalize/shorten.ts";
import { type Column, RANK } from "../columns/column.ts";
import { CUSTOM_PREFIX, fieldColumn, isMappingTarget } from "../columns/mapping-targets.ts";
import { MAX_COLUMNS } from "../readers/header.ts";
import type { JsonObject } from "../readers/json/parse-object.ts";
import { cellOf } from "../readers/json/value-text.ts";
import { acceptsSeveral } from "../upload/checks/check-columns.ts";
import type { BatchLeadInput, BatchRequest } from "./batch-schemas.ts";

/** A column of a batch, and where a lead has its value. */
interface BatchColumn {
  column: Column;
  cellIn(lead: BatchLeadInput): string;
}

/** What a batch would be as a file. */
export interface BatchTable {
  columns: Column[];
  /** The cells of each lead, in the order of the columns. */
  records: string[][];
}

/**
 * Reads the leads of a batch as the records of a file would be: a column for each field that one of them has, its values
 * as cells.
 *
 * @param questions of the campaign of the batch.
 * @throws 422 for an answer to no question, a rule for no field, and for more fields than a file may have columns.
 */
export function readBatch(
  { leads, rules }: Pick<BatchRequest, "leads" | "rules">,
  questions: Question[],
): BatchTable {
  checkRules(rules, questions);
  const columns = [...ownColumns(leads), ...answerColumns(leads, questions), ...customColumns(leads)];
  if (columns.length > MAX_COLUMNS) {
    const detail = `have ${columns.length} different fields; at most ${MAX_COLUMNS} are possible`;
    throw fieldError("invalid_body", "leads", "too_many", detail);
  }
  return {
    columns: columns.map(({ column }) => withRule(column, rules)),
    records: leads.map((lead) => columns.map(({ cellIn }) => cellIn(lead))),
  };
}

function ownColumns(leads: readonly BatchLeadInput[]): BatchColumn[] {
  const named = new Set<string>(leads.flatMap(Object.keys));
  const plain = (column: Column): BatchColumn => ({
    column,
    cellIn: (lead) => cellOf(lead as JsonObject, column.header),
  });
  const columns = FIELD_LIST.flatMap((field) =>
    field.updatable && named.has(field.key) ? [plain(fieldColumn(field.key, field.key, RANK.mapping))] : [],
  );
  if (named.has("full_name")) columns.push(plain({ kind: "full_name", header: "full_name" }));
  if (named.has("tags")) {
    columns.push({
      column: { kind: "tags", header: "tags" },
      cellIn: (lead) => cellOf(lead as JsonObject, "tags", "tags"),
    });
  }
  return columns;
}

function answerColumns(leads: readonly BatchLeadInput[], questions: Question[]): BatchColumn[] {
  const asked = new Map(questions.map((question) => [question.key, question]));
  for (const [index, { answers }] of leads.entries()) {
    const unknown = Object.keys(answers ?? {}).find((key) => !asked.has(key));
    if (unknown === undefined) continue;
    const detail =
      questions.length === 0
        ? "answers no question: name the campaign in campaign_id, and one that has questions"
        : `answers no question of the campaign: these are ${shorten([...asked.keys()].join(", "), 200)}`;
    throw fieldError("invalid_body", ["leads", String(index), "answers", unknown], "not_found", detail);
  }
  return namesIn(leads, "answers").flatMap((key) => {
    const question = asked.get(key);
    return question ? [nested("answers", key, { kind: "question", header: key, question })] : [];
  });
}

function customColumns(leads: readonly BatchLeadInput[]): BatchColumn[] {
  return namesIn(leads, "custom_fields").map((name) =>
    nested("custom_fields", name, { kind: "custom", header: name, name }),
  );
}

type Part = "answers" | "custom_fields";

function namesIn(leads: readonly BatchLeadInput[], part: Part): string[] {
  return [...new Set(leads.flatMap((lead) => Object.keys(lead[part] ?? {})))];
}

function nested(part: Part, name: string, column: Column): BatchColumn {
  return { column, cellIn: (lead) => cellOf(lead[part] ?? {}, name) };
}

/** What the rules of a batch call a column. */
function targetOf(column: Column): string {
  return column.kind === "custom" ? CUSTOM_PREFIX + column.name : column.header;
}

function withRule(column: Column, rules: BatchRequest["rules"]): Column {
  const target = targetOf(column);
  const rule = Object.hasOwn(rules, target) ? rules[target] : undefined;
  return rule ? { ...column, rule } : column;
}

function checkRules(rules: BatchRequest["rules"], questions: Question[]): void {
  for (const [target, rule] of Object.entries(rules)) {
    if (!isMappingTarget(target, questions)) {
      const detail = "is no field of a lead, no question of the campaign and no custom_fields.<name>";
      throw fieldError("invalid_body", ["rules", target], "unknown_field", detail);
    }
    if (rule === "append" && !acceptsSeveral(target, questions)) {
      const detail = "cannot be appended to: only notes, tags and questions of multiple choice can";
      throw fieldError("invalid_body", ["rules", target], "invalid_rule", detail);
    }
  }
}
