import { type AuditAction, audit, originOf } from "../../audit/record.ts";
import { openDirectory } from "../../db/clients.ts";
import { mintTenant } from "../../db/leads/tenant.ts";
import { AppError, fieldError, notFound } from "../../errors.ts";
import { XLSX_TYPE } from "../../files/xlsx/write-workbook.ts";
import { attachment } from "../../http/body/file-names.ts";
import { acceptedLocale } from "../../http/request/accept-language.ts";
import type { Call } from "../../http/request/call.ts";
import { storeOfImportCode } from "../import-code.ts";
import { findImport, findReadingPlan, type ImportRow } from "../queries.ts";
import { sparedFile } from "../undo/spared-file.ts";
import { errorWorkbook, MOST_WORKBOOK_RECORDS } from "./error-workbook.ts";
import { type ErrorFormat, type FileKind, isGoodLink } from "./file-links.ts";
import { stillSeesImports } from "./link-holder.ts";

/**
 * Sends a file of an import to the holder of a valid link, once the download is in the audit trail. The error file comes
 * as what the original was, CSV or a workbook, unless the link asks for the other.
 *
 * @throws 400 for a workbook of more records than one has; 403 for a link that was changed or has expired, or whose holder does not see the import any more, 404 where the file is gone.
 */
export async function downloadFile(
  call: Call,
  importCode: string,
  kind: FileKind,
  link: { user: number; expires: number; signature: string; format?: ErrorFormat | undefined },
): Promise<Response> {
  if (!isGoodLink(call.env, { importCode, kind, userId: link.user }, link, call.now)) {
    throw new AppError("invalid_link", "Ask for the import again: its answer has a fresh link.");
  }
  const { databases } = call;
  const store = storeOfImportCode(importCode);
  if (store === null || store >= databases.stores) throw notFound();
  const row = await findImport(mintTenant(store, databases.leads(store), "all"), importCode);
  const primary = openDirectory(databases.primaryDirectoryClient);
  if (row && !(await stillSeesImports(primary, link.user, row.companyId))) {
    throw new AppError("invalid_link", "Who the link was made for does not see this import any more.");
  }
  if (!row) throw notFound();
  const { action, suffix } = FILES[kind];
  const isWorkbook = kind === "error_file" && row.errorFileKey !== null && isSentAsWorkbook(row, link.format);
  const record = () =>
    audit(databases.directory, originOf(call, { kind: "link", holderId: link.user }), {
      action,
      companyId: row.companyId,
      objectId: row.id,
    });
  const headers = {
    "Content-Disposition": attachment(
      suffix === ""
        ? row.fileName
        : `${row.fileName.replace(/\.\w+$/, "")}${suffix}.${isWorkbook ? "xlsx" : "csv"}`,
    ),
    "Content-Security-Policy": "sandbox",
  };
  if (kind === "spared_file") {
    if (row.undo === null) throw notFound();
    await record();
    const tenant = mintTenant(store, databases.leads(store), [row.companyId]);
    return new Response(sparedFile(tenant, row.id), {
      headers: { "Content-Type": "text/csv; charset=utf-8", ...headers },
    });
  }
  if (isWorkbook) {
    const tenant = mintTenant(store, databases.leads(store), [row.companyId]);
    const plan = await findReadingPlan(tenant, row.id);
    if (!plan) throw notFound();
    await record();
    const locale = acceptedLocale(call.header("Accept-Language"));
    return new Response(errorWorkbook(tenant, row.id, plan, locale), {
      headers: { "Content-Type": XLSX_TYPE, Vary: "Accept-Language", ...headers },
    });
  }
  const key = kind === "original_file" ? row.fileKey : row.errorFileKey;
  const object = key ? await call.env.FILES.get(key) : null;
  if (!object) throw notFound();
  await recordOrDiscard(object, record);
  return new Response(object.body, {
    headers: {
      "Content-Type": object.httpMetadata?.contentType ?? "text/csv",
      "Content-Length": String(object.size),
      ...headers,
    },
  });
}

/** How a download is called in the audit trail, and what its name ends with beside that of the original. */
const FILES = {
  original_file: { action: "import.original_downloaded", suffix: "" },
  error_file: { action: "import.error_file_downloaded", suffix: "-errors" },
  spared_file: { action: "import.spared_file_downloaded", suffix: "-spared" },
} as const satisfies Record<FileKind, { action: AuditAction; suffix: string }>;

/** @throws 400 where a workbook is asked for that would be too long. */
function isSentAsWorkbook(
  { sheet, failedRecords }: Pick<ImportRow, "sheet" | "failedRecords">,
  format: ErrorFormat | undefined,
): boolean {
  const isTooLong = failedRecords > MOST_WORKBOOK_RECORDS;
  if (format === "xlsx" && isTooLong) {
    const detail = `of ${failedRecords} records there is no workbook: ${MOST_WORKBOOK_RECORDS} fit. Ask for csv`;
    throw fieldError("invalid_parameter", "format", "too_many_records", detail);
  }
  return format === undefined ? sheet !== null && !isTooLong : format === "xlsx";
}

/** Nobody gets a byte that the trail does not know of. */
async function recordOrDiscard(object: R2ObjectBody, record: () => PromiseLike<unknown>): Promise<void> {
  try {
    await record();
  } catch (error) {
    await object.body.cancel();
    throw error;
  }
}
