import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { errorOf } from "../../client/index.ts";
import { connect, idOf } from "../connect.ts";
import { EXIT } from "../exit-codes.ts";

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
  const out = values.output === undefined ? process.stdout : createWriteStream(values.output);
  await pipeline(Readable.fromWeb(response.body as never), out, { end: out !== process.stdout });
  if (response.headers.get("Link")?.includes('rel="next"')) {
    process.stderr.write(
      "These are the first million leads: narrow the rest by filters, as GET …/leads/export takes them.\n",
    );
  }
  return EXIT.done;
}
