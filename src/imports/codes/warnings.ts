import type { RecordWarning } from "../../leads/lead-record.ts";
import type { RecordCode } from "./record-code.ts";

/** What records carry a warning for that became leads. */
export const WARNINGS: Readonly<Record<RecordWarning["code"], RecordCode>> = {
  invalid_email: {
    reason: "It is not an e-mail address, and is kept as a custom field.",
    hint: "Correct the e-mail of the lead.",
    when: "an unreadable e-mail beside a phone",
  },
  invalid_phone: {
    reason:
      "It is not a valid phone number. A lead that has no phone keeps it as it was written; a phone that is there stays.",
    hint: "Correct the phone of the lead, with + and its country code.",
    when: "an unreadable phone beside an e-mail",
  },
  excel_number: {
    reason: "A phone or an id lost its last digits in a spreadsheet, and is no key.",
    hint: "Format the column as text, fill the numbers in again and import them.",
    when: "an unreadable phone beside an e-mail",
  },
  unknown_country: {
    reason: "The record names a country that is not known, so that its phone was not read.",
    hint: "Correct the country of the lead, and write its phone with + and the country code.",
    when: "an unreadable phone beside an e-mail",
  },
  unassigned_phone: {
    reason: "The phone is in no range that its country is known to have assigned.",
    hint: "Check its digits.",
    when: "the phone is in a range that its country is not known to have assigned",
  },
  contact_in_other_column: {
    reason: "It was read as an e-mail or a phone, which the other column should have.",
    hint: "Check the e-mail and the phone of the lead.",
    when: "an e-mail and a phone in each other's column, or in a name",
  },
  company_contact: {
    reason: "It is a company's, or its owner's, and the only contact of the lead.",
    hint: "Others may share it: give the lead a contact of its own.",
    when: "the only contact is the company's, or its owner's",
  },
  unknown_stage: {
    reason: "There is no such stage: it is kept as a custom field, and a new lead is at the first stage.",
    hint: "Move the lead to its stage, or say with “values” in the mapping which stage is meant.",
    when: "the stage does not exist",
  },
  invalid_answer: {
    reason: "It does not answer the question, and is kept as a custom field.",
    hint: "Answer the question in the lead, or say with “values” in the mapping which option is meant.",
    when: "an answer does not fit its question",
  },
  invalid_url: {
    reason: "It is not a web address, and is kept as a custom field.",
    hint: "Correct the website of the lead, as in https://example.com.",
    when: "the website is no http or https address; `example.com` is read as `https://example.com`",
  },
  invalid_tag: {
    reason: "It is too long for a tag, one of too many, or no list of texts, and is kept as a custom field.",
    hint: "Give the lead shorter tags, or fewer.",
    when: "a tag is too long, or there are too many; or JSON that is no list of texts",
  },
  invalid_name: {
    reason: "It is no person's name, and is kept as a custom field.",
    hint: "Write the name in the lead; where the whole column is something else, say what in the mapping.",
    when: "a number, a date, `TRUE`, `[object Object]`, `undefined undefined` or a web address stands where a name belongs",
  },
  repeated_key: {
    reason: "The object has the key several times, with different values: the last one was read.",
    hint: "Compare the lead with the file, and write each key once.",
    when: "an object of NDJSON has a key more than once, with different values: the last one was read",
  },
  encoding_in_doubt: {
    reason: "Its letters are a guess.",
    hint: "Compare the lead with the file; where letters are wrong, send the file again as UTF-8 or with its encoding.",
    when: "the letters of the record are a guess, or were encoded twice and repaired",
  },
  quotes_in_doubt: {
    reason: "A quote in it may belong to the text or not.",
    hint: "Compare the lead with the file. A quote that belongs to a text is written twice, in a cell between quotes.",
    when: "a quote in the record may belong to the text or not",
  },
};
