declare namespace Cloudflare {
  interface Env {
    /** Whether generated cases are all tried; empty for a part of them, see test/harness/runtime/how-many.ts. */
    THOROUGH: string;
    CONFORMANCE: string;
    /** How many accounts the test of timing takes; empty for a few, whose times are shown and not judged. */
    TIMING: string;
    /** How many sequences the model test plays, and from which seed on; empty for a few, from the first. */
    MODEL_SEQUENCES: string;
    MODEL_SEED: string;
    /** How many files the test of who is who generates; empty for some. */
    IDENTITY_FILES: string;
    COPY_SEQUENCES: string;
    ONE_BY_ONE_FILES: string;
    /** How many operations a follower of the feed follows, and from which seed on; empty for some, from the first. */
    FEED_OPERATIONS: string;
    FEED_SEED: string;
    /** How many sequences of imports, changes and undos are played; empty for some. */
    UNDO_SEQUENCES: string;
    /** `all` measures how many calls in a row writes wait for, too. */
    DEPTH: string;
    /** Routes that have it in their name are shown with each of their calls: `/` for all of them. */
    DEPTH_TRAIL: string;
    /** How often each kind of revocation is played against a caller who is known; empty for some. */
    REVOCATION_TURNS: string;
    /** How many bad records are corrected and sent again; empty for some. */
    RESENT_RECORDS: string;
    /** How many leads the large undo of test/growth has; some thousands by default. */
    UNDO_LEADS: string;
    /** How many records the large dry run of test/growth has; some thousands by default. */
    DRY_RUN_RECORDS: string;
    /** How many sequences of imports, dry runs and what is done to them are played, and from which seed on; empty for some. */
    IMPORT_SEQUENCES: string;
    IMPORT_SEED: string;
    /** How many events the receiver of a bad day is sent; empty for some. */
    WEBHOOK_EVENTS: string;
    /** Where receivers of webhooks listen on this machine: see test/harness/receiver. */
    RECEIVERS: string;
    DIRECTORY_MIGRATIONS: import("cloudflare:test").D1Migration[];
    LEADS_MIGRATIONS: import("cloudflare:test").D1Migration[];
    /** Keeps what the tests of a file found out about plans, for the end of the run. */
    PLANS: Fetcher;
    /** Tells how long the runtime has kept a processor busy: see test/harness/runtime/cost.ts. */
    PROCESSOR: Fetcher;
    /** How many leads the large export of test/growth has; some thousands by default. */
    EXPORT_LEADS: string;
    /** JSON in base64. */
    JSON_TEST_SUITE: string;
    NAUGHTY_STRINGS: string;
  }
}
