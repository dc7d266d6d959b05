import { useSignal } from "@preact/signals";
import type { ImportFile } from "../../api/import-types.ts";
import { listImports } from "../../api/imports.ts";
import { mayManage } from "../../company.ts";
import { formatPercent, formatTime } from "../../i18n/format.ts";
import { t } from "../../i18n/text.ts";
import { useLoad } from "../../parts/load.ts";
import { ProblemNotice } from "../../parts/problem-notice.tsx";
import { Loading, Title } from "../../parts/title.tsx";
import { paths } from "../../paths.ts";
import { StatusBadge } from "./status-badge.tsx";

/** A company's imports, the latest first. */
export default function ImportsList({ companyId }: { companyId: number }) {
  const page = useSignal(1);
  const { loaded, reload } = useLoad((signal) => listImports(companyId, page.value, signal));
  const { state, value } = loaded.value;
  const isEmpty = value?.import_files.length === 0 && page.value === 1;
  return (
    <div class="stack">
      <Title text={t("nav.imports")}>
        {mayManage.value && (
          <span class="actions">
            <a class="button main" href={paths.newImport(companyId)}>
              {t("import.title")}
            </a>
          </span>
        )}
      </Title>
      {state === "loading" && !value && <Loading />}
      {loaded.value.state === "failed" && <ProblemNotice error={loaded.value.error} onRetry={reload} />}
      {isEmpty && <p class="panel quiet">{t("imports.empty")}</p>}
      {value && !isEmpty && (
        <>
          <ul class="list panel">
            {value.import_files.map((file) => (
              <ImportRow key={file.import_code} file={file} companyId={companyId} />
            ))}
          </ul>
          <div class="actions">
            {page.value > 1 && (
              <button type="button" class="button" onClick={() => page.value--}>
                {t("list.newer")}
              </button>
            )}
            {value.meta.next_page !== null && (
              <button type="button" class="button" onClick={() => page.value++}>
                {t("list.older")}
              </button>
            )}
          </div>
        </>
      )}
    </div>
  );
}

function ImportRow({ file, companyId }: { file: ImportFile; companyId: number }) {
  return (
    <li class="import-row">
      <a class="file-name" href={paths.import(companyId, file.import_code)}>
        {file.file.name}
      </a>
      <StatusBadge file={file} />
      <span class="quiet number">
        {t("imports.records", { n: file.processed_records })}
        {file.failed_records > 0 && ` · ${t("imports.rejected", { n: file.failed_records })}`}
        {file.processed_records > 0 && ` · ${formatPercent(file.success_rate)}`}
      </span>
      <span class="quiet small">
        {formatTime(file.created_at)}
        {file.imported_by && ` · ${file.imported_by.full_name}`}
      </span>
    </li>
  );
}
