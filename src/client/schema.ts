/** All types of the API, which the build makes of its OpenAPI document (`npm run client`). */
export type { components, operations, paths } from "../../.build/client/schema.ts";
