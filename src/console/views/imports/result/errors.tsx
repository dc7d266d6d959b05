import { useSignal } from "@preact/signals";
import type { ErrorGroup, ImportFile } from "../../../api/import-types.ts";
import { listImportErrors } from "../../../api/imports.ts";
import { mayManage } from "../../../company.ts";
import { formatNumber } from "../../../i18n/format.ts";
import { isTextKey, t } from "../../../i18n/text.ts";
import { useLoad } from "../../../parts/load.ts";
import { ProblemNotice } from "../../../parts/problem-notice.tsx";
import { Loading } from "../../../parts/title.tsx";
import { paths } from "../../../paths.ts";
import { MendGrid } from "../mend/mend-grid.tsx";
import { ErrorList } from "./error-list.tsx";

/** What is wrong with some records: by kind, one by one, and the rejected ones to be mended. */
export function Errors({ file, companyId }: { file: ImportFile; companyId: number }) {
  const chosen = useSignal<ErrorGroup | null>(null);
  const { loaded, reload } = useLoad((signal) => listImportErrors(file.import_code, { limit: 1 }, signal));
  const { state, value } = loaded.value;
  const groups = value?.groups ?? [];
  const isMendable = mayManage.value && !file.dry_run && file.failed_records > 0 && file.error_file !== null;
  return (
    <section class="panel stack">
      <div class="heading">
        <h2>{t("errors.title")}</h2>
        {file.error_file && (
          <span class="actions">
            <a class="button" href={file.error_file} download>
              {t("errors.file")}
            </a>
            {isMendable && (
              <a class="button" href={paths.newImport(companyId, file.import_code)}>
                {t("errors.again")}
              </a>
            )}
          </span>
        )}
      </div>
      {state === "loading" && !value && <Loading />}
      {loaded.value.state === "failed" && <ProblemNotice error={loaded.value.error} onRetry={reload} />}
      <ul class="groups">
        {groups.map((group) => {
          const isChosen = chosen.value !== null && keyOf(group) === keyOf(chosen.value);
          return (
            <li key={keyOf(group)}>
              <button
                type="button"
                class="group"
                aria-pressed={isChosen}
                onClick={() => {
                  chosen.value = isChosen ? null : group;
                }}
              >
                <span class={group.severity === "rejected" ? "badge bad" : "badge warn"}>
                  <span class="number">{formatNumber(group.count)}</span> {t(`errors.${group.severity}`)}
                </span>
                <span>{codeName(group.code)}</span>
                {group.column && <span class="quiet small">{group.column}</span>}
              </button>
            </li>
          );
        })}
      </ul>
      {chosen.value && <ErrorList key={keyOf(chosen.value)} code={file.import_code} group={chosen.value} />}
      {isMendable && <MendGrid file={file} companyId={companyId} />}
    </section>
  );
}

function keyOf({ code, column, severity }: ErrorGroup): string {
  return JSON.stringify([severity, code, column]);
}

function codeName(code: string): string {
  const key = `error.${code}`;
  return isTextKey(key) ? t(key) : code;
}
