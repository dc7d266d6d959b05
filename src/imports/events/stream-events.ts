import { sql } from "drizzle-orm";
import { authorIdOf, type CompanyActor, type LinkActor } from "../../auth/actor.ts";
import { familyRevokedAt } from "../../auth/sessions/family.ts";
import { companyNames } from "../../companies/queries.ts";
import { type Databases, openDatabases } from "../../db/clients.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { requireFound } from "../../errors.ts";
import { type Call, linkOrigin } from "../../http/request/call.ts";
import { aMacrotask } from "../../macrotask.ts";
import { namesOfAuthors } from "../../users/queries.ts";
import type { ImportRow } from "../queries.ts";
import { stillSeesImports } from "../report/link-holder.ts";
import { viewImport } from "../view.ts";
import { isAtRest } from "./event-number.ts";
import { followImport, type StreamTimes } from "./follow-import.ts";
import { readMoment, type Seen, sharedPollOf } from "./shared-poll.ts";

/** What an invocation keeps for what it does beside the stream. */
const SPARED_STATEMENTS = 20;

/**
 * Answers with the events of an import.
 *
 * @param lastEventId the header of the request: where the client goes on.
 * @returns 204 for a client that has seen the end: an `EventSource` does not connect again then.
 */
export async function streamEvents(
  call: Call,
  { actor, tenant, row }: { actor: CompanyActor | LinkActor; tenant: Tenant; row: ImportRow },
  times?: StreamTimes,
): Promise<Response> {
  // The primary: a replica that lags behind would tell a client that connects again what it has seen before.
  const databases = openDatabases(call.env, { for: "write" });
  const client = databases.leads(tenant.store);
  const ask = () => readMoment(client, row.importCode);
  const [first, names] = await Promise.all([ask(), namesFor(databases, row)]);
  const seen = requireFound(first);
  const last = numberIn(call.header("Last-Event-ID"));
  if (isAtRest(seen.row) && last === seen.number) return new Response(null, { status: 204 });
  const origin = linkOrigin(call);
  const events = followImport(
    {
      poll: sharedPollOf(row.importCode),
      ask,
      view: (now: Seen) =>
        viewImport(now.row, {
          env: call.env,
          origin,
          now: Date.now(),
          viewerId: authorIdOf(actor),
          ...names,
        }),
      mayListen: () => mayListen(databases, actor, row.companyId),
      hasBudget: () => databases.budget.has(SPARED_STATEMENTS),
      now: Date.now,
      sleep: aMacrotask,
    },
    seen,
    last,
    times,
  );
  return new Response(
    bodyOf(events, () => databases.stopTimer()),
    {
      headers: { "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no" },
    },
  );
}

/** A body that is written as it is read, and nothing of it before: an answer that nobody reads polls nothing. */
function bodyOf(events: AsyncGenerator<string>, end: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await events.next();
        if (!done) return controller.enqueue(encoder.encode(value));
        end();
        controller.close();
      },
      async cancel() {
        end();
        await events.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function namesFor({ directory }: Databases, { companyId, importedBy }: ImportRow) {
  const [companies, users] = await Promise.all([
    companyNames(directory, [companyId]),
    namesOfAuthors(directory, [importedBy]),
  ]);
  return { companyName: companies.get(companyId) ?? "", importer: users.get(importedBy) };
}

/** Whether somebody still sees the import, and the session that they came with still counts. */
async function mayListen(
  { directory }: Databases,
  actor: CompanyActor | LinkActor,
  companyId: number,
): Promise<boolean> {
  if (actor.kind === "user" && actor.tokenExpiresAt * 1000 <= Date.now()) return false;
  const [sees, hasSession] = await Promise.all([
    stillSeesImports(directory, authorIdOf(actor), companyId),
    actor.kind !== "user" || isOpen(directory, actor.session),
  ]);
  return sees && hasSession;
}

/** Whether a family of sessions counts. */
async function isOpen(directory: Databases["directory"], familyId: string): Promise<boolean> {
  const [family] = await directory.all<{ revoked_at: number | null }>(
    sql`SELECT ${familyRevokedAt(familyId)} AS revoked_at`,
  );
  return family?.revoked_at === null;
}

function numberIn(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,9}$/.test(header.trim()) ? Number(header) : null;
}
