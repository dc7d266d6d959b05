/**
 * The e-mail of the example in a template. A record that has it is the example, left in, and is rejected: `example.com`
 * is reserved, so that it is no person's.
 *
 * @see https://www.rfc-editor.org/rfc/rfc2606#section-3
 */
export const EXAMPLE_EMAIL = "example.record@example.com";
