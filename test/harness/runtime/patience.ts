/**
 * How long a test waits for what comes by itself, in milliseconds. It says nothing of how fast that should be: a busy
 * machine may take many times what an idle one does, and nobody waits this long but for what never comes.
 */
export const PATIENCE_MS = 120_000;
