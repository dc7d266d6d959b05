/** D1 runs at most this many statements for one invocation of a Worker; locally nothing else enforces it. */
const STATEMENT_LIMIT = 1000;

/** What the product spends of it: the rest is a margin for what an invocation does beside its main work. */
export const STATEMENT_BUDGET = 900;

/**
 * Counts the statements of one invocation, over all databases.
 *
 * @see https://developers.cloudflare.com/d1/platform/limits/ (queries per Worker invocation)
 */
export class StatementBudget {
  #spent = 0;

  /** How many statements have been sent. */
  get spent(): number {
    return this.#spent;
  }

  /** Whether a step of so many statements still fits. */
  has(statements: number): boolean {
    return this.#spent + statements <= STATEMENT_BUDGET;
  }

  /** Counts statements that are about to be sent. @throws where D1 would refuse them. */
  spend(statements: number): void {
    this.#spent += statements;
    if (this.#spent > STATEMENT_LIMIT) {
      throw new Error(`An invocation sends at most ${STATEMENT_LIMIT} statements to D1.`);
    }
  }
}
