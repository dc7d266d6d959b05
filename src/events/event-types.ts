/** What the feed tells of leads, in the order in which events of one change come. */
export const LEAD_EVENT_TYPES = [
  "lead.created",
  "lead.updated",
  "lead.stage_changed",
  "lead.assigned",
  "lead.note_added",
  "lead.note_removed",
  "lead.merged",
  "lead.deleted",
  "lead.restored",
  "lead.erased",
] as const;

/** What it tells of imports. */
export const IMPORT_EVENT_TYPES = [
  "import.created",
  "import.started",
  "import.completed",
  "import.failed",
  "import.cancelled",
  "import.validated",
  "import.resumed",
  "import.undone",
] as const;

export const EVENT_TYPES = [...LEAD_EVENT_TYPES, ...IMPORT_EVENT_TYPES] as const;

export type LeadEventType = (typeof LEAD_EVENT_TYPES)[number];
export type EventType = (typeof EVENT_TYPES)[number];

/**
 * The types of rows. A row of a chunk or of a step of an undo stands for events of all the leads that it has changed;
 * one of a lead that was updated or merged, also for what follows from it, such as another stage.
 */
export type StoredType = EventType | "import.chunk" | "import.undo_step";

/** The types of rows, beside its own, from which the feed makes events of a type. */
const STORED_AS: Partial<Record<EventType, readonly StoredType[]>> = {
  "lead.created": ["import.chunk"],
  "lead.updated": ["import.chunk", "import.undo_step"],
  "lead.stage_changed": ["lead.updated", "lead.merged", "import.chunk", "import.undo_step"],
  "lead.assigned": ["lead.updated", "lead.merged"],
  "lead.deleted": ["import.undo_step"],
};

/** The types of rows that events of some types are made of. */
export function storedTypesOf(types: readonly EventType[]): StoredType[] {
  return [...new Set(types.flatMap((type) => [type, ...(STORED_AS[type] ?? [])]))];
}

/** Whether a type is one of a lead. */
export function isLeadEvent(type: EventType): type is LeadEventType {
  return (LEAD_EVENT_TYPES as readonly string[]).includes(type);
}
