declare namespace Cloudflare {
  interface Env {
    DIRECTORY_MIGRATIONS: import("cloudflare:test").D1Migration[];
    LEADS_MIGRATIONS: import("cloudflare:test").D1Migration[];
  }
}
