import { useComputed, useSignal } from "@preact/signals";
import type { ErrorGroup } from "../../../api/import-types.ts";
import { listImportErrors } from "../../../api/imports.ts";
import { t } from "../../../i18n/text.ts";
import { useLoad } from "../../../parts/load.ts";
import { ProblemNotice } from "../../../parts/problem-notice.tsx";
import { Loading } from "../../../parts/title.tsx";

/** The records of one kind of trouble. */
export function ErrorList({ code, group }: { code: string; group: ErrorGroup }) {
  const page = useSignal(1);
  const filters = useComputed(() => ({
    code_eq: group.code,
    severity_eq: group.severity,
    ...(group.column && { column_eq: group.column }),
    page: page.value,
    limit: 20,
  }));
  const { loaded, reload } = useLoad((signal) => listImportErrors(code, filters.value, signal));
  const { value } = loaded.value;
  if (loaded.value.state === "failed") return <ProblemNotice error={loaded.value.error} onRetry={reload} />;
  if (!value) return <Loading />;
  return (
    <div class="rows">
      <ul class="list">
        {value.import_errors.map((error) => (
          <li key={`${error.record} ${error.column}`} class="error-row">
            <span class="quiet number">{t("errors.line", { n: error.line ?? error.record })}</span>
            <span class="rows">
              <span>
                {error.value && !error.reason.includes(error.value) && <code>{error.value}</code>}{" "}
                {error.reason}
              </span>
              <span class="quiet small">{error.hint}</span>
            </span>
          </li>
        ))}
      </ul>
      <div class="actions">
        {page.value > 1 && (
          <button type="button" class="button" onClick={() => page.value--}>
            {t("list.before")}
          </button>
        )}
        {value.meta.next_page !== null && (
          <button type="button" class="button" onClick={() => page.value++}>
            {t("list.after")}
          </button>
        )}
      </div>
    </div>
  );
}
