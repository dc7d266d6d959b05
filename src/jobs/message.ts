/** An import is to go on. */
export interface ImportMessage {
  kind: "import";
  import_code: string;
}

/** The index of a lead store is behind. */
export interface IndexMessage {
  kind: "index";
  store: number;
}

/** A mail is to be sent. */
export interface MailMessage {
  kind: "mail";
  mail_id: number;
}

/** A person is to be erased from files and the index. */
export interface ErasureMessage {
  kind: "erasure";
  store: number;
  erasure_id: number;
}

/** What the queues carry: what is to be done, and the row that says how it stands. Never a person's data. */
export type JobMessage = ImportMessage | IndexMessage | ErasureMessage | MailMessage;

/**
 * The kind of a batch's messages. A queue carries one kind.
 *
 * @throws where they are not all of one kind: then nothing is acknowledged.
 */
export function kindOf(batch: MessageBatch<unknown>): string {
  const kinds = new Set(batch.messages.map(({ body }) => String((body as { kind?: unknown } | null)?.kind)));
  const [kind, ...others] = kinds;
  if (kind === undefined || others.length > 0) {
    throw new Error(`${batch.queue} delivered a batch of several kinds: ${[...kinds].join(", ")}`);
  }
  return kind;
}
