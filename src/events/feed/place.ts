import { AppError, fieldError } from "../../errors.ts";

/** A place in the feed of a company: after an event, or after all events of a row. */
export interface Place {
  row: number;
  /** The event, by its lead or import and by the number of its type; `null` after all of the row. */
  event: { objectId: number; type: number } | null;
}

const PLACE = /^(\d{1,16})-(\d{1,16})(?:-(\d{1,16})-(\d{1,2}))?$/;

/** Follows the number of every type: after all events of a lead. */
export const AFTER_ALL_TYPES = 99;

/** Writes a place. The one after an event is the event's id, so that each can be used for the other. */
export function writePlace(companyId: number, { row, event }: Place): string {
  return [companyId, row, ...(event ? [event.objectId, event.type] : [])].join("-");
}

/** Reads a place. @throws 400 where it is none, or one of another company. */
export function readPlace(companyId: number, text: string): Place {
  const [, company, row, objectId, type] = PLACE.exec(text) ?? [];
  const numbers = [company, row, objectId ?? 0].map(Number);
  if (company === undefined || row === undefined || !numbers.every(Number.isSafeInteger)) {
    const detail = "is no cursor: send next_cursor of the page before, or the id of an event";
    throw fieldError("invalid_parameter", "after", "invalid_value", detail);
  }
  if (Number(company) !== companyId) {
    const detail = "is of the feed of another company: each company has its own, and cursors of its own";
    throw fieldError("invalid_parameter", "after", "other_company", detail);
  }
  const event = objectId === undefined ? null : { objectId: Number(objectId), type: Number(type) };
  return { row: Number(row), event };
}

/** Whether something stands after a place. */
export function isAfter(place: Place | null, row: number, objectId: number, type: number): boolean {
  if (place === null || row > place.row) return true;
  if (row < place.row || place.event === null) return false;
  return objectId > place.event.objectId || (objectId === place.event.objectId && type > place.event.type);
}

/** The answer to a place whose next events are purged: who goes on there would miss some. */
export function purgedSince(): AppError {
  const detail =
    "Events are kept for 30 days, and the next ones after this cursor are older. Take after=latest, then read all " +
    "leads, and follow the feed from there.";
  return new AppError("events_purged", detail);
}

/** The answer to a place beyond the end of the feed. */
export function aheadOfFeed(): AppError {
  const detail =
    "This cursor is ahead of the feed, as it is when the data was restored from a backup. Take after=latest, then " +
    "read all leads, and follow the feed from there.";
  return new AppError("events_purged", detail);
}
