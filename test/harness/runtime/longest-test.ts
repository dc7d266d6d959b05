/**
 * How long a test may take before it is taken for one that never ends, in milliseconds: no claim of how fast it is, since
 * a busy machine takes many times what an idle one does. Where one is asked for more than usual, `LONGEST_FILE_MINUTES`
 * says how long that may take.
 */
export const LONGEST_TEST_MS = (Number(process.env.LONGEST_FILE_MINUTES) || 5) * 60_000;
