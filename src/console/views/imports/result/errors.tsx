import type { ImportFile } from "../../../api/import-types.ts";
import { mayManage } from "../../../company.ts";
import { t } from "../../../i18n/text.ts";
import { paths } from "../../../paths.ts";
import { MendGrid } from "../mend/mend-grid.tsx";
import { ErrorGroups } from "./error-groups.tsx";

/** What is wrong with some records: by kind, one by one, and the rejected ones to be mended. */
export function Errors({ file, companyId }: { file: ImportFile; companyId: number }) {
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
      <ErrorGroups code={file.import_code} />
      {isMendable && <MendGrid file={file} companyId={companyId} />}
    </section>
  );
}
