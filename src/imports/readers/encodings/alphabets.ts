/**
 * Letters beyond ASCII of languages that leads are written in, the most frequent first. Which of them a text uses
 * tells which encoding it can be in.
 */
export const ALPHABETS: readonly { language: string; letters: string }[] = [
  { language: "Spanish", letters: "íóáéñúüºª" },
  { language: "Portuguese", letters: "ãçáéíóêâõúôàüºª" },
  { language: "French", letters: "éèàêçôîâùûïœëÿæü" },
  { language: "German", letters: "üäößé" },
  { language: "Italian", letters: "àèòùìéóíú" },
  { language: "Catalan", letters: "àéèóíçòúïü·" },
  { language: "Dutch", letters: "ëéïèöóüáúíàêç" },
  { language: "Swedish", letters: "äöåéü" },
  { language: "Danish", letters: "øæåéóöä" },
  { language: "Icelandic", letters: "áíðóþúöéýæ" },
  { language: "Polish", letters: "łęąóśżćńź" },
  { language: "Czech", letters: "áíěřéžýčšůúťňďó" },
  { language: "Slovak", letters: "áíčéšýžúľťôňóäďĺŕ" },
  { language: "Hungarian", letters: "áéőöóüíűú" },
  { language: "Romanian", letters: "ăîșțâşţ" },
  { language: "Croatian", letters: "čšžćđ" },
  { language: "Turkish", letters: "ıüşğçöİâîû" },
  { language: "Lithuanian", letters: "ėšžųūčįąę" },
  { language: "Latvian", letters: "āīēšņūļžčģķ" },
  { language: "Estonian", letters: "äõüöšž" },
  { language: "Russian", letters: "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё" },
  { language: "Ukrainian", letters: "оаиніетврслкдмпузяьбгчйхцжюшїєщґфэ" },
  { language: "Bulgarian", letters: "аеиотнсрвлдкмпзябугъчцжщхюшйфь" },
  { language: "Serbian", letters: "аоеинрјстувкдмпљњзбгћчцшжђхфџ" },
  { language: "Greek", letters: "αοιετσνηυρπκμλςωδγχθφβξζψάέήίόύώϊϋΐΰ" },
  { language: "Hebrew", letters: "יולהאמרתבשנםעדחקפגטצכזסןץךף" },
  { language: "Arabic", letters: "اليمنرتبوةعدسفهكقأحجىشصطخءإضذثزئغظؤآپچژگکی" },
];

/** Signs beyond ASCII that stand in texts of any of them: between words, or at the edge of one. */
export const SIGNS = "–—‘’‚“”„…•·€£¥©®™°ºª«»¿¡§±½¼¾²³×\u00a0\u00ad";
