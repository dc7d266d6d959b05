import { asc } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { stages } from "../db/directory/schema.ts";

export type StageRow = typeof stages.$inferSelect;

let cached: { rows: StageRow[]; until: number } | undefined;
const CACHE_MS = 60_000;

/** The catalogue of stages, in order; read once a minute and isolate. */
export async function listStages(db: DirectoryDb): Promise<StageRow[]> {
  if (!cached || cached.until < Date.now()) {
    cached = {
      rows: await db.select().from(stages).orderBy(asc(stages.position)),
      until: Date.now() + CACHE_MS,
    };
  }
  return cached.rows;
}

/** The stage of a lead for which none is named. @throws where the catalogue has none. */
export function initialStage(stages: readonly StageRow[]): number {
  const initial = stages.find(({ kind }) => kind === "initial");
  if (!initial) throw new Error("the catalogue has no initial stage");
  return initial.id;
}
