/**
 * The e-mail of the example in a template. A record that has it is the example, left in, and is rejected: `example.com`
 * is reserved, so that it is no person's.
 *
 * @see https://www.rfc-editor.org/rfc/rfc2606#section-3
 */
export const EXAMPLE_EMAIL = "example.record@example.com";

/**
 * The phone of the example: the numbers from 555-0100 to 555-0199 are kept for fiction.
 *
 * @see https://nationalnanpa.com/number_resource_info/555_numbers.html
 */
export const EXAMPLE_PHONE = "+12025550137";

/** Whether a contact, as it stands in a cell, is that of the example. */
export function isOfExample(contact: string): boolean {
  return contact === EXAMPLE_EMAIL || contact === EXAMPLE_PHONE;
}
