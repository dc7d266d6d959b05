import type { Tenant } from "../../../db/leads/tenant.ts";
import type { Slice } from "../../../jobs/slice.ts";
import type { RecordChunk } from "../../readers/records.ts";
import { passBlank } from "../../state/import-state.ts";
import { refuseWorthlessFile } from "../rejection-limit.ts";
import type { ChunkOfOutcomes, ChunkTarget } from "./chunk.ts";
import { type WrittenChunk, writeChunk } from "./write-chunk.ts";

const NOTHING: WrittenChunk = { rejected: [], lookedUp: null };

/**
 * Writes the chunks of an import one after another, each while the next is read and cleaned. A chunk waits for the one
 * after it, so that its transaction also looks up the leads that the next may match: one round trip a chunk.
 */
export class ChunkWriter {
  readonly #tenant: Tenant;
  readonly #target: ChunkTarget;
  readonly #slice: Slice;
  readonly #now: () => number;
  /** The records of the import that were rejected so far. */
  #rejected: number;
  #waiting: ChunkOfOutcomes | null = null;
  #writing: Promise<WrittenChunk> = Promise.resolve(NOTHING);
  #hasBegun = false;

  constructor(
    tenant: Tenant,
    target: ChunkTarget & { failedRecords: number },
    slice: Slice,
    now: () => number,
  ) {
    this.#tenant = tenant;
    this.#target = target;
    this.#slice = slice;
    this.#now = now;
    this.#rejected = target.failedRecords;
  }

  /**
   * Adds the next chunk, and begins to write the one before it.
   *
   * @returns whether it did; where not, the slice is over: both are read again from the checkpoint.
   * @throws FileProblem where so many records were rejected that the import ends before the waiting chunk.
   */
  async add(chunk: ChunkOfOutcomes): Promise<boolean> {
    if (!(await this.#writeWaiting(chunk))) return false;
    this.#waiting = chunk;
    return true;
  }

  /** Moves the checkpoint over blank bytes, after all that was added. @returns whether it did, as {@link add}. */
  async pass(blank: Pick<RecordChunk, "startOffset" | "endOffset" | "nextLine">): Promise<boolean> {
    if (!(await this.finish()) || (await this.#isOver())) return false;
    await passBlank(this.#tenant, this.#target.id, blank, this.#target.lease, this.#now());
    return true;
  }

  /** Writes all that was added, to its end. @returns whether it did, as {@link add}. */
  async finish(): Promise<boolean> {
    const isWritten = await this.#writeWaiting(null);
    await this.#writeEnded();
    return isWritten;
  }

  /** Waits until nothing is being written. @throws what the last write met. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  /** Whether the slice is over. Every slice gets on by one step at least, however short it is. */
  async #isOver(): Promise<boolean> {
    const isOver = (await this.#slice.over()) && this.#hasBegun;
    this.#hasBegun = true;
    return isOver;
  }

  async #writeEnded(): Promise<WrittenChunk> {
    const written = await this.#writing;
    this.#writing = Promise.resolve(NOTHING);
    this.#rejected += written.rejected.length;
    return written;
  }

  async #writeWaiting(next: ChunkOfOutcomes | null): Promise<boolean> {
    const chunk = this.#waiting;
    if (chunk === null) return true;
    const { lookedUp } = await this.#writeEnded();
    this.#waiting = null;
    if (await this.#isOver()) return false;
    refuseWorthlessFile(this.#rejected, chunk.firstRecord - 1);
    this.#rejected += chunk.rejections.length;
    this.#writing = writeChunk(this.#tenant, this.#target, chunk, this.#now(), { lookedUp, next });
    // The next await meets its failure; until then it must not count as unhandled.
    this.#writing.catch(() => {});
    return true;
  }
}
