import type { Question } from "../../api/types.ts";
import { t } from "../../i18n/text.ts";
import { ColumnsTable } from "./columns/columns-table.tsx";
import type { Draft } from "./draft.ts";
import { SamplesTable } from "./samples-table.tsx";

/** What a file will become: its columns, and its first records. */
export function PreviewPanels(props: { draft: Draft; questions: Question[] }) {
  const { draft } = props;
  const preview = draft.preview.value;
  if (!preview) return null;
  return (
    <>
      <section class="panel stack" aria-busy={draft.isLooking.value}>
        <div class="heading">
          <h2>{t("columns.title")}</h2>
          <span class="quiet">{t("columns.hint")}</span>
        </div>
        <ColumnsTable {...props} />
      </section>
      {preview.sample_records.length > 0 && (
        <section class="panel stack" aria-busy={draft.isLooking.value}>
          <div class="heading">
            <h2>{t("samples.title")}</h2>
            <span class="quiet">{t("samples.hint")}</span>
          </div>
          <SamplesTable records={preview.sample_records} />
        </section>
      )}
    </>
  );
}
