import { useSignal } from "@preact/signals";
import type { PreviewColumn } from "../../../api/import-types.ts";
import type { Question } from "../../../api/types.ts";
import { t } from "../../../i18n/text.ts";
import type { Draft } from "../draft.ts";
import { RuleSelect } from "./rule-select.tsx";
import { TargetSelect } from "./target-select.tsx";
import { ValuesTable } from "./values-table.tsx";

interface Props {
  column: PreviewColumn;
  draft: Draft;
  questions: Question[];
}

/** A column: its header, what is in it, what it becomes, and how sure that is. */
export function ColumnRow({ column, draft, questions }: Props) {
  const unknown = column.values.filter(({ target }) => target === null).length;
  const isOpen = useSignal(false);
  return (
    <li class="column">
      <span class="column-name">{column.header || t("columns.unnamed", { n: column.index + 1 })}</span>
      <span class="samples quiet">
        {column.samples.length > 0 ? column.samples.join(" · ") : t("columns.empty")}
      </span>
      <span class="rows">
        <TargetSelect column={column} draft={draft} questions={questions} />
        {draft.onDuplicate.value === "update" && column.target !== null && (
          <RuleSelect column={column} draft={draft} />
        )}
      </span>
      <span class="actions">
        <Certainty column={column} />
        {column.values.length > 0 && (
          <button
            type="button"
            class="button plain small"
            aria-expanded={isOpen.value}
            onClick={() => {
              isOpen.value = !isOpen.value;
            }}
          >
            {t("columns.values", { n: column.values.length })}
            {unknown > 0 && <span class="badge warn">{t("columns.values.unknown", { n: unknown })}</span>}
          </button>
        )}
      </span>
      {isOpen.value && (
        <div class="column-values">
          <ValuesTable column={column} draft={draft} />
        </div>
      )}
    </li>
  );
}

function Certainty({ column: { target, confidence, found_by } }: { column: PreviewColumn }) {
  if (target === null) return <span class="badge">{t("found.left_out")}</span>;
  if (found_by === "mapping") return <span class="badge good">{t("found.mapping")}</span>;
  if (found_by === "remembered") return <span class="badge good">{t("found.remembered")}</span>;
  if (confidence === "certain") return <span class="badge good">{t("found.header")}</span>;
  if (confidence === "likely") return <span class="badge warn">{t("found.values")}</span>;
  return <span class="badge">{t("found.custom")}</span>;
}
