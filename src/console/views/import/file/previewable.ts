const MIB = 1024 * 1024;

/** What a preview needs of a file that is read from its beginning, and the most of one that is only readable as a whole. */
const HEAD_BYTES = MIB;
const WHOLE_BYTES = 8 * MIB;
/** What is read as a whole, by the end of its name. */
const WHOLE = [".xlsx", ".zip", ".gz"];

/**
 * How many bytes of a file a preview gets.
 *
 * @returns `null` where it is a workbook or an archive that is too large to be looked at before it is imported.
 */
export function previewableBytes({ name, size }: { name: string; size: number }): number | null {
  const isWhole = WHOLE.some((end) => name.toLowerCase().endsWith(end));
  if (!isWhole) return Math.min(size, HEAD_BYTES);
  return size <= WHOLE_BYTES ? size : null;
}
