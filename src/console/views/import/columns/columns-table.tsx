import type { Question } from "../../../api/types.ts";
import { t } from "../../../i18n/text.ts";
import type { Draft } from "../draft.ts";
import { ColumnRow } from "./column-row.tsx";

interface Props {
  draft: Draft;
  questions: Question[];
}

/** The columns of the file, each with what it becomes. */
export function ColumnsTable({ draft, questions }: Props) {
  const columns = draft.preview.value?.columns ?? [];
  return (
    <div class="columns">
      <div class="column head" aria-hidden="true">
        <span>{t("columns.header")}</span>
        <span>{t("columns.samples")}</span>
        <span>{t("columns.target")}</span>
        <span>{t("columns.found")}</span>
      </div>
      <ul aria-label={t("columns.title")}>
        {columns.map((column) => (
          <ColumnRow key={column.index} column={column} draft={draft} questions={questions} />
        ))}
      </ul>
    </div>
  );
}
