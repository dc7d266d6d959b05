import * as z from "zod";
import { settingsOf } from "../../../env.ts";
import { fieldError } from "../../../errors.ts";
import { bodyChunks, dropBody } from "../../../http/body/body-chunks.ts";
import { cleanFileName } from "../../../http/body/file-names.ts";
import { UNKEYED } from "../../../http/idempotency/creation.ts";
import { BASE_PATH } from "../../../http/mount.ts";
import type { Call } from "../../../http/request/call.ts";
import { creatingRoute, type Route, route } from "../../../http/route.ts";
import { examplePendingImportFile, ImportFileAnswer } from "../../schemas.ts";
import { showImport } from "../../show-imports.ts";
import { DEFAULT_NAME } from "../receive-upload.ts";
import { completeUpload } from "./complete/complete-upload.ts";
import { readContentDigest } from "./content-digest.ts";
import { endUpload } from "./end-upload.ts";
import { openMultipartUpload, reopenUpload } from "./open-upload.ts";
import { openingPolicy, ownUploadPolicy, requireImporter } from "./policy.ts";
import { findUpload, listReceived, uploadOwnerOf } from "./queries.ts";
import { receivePart } from "./receive-part.ts";
import {
  CompleteUploadBody,
  exampleUpload,
  OpenUploadBody,
  PartParams,
  textsOf,
  UploadAnswer,
  UploadParams,
} from "./schemas.ts";
import { viewUpload } from "./view.ts";

const tag = "Import";

export const partUploadRoutes: Route[] = [
  creatingRoute(
    {
      method: "post",
      path: "/import/uploads",
      operationId: "openUpload",
      summary: "Begin to upload a file in parts",
      description:
        "For files of any size, and connections of any kind: every part is a request of its own, in any order, several at a " +
        "time, and again where one broke off. All parts have `part_bytes` bytes but the last. An upload belongs to " +
        "the user, or the API key, that opened it; what is not completed within three days is deleted. Each has at most 100 open.",
      importLinks: true,
      tag,
      access: openingPolicy,
      request: { body: OpenUploadBody },
      response: {
        status: 201,
        description: "The upload, and the parts that it takes.",
        schema: UploadAnswer,
        example: { upload: { ...exampleUpload, received: [] } },
        headers: ["Location"],
      },
      errors: ["membership_limit", "payload_too_large", "too_many_uploads"],
    },
    {
      async create({ call, actor, body, creation }) {
        const ports = openingPorts(call);
        if (body.bytes > ports.maxBytes) throw tooLarge(ports.maxBytes);
        const companyId = body.company_id ?? null;
        await requireImporter(actor, companyId);
        const fileName = cleanFileName(body.file_name) || DEFAULT_NAME;
        const { bytes, sha256 = null } = body;
        return openMultipartUpload(
          ports,
          { owner: uploadOwnerOf(actor), companyId, fileName, bytes, sha256 },
          creation,
        );
      },
      async find({ call }, id) {
        const row = await findUpload(call.databases.directory, id);
        return row && reopenUpload(openingPorts(call), row);
      },
      show({ call }, row) {
        call.setHeader("Location", `${BASE_PATH}/import/uploads/${row.id}`);
        return { upload: viewUpload(row, [], call.env) };
      },
    },
  ),
  route(
    {
      method: "get",
      path: "/import/uploads/{id}",
      operationId: "getUpload",
      summary: "See which parts of an upload have come",
      importLinks: true,
      tag,
      access: ownUploadPolicy,
      request: { params: UploadParams },
      response: {
        status: 200,
        description: "The upload.",
        schema: UploadAnswer,
        example: { upload: exampleUpload },
        etag: true,
      },
      errors: ["not_found"],
    },
    {
      early: ({ params, databases }) => listReceived(databases.directory, params.id),
      handle: async ({ call, upload, read: received }) => ({
        upload: viewUpload(upload, received, call.env),
      }),
    },
  ),
  route(
    {
      method: "put",
      path: "/import/uploads/{id}/parts/{n}",
      operationId: "uploadPart",
      summary: "Upload a part of a file",
      description:
        "The bytes of the part are the body. Sent again, it takes the place of what was there. With `Content-Digest` " +
        "(RFC 9530, `sha-256`) what came is compared. A part of the wrong length or digest is refused and changes nothing.",
      importLinks: true,
      tag,
      access: ownUploadPolicy,
      request: { params: PartParams },
      upload: {
        fields: z.strictObject({}),
        file: "The bytes of the part.",
        contentTypes: ["application/octet-stream"],
      },
      response: { status: 204, description: "The part is there." },
      errors: ["not_found", "upload_complete", "part_in_doubt"],
    },
    async ({ call, upload, params }) => {
      const length = call.header("Content-Length");
      const ports = { files: call.env.FILES, directoryClient: call.databases.directoryClient };
      try {
        await receivePart(ports, upload, {
          number: params.n,
          content: bodyChunks(call.request, { reusing: true }),
          length: length === undefined ? null : Number(length),
          sha256: readContentDigest(call.header("Content-Digest")),
        });
      } catch (error) {
        await dropBody(call.request);
        throw error;
      }
      return undefined;
    },
  ),
  creatingRoute(
    {
      method: "post",
      path: "/import/uploads/{id}/complete",
      operationId: "completeUpload",
      summary: "Import an uploaded file",
      description:
        "Takes the fields of `POST /import` as JSON: `mapping` and `constants` are objects. Asked for again with the same " +
        "fields, it gives the same import; with others it is a 409 that names it, unless that import has failed because " +
        "the file could not be read so: then the file is imported again, and its parts need not be sent again. Where the upload promised a SHA-256, the file is compared with it before anything is read: one " +
        "with another is a failed import (`wrong_sha256`). Where it did not, `file.sha256` is `null` until the import " +
        "has ended. An upload that was begun before a person of the company was erased cannot be imported any more.",
      importLinks: true,
      tag,
      access: ownUploadPolicy,
      request: { params: UploadParams, body: CompleteUploadBody },
      response: {
        status: 202,
        description: "The file waits for its turn.",
        schema: ImportFileAnswer,
        example: { import_file: examplePendingImportFile },
        headers: ["Location"],
      },
      errors: [
        "not_found",
        "forbidden",
        "membership_limit",
        "parts_missing",
        "upload_complete",
        "person_erased",
      ],
    },
    {
      create: ({ body, creation, ...input }) => completeUpload({ ...input, texts: textsOf(body) }, creation),
      find: async ({ body, ...input }) => completeUpload({ ...input, texts: textsOf(body) }, UNKEYED),
      async show({ call, actor }, row) {
        call.setHeader("Location", `${BASE_PATH}/import/${row.importCode}`);
        return { import_file: await showImport(call, actor, row) };
      },
    },
  ),
  route(
    {
      method: "delete",
      path: "/import/uploads/{id}",
      operationId: "deleteUpload",
      summary: "Delete an upload",
      description: "The parts that were received are deleted with it.",
      importLinks: true,
      tag,
      access: ownUploadPolicy,
      request: { params: UploadParams },
      response: { status: 204, description: "The upload is deleted." },
      errors: ["not_found", "upload_complete"],
    },
    async ({ call, upload }) => {
      await endUpload({ directory: call.databases.directory, files: call.env.FILES }, upload, call.now);
      return undefined;
    },
  ),
];

/** What opening an upload takes of a request. */
function openingPorts(call: Call) {
  const { env, databases, now } = call;
  return {
    directory: databases.directory,
    directoryClient: databases.directoryClient,
    files: env.FILES,
    maxBytes: settingsOf(env).maxPartsBytes,
    now,
    later: (work: Promise<unknown>) => call.waitUntil(work),
  };
}

function tooLarge(maxBytes: number) {
  const detail = `A file that comes in parts has at most ${maxBytes} bytes: split it into several files.`;
  return fieldError("payload_too_large", "bytes", "too_big", detail);
}
