import { plainLetters } from './plain-letters.ts';
import type { Tokenizer } from './wordpiece.ts';

/** How well the bundled English model knows a text. */
export interface Knowledge {
  /** Whether the text may be matched by meaning. */
  readonly known: boolean;
  /** Why not. */
  readonly reason?: 'no words' | 'script' | 'unknown tokens' | 'language';
  /** Of all letters, those of another script than Latin: 0 to 1. */
  readonly otherScript: number;
  /** Of all words, those the vocabulary has no pieces for: 0 to 1. */
  readonly unknown: number;
  /** Of the words of three letters and more, those the vocabulary has only in pieces: 0 to 1. */
  readonly split: number;
}

/** Above these shares a text is not known. */
const MOST_OTHER_SCRIPT = 0.1;
const MOST_UNKNOWN = 0.1;
/** Above this share of words in pieces, words of English grammar among them, which are words of other languages too, say nothing. */
const NEARLY_ALL = 0.75;

/** What English sentences are held together by, and what questions in short are; and what the same is in other languages written in Latin letters, as far as English has it not. */
const ENGLISH = words(`the a an of to in on at for from with without by about into is are was were be been being am do does did don have has had
  can could should would will may might must what which who whom whose when where why how and or but not no if then than that this these those
  there it its i my me we our us you your he his she her their they them as so any some all please want need get make use new one more help
  after before because while during between through over under again only also just very most much many each both other such own same too every per
  using used without within instead versus vs pls plz thanks hello yes first last best good better
  write draft give tell show list find explain meaning means rules allowed required needed word words short long`);
const OTHER = words(`der das den dem ein eine einen einem ist sind ich wie kann nicht und oder von zu fur auf im wer wo warum welche mein
  le les des du un une est sont je comment puis pas et ou avec dans sur pour que qui quel quelle mon ma mes ce cette quoi
  el los las una son como puedo se por para que cual mi donde quien y con del al lo porque cuando esta
  il lo gli uno sono io come posso non e o con di che quale mio dove chi perche della nel questo
  os um uma sao eu posso nao em meu minha onde quem qual voce isso pelo pela
  het een de van ik hoe kan niet en of met naar voor mijn waar wie wat deze dit zijn
  och att det som pa jag hur kan inte eller med fran var vem ar ett av til og ikke jeg hvordan en
  jak moge nie i lub z do na w moj gdzie kto czy co jest sie ve bir bu nasil icin ne mi nie ako
  hogyan egy az nem van miten on ei ja se cum este si nu pentru cu bagaimana yang dan di saya untuk tidak cara ibu kota
  bitte meine meinen kostet kosten preis beste gunstig kaufen anleitung vergessen entre tra vad hva hvor prix tarif horaires recette gratuit meilleur precio horario receta
  mejor gratis significado prezzo orari ricetta migliore significato capitale preco receita melhor prijs recept verschil tussen zonder ohne sans senza`);

/** What English texts have too, as abbreviations, names and terms: by itself it says little. Single letters say nothing. */
const IN_BOTH = words(`van set un eu por para per con son mes sur met den dem des die est var sie co mi mit mon ma se si non os on ja em na da il lo la le de del el
  ne pas que et al do ar er med uma dan ett chi los las apa`);

const IS_ENGLISH = 1;
const IS_IN_BOTH = 2;
const IS_OTHER = 4;
/** Which of these lists a word is in. */
const LANGUAGES: ReadonlyMap<string, number> = new Map([...ENGLISH, ...IN_BOTH, ...OTHER].map((word) => [
  word, (ENGLISH.has(word) ? IS_ENGLISH : 0) | (IN_BOTH.has(word) ? IS_IN_BOTH : 0) | (OTHER.has(word) ? IS_OTHER : 0),
]));

const BEYOND_ASCII = /[^\t\n\r\x20-\x7e]/;

/** Judges by script, by the vocabulary's share, and by whether more of the words are those of other languages than English ones. */
export function knowledgeOf(text: string, tokenizer: Tokenizer): Knowledge {
  // Most texts are plain ASCII, of which the letters are known without a look at each.
  const isPlain = !BEYOND_ASCII.test(text);
  const letters = isPlain ? 0 : count(text, /\p{L}/gu);
  const otherScript = letters === 0 ? 0 : 1 - count(text, /\p{Script=Latin}/gu) / letters;
  const accented = isPlain ? 0 : count(text.normalize('NFC').toLowerCase(), ACCENTED);
  const plain = plainLetters(text).match(isPlain ? /[a-z]+/g : /\p{L}+/gu) ?? [];
  const counts: Counts = { all: plain.length, accented, unknown: 0, long: 0, split: 0, whole: 0, english: 0, other: 0, inBoth: 0 };
  for (const word of plain) {
    const ids = tokenizer.word(word);
    const of = LANGUAGES.get(word) ?? 0;
    const isOther = (of & IS_OTHER) !== 0;
    if (ids[0] === tokenizer.vocabulary.unknown) counts.unknown++;
    if (word.length >= 3) {
      counts.long++;
      if (ids.length > 1) counts.split++;
      else if (!isOther) counts.whole++;
    }
    if (of & IS_ENGLISH) counts.english++;
    else if (of & IS_IN_BOTH) counts.inBoth++;
    else if (isOther && word.length > 1) counts.other++;
  }
  const shares = { otherScript, unknown: plain.length === 0 ? 0 : counts.unknown / plain.length, split: counts.long === 0 ? 0 : counts.split / counts.long };
  const reason = plain.length === 0 ? 'no words'
    : shares.otherScript > MOST_OTHER_SCRIPT ? 'script'
      : shares.unknown > MOST_UNKNOWN ? 'unknown tokens'
        : isOtherLanguage(counts) ? 'language' : undefined;
  return { known: reason === undefined, ...(reason && { reason }), ...shares };
}

/** Words of a text. */
interface Counts {
  readonly all: number;
  /** With a letter that English has not. */
  accented: number;
  unknown: number;
  /** Of three letters and more; of these, those that the vocabulary has in pieces only, and as they are. */
  long: number;
  split: number;
  whole: number;
  /** That English is held together by; other languages; both. */
  english: number;
  other: number;
  inBoth: number;
}

/** Weighed so that of 22,455 English texts of the training groups, many of them in key words, 43 are taken for another language, and of 85 short ones of 25 other languages all. */
function isOtherLanguage({ all, accented, long, split, whole, english, other, inBoth }: Counts): boolean {
  if (accented * 2 >= all && english < 2) return true;
  if (other > 0) return other + inBoth / 2 >= english + whole / 3;
  if (english > 0) return long >= 4 && split > 3 * whole && split / long > NEARLY_ALL;
  if (inBoth > 0 && whole <= 2 * inBoth) return true;
  return split > whole * (long > 3 ? 1 : 2) || (accented > 0 && split >= whole);
}

/** Words with letters that English has not, in lower case. */
const ACCENTED = /\p{L}*[\u00e0-\u017e\u0180-\u024f\u1ea0-\u1eff]\p{L}*/gu;

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}
