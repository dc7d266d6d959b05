import { and, asc, eq, gt, sql } from "drizzle-orm";
import { importSpared, importUndos, leads, type SPARED_REASONS } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { BOM, csv, NEWLINE } from "../../leads/export/export-columns.ts";

const PAGE_ROWS = 1_000;

const HEADER = ["_row", "lead_id", "email", "phone", "first_name", "last_name", "_code", "_reason"];

/** Why a lead was left as it is, for the person who undid the import. */
const REASONS: Record<(typeof SPARED_REASONS)[number], string> = {
  changed: "It was changed since the import: look at it, and change or delete it by hand.",
  deleted: "It was deleted since the import, or merged into another lead.",
  key_taken:
    "What it had before the import, its e-mail, phone or external id, is that of another lead by now.",
  no_before_image: "What it was before the import is not known any more.",
};

const ERASED = "It was erased since the import: who it was is not known any more.";

/**
 * The leads that an undo left as they are, as CSV, page by page. Who they are is read as it is now: a lead that was
 * deleted or erased since is a number, and one that was erased before the undo is a line without one, at the end.
 */
export function sparedFile(tenant: Tenant, importId: number): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const encode = (rows: string[][]) => encoder.encode(csv(rows) + NEWLINE);
  let after = 0;
  let erased: number | null = null;
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(BOM));
      controller.enqueue(encode([HEADER]));
    },
    async pull(controller) {
      const page = await sparedAfter(tenant, importId, after);
      const last = page.at(-1);
      if (last) {
        after = last.record;
        return controller.enqueue(encode(page.map(cellsOf)));
      }
      erased ??= await countErased(tenant, importId);
      if (erased <= 0) return controller.close();
      const lines = Math.min(erased, PAGE_ROWS);
      erased -= lines;
      controller.enqueue(
        encode(Array.from({ length: lines }, () => ["", "", "", "", "", "", "deleted", ERASED])),
      );
    },
  });
}

function sparedAfter({ db }: Tenant, importId: number, record: number) {
  return db
    .select({
      record: importSpared.recordNumber,
      leadId: importSpared.leadId,
      reason: importSpared.reason,
      email: leads.email,
      phone: leads.phone,
      firstName: leads.firstName,
      lastName: leads.lastName,
      deletedAt: leads.deletedAt,
    })
    .from(importSpared)
    .leftJoin(leads, eq(leads.id, importSpared.leadId))
    .where(and(eq(importSpared.importId, importId), gt(importSpared.recordNumber, record)))
    .orderBy(asc(importSpared.recordNumber))
    .limit(PAGE_ROWS);
}

/** How many leads were erased before the undo came to them: they are counted as spared, and not in the list. */
async function countErased({ db }: Tenant, importId: number): Promise<number> {
  const row = await db
    .select({
      erased: sql<number>`${importUndos.sparedRecords}
        - (SELECT count(*) FROM ${importSpared} s WHERE s.import_id = ${importId})`,
    })
    .from(importUndos)
    .where(eq(importUndos.importId, importId))
    .get();
  return row?.erased ?? 0;
}

type SparedRow = Awaited<ReturnType<typeof sparedAfter>>[number];

function cellsOf({ record, leadId, reason, deletedAt, ...lead }: SparedRow): string[] {
  const { email, phone, firstName, lastName } = lead;
  const known = deletedAt === null ? [email, phone, firstName, lastName] : [null, null, null, null];
  return [String(record), String(leadId), ...known.map((text) => text ?? ""), reason, REASONS[reason]];
}
