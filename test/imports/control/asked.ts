import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { app } from "../../../src/app.ts";
import { type Around, surround } from "../../harness/bindings.ts";
import { undisturbed } from "../../harness/failing-operation.ts";

export type Control = "cancel" | "retry" | "commit" | "undo";

/** Asks for a change of an import over bindings of the test's; its messages go nowhere: the test delivers. */
export async function ask(
  control: Control,
  importCode: string,
  token: string,
  around: Around = undisturbed,
  headers: Record<string, string> = {},
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
): Promise<{ status: number; body: any; replayed: boolean }> {
  const context = createExecutionContext();
  const answer = await app.request(
    `/api/v1/import/${importCode}/${control}`,
    { method: "POST", headers: { Authorization: `Bearer ${token}`, ...headers } },
    surround(env, around, async () => {}),
    context,
  );
  const body = await answer.json();
  await waitOnExecutionContext(context);
  return { status: answer.status, body, replayed: answer.headers.has("Idempotent-Replayed") };
}

/** 37 records: new, there before, twice in the file, with a warning, and rejected; several chunks of five. */
export const FILE = [
  "Email,Phone,First name,Stage,Color",
  ...Array.from({ length: 37 }, (_, index) => {
    const n = index + 1;
    if (n % 11 === 0 || n === 3) return `not-an-address-${n},,Bad ${n},,`;
    if (n === 10 || n === 33) return "TWICE@leads.test,,Twice,,";
    if (n % 9 === 0) return `warned-${n}@leads.test,12,Warned ${n},Nowhere,`;
    if (n % 5 === 0) return `,+52 55 1234 56${n},"Phone ""only""\nin two lines ${n}",,`;
    return `new-${n}@leads.test,,New ${n},won,blue`;
  }),
].join("\r\n");
