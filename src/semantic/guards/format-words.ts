import { stem } from '../text/stem.ts';

/** Every spelling of `spelling spelling|...` and the first of its group. */
function groups(lines: string, form: (word: string) => string = (word) => word): ReadonlyMap<string, string> {
  return new Map(lines.trim().split(/[|\n]/).flatMap((line) => {
    const spellings = line.trim().split(' ').map((word) => word.replaceAll('_', ' '));
    return spellings.map((one): [string, string] => [form(one), spellings[0] ?? one]);
  }));
}

/** Spoken languages. */
export const LANGUAGES = groups(`
  english|french francais|german deutsch|spanish espanol castilian|italian|portuguese|dutch|russian|polish|ukrainian|czech|slovak|hungarian|romanian|bulgarian
  greek|turkish|arabic|hebrew|persian farsi|hindi|urdu|bengali|punjabi|tamil|telugu|marathi|gujarati|malayalam|kannada|chinese mandarin|cantonese|japanese|korean
  vietnamese|thai|indonesian|malay|tagalog filipino|swahili|zulu|afrikaans|latin|swedish|norwegian|danish|finnish|icelandic|estonian|latvian|lithuanian
  serbian|croatian|bosnian|slovenian slovene|albanian|macedonian|irish gaelic|welsh|basque|catalan|galician|esperanto|sanskrit|nepali|sinhala|burmese|khmer|lao
  mongolian|kazakh|uzbek|georgian|armenian|azerbaijani|pashto|kurdish|somali|amharic|yoruba|igbo|hausa|maltese|luxembourgish|yiddish
`);

/** Forms that an answer may be asked in. Two words are joined by `_`. */
export const FORMATS = groups(`
  json|yaml yml|xml|csv|tsv|html|markdown md|latex tex|pdf|toml|ascii|plaintext plain_text prose
  table tabular|list bullets bullet_list bullet_points bulletpoints bulleted_list|numbered_list|chart|diagram|flowchart|graph
  poem verse|haiku|limerick|sonnet|song rap|story tale|essay|letter|email e-mail mail|tweet|memo|report|script|dialogue dialog|speech|checklist|timeline
  one-liner|regex|sql|pseudocode
`);

/** Readers for whom something is explained. */
export const AUDIENCES = groups(`
  child kid children toddler preschooler five-year-old five ten-year-old|teenager teen adolescent|beginner novice newbie newcomer layperson layman laypeople starter|expert specialist professional pro|student undergraduate pupil
  engineer developer programmer|doctor physician clinician|lawyer attorney|manager executive ceo boss investor|scientist researcher|grandmother grandma grandparent senior elderly|tourist visitor
  teacher|parent|patient|customer client|designer|accountant|nurse|adult|colleague
`, stem);

/** Tones that contradict each other. */
export const TONES = groups('formal formally|informal casual casually informally|funny humorous humorously witty|serious solemn|sarcastic|friendly|aggressive|romantic|angry|apologetic');
