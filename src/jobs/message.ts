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

/** An import is to be taken back further. */
export interface UndoMessage {
  kind: "undo";
  import_code: string;
}

/** A webhook is to be told what changed. */
export interface WebhookMessage {
  kind: "webhook";
  store: number;
  webhook_id: number;
}

/** What the queues carry: what is to be done, and the row that says how it stands. Never a person's data. */
export type JobMessage =
  | ImportMessage
  | UndoMessage
  | IndexMessage
  | ErasureMessage
  | MailMessage
  | WebhookMessage;

type Kind = JobMessage["kind"];

/** A batch of one kind. */
export type JobBatch = {
  [K in Kind]: { kind: K; batch: MessageBatch<Extract<JobMessage, { kind: K }>> };
}[Kind];

/** The queue of each kind, so that none waits behind another. */
const QUEUE_OF = {
  import: "IMPORTS",
  undo: "UNDOS",
  index: "INDEX",
  erasure: "ERASURES",
  mail: "MAILS",
  webhook: "WEBHOOKS",
} as const satisfies Record<Kind, keyof Env>;

/** The bindings of all queues that the Worker sends to. */
export const QUEUES = Object.values(QUEUE_OF);

/**
 * Sends a message to the queue of its kind.
 *
 * @param delaySeconds until it may be delivered.
 * @throws where the queue does not take it.
 */
export async function sendMessage(env: Env, message: JobMessage, delaySeconds?: number): Promise<void> {
  await env[QUEUE_OF[message.kind]].send(message, delaySeconds === undefined ? undefined : { delaySeconds });
}

/**
 * Tells what a batch is about. A queue carries one kind.
 *
 * @throws where its messages are of several kinds, or of one that is not known: then nothing is acknowledged.
 */
export function readBatch(batch: MessageBatch<unknown>): JobBatch {
  const kinds = new Set(batch.messages.map(({ body }) => String((body as { kind?: unknown } | null)?.kind)));
  const [kind, ...others] = kinds;
  if (kind === undefined || others.length > 0) {
    throw new Error(`${batch.queue} delivered a batch of several kinds: ${[...kinds].join(", ")}`);
  }
  if (!Object.hasOwn(QUEUE_OF, kind)) throw new Error(`unknown kind of message: ${kind}`);
  return { kind, batch } as JobBatch;
}
