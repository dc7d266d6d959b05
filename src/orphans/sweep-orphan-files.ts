import { eq, sql } from "drizzle-orm";
import { checkpoints } from "../db/directory/schema.ts";
import type { ScheduledRun } from "../jobs/scheduled-run.ts";
import { log } from "../log.ts";
import { FILE_KINDS } from "./owners.ts";

const NAME = "orphan_files";
/** What is younger may be about to get its row. */
const ORPHAN_AFTER_MS = 24 * 60 * 60 * 1000;
/** How long after the end of a sweep the next one begins. */
const PAUSE_MS = 24 * 60 * 60 * 1000;
/** R2 lists and deletes at most so many at once. */
const PAGE_FILES = 1000;

/** Which kind of file comes next, and after which key; `kind` is past the last one between two sweeps. */
interface Position {
  kind: number;
  after: string | null;
}

/**
 * Goes through all files in R2, a page each run, and deletes those older than a day that no row owns: whatever
 * left them behind, nobody would find them any more.
 */
export async function sweepOrphanFiles(
  { env, databases, now }: ScheduledRun,
  { pageFiles = PAGE_FILES } = {},
): Promise<void> {
  const db = databases.directory;
  const saved = await db.select().from(checkpoints).where(eq(checkpoints.name, NAME)).get();
  let { kind, after } = (saved?.value as Position | undefined) ?? { kind: 0, after: null };
  if (kind >= FILE_KINDS.length) {
    if (saved && now - saved.movedAt < PAUSE_MS) return;
    kind = 0;
  }
  const current = FILE_KINDS[kind];
  if (!current) return;
  const { prefix, owned } = current;
  const page = await env.FILES.list({
    prefix,
    limit: pageFiles,
    ...(after !== null && { startAfter: after }),
  });
  const old = page.objects.filter(({ uploaded }) => uploaded.getTime() < now - ORPHAN_AFTER_MS);
  const keys = old.map(({ key }) => key);
  const kept = keys.length > 0 ? await owned(databases, keys) : new Set();
  if (!kept) return;
  const orphans = keys.filter((key) => !kept.has(key));
  if (orphans.length > 0) {
    await env.FILES.delete(orphans);
    log("info", "files.orphans_deleted", { prefix, files: orphans.length });
  }
  const last = page.objects.at(-1)?.key ?? null;
  const next: Position = page.truncated ? { kind, after: last } : { kind: kind + 1, after: null };
  await db
    .insert(checkpoints)
    .values({ name: NAME, value: next, movedAt: now })
    .onConflictDoUpdate({
      target: checkpoints.name,
      set: { value: sql`excluded.value`, movedAt: now },
    });
}
