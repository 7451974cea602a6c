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

/** Above these shares a text is not known. Names and terms of a trade are split in good English too. */
const MOST_OTHER_SCRIPT = 0.1;
const MOST_UNKNOWN = 0.1;
const MOST_SPLIT = 0.5;
/** Above this, words of English grammar among them, which are words of other languages too, say nothing. */
const NEARLY_ALL = 0.75;

/** What English sentences are held together by; and what those of other languages written in Latin letters are, as far as English has it not. */
const ENGLISH = words(`the a an of to in on at for from with without by about into is are was were be been being am do does did don have has had
  can could should would will may might must what which who whom whose when where why how and or but not no if then than that this these those
  there it its i my me we our us you your he she his her they their them as so any some all please want need get make use new one more help`);
const OTHER = words(`der das den dem ein eine einen einem ist sind ich wie kann nicht und oder von zu fur auf im wer wo warum welche mein
  le les des du un une est sont je comment puis pas et ou avec dans sur pour que qui quel quelle mon ma mes ce cette quoi
  el los las una son como puedo se por para que cual mi donde quien y con del al lo porque cuando esta
  il lo gli uno sono io come posso non e o con di che quale mio dove chi perche della nel questo
  os um uma sao eu posso nao em meu minha onde quem qual voce isso pelo pela
  het een de van ik hoe kan niet en of met naar voor mijn waar wie wat deze dit zijn
  och att det som pa jag hur kan inte eller med fran var vem ar ett av til og ikke jeg hvordan en
  jak moge nie i lub z do na w moj gdzie kto czy co jest sie ve bir bu nasil icin ne mi nie ako
  hogyan egy az nem van miten on ei ja se cum este si nu pentru cu apa bagaimana yang dan di saya untuk tidak`);

/** Judges by script, by the vocabulary's share, and by whether more words of grammar are those of other languages than English ones. */
export function knowledgeOf(text: string, tokenizer: Tokenizer): Knowledge {
  const letters = count(text, /\p{L}/gu);
  const otherScript = letters === 0 ? 0 : 1 - count(text, /\p{Script=Latin}/gu) / letters;
  const plain = plainLetters(text).match(/\p{L}+/gu) ?? [];
  let unknown = 0;
  let long = 0;
  let split = 0;
  let english = 0;
  let other = 0;
  for (const word of plain) {
    const ids = tokenizer.word(word);
    if (ids[0] === tokenizer.vocabulary.unknown) unknown++;
    if (word.length >= 3) {
      long++;
      if (ids.length > 1) split++;
    }
    if (ENGLISH.has(word)) english++;
    else if (OTHER.has(word)) other++;
  }
  const shares = { otherScript, unknown: plain.length === 0 ? 0 : unknown / plain.length, split: long === 0 ? 0 : split / long };
  const reason = plain.length === 0 ? 'no words'
    : shares.otherScript > MOST_OTHER_SCRIPT ? 'script'
      : shares.unknown > MOST_UNKNOWN ? 'unknown tokens'
        : (other > 0 && other >= english) || (shares.split > MOST_SPLIT && (english === 0 || (long >= 3 && shares.split > NEARLY_ALL))) ? 'language'
          : undefined;
  return { known: reason === undefined, ...(reason && { reason }), ...shares };
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}
