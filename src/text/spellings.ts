import { detach } from "./detach.ts";
import { fold } from "./fold.ts";

/** How many names and spellings are kept together. */
const MOST_KEPT = 500;

/**
 * Values by their names, found by every spelling that a person calls the same. A file has the same few spellings in
 * each of its records, and folding is most of the work: those that were found are remembered.
 */
export class Spellings<Value> {
  readonly #values: Map<string, Value>;

  /** @param values by name; a spelling finds a name that is folded. */
  constructor(values: Map<string, Value>) {
    this.#values = values;
  }

  find(text: string): Value | undefined {
    const known = this.#values.get(text);
    if (known !== undefined) return known;
    const value = this.#values.get(fold(text));
    if (value !== undefined && this.#values.size < MOST_KEPT) this.#values.set(detach(text), value);
    return value;
  }
}
