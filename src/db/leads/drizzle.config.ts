import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: "./src/db/leads/schema.ts",
  out: "./migrations/leads",
});
