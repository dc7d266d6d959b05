import { type EventType, LEAD_EVENT_TYPES } from "../event-types.ts";
import type { EventDetails, StoredEvent } from "../stored-events.ts";

/** An event of the feed, before what it is about is read. */
export interface FeedEvent {
  row: StoredEvent;
  type: EventType;
  /** The lead or the import. */
  objectId: number;
  /** The import whose work it is, for events of leads; else `null`. */
  importId: number | null;
  /** What it says beside its object. */
  details: Pick<EventDetails, "changed" | "stage" | "assigned" | "merged" | "note">;
  /** Users who worked the lead at that time, where that may have changed since. */
  seenBy: number[];
}

/** The place of a type among the events of one lead in a row. */
export function typeNumber(type: EventType): number {
  return Math.max(0, (LEAD_EVENT_TYPES as readonly string[]).indexOf(type));
}

/** The order of events in a row. */
export function inOrder(events: FeedEvent[]): FeedEvent[] {
  return events.toSorted((a, b) => a.objectId - b.objectId || typeNumber(a.type) - typeNumber(b.type));
}

/** The events that a row stands for, in order, save those of a chunk, which are read from the store. */
export function expandRow(row: StoredEvent): FeedEvent[] {
  const { type, objectId, details } = row;
  const event = (of: EventType, some: Partial<FeedEvent> = {}): FeedEvent => ({
    row,
    type: of,
    objectId,
    importId: null,
    details: {},
    seenBy: [],
    ...some,
  });
  switch (type) {
    case "import.chunk":
      return [];
    case "import.undo_step":
      return inOrder(undone(row));
    case "lead.updated":
      return [
        event(type, { details: { changed: details.changed ?? [] }, seenBy: movedBetween(details) }),
      ].concat(moves(details, event));
    case "lead.merged": {
      const merged = details.merged ?? [];
      const seenBy = users([...merged.map(([, user]) => user), ...movedBetween(details)]);
      return inOrder([event(type, { details: { merged }, seenBy }), ...moves(details, event)]);
    }
    case "lead.deleted":
      return [event(type, { seenBy: users(details.seen_by ?? []) })];
    case "lead.erased":
      return inOrder(
        (details.leads ?? []).map(([id, user]) => event(type, { objectId: id, seenBy: users([user]) })),
      );
    case "lead.note_added":
    case "lead.note_removed":
      return [event(type, { details: details.note === undefined ? {} : { note: details.note } })];
    default:
      return [event(type)];
  }
}

/** Another stage and another user, which an event of a change tells of, too. */
function moves(
  { stage, assigned }: EventDetails,
  event: (of: EventType, some: Partial<FeedEvent>) => FeedEvent,
): FeedEvent[] {
  return [
    ...(stage
      ? [event("lead.stage_changed", { details: { stage }, seenBy: movedBetween({ assigned }) })]
      : []),
    ...(assigned
      ? [event("lead.assigned", { details: { assigned }, seenBy: movedBetween({ assigned }) })]
      : []),
  ];
}

function undone(row: StoredEvent): FeedEvent[] {
  const { deleted = [], restored = [] } = row.details;
  const of = { row, importId: row.objectId, seenBy: [] };
  return [
    ...deleted.map((objectId) => ({ ...of, type: "lead.deleted" as const, objectId, details: {} })),
    ...restored.flatMap(([objectId, changed, stage]) => [
      { ...of, type: "lead.updated" as const, objectId, details: { changed: changed.map(nameOfColumn) } },
      ...(stage === null
        ? []
        : [
            {
              ...of,
              type: "lead.stage_changed" as const,
              objectId,
              details: { stage: [null, stage] as [null, number] },
            },
          ]),
    ]),
  ];
}

/** What the API calls a column of the store. */
export function nameOfColumn(column: string): string {
  return column === "stage_id" ? "stage" : column;
}

function movedBetween({ assigned }: { assigned?: EventDetails["assigned"] | undefined }): number[] {
  return users(assigned ?? []);
}

function users(ids: readonly (number | null)[]): number[] {
  return ids.filter((id) => id !== null);
}
