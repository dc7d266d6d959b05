import type * as z from "zod";
import { settingsOf } from "../../../env.ts";
import { isoTime } from "../../../http/time.ts";
import { countParts } from "./open-upload.ts";
import type { MultipartUpload } from "./queries.ts";
import type { Upload } from "./schemas.ts";

/** An upload as the API shows it. @param received the numbers of the parts that have come. */
export function viewUpload(row: MultipartUpload, received: number[], env: Env): z.input<typeof Upload> {
  const parts = countParts(row);
  return {
    id: row.id,
    file_name: row.fileName,
    bytes: row.bytes,
    sha256: row.sha256,
    company_id: row.companyId,
    part_bytes: row.partBytes,
    parts,
    received: row.importCode === null ? received : Array.from({ length: parts }, (_, at) => at + 1),
    presigned_parts: settingsOf(env).directBucket !== null,
    import_code: row.importCode,
    created_at: isoTime(row.createdAt),
    expires_at: isoTime(row.expiresAt),
  };
}
