/** Asks the API for JSON. */
export type Ask = <T>(path: string, init?: RequestInit) => Promise<T>;

/**
 * Asks the API under one address.
 *
 * @param url the origin.
 * @param signal ends what is being asked.
 * @param token an access token, where there is one already.
 * @returns a function that throws with the problem's own words where the API refuses.
 */
export function askerAt(url: string, signal: AbortSignal, token?: string): Ask {
  return async <T>(path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (token) headers.set("Authorization", `Bearer ${token}`);
    const response = await fetch(`${url}/api/v1${path}`, { ...init, headers, signal });
    if (response.ok) return (await response.json()) as T;
    const problem = (await response.json().catch(() => ({}))) as { title?: string; detail?: string };
    const reason = [problem.title, problem.detail].filter(Boolean).join(": ") || response.statusText;
    throw new Error(`${init.method ?? "GET"} ${url}/api/v1${path} answered ${response.status} ${reason}`);
  };
}
