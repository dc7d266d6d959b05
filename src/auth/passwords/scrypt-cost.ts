/**
 * What a new hash of a password costs: scrypt at OWASP's N=2^14, r=8, p=5.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
 */
export const COST = { N: 2 ** 14, r: 8, p: 5 };
