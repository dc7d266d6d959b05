import { MAX_TEXT_LENGTH } from "../../../leads/fields.ts";
import { MAX_TAGS } from "../../../leads/tags.ts";
import type { Original } from "./dictionaries.ts";

export const english: Original = {
  warnings: {
    invalid_email: {
      reason: "It is not an e-mail address, and is kept as a custom field.",
      hint: "Correct the e-mail of the lead.",
    },
    invalid_phone: {
      reason:
        "It is not a valid phone number. A lead that has no phone keeps it as it was written; a phone that is there stays.",
      hint: "Correct the phone of the lead, with + and its country code.",
    },
    excel_number: {
      reason: "A phone or an id lost its last digits in a spreadsheet, and is no key.",
      hint: "Format the column as text, fill the numbers in again and import them.",
    },
    unknown_country: {
      reason: "The record names a country that is not known, so that its phone was not read.",
      hint: "Correct the country of the lead, and write its phone with + and the country code.",
    },
    unassigned_phone: {
      reason: "The phone is in no range that its country is known to have assigned.",
      hint: "Check its digits.",
    },
    contact_in_other_column: {
      reason: "It was read as an e-mail or a phone, which the other column should have.",
      hint: "Check the e-mail and the phone of the lead.",
    },
    company_contact: {
      reason: "It is a company's, or its owner's, and the only contact of the lead.",
      hint: "Others may share it: give the lead a contact of its own.",
    },
    unknown_stage: {
      reason: "There is no such stage: it is kept as a custom field, and a new lead is at the first stage.",
      hint: "Move the lead to its stage, or say with “values” in the mapping which stage is meant.",
    },
    invalid_answer: {
      reason: "It does not answer the question, and is kept as a custom field.",
      hint: "Answer the question in the lead, or say with “values” in the mapping which option is meant.",
    },
    invalid_url: {
      reason: "It is not a web address, and is kept as a custom field.",
      hint: "Correct the website of the lead, as in https://example.com.",
    },
    invalid_tag: {
      reason:
        "It is too long for a tag, one of too many, or no list of texts, and is kept as a custom field.",
      hint: "Give the lead shorter tags, or fewer.",
    },
    invalid_name: {
      reason: "It is no person's name, and is kept as a custom field.",
      hint: "Write the name in the lead; where the whole column is something else, say what in the mapping.",
    },
    repeated_key: {
      reason: "The object has the key several times, with different values: the last one was read.",
      hint: "Compare the lead with the file, and write each key once.",
    },
    encoding_in_doubt: {
      reason: "Its letters are a guess.",
      hint: "Compare the lead with the file; where letters are wrong, send the file again as UTF-8 or with its encoding.",
    },
    quotes_in_doubt: {
      reason: "A quote in it may belong to the text or not.",
      hint: "Compare the lead with the file. A quote that belongs to a text is written twice, in a cell between quotes.",
    },
  },
  reasons: {
    missing_contact: "The record has no e-mail and no phone, and a lead needs one of them.",
    invalid_email: "It is not an e-mail address, and there is no phone.",
    invalid_phone: "It is not a valid phone number, and there is no e-mail.",
    excel_number: "A phone or an id lost its last digits in a spreadsheet.",
    unknown_country: "The record names a country that is not known, and its phone has no +.",
    test_lead: "It is a test of Meta's lead ads, and no person.",
    example_record: "It is the example of the template, and no person.",
    header_record: "It is a header, and no person.",
    other_table: "The record is in another table of the file.",
    extra_cells: "The record has more cells than the header.",
    too_long: "The text is longer than possible.",
    invalid_encoding: "It has characters that could not be read.",
    unclosed_quote: "A quote opens in the record that does not close at the end of its cell.",
    invalid_json: "The line is not a JSON object.",
    ambiguous_match: "The record matches more than one lead.",
    external_id_taken: "The external id is that of another lead.",
    no_match: "The record matches no lead, and the import creates none.",
    too_many_tags: "With this record the lead would have too many tags.",
    too_many_custom_fields: "With this record the company would have too many custom fields.",
    membership_limit: "The membership's limit of leads is reached.",
  },
  hints: {
    missing_contact: "Fill in an e-mail or a phone in the error file, and send it again.",
    invalid_email: "Correct the e-mail in the error file, or add a phone, and send it again.",
    invalid_phone: "Correct the phone in the error file, with + and its country code, and send it again.",
    excel_number:
      "Format the column as text in the spreadsheet, fill the numbers in again and export it again.",
    unknown_country: "Correct the country, or write the phone with + and its country code.",
    test_lead: "Nothing: it is no person. Leave it out.",
    example_record: "Nothing: it shows how to fill in the template. Leave it out.",
    header_record: "Leave it out. Of another table, make a file of its own.",
    other_table: "Send the file again with header_row, or make a file of each table.",
    extra_cells: "Put quotes around the cell that has the separator in it.",
    too_long: `Shorten it: 255 characters fit, ${MAX_TEXT_LENGTH} in notes, answers and custom fields.`,
    invalid_encoding: "Save the file as UTF-8, and send the record again.",
    unclosed_quote: "Close the quote, or write a quote that belongs to the text twice.",
    invalid_json: "Write one JSON object on the line, and send it again as NDJSON.",
    ambiguous_match: "Merge the leads, or correct the record, and send it again.",
    external_id_taken: "Correct the external id, or leave its column out in the mapping.",
    no_match: "Correct the record, or send it again with create_missing=true.",
    too_many_tags: `Take tags off the lead or the record: ${MAX_TAGS} are possible.`,
    too_many_custom_fields: "Leave columns out in the mapping, or map them to fields that there are.",
    membership_limit: "Take a larger membership or delete leads, then send the error file again.",
  },
};
