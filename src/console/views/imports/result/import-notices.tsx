import type { ImportFile } from "../../../api/import-types.ts";
import { t } from "../../../i18n/text.ts";

/** Why an import has failed, unless that is said otherwise, and what is to be looked at. */
export function ImportNotices({
  file,
  isFailureTold = false,
}: {
  file: ImportFile;
  isFailureTold?: boolean;
}) {
  return (
    <>
      {file.failure && !isFailureTold && (
        <div class="notice bad" role="alert">
          <strong>{t("imports.failed")}</strong>
          <p>{file.failure.detail}</p>
        </div>
      )}
      {file.warnings.map(({ code, detail }) => (
        <p key={code} class="notice warn">
          {detail}
        </p>
      ))}
    </>
  );
}
