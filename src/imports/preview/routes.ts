import { streamedPolicy } from "../../http/policies/streamed.ts";
import { type Route, route } from "../../http/route.ts";
import { UploadFields } from "../upload/upload-fields.ts";
import { previewImport } from "./preview-import.ts";
import { exampleImportPreview, ImportPreviewAnswer } from "./schemas.ts";

export const importPreviewRoutes: Route[] = [
  route(
    {
      method: "post",
      path: "/import/preview",
      operationId: "previewImport",
      summary: "See what a file will become",
      description:
        "Takes what `POST /import` takes and reads it in the same way; nothing is stored. The first MiB of a file is " +
        "enough, and what is looked at; of a workbook or a ZIP archive all of it, up to 8 MiB. Columns come with what " +
        "they become and by what that was found; `mapping` goes back into an import as it is. The first 20 records " +
        "come with what becomes of each, but for the leads that are there already. A file that an import could not " +
        "read is a 422 that says what to do.",
      tag: "Import",
      importLinks: true,
      access: streamedPolicy({ role: "manager", field: "company_id" }),
      upload: {
        fields: UploadFields,
        file: "The file, or its first MiB.",
        contentTypes: ["multipart/form-data", "text/csv"],
      },
      response: {
        status: 200,
        description: "What the file will become.",
        schema: ImportPreviewAnswer,
        example: { preview: exampleImportPreview },
      },
    },
    async ({ call, actor, authorize }) => ({ preview: await previewImport(call, actor, authorize) }),
  ),
];
