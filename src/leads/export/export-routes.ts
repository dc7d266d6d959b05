import { audit, originOf } from "../../audit/record.ts";
import { tenantPolicy } from "../../http/policies/tenant.ts";
import { type Route, route } from "../../http/route.ts";
import { describeError, log } from "../../log.ts";
import { leadsQuery } from "../list/list-schemas.ts";
import { CompanyLeadsParams, exampleFields } from "../schemas.ts";
import { exportLeads } from "./export.ts";
import { csv, NEWLINE, OWN_COLUMNS } from "./export-columns.ts";

export const leadExportRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/companies/{company_id}/leads/export",
      operationId: "exportLeads",
      summary: "Export a company's leads",
      description:
        "CSV with the filters of the list, the first to arrive first; an agent gets the leads assigned to them. " +
        "Pages and order do not count here, and leads that arrive meanwhile are left out. The columns are a lead's " +
        "own and its tags, then the questions that were answered by their keys, then custom fields by their names, with " +
        "`custom_fields.` before a name that means something else: what an import reads, so that the leads of an " +
        "export can be imported, with `on_duplicate=create` where some are duplicates (`skip` and `update` take " +
        "the first of them alone).\n\n" +
        "A file cannot carry who works a lead, notes of users, history and dates. A campaign that is not " +
        "that of the question, a question or an option that is archived, and a question whose key is that of a " +
        "lead's own column make custom fields of answers; several choices are parted by `;`, which neither value " +
        "nor label of a choice may have then. An empty list of choices is no answer. What was written beside a " +
        "phone is left out where it does not lead to the number by itself.\n\n" +
        "Of up to 25,000 leads the columns are those that they have; of more, those of all of the company's leads. At " +
        "most 1,000 custom fields fit.\n\n" +
        "One answer goes over a million of the company's leads. Where there are more, `Link` has the address of the " +
        'next part (`rel="next"`), a file of its own; without it the file is the last one. A download that breaks ' +
        "off in the middle ends with an error of the connection, never as if it were whole.",
      tag: "Leads",
      access: tenantPolicy({ role: "viewer", field: "company_id" }),
      request: { params: CompanyLeadsParams, query: leadsQuery },
      response: {
        status: 200,
        description: "The file, as long as it takes.",
        file: "text/csv",
        example:
          csv([
            [...OWN_COLUMNS.map(({ header }) => header), "budget", "Canal favorito"],
            [
              ...OWN_COLUMNS.map((column) =>
                column.of === "field" ? (exampleFields[column.field.key] ?? "") : "vip; fair",
              ),
              "10k_50k",
              "WhatsApp",
            ],
          ]) + NEWLINE,
      },
      errors: ["too_many_custom_fields"],
    },
    async ({ call, companyId, query, ...seen }) => {
      const now = call.now;
      const reader = new AbortController();
      const databases = call.databases;
      const { pieces, nextCursor } = await exportLeads(
        databases,
        { companyId, ...seen },
        query,
        now,
        reader.signal,
      );
      // Before the first byte: where the trail cannot have it, nothing is exported.
      await audit(databases.directory, originOf(call, seen.actor), {
        action: "company.leads_exported",
        companyId,
        objectId: companyId,
        details: { filters: filterNames(call.request.url), part: query.cursor !== undefined },
      });
      const name = `leads-${companyId}-${new Date(now).toISOString().slice(0, 10)}.csv`;
      return new Response(streamOf(pieces, reader, call.requestId), {
        headers: {
          "Content-Type": "text/csv; charset=utf-8",
          "Content-Disposition": `attachment; filename="${name}"`,
          "Content-Security-Policy": "sandbox",
          ...(nextCursor !== null && { Link: `<${nextPart(call.request.url, nextCursor)}>; rel="next"` }),
        },
      });
    },
  ),
];

const NAME_CHARACTERS = 255;

/** By what an export was filtered: the names of the parameters, and none of their values. */
function filterNames(url: string): string[] {
  const filters = [...new URL(url).searchParams].filter(([name, value]) => value !== "" && name !== "cursor");
  return [...new Set(filters.map(([name]) => name.slice(0, NAME_CHARACTERS)))];
}

function nextPart(url: string, cursor: string): string {
  const target = new URL(url);
  target.searchParams.set("cursor", cursor);
  return target.href;
}

/** Text in pieces as a body: a piece is made when it is asked for, none before that, and none once nobody reads. */
function streamOf(
  pieces: AsyncGenerator<Uint8Array>,
  reader: AbortController,
  requestId: string,
): ReadableStream<Uint8Array> {
  const source: UnderlyingSource<Uint8Array> = {
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (reader.signal.aborted) return;
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        // The status is out already: all that is left is to break off, so that nobody takes a part for the whole.
        log("error", "export.broke_off", { request_id: requestId, ...describeError(error) });
        throw error;
      }
    },
    async cancel() {
      reader.abort();
      await pieces.return(undefined);
    },
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}
