import { MAX_TEXT_LENGTH } from "../../leads/fields.ts";
import { MAX_TAGS } from "../../leads/tags.ts";
import type { RejectionCode } from "../matching/refusal.ts";
import type { RecordCode } from "./record-code.ts";

/** What records are rejected for. */
export const REJECTIONS: Readonly<Record<RejectionCode, RecordCode>> = {
  missing_contact: {
    reason: "The record has no e-mail and no phone, and a lead needs one of them.",
    hint: "Fill in an e-mail or a phone in the error file, and send it again.",
    when: "neither e-mail nor phone (nor external id, where `match_by` names it), or `[clear]` for all that the lead is reached by; the reason names the columns to fill in",
  },
  invalid_email: {
    reason: "It is not an e-mail address, and there is no phone.",
    hint: "Correct the e-mail in the error file, or add a phone, and send it again.",
    when: "the e-mail is not one, and there is no phone; the reason says what is wrong with it",
  },
  invalid_phone: {
    reason: "It is not a valid phone number, and there is no e-mail.",
    hint: "Correct the phone in the error file, with + and its country code, and send it again.",
    when: "the phone is not one, and there is no e-mail",
  },
  excel_number: {
    reason: "A phone or an id lost its last digits in a spreadsheet.",
    hint: "Format the column as text in the spreadsheet, fill the numbers in again and export it again.",
    when: "a phone or an id such as `5.2155E+11`, whose digits a spreadsheet lost; `5.512345678E9` has all of them and is read",
  },
  unknown_country: {
    reason: "The record names a country that is not known, and its phone has no +.",
    hint: "Correct the country, or write the phone with + and its country code.",
    when: "the record names a country that is not known, and its phone has no `+`",
  },
  test_lead: {
    reason: "It is a test of Meta's lead ads, and no person.",
    hint: "Nothing: it is no person. Leave it out.",
    when: "a test of Meta's lead ads",
  },
  example_record: {
    reason: "It is the example of the template, and no person.",
    hint: "Nothing: it shows how to fill in the template. Leave it out.",
    when: "the example of a [template](#begin-with-a-template), left in: it has the e-mail or the phone of that",
  },
  header_record: {
    reason: "It is a header, and no person.",
    hint: "Leave it out. Of another table, make a file of its own.",
    when: "the header once more, also in other words; or what looks like that of another table, and is not certain to be: the records after it were read under the first header",
  },
  other_table: {
    reason: "The record is in another table of the file.",
    hint: "Send the file again with header_row, or make a file of each table.",
    when: "it is in another table of the file than the header, or that table's header: wherever in the file a line names other columns, all from there on is rejected",
  },
  extra_cells: {
    reason: "The record has more cells than the header.",
    hint: "Put quotes around the cell that has the separator in it.",
    when: "more cells than the header",
  },
  too_long: {
    reason: "The text is longer than possible.",
    hint: `Shorten it: 255 characters fit, ${MAX_TEXT_LENGTH} in notes, answers and custom fields.`,
    when: "over 255 characters, or 32,767 in notes, answers and custom fields",
  },
  invalid_encoding: {
    reason: "It has characters that could not be read.",
    hint: "Save the file as UTF-8, and send the record again.",
    when: "bytes that mean no character",
  },
  unclosed_quote: {
    reason: "A quote opens in the record that does not close at the end of its cell.",
    hint: "Close the quote, or write a quote that belongs to the text twice.",
    when: "a quote opens in it and does not close at the end of its cell",
  },
  invalid_json: {
    reason: "The line is not a JSON object.",
    hint: "Write one JSON object on the line, and send it again as NDJSON.",
    when: "a line of NDJSON that is no object; the error file has its text in the last column",
  },
  ambiguous_match: {
    reason: "The record matches more than one lead.",
    hint: "Merge the leads, or correct the record, and send it again.",
    when: "it is the person of several leads; the reason names them",
  },
  external_id_taken: {
    reason: "The external id is that of another lead.",
    hint: "Correct the external id, or leave its column out in the mapping.",
    when: "it would give a lead the external id of another",
  },
  no_match: {
    reason: "The record matches no lead, and the import creates none.",
    hint: "Correct the record, or send it again with create_missing=true.",
    when: "it is no lead's person, and `create_missing` is `false`",
  },
  too_many_tags: {
    reason: "With this record the lead would have too many tags.",
    hint: `Take tags off the lead or the record: ${MAX_TAGS} are possible.`,
    when: "with `append`, its lead would have more than 100 tags",
  },
  too_many_custom_fields: {
    reason: "With this record the company would have too many custom fields.",
    hint: "Leave columns out in the mapping, or map them to fields that there are.",
    when: "with it the company would have more than [1,000 custom fields](leads.md#custom-fields)",
  },
  membership_limit: {
    reason: "The membership's limit of leads is reached.",
    hint: "Take a larger membership or delete leads, then send the error file again.",
    when: "the [membership](people.md#memberships-and-limits) allows no more leads",
  },
};
