import { env } from "cloudflare:test";
import { openLeads } from "../../../src/db/clients.ts";
import { importUndos } from "../../../src/db/leads/schema.ts";
import { fileLink } from "../../../src/imports/report/file-links.ts";
import { ORIGIN } from "../../harness/api.ts";
import { createImportRow } from "../../harness/factories.ts";
import { prepareImport } from "../../harness/import-run.ts";
import type { Side } from "../world.ts";

const HOUR = 60 * 60 * 1000;

const ended = new Map<string, string>();

/** A cancelled import of the side: one, so that lists of imports are not full of them. */
export const cancelledImport = (side: Side): Promise<string> =>
  endedImport(side, "cancelled", "status = 5, finished_at = created_at");

/** A dry run of the side that can be committed: one, too. */
export const validatedImport = (side: Side): Promise<string> =>
  endedImport(
    side,
    "validated",
    "status = 6, dry_run = 1, announced = NULL, committed_at = NULL, finished_at = created_at",
  );

async function endedImport({ company, word }: Side, how: string, change: string): Promise<string> {
  const { database, id } = company;
  const key = `${id} ${how}`;
  const code = ended.get(key) ?? (await prepareImport(company, `email\n${word}-${how}@example.test\n`));
  ended.set(key, code);
  const own = "(SELECT id FROM imports WHERE import_code = ?)";
  await database.batch([
    database.prepare(`UPDATE imports SET queued_at = NULL, ${change} WHERE import_code = ?`).bind(code),
    // Carried into the trail, it would be a change in the midst of somebody else's call.
    database.prepare(`DELETE FROM audit_outbox WHERE object_id = ${own}`).bind(code),
  ]);
  return code;
}

const undone = new Map<string, string>();

/** An import of the side whose undo is done, or under way for ever: one of each, as lists are not to be full of them. */
export async function undoneImport(side: Side, isDone: boolean): Promise<string> {
  const { company, owner } = side;
  const known = undone.get(`${company.id} ${isDone}`);
  if (known) return known;
  const now = Date.now();
  const status = isDone ? 7 : 2;
  const { id, importCode } = await createImportRow(company, owner, {
    status,
    finishedAt: now,
    fileSha256: "0".repeat(64),
    // The erasure of a person by another call would clear it.
    fileKey: "",
  });
  await openLeads(company.database)
    .insert(importUndos)
    .values({
      importId: id,
      companyId: company.id,
      requestedBy: owner.id,
      nextRecord: 0,
      sparedRecords: 1,
      createdAt: now,
      movedAt: now,
      ...(isDone ? { finishedAt: now } : { leasedUntil: now + HOUR, leaseId: "somebody" }),
    });
  undone.set(`${company.id} ${isDone}`, importCode);
  return importCode;
}

/** A link of the side to the leads that an undo spared. */
export async function sparedFileLink(side: Side): Promise<string> {
  const file = {
    importCode: await undoneImport(side, true),
    kind: "spared_file",
    userId: side.owner.id,
  } as const;
  return fileLink(env, ORIGIN, file, Date.now());
}
