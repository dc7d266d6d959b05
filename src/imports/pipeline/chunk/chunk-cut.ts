/** A chunk of fewer records has to be read and written first: what comes of the others depends on it. */
export class ChunkCut extends Error {
  /** How many records the chunk may have. */
  readonly records: number;

  constructor(records: number) {
    super(`the chunk ends after ${records} records`);
    this.records = records;
  }
}
