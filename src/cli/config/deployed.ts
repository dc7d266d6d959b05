/** The environments that can be deployed; the tables without a prefix are the local installation. */
export const DEPLOYED = ["staging", "production"] as const;
export type Deployed = (typeof DEPLOYED)[number];
