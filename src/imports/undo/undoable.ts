/** How long after its end an import can be taken back, in milliseconds; what leads were before is kept for as long. */
export const UNDOABLE_FOR_MS = 30 * 24 * 60 * 60 * 1000;
