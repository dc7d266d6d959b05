import type { LeadsyClient } from "../client.ts";
import { errorOf } from "../leadsy-error.ts";
import type { components } from "../schema.ts";

const PAGE = 100;

/** The rejected records and warnings of an import, page by page. @throws LeadsyError */
export async function* listErrors(
  client: LeadsyClient,
  importCode: string,
  signal?: AbortSignal,
): AsyncGenerator<components["schemas"]["ImportError"]> {
  for (let page: number | null = 1; page !== null; ) {
    const answer = await readPage(client, importCode, page, signal);
    yield* answer.import_errors;
    page = answer.meta.next_page;
  }
}

async function readPage(client: LeadsyClient, importCode: string, page: number, signal?: AbortSignal) {
  const { data, error, response } = await client.GET("/import/{import_code}/errors", {
    params: { path: { import_code: importCode }, query: { page, limit: PAGE } },
    ...(signal && { signal }),
  });
  if (!data) throw errorOf(response, error);
  return data;
}
