import { effect, signal } from "@preact/signals";
import { noAnswer, Problem, problemOf } from "./problem.ts";
import { connect } from "./sending/connection.ts";
import type { Session, User } from "./types.ts";

/** `ended`: it was signed in, and what is on the page waits until it is again. */
export type SignedIn = "starting" | "out" | "in" | "ended";

export const signedIn = signal<SignedIn>("starting");
export const user = signal<User | null>(null);

/** That this browser has a session: without it, none is asked for, and no request fails at the first visit. */
const HINT = "leadsy.session";
/** How long before its end an access token is exchanged, in milliseconds. */
const EARLY_MS = 60_000;

const tabs = new BroadcastChannel("leadsy.session");
let token = "";
let expiresAt = 0;
let renewing: Promise<boolean> | null = null;
let timer = 0;

connect({ origin: "", token: accessToken, renew: signedInAgain });

/** Whether this browser may have a session: only then is one asked for. */
export function mayBeSignedIn(): boolean {
  return localStorage.getItem(HINT) !== null;
}

/** Goes on with the session that the browser has, if it has one. */
export async function resumeSession(): Promise<void> {
  tabs.onmessage = ({ data }) => {
    if (data === "out" && signedIn.value !== "out") leave();
    if (data === "in" && signedIn.value !== "in") void renew();
  };
  if (!mayBeSignedIn() || !(await renew())) signedIn.value = "out";
}

/** Signs in: the refresh token becomes a cookie that no script sees. @throws Problem */
export async function signIn(email: string, password: string): Promise<void> {
  begin(await post("/users/login?session=cookie", { email, password }));
  tabs.postMessage("in");
}

/** Signs out, in all tabs. */
export async function signOut(): Promise<void> {
  const headers = { Authorization: `Bearer ${token}` };
  await fetch("/api/v1/users/logout", { method: "POST", headers }).catch(() => undefined);
  tabs.postMessage("out");
  leave();
}

async function accessToken(): Promise<string> {
  if (Date.now() > expiresAt - EARLY_MS / 2) await renew();
  return token;
}

/**
 * Exchanges the refresh token. One request at a time: two tabs that ask at once get the same next token.
 *
 * @returns whether somebody is signed in then.
 * @throws Problem where nobody can say, as when there is no network.
 */
export function renew(): Promise<boolean> {
  renewing ??= exchange().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function exchange(): Promise<boolean> {
  try {
    begin(await post("/users/refresh", {}));
    return true;
  } catch (error) {
    if (!(error instanceof Problem) || (error.status !== 401 && error.status !== 422)) throw error;
    token = "";
    localStorage.removeItem(HINT);
    if (signedIn.value === "in") signedIn.value = "ended";
    return false;
  }
}

function begin({ token: fresh, expires_at, user: who }: Session): void {
  // Somebody else signed in here, in another tab: nothing of the person before stays on the page.
  if (user.value && user.value.id !== who.id) {
    location.reload();
    return;
  }
  token = fresh;
  expiresAt = Date.parse(expires_at);
  user.value = who;
  signedIn.value = "in";
  localStorage.setItem(HINT, "1");
  clearTimeout(timer);
  timer = window.setTimeout(() => void renew().catch(() => undefined), expiresAt - Date.now() - EARLY_MS);
}

function leave(): void {
  clearTimeout(timer);
  token = "";
  user.value = null;
  localStorage.removeItem(HINT);
  signedIn.value = "out";
}

async function post(path: string, body: object): Promise<Session> {
  let answer: Response;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw noAnswer();
  }
  if (!answer.ok) throw problemOf(answer.status, await answer.text());
  return (await answer.json()) as Session;
}

/** Whether there is somebody to go on as, after an answer of 401: waits for the person where the session has ended. */
async function signedInAgain(): Promise<boolean> {
  if (signedIn.value === "out") return false;
  if (signedIn.value === "in" && (await renew().catch(() => false))) return true;
  await untilSignedIn();
  return true;
}

/** Waits until the person is signed in again: what they do goes on then. */
function untilSignedIn(): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (signedIn.value !== "in") return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}
