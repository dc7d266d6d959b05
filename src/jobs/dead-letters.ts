import { log } from "../log.ts";

/**
 * Consumes messages that the queue gave up after all its tries. They end nothing: the row that each of them points to
 * says what is left to do, and the sweeper sends another message. What is left of them is a line in the log.
 */
export function consumeDeadLetters(batch: MessageBatch<unknown>): void {
  for (const message of batch.messages) {
    log("error", "queue.dead_letter", { queue: batch.queue, id: message.id, body: message.body });
    message.ack();
  }
}
