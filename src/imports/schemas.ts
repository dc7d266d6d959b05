import * as z from "zod";
import { StoresPageMeta } from "../http/lists/pagination.ts";
import { Email, Id, integerText, Name, PathId, Time, Url } from "../http/validation/fields.ts";
import { FailureCodeSchema } from "./codes/code-schemas.ts";
import { ENCODINGS } from "./readers/encodings/encodings.ts";
import { ImportStatus, ImportStatusName } from "./state/status-schemas.ts";

const Count = z.int().min(0);
const Difference = z.int32().optional();

/** How many records came out as what. */
const Outcomes = {
  created_records: Count,
  updated_records: Count,
  unchanged_records: Count,
  duplicate_records: Count,
  failed_records: Count,
};

/** What a dry run announces. */
const Announced = { ...Outcomes, warning_records: Count };

const ImportCode = z
  .string()
  .max(64)
  .meta({ pattern: "^imp_[0-9a-z]{26}$", example: "imp_00k3v9x2m7q1z8c5b4n6d0w2r1" });

/** A name in a form's part has no limit but that of the part's head. */
const FileName = z.string().max(16_384);

export const ImportFile = z
  .strictObject({
    id: Id,
    import_code: ImportCode,
    status: ImportStatus,
    status_name: ImportStatusName,
    total_records: Count.nullable().meta({
      description: "Data records, without the header; `null` until known.",
    }),
    processed_records: Count.meta({
      description: "At every instant created + updated + unchanged + duplicate + failed.",
    }),
    ...Outcomes,
    warning_records: Count.meta({
      description:
        "Records that became leads although something in them could not be read and was kept as it stood.",
    }),
    success_rate: z.number().min(0).max(100).meta({ description: "100 × (processed − failed) ÷ processed." }),
    progress: z.number().min(0).max(100).meta({ description: "By bytes." }),
    records_per_second: z.number().min(0).nullable().meta({
      description:
        "Over its last chunks; once it has ended, over all of it. `null` while nothing can be said.",
    }),
    seconds_left: Count.nullable().meta({
      description: "How long it still takes, in steps of 1, 5 and 30 seconds; `null` where it does not run.",
    }),
    on_duplicate: z.enum(["skip", "update", "create"]),
    dry_run: z.boolean().meta({
      description: "Whether it writes no leads: it ends as `validated` then, and can be committed.",
    }),
    announced: z.strictObject(Announced).nullable().meta({
      description: "What its dry run counted, of an import that was committed; else `null`.",
    }),
    drift: z
      .strictObject(
        Object.fromEntries(
          [...Object.keys(Announced), "differing_records"].map((name) => [name, Difference]),
        ) as Record<keyof typeof Announced | "differing_records", typeof Difference>,
      )
      .nullable()
      .meta({
        description:
          "What came out otherwise than announced, once a committed import has dealt with every record: how many more of " +
          "each outcome, or fewer, and in `differing_records` how many records have another one: those that make up for " +
          "each other are in no difference. `null` where nothing differs, and of one that was cancelled or failed on its way.",
      }),
    started_at: Time.nullable(),
    finished_at: Time.nullable(),
    created_at: Time,
    error_file: Url.nullable().meta({
      description:
        "The rejected records with their reasons: of a workbook as a workbook, else as CSV; with `&format=csv` or " +
        "`&format=xlsx` at its end as that. A link for 15 minutes that needs no header.",
    }),
    events_url: Url.nullable().meta({
      description:
        "Its events for an `EventSource`, which cannot send a header; a link for 15 minutes. `null` where nothing moves.",
    }),
    original_file: Url.nullable().meta({ description: "The file as it came; a link for 15 minutes." }),
    imported_by: z
      .strictObject({ id: Id, full_name: z.string().max(511), email: Email.nullable() })
      .nullable()
      .meta({ description: "Who sent the file; of an API key, `email` is `null`." }),
    company: z.strictObject({ id: Id, name: Name }),
    campaign_id: Id.nullable(),
    failure: z
      .strictObject({ code: FailureCodeSchema, detail: z.string().max(4096) })
      .nullable()
      .meta({ description: "Why the file as a whole could not be read, and what to do." }),
    file: z.strictObject({
      name: FileName,
      bytes: Count.meta({ format: "int64" }),
      kind: z.enum(["csv", "xlsx", "gzip", "zip", "ndjson"]).nullable().meta({
        description: "What the file was found to be; `null` until it was looked at.",
      }),
      sha256: z.string().length(64).meta({ pattern: "^[0-9a-f]{64}$" }).nullable(),
      encoding: z.enum(ENCODINGS).meta({ description: "How its bytes were read." }),
      encoding_confidence: z
        .enum(["certain", "likely", "doubtful"])
        .meta({ description: "Whether that is certain, where the sender did not say it." }),
      delimiter: z.string().max(1).nullable().meta({
        description: "`null` until the file was looked at, and where nothing parts its cells.",
      }),
      header_row: z.int().min(0).nullable().meta({
        description: "The line of the header, from 1; 0 where there is none, `null` until it is known.",
      }),
      sheet: z.string().max(255).nullable().meta({ description: "The sheet of a workbook that was read." }),
    }),
    warnings: z
      .array(
        z.strictObject({
          code: z.enum(["encoding_in_doubt", "hidden_rows", "hidden_columns"]),
          detail: z.string().max(1000),
        }),
      )
      .max(10)
      .meta({ description: "What concerns the file as a whole and did not keep it from being imported." }),
    same_file_as: ImportCode.nullable().meta({
      description: "The import that brought this very file before.",
    }),
    parent_import_code: ImportCode.nullable().meta({
      description:
        "The import whose error file this is, as its records show; found with the layout, and `null` until then.",
    }),
    undo: z
      .strictObject({
        status: z.enum(["processing", "completed"]),
        progress: z.number().min(0).max(100).meta({ description: "By records." }),
        requested_at: Time,
        finished_at: Time.nullable(),
        deleted_records: Count.meta({ description: "Leads that the import had created, and that are gone." }),
        restored_records: Count.meta({
          description: "Leads that it had updated, and that are what they were before.",
        }),
        spared_records: Count.meta({
          description: "Leads that somebody has changed, deleted or erased since, and that stay as they are.",
        }),
        spared_file: Url.nullable().meta({
          description: "Those, each with why, as CSV; a link for 15 minutes that needs no header.",
        }),
      })
      .nullable()
      .meta({
        description:
          "How far it is taken back; `null` where nobody has asked for that. `status` stays what it was until that is " +
          "done, and is `undone` then.",
      }),
  })
  .meta({ id: "ImportFile" });

export const ImportFileAnswer = z.strictObject({ import_file: ImportFile }).meta({ id: "ImportFileAnswer" });
export const ImportFilesAnswer = z
  .strictObject({ import_files: z.array(ImportFile).max(100), meta: StoresPageMeta })
  .meta({ id: "ImportFilesAnswer" });

/** How an import is undone. */
export const UndoQuery = z.strictObject({
  later_imports: z
    .enum(["refuse", "spare"])
    .default("refuse")
    .meta({
      description:
        "What is done where a later import updated leads of this one: nothing, with a 409 that names it; or these " +
        "leads stay as they are, and the rest is undone.",
    }),
});

export const ImportParams = z.object({ import_code: ImportCode });

/** What makes a link to a file good without a header. */
export const FileLinkQuery = z.strictObject({
  user: PathId.meta({ description: "The user whom the link was given to." }),
  expires: integerText({ min: 1 }).meta({ description: "Seconds since 1970.", format: "int64" }),
  signature: z.string().max(64).meta({ pattern: "^[\\w-]+$" }),
});

export const exampleSparedFile = [
  "_row,lead_id,email,phone,first_name,last_name,_code,_reason",
  '12,4711,lucia.romero@example.com,+525512345678,Lucía,Romero,changed,"It was changed since the import: look at it, and change or delete it by hand."',
  "",
].join("\r\n");

export const exampleImportFile: z.input<typeof ImportFile> = {
  id: 42,
  import_code: "imp_00k3v9x2m7q1z8c5b4n6d0w2r1",
  status: 3,
  status_name: "completed_with_errors",
  total_records: 1000,
  processed_records: 1000,
  created_records: 861,
  updated_records: 0,
  unchanged_records: 0,
  duplicate_records: 79,
  failed_records: 60,
  warning_records: 57,
  success_rate: 94,
  progress: 100,
  records_per_second: 2777.8,
  seconds_left: null,
  on_duplicate: "skip",
  dry_run: false,
  announced: null,
  drift: null,
  started_at: "2026-02-17T21:54:09.120Z",
  finished_at: "2026-02-17T21:54:09.480Z",
  created_at: "2026-02-17T21:54:09.000Z",
  error_file:
    "https://api.example.com/api/v1/import/imp_00k3v9x2m7q1z8c5b4n6d0w2r1/error_file?expires=1771366500&signature=9f2c",
  events_url: null,
  original_file:
    "https://api.example.com/api/v1/import/imp_00k3v9x2m7q1z8c5b4n6d0w2r1/original_file?expires=1771366500&signature=4b1e",
  imported_by: { id: 3, full_name: "Mariana Ríos", email: "manager@demo.test" },
  company: { id: 1, name: "Demo Agency" },
  campaign_id: 1,
  failure: null,
  file: {
    name: "spring-fair.csv",
    bytes: 187_204,
    kind: "csv",
    sha256: "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    encoding: "utf-8",
    encoding_confidence: "certain",
    delimiter: ",",
    header_row: 1,
    sheet: null,
  },
  warnings: [],
  same_file_as: null,
  parent_import_code: null,
  undo: null,
};

const exampleEventsUrl =
  "https://api.example.com/api/v1/import/imp_00k3v9x2m7q1z8c5b4n6d0w2r1/events?expires=1771366500&signature=77aa";

export const exampleUndoneImportFile: z.input<typeof ImportFile> = {
  ...exampleImportFile,
  events_url: exampleEventsUrl,
  undo: {
    status: "processing",
    progress: 0,
    requested_at: "2026-02-18T09:12:00.000Z",
    finished_at: null,
    deleted_records: 0,
    restored_records: 0,
    spared_records: 0,
    spared_file: null,
  },
};

export const examplePendingImportFile: z.input<typeof ImportFile> = {
  ...exampleImportFile,
  events_url: exampleEventsUrl,
  records_per_second: null,
  status: 0,
  status_name: "pending",
  total_records: null,
  processed_records: 0,
  created_records: 0,
  duplicate_records: 0,
  failed_records: 0,
  warning_records: 0,
  success_rate: 0,
  progress: 0,
  started_at: null,
  finished_at: null,
  error_file: null,
};

export const exampleCommittedImportFile: z.input<typeof ImportFile> = {
  ...examplePendingImportFile,
  announced: {
    created_records: 861,
    updated_records: 0,
    unchanged_records: 0,
    duplicate_records: 79,
    failed_records: 60,
    warning_records: 0,
  },
};
