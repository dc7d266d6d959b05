import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { app } from "../../../src/app.ts";
import { requestOf } from "../../harness/api.ts";
import type { TestCompany, TestUser } from "../../harness/factories.ts";

/** The answer to a preview of a file that is sent as a raw body. */
export async function previewOf(
  company: TestCompany,
  user: TestUser,
  content: string | Uint8Array,
  fields: Record<string, string> = {},
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
): Promise<{ status: number; body: any }> {
  const query = new URLSearchParams({ company_id: String(company.id), ...fields });
  const context = createExecutionContext();
  const request = requestOf(`/import/preview?${query}`, {
    method: "POST",
    token: user.token,
    headers: { "Content-Type": "text/csv" },
    body: content as BodyInit,
  });
  const answer = await app.fetch(request, env, context);
  const body = await answer.json();
  await waitOnExecutionContext(context);
  return { status: answer.status, body };
}
