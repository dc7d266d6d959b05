import type { RecordWarning } from "../../leads/lead-record.ts";

/** What is said of a warning once its value is in its lead alone. */
export const WARNING_REASONS: Record<RecordWarning["code"], string> = {
  invalid_email: "It is not an e-mail address, and is kept as a custom field. Correct the lead.",
  invalid_phone: "It is not a valid phone number, and is kept as it was written. Correct the lead.",
  excel_number:
    "The phone lost its last digits in a spreadsheet. Format the column as text, fill the numbers in again and import them.",
  unknown_country:
    "The record names a country that is not known, so that its phone was not read. Correct the lead.",
  unassigned_phone: "The phone is in no range that its country is known to have assigned. Check its digits.",
  contact_in_other_column:
    "It was read as an e-mail or a phone, which the other column should have. Check the lead.",
  company_contact:
    "It is a company's, or its owner's, and the only contact of the lead. Others may share it.",
  unknown_stage:
    "There is no such stage: it is kept as a custom field, and a new lead is at the first stage.",
  invalid_answer: "It does not answer the question, and is kept as a custom field.",
  invalid_url: "It is not a web address, and is kept as a custom field.",
  invalid_tag:
    "It is too long for a tag, one of too many, or no list of texts, and is kept as a custom field.",
  encoding_in_doubt: "Its letters are a guess. Compare the lead with the file.",
};
