import type { ErrorCode } from "../../errors.ts";

/** Errors of bodies that are files, and of files that come in parts. */
export const UPLOAD_ERRORS = {
  person_erased: {
    detail:
      "A person of the company was erased after this file began to come, and may be in it: nothing of it was imported. " +
      "Remove them from the file if they are in it, and upload it again.",
    at: "/import",
  },
  malformed_multipart: {
    detail: "The body ends before its closing boundary: the upload was cut off.",
    at: "/import",
  },
  parts_missing: {
    detail: "2 of 5 parts are missing: 2, 4. Send them, then complete the upload.",
    at: "/import/uploads/7/complete",
    errors: [
      { pointer: "/parts/2", code: "missing", detail: "part 2 has not come" },
      { pointer: "/parts/4", code: "missing", detail: "part 4 has not come" },
    ],
  },
  part_in_doubt: {
    detail:
      "Part 2 was sent twice at the same time, and which of the two is there is not known: send it again.",
    at: "/import/uploads/7/parts/2",
  },
  upload_complete: {
    detail: "The upload is complete and accepts no more parts. Open a new upload to send another file.",
    at: "/import/uploads/7/parts/2",
  },
  direct_uploads_off: {
    detail:
      "This installation has no credentials to let clients send parts straight to R2: send them to " +
      "PUT /import/uploads/{id}/parts/{n}.",
    at: "/import/uploads/7/presigned_parts",
  },
  too_many_uploads: {
    detail:
      "You may have 100 uploads open at once, and in them no more than 4 of the largest files. Complete those that " +
      "you have begun, or delete them.",
    at: "/import/uploads",
  },
} satisfies Partial<Record<ErrorCode, object>>;
