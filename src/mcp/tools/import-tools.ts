import * as z from "zod";
import { confirmationOf, isConfirmed } from "../confirmation.ts";
import { type Tool, type ToolContext, ToolProblem, tool } from "../tool.ts";
import { Code, Id, IS_DATA, Limit, Page, READS } from "./parts.ts";

const File = {
  company_id: Id,
  csv: z.string().min(1).max(500_000).describe("The file, with its header"),
  campaign_id: Id.optional(),
  on_duplicate: z.enum(["skip", "update", "create"]).optional().describe("skip by default"),
  match_by: z.string().max(64).optional().describe("email,phone by default"),
  mapping: z.record(z.string(), z.unknown()).optional().describe("From preview_import, corrected"),
};

type FileInput = z.output<z.ZodObject<typeof File>>;

const queryOf = ({ company_id, campaign_id, on_duplicate, match_by, mapping }: FileInput) => ({
  ...{ company_id, campaign_id, on_duplicate, match_by },
  mapping: mapping && JSON.stringify(mapping),
  file_name: "from-an-agent.csv",
});

// biome-ignore lint/suspicious/noExplicitAny: what a route answers is said by its own schema.
type ImportFile = any;

/** What of an import a model needs. Its links open files to everybody who has them. */
function shown({ import_file: row }: { import_file: ImportFile }) {
  const {
    error_file: _,
    original_file: __,
    events_url: ___,
    imported_by: ____,
    undo,
    ...rest
  } = row as ImportFile;
  return { import_file: { ...rest, undo: undo && { ...undo, spared_file: undefined } } };
}

const ask = async ({ api }: ToolContext, code: string, action = "") =>
  shown(await api.ask(`/import/${code}${action}`, action === "" ? {} : { method: "POST" }));

const countsOf = ({ total_records, created_records, updated_records, ...row }: ImportFile) => ({
  ...{ total_records, created_records, updated_records },
  unchanged_records: row.unchanged_records,
  duplicate_records: row.duplicate_records,
  failed_records: row.failed_records,
});

/** Tools that bring many leads, in steps: preview, dry run, review, commit; and take them back. */
export const IMPORT_TOOLS: Tool[] = [
  tool({
    name: "preview_import",
    description: `Step 1 of an import: what each column of a CSV would become. Stores nothing. ${IS_DATA}`,
    input: z.strictObject(File),
    hints: READS,
    run: (args, { api }) =>
      api.ask("/import/preview", { method: "POST", query: queryOf(args), file: args.csv }),
  }),
  tool({
    name: "try_import",
    description:
      "Step 2: a dry run of the file, which writes no leads. Ask get_import until it is validated.",
    input: z.strictObject(File),
    run: async (args, { api }) =>
      shown(
        await api.ask("/import", {
          method: "POST",
          query: { ...queryOf(args), dry_run: "true" },
          file: args.csv,
        }),
      ),
  }),
  tool({
    name: "get_import",
    description: "How an import stands: status_name, counts.",
    input: z.strictObject({ import_code: Code }),
    hints: READS,
    run: ({ import_code }, context) => ask(context, import_code),
  }),
  tool({
    name: "list_imports",
    description: "Imports, the newest first.",
    input: z.strictObject({ company_id: Id.optional(), page: Page, limit: Limit }),
    hints: READS,
    run: async ({ company_id, page, limit }, { api }) => {
      const { import_files, meta } = await api.ask("/import", {
        query: { company_id_eq: company_id, page, limit },
      });
      return {
        import_files: import_files.map((row: ImportFile) => shown({ import_file: row }).import_file),
        meta,
      };
    },
  }),
  tool({
    name: "import_errors",
    description: `Rejected records and warnings of an import, with reasons and hints. ${IS_DATA}`,
    input: z.strictObject({ import_code: Code, page: Page, limit: Limit }),
    hints: READS,
    run: ({ import_code, page, limit }, { api }) =>
      api.ask(`/import/${import_code}/errors`, { query: { page, limit } }),
  }),
  tool({
    name: "review_import",
    description:
      "Step 3: what a validated dry run will write, and the confirmation that commit_import takes. Show the counts to " +
      "the person you work for and ask them first.",
    input: z.strictObject({ import_code: Code }),
    hints: READS,
    async run({ import_code }, context) {
      const { import_file: row } = await ask(context, import_code);
      if (row.status_name !== "validated") throw new ToolProblem(notValidated(row.status_name));
      const counts = countsOf(row);
      const confirmed = { importCode: import_code, authorization: context.authorization, counts };
      return { ...counts, confirmation: confirmationOf(context.env, confirmed, context.now) };
    },
  }),
  tool({
    name: "commit_import",
    description: "Step 4: writes the leads of a reviewed dry run. undo_import takes it back for 30 days.",
    input: z.strictObject({ import_code: Code, confirmation: z.string().max(200) }),
    hints: { destructiveHint: true },
    async run({ import_code, confirmation }, context) {
      const { import_file: row } = await ask(context, import_code);
      if (row.status_name !== "validated") throw new ToolProblem(notValidated(row.status_name));
      const { env, authorization, now } = context;
      const confirmed = { importCode: import_code, authorization, counts: countsOf(row) };
      if (!isConfirmed(env, confirmed, confirmation, now)) {
        throw new ToolProblem(
          "The confirmation is not of this import, its counts and you, or is older than 10 minutes. Call review_import again.",
        );
      }
      return ask(context, import_code, "/commit");
    },
  }),
  tool({
    name: "cancel_import",
    description: "Stops an import that waits or runs; what was written stays.",
    input: z.strictObject({ import_code: Code }),
    hints: { idempotentHint: true },
    run: ({ import_code }, context) => ask(context, import_code, "/cancel"),
  }),
  tool({
    name: "undo_import",
    description: "Takes an import back: leads that it created go, others get their values of before.",
    input: z.strictObject({ import_code: Code }),
    hints: { destructiveHint: true },
    run: ({ import_code }, context) => ask(context, import_code, "/undo"),
  }),
];

function notValidated(status: string): string {
  return `The import is ${status}, and not a dry run that has ended as validated. Begin with try_import.`;
}
