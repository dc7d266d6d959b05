import type { events } from "../db/leads/schema.ts";
import type { StoredType } from "./event-types.ts";

/** A row of `events`. */
export type StoredEvent = Omit<typeof events.$inferSelect, "type" | "details"> & {
  type: StoredType;
  details: EventDetails;
};

/** A value before and after. */
type Move = [before: number | null, after: number | null];

/** A lead that is gone, and the user who worked it. */
type GoneLead = [id: number, assignedTo: number | null];

/** What rows say beside their columns; each type has some of it. */
export interface EventDetails extends Partial<UndoneLeads> {
  /** Names of columns that have changed. */
  changed?: string[];
  /** Ids of stages. */
  stage?: Move;
  /** Ids of users. */
  assigned?: Move;
  /** Who worked the lead when it was deleted. */
  seen_by?: (number | null)[];
  /** The leads that went into another. */
  merged?: GoneLead[];
  /** The leads that were erased. */
  leads?: GoneLead[];
  /** The id of a note. */
  note?: number;
  /** The first record of a chunk. */
  first_record?: number;
  /** What an import became. */
  status?: number;
}

/** What a step of an undo did to leads. */
export interface UndoneLeads {
  deleted: number[];
  /** With the columns that have their values of before, and the stage where that is one of them. */
  restored: [id: number, changed: string[], stage: number | null][];
}
