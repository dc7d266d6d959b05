import { audit, originOf } from "../../audit/record.ts";
import { openDirectory } from "../../db/clients.ts";
import { mintTenant } from "../../db/leads/tenant.ts";
import { AppError, notFound } from "../../errors.ts";
import { attachment } from "../../http/body/file-names.ts";
import type { Call } from "../../http/call.ts";
import { storeOfImportCode } from "../import-code.ts";
import { findImport } from "../queries.ts";
import { type FileKind, isGoodLink } from "./file-links.ts";
import { stillSeesImports } from "./link-holder.ts";

/**
 * Sends a file of an import to the holder of a valid link, once the download is in the audit trail.
 *
 * @throws 403 for a link that was changed or has expired, or whose holder does not see the import any more, 404 where the file is gone.
 */
export async function downloadFile(
  call: Call,
  importCode: string,
  kind: FileKind,
  link: { user: number; expires: number; signature: string },
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
    throw new AppError(
      "invalid_link",
      "The user whom the link was made for does not see this import any more.",
    );
  }
  const key = kind === "original_file" ? row?.fileKey : row?.errorFileKey;
  const object = key ? await call.env.FILES.get(key) : null;
  if (!row || !object) throw notFound();
  await recordOrDiscard(object, () =>
    audit(databases.directory, originOf(call, { kind: "link", userId: link.user }), {
      action: kind === "original_file" ? "import.original_downloaded" : "import.error_file_downloaded",
      companyId: row.companyId,
      objectId: row.id,
    }),
  );
  const name = kind === "original_file" ? row.fileName : `${row.fileName.replace(/\.\w+$/, "")}-errors.csv`;
  return new Response(object.body, {
    headers: {
      "Content-Type": object.httpMetadata?.contentType ?? "text/csv",
      "Content-Length": String(object.size),
      "Content-Disposition": attachment(name),
      "Content-Security-Policy": "sandbox",
    },
  });
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
