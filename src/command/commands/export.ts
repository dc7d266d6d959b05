import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { errorOf, notTheApi } from "../../client/index.ts";
import { connect, idOf } from "../connect.ts";
import { EXIT } from "../exit-codes.ts";
import { save } from "../save.ts";

/** `leadsy export --company <id>`. @returns the exit code. */
export async function exportCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { company: { type: "string" }, output: { type: "string" } },
  });
  const client = connect();
  const { error, response } = await client.GET("/companies/{company_id}/leads/export", {
    params: { path: { company_id: idOf("company", values.company) } },
    parseAs: "stream",
    signal,
  });
  if (!response.ok || !response.body) throw errorOf(response, error);
  if (!response.headers.get("Content-Type")?.startsWith("text/csv")) throw notTheApi(response, response.url);
  if (values.output !== undefined) await save(response.body, values.output);
  else await pipeline(Readable.fromWeb(response.body as never), process.stdout, { end: false });
  if (response.headers.get("Link")?.includes('rel="next"')) {
    process.stderr.write(
      "These are the first million leads: narrow the rest by filters, as GET …/leads/export takes them.\n",
    );
  }
  return EXIT.done;
}
