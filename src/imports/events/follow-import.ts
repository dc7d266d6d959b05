import { STATUS } from "../state/status.ts";
import { isAtRest } from "./event-number.ts";
import { eventText, HEARTBEAT, STREAM_HEAD } from "./event-text.ts";
import type { Seen, SharedPoll } from "./shared-poll.ts";

/** The times that a stream keeps, in milliseconds. */
export interface StreamTimes {
  /** How often it looks at what the isolate knows, which costs nothing. */
  tick: number;
  /** How often the import is asked for at the shortest. */
  poll: number;
  heartbeat: number;
  /** How often it is asked whether the listener may still listen. */
  check: number;
  /** How long a listener may go on listening where that cannot be asked. */
  unchecked: number;
  /** After how long it ends: the client connects again, and goes on where it was. */
  longest: number;
}

const STREAM_TIMES: StreamTimes = {
  tick: 500,
  poll: 1_000,
  heartbeat: 15_000,
  check: 60_000,
  unchecked: 5 * 60_000,
  longest: 15 * 60_000,
};

/** So many numbers that a client missed are told to it; what came before is in each event anyway. */
const MOST_MISSED = 100;

/** What a stream needs from outside. */
export interface StreamPorts {
  poll: SharedPoll;
  /** Asks how the import stands. */
  ask(): Promise<Seen | undefined>;
  /** An import as the listener is shown it. */
  view(seen: Seen): unknown;
  /** Whether the listener may still listen. */
  mayListen(): Promise<boolean>;
  /** Whether the invocation has statements left. */
  hasBudget(): boolean;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/**
 * Tells of an import until it is at rest: `progress` for each number, then `done`; heartbeats in between. Nothing is
 * asked for but while somebody reads, so that a stream that is closed costs nothing.
 *
 * @param first how the import stands at the beginning.
 * @param last the number that the listener has seen last; `null` for one that comes for the first time.
 */
export async function* followImport(
  ports: StreamPorts,
  first: Seen,
  last: number | null,
  times: StreamTimes = STREAM_TIMES,
): AsyncGenerator<string> {
  const { poll, ask, view, hasBudget, now, sleep } = ports;
  const startedAt = now();
  const listening = new Permission(ports, times);
  // A number that the import has not reached is none of its own.
  let told = last !== null && last <= first.number ? last : first.number - 1;
  let sentAt = startedAt;
  poll.keep(first, startedAt);
  yield STREAM_HEAD;
  for (
    let seen: Seen | undefined = first;
    ;
    seen = poll.look(now(), intervalOf(seen, now() - startedAt, times), ask)
  ) {
    if (seen) {
      const atRest = isAtRest(seen.row);
      if (seen.number > told) {
        const data = { import_file: view(seen) };
        for (
          let number = Math.max(told + 1, seen.number - MOST_MISSED + 1);
          number <= seen.number;
          number++
        ) {
          told = number;
          yield eventText(number, atRest && number === seen.number ? "done" : "progress", data);
        }
        sentAt = now();
      } else if (atRest) yield eventText(null, "done", { import_file: view(seen) });
      if (atRest) return;
    }
    if (!listening.holds() || !hasBudget() || now() - startedAt >= times.longest) return;
    if (now() - sentAt >= times.heartbeat) {
      sentAt = now();
      yield HEARTBEAT;
    }
    await sleep(times.tick);
  }
}

/** The older a stream, the more seldom it asks; one whose import waits its turn asks half as often. */
function intervalOf(seen: Seen | undefined, age: number, { poll }: StreamTimes): number {
  const waits = seen?.row.status === STATUS.pending ? 2 : 1;
  const slower = age < 120 * poll ? 1 : age < 300 * poll ? 2 : 5;
  return poll * waits * slower;
}

/** Whether a listener may still listen: asked beside the stream, which goes on while the database does not answer. */
class Permission {
  readonly #ports: StreamPorts;
  readonly #times: StreamTimes;
  #isRevoked = false;
  #knownAt: number;
  #askedAt: number;

  constructor(ports: StreamPorts, times: StreamTimes) {
    this.#ports = ports;
    this.#times = times;
    this.#knownAt = this.#askedAt = ports.now();
  }

  holds(): boolean {
    const { now, mayListen } = this.#ports;
    const { check, unchecked } = this.#times;
    if (now() - this.#askedAt >= check) {
      const askedAt = now();
      this.#askedAt = askedAt;
      mayListen().then(
        (may) => {
          this.#isRevoked ||= !may;
          this.#knownAt = Math.max(this.#knownAt, askedAt);
        },
        () => {},
      );
    }
    return !this.#isRevoked && now() - this.#knownAt < unchecked;
  }
}
