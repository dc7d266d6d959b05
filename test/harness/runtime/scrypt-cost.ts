/** Stands in for src/auth/passwords/scrypt-cost.ts, whose 0.1 s for each sign-in would be most of the suite's time. */
export const COST = { N: 2 ** 4, r: 8, p: 1 };
