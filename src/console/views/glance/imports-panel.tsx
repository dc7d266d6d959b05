import type { ImportFile } from "../../api/import-types.ts";
import { listImports } from "../../api/imports.ts";
import { formatNumber, formatPercent, formatTime } from "../../i18n/format.ts";
import { t } from "../../i18n/text.ts";
import { useLoad } from "../../parts/load.ts";
import { ProblemNotice } from "../../parts/problem-notice.tsx";
import { Loading } from "../../parts/title.tsx";
import { paths } from "../../paths.ts";
import { StatusBadge } from "../imports/status-badge.tsx";

/** How many are shown. */
const MOST = 6;

/** The latest imports, with how much of each was accepted. */
export function ImportsPanel({ companyId }: { companyId: number }) {
  const { loaded, reload } = useLoad((signal) => listImports(companyId, 1, signal));
  const files = loaded.value.value?.import_files;
  return (
    <section class="panel rows">
      <div class="heading">
        <h2>{t("glance.imports")}</h2>
        <span class="actions">
          <a href={paths.imports(companyId)}>{t("glance.imports.all")}</a>
        </span>
      </div>
      {loaded.value.state === "failed" && <ProblemNotice error={loaded.value.error} onRetry={reload} />}
      {!files && loaded.value.state === "loading" && <Loading />}
      {files?.length === 0 && <p class="quiet">{t("imports.empty")}</p>}
      <ul class="list">
        {files?.slice(0, MOST).map((file) => (
          <RatedImport key={file.import_code} file={file} companyId={companyId} />
        ))}
      </ul>
    </section>
  );
}

function RatedImport({ file, companyId }: { file: ImportFile; companyId: number }) {
  return (
    <li class="rated">
      <a href={paths.import(companyId, file.import_code)}>{file.file.name}</a>
      <StatusBadge file={file} />
      {file.processed_records > 0 && (
        <progress class="bar" aria-label={file.file.name} max={100} value={file.success_rate} />
      )}
      <span class="quiet small">{formatTime(file.created_at)}</span>
      <span class="quiet small number">
        {file.processed_records > 0 &&
          `${formatNumber(file.processed_records)} · ${t("glance.rate", { rate: formatPercent(file.success_rate) })}`}
      </span>
    </li>
  );
}
