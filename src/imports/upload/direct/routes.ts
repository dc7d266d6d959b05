import { type DirectBucket, settingsOf } from "../../../env.ts";
import { AppError } from "../../../errors.ts";
import { type Route, route } from "../../../http/route.ts";
import { isoTime } from "../../../http/time.ts";
import { ownUploadPolicy } from "../parts/policy.ts";
import { listReceived } from "../parts/queries.ts";
import { uploadIsComplete } from "../parts/receive-part.ts";
import { exampleUpload, UploadAnswer, UploadParams } from "../parts/schemas.ts";
import { viewUpload } from "../parts/view.ts";
import { noteDirectParts } from "./note-parts.ts";
import { presignParts } from "./presign-part.ts";
import { DirectPartsBody, examplePresignedPart, PresignedPartsAnswer, PresignQuery } from "./schemas.ts";

const tag = "Import";

export const directUploadRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/import/uploads/{id}/presigned_parts",
      operationId: "presignParts",
      summary: "Get addresses to send parts straight to R2",
      description:
        "Each address takes one part of this upload, once or again, for an hour at the most, and needs no header of this " +
        "API: `PUT` the bytes of the part, then note its `ETag` with `PUT /import/uploads/{id}/parts`. Some parts may " +
        "come so and others through the API. Where the installation has no credentials for it, `presigned_parts` of the " +
        "upload is `false`, and this is a 409 `direct_uploads_off`.",
      importLinks: true,
      tag,
      access: ownUploadPolicy,
      request: { params: UploadParams, query: PresignQuery },
      response: {
        status: 200,
        description: "The addresses, in the order of the parts.",
        schema: PresignedPartsAnswer,
        example: { presigned_parts: [examplePresignedPart] },
      },
      errors: ["not_found", "upload_complete", "direct_uploads_off"],
    },
    async ({ call, upload, query }) => {
      const bucket = requireBucket(call.env);
      if (upload.importCode !== null) throw uploadIsComplete();
      const parts = await presignParts(bucket, upload, query, call.now);
      return {
        presigned_parts: parts.map(({ number, url, bytes, expiresAt }) => ({
          part_number: number,
          method: "PUT" as const,
          url,
          bytes,
          expires_at: isoTime(expiresAt),
        })),
      };
    },
  ),
  route(
    {
      method: "put",
      path: "/import/uploads/{id}/parts",
      operationId: "noteDirectParts",
      summary: "Note parts that were sent straight to R2",
      description:
        "With the `ETag` that R2 answered for each. They are `received` from then on, also for one who goes on another " +
        "day; noted again, the last ETag counts. Whether they are what R2 has is found when the upload is completed: " +
        "where one is not, all that were noted so are missing again (409 `parts_missing`), and are noted with the right " +
        "ETags or sent again.",
      importLinks: true,
      tag,
      access: ownUploadPolicy,
      request: { params: UploadParams, body: DirectPartsBody },
      response: {
        status: 200,
        description: "The upload.",
        schema: UploadAnswer,
        example: { upload: exampleUpload },
      },
      errors: ["not_found", "upload_complete", "direct_uploads_off"],
    },
    async ({ call, upload, body }) => {
      requireBucket(call.env);
      const { directory, directoryClient } = call.databases;
      await noteDirectParts(directoryClient, upload, body.parts, call.now);
      return { upload: viewUpload(upload, await listReceived(directory, upload.id), call.env) };
    },
  ),
];

/** @throws 409 where clients send everything to the Worker. */
function requireBucket(env: Env): DirectBucket {
  const { directBucket } = settingsOf(env);
  if (directBucket !== null) return directBucket;
  throw new AppError(
    "direct_uploads_off",
    "This installation has no credentials to let clients send parts straight to R2: send them to " +
      "PUT /import/uploads/{id}/parts/{n}.",
  );
}
