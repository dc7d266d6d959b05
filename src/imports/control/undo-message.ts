import { STATUS } from "../state/status.ts";

/** Says of an import that has an undo, done or under way, how far that is. */
export function undoMessage(status: number): string {
  return status === STATUS.undone ? "The import was undone." : "The import is being undone.";
}
