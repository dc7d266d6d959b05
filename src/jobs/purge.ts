/** So many rows a statement: other requests come in between. */
export const PURGED_AT_ONCE = 1000;
/** So many statements for one database in one run of the cron, which is once a minute. */
export const PURGES_A_RUN = 10;

/**
 * Deletes rows that are over, step by step, until none is left or the run has done its share. A single step a minute
 * would fall behind an installation that makes more of them.
 *
 * @param step deletes up to {@link PURGED_AT_ONCE} rows.
 */
export async function purgeInSteps(step: () => Promise<D1Result>): Promise<void> {
  for (let steps = 0; steps < PURGES_A_RUN; steps++) {
    const { meta } = await step();
    if (meta.changes < PURGED_AT_ONCE) return;
  }
}
