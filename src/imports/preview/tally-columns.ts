import { readAnswer } from "../../leads/normalize/answers.ts";
import { cleanCell } from "../../leads/normalize/clean-cell.ts";
import { isPlaceholder } from "../../leads/normalize/placeholders.ts";
import { shorten } from "../../leads/normalize/shorten.ts";
import type { StageRow } from "../../stages/queries.ts";
import { findStage } from "../cleaning/values/stages.ts";
import type { Column } from "../columns/column.ts";
import type { RawRecord } from "../readers/records.ts";

const MOST_SAMPLES = 3;
/** How many different values of a column are told. */
const MOST_VALUES = 100;
const MOST_CHARACTERS = 255;

/** A value of a column of choices or stages, how often it is there, and what it becomes; `null` for nothing. */
export interface ValueTally {
  value: string;
  count: number;
  target: string | null;
}

/** What a value can become. */
export interface Choice {
  value: string;
  label: string;
}

export interface ColumnTally {
  samples: string[];
  /** How many records say something in it. */
  filled: number;
  values: ValueTally[];
  /** What values can become; `null` where that is nothing to choose from. */
  choices: Choice[] | null;
}

/** Tells what the cells of columns are: some of them, and of choices and stages each with what it becomes. */
export class ColumnTallies {
  readonly #columns: readonly Column[];
  readonly #stages: StageRow[];
  readonly #samples: Set<string>[];
  readonly #filled: number[];
  readonly #values: (Map<string, number> | null)[];

  constructor(columns: readonly Column[], stages: StageRow[]) {
    this.#columns = columns;
    this.#stages = stages;
    this.#samples = columns.map(() => new Set());
    this.#filled = columns.map(() => 0);
    this.#values = columns.map((column) => (hasValues(column) ? new Map() : null));
  }

  add({ cells }: RawRecord): void {
    const width = Math.min(cells.length, this.#columns.length);
    for (let index = 0; index < width; index++) {
      const text = cells[index] === "" ? null : cleanCell(cells[index] ?? "");
      if (text === null) continue;
      this.#filled[index] = (this.#filled[index] ?? 0) + 1;
      const samples = this.#samples[index];
      if (samples && samples.size < MOST_SAMPLES) samples.add(shorten(text));
      const values = this.#values[index];
      if (!values || text.length > MOST_CHARACTERS) continue;
      if (values.size < MOST_VALUES || values.has(text)) values.set(text, (values.get(text) ?? 0) + 1);
    }
  }

  /** What is known of the column at a place. */
  of(index: number): ColumnTally {
    const column = this.#columns[index] as Column;
    const values = [...(this.#values[index] ?? [])].sort(([, a], [, b]) => b - a);
    return {
      samples: [...(this.#samples[index] ?? [])],
      filled: this.#filled[index] ?? 0,
      values: values.map(([value, count]) => ({ value, count, target: this.#targetOf(column, value) })),
      choices: this.#choicesOf(column),
    };
  }

  #choicesOf(column: Column): Choice[] | null {
    if (!hasValues(column)) return null;
    if (column.kind !== "question") return this.#stages.map(({ key, name }) => ({ value: key, label: name }));
    const options = column.question.options.filter(({ archived }) => !archived);
    return options.length > 0 ? options.map(({ value, label }) => ({ value, label })) : null;
  }

  #targetOf(column: Column, value: string): string | null {
    const said = column.values && Object.hasOwn(column.values, value) ? column.values[value] : value;
    if (said === undefined || isPlaceholder(said)) return null;
    if (column.kind !== "question")
      return this.#stages.find(({ id }) => id === findStage(said, this.#stages))?.key ?? null;
    const answer = readAnswer(said, column.question);
    return answer === undefined ? null : [answer].flat().join("; ");
  }
}

function hasValues(column: Column): boolean {
  if (column.kind === "question")
    return column.question.kind.endsWith("_choice") || column.question.kind === "boolean";
  return column.kind === "field" && column.field === "stage";
}
