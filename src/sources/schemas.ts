import * as z from "zod";
import { flags, integers, listQuery, texts } from "../http/lists/list-query.ts";
import { PageMeta } from "../http/lists/pagination.ts";
import { Id, lineOfText, Name, PathId, Time } from "../http/validation/fields.ts";

export const Source = z
  .strictObject({
    id: Id,
    company_id: Id,
    name: Name,
    active: z.boolean().meta({ description: "Whether it is still offered." }),
    created_at: Time,
  })
  .meta({ id: "Source" });

export const SourceAnswer = z.strictObject({ source: Source }).meta({ id: "SourceAnswer" });
export const SourcesAnswer = z
  .strictObject({ sources: z.array(Source).max(100), meta: PageMeta })
  .meta({ id: "SourcesAnswer" });

export const SourceParams = z.object({ id: PathId });
export const CompanySourcesParams = z.object({ company_id: PathId });

export const CreateSourceBody = z
  .strictObject({ name: lineOfText() })
  .meta({ id: "CreateSourceBody", example: { name: "Trade fair" } });

export const UpdateSourceBody = z
  .strictObject({ name: lineOfText(), active: z.boolean() })
  .partial()
  .meta({ id: "UpdateSourceBody", example: { active: false } });

export const sourcesQuery = listQuery(
  { id: integers("eq", "in"), name: texts("eq", "cont", "start"), active: flags("eq") },
  ["name", "id", "created_at"],
);

export const exampleSource: z.input<typeof Source> = {
  id: 1,
  company_id: 1,
  name: "Trade fair",
  active: true,
  created_at: "2026-02-17T21:54:09.000Z",
};
