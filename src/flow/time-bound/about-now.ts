import { quotedSpans } from '../../semantic/text/quoted.ts';
import { COUNTS, DAYS, SLOW, STATES, TOPICS } from './rules.ts';

/**
 * Tells of each word about now that is found in a text whether the answer hangs on it. "What is the weather today?" does; a story that happened
 * yesterday, a letter that shall say "tomorrow", a text to be translated, and how interest rates move prices do not. Of those in doubt more count
 * than not, since that costs a hit, and the other an answer that is out of date.
 */
export function readerOf(text: string): (found: string, at: number) => boolean {
  let read: Reading | undefined;
  let looked = 0;
  return (found, at) => {
    // A text that speaks of now so often is about it.
    if (++looked > MOST_LOOKED_AT) return true;
    const kind = kindOf(found);
    read ??= readingOf(text);
    if (isGiven(read, at)) return false;
    if (kind === undefined) return true;
    const sentence = sentenceAt(read, at);
    const before = sentence.text.slice(0, at - sentence.start);
    const after = sentence.text.slice(at - sentence.start + found.length);
    if (isStory(read, sentence)) return false;
    if (kind === 'count') return hangsOnCount(sentence.text, before, after);
    if (kind === 'topic') return hangsOnTopic(sentence.text, before, after, found);
    if (read.drafts && !REPORTS.test(text)) return false;
    if (kind === 'slow') return HAPPENS.test(sentence.text);
    const happens = HAPPENS.test(sentence.text);
    if (/\bsince\s*$/.test(before)) return happens;
    // What somebody did yesterday, told in passing; "what did I" and "can I" are asked.
    if (TOLD.test(before) && !HAPPENS.test(text.length > LONG_STORY ? after : text.slice(at))) return false;
    if (kind === 'state' && !/ /.test(found) && (OWN.test(before) || (/\bcurrent/.test(found) && isElectric(before, after)))) return false;
    if (kind === 'state' && (PAST_YEAR.test(sentence.text) || AMONG_THESE.test(sentence.text))) return false;
    if (IN_PROGRAMS.test(text) && (kind === 'day' || /\bcurrent/.test(found)) && !happens) return false;
    return happens || !ADVICE.test(sentence.text);
  };
}

/** Words about now of one text that are looked at, so that no text takes long. */
const MOST_LOOKED_AT = 12;
/** Sentences of a text, from its start and from its end, in which the question is looked for. */
const MOST_SENTENCES = 12;

type Kind = 'topic' | 'count' | 'day' | 'state' | 'slow';

const whole = (phrases: readonly string[]): RegExp => new RegExp(`^(?:${phrases.map((phrase) => phrase.replaceAll(' ', '\\s+')).join('|')})$`, 'u');
const KINDS: readonly (readonly [Kind, () => RegExp])[] = ([['topic', TOPICS], ['count', COUNTS], ['day', DAYS], ['state', STATES], ['slow', SLOW]] as const).map(([kind, phrases]) => {
  let made: RegExp | undefined;
  return [kind, () => (made ??= whole(phrases))] as const;
});

/** `undefined` for words of other languages and of the user, which always count. */
const kindOf = (found: string): Kind | undefined => KINDS.find(([, pattern]) => pattern().test(found))?.[0];

interface Sentence {
  readonly start: number;
  readonly text: string;
}

interface Reading {
  readonly text: string;
  readonly sentences: readonly Sentence[];
  readonly quotes: readonly { readonly start: number; readonly end: number }[];
  /** Where a text begins that is to be worked on. */
  readonly givenFrom: number;
  /** Whether something is to be written. */
  readonly drafts: boolean;
}

function readingOf(text: string): Reading {
  const sentences: Sentence[] = [];
  let start = 0;
  for (const end of text.matchAll(/[.!?]+["'”’)]*(?=\s)|\n+|;(?=\s)/g)) {
    const next = end.index + end[0].length;
    sentences.push({ start, text: text.slice(start, next) });
    start = next;
  }
  sentences.push({ start, text: text.slice(start) });
  const works = WORKS_ON.exec(text.slice(0, 300));
  const quotes = SEEKS.test(text) ? [] : quotedSpans(text).filter((span) => span.end - span.start < text.trim().length);
  return { text, sentences, quotes, givenFrom: works ? works.index + works[0].length : Infinity, drafts: DRAFTS.test(text) };
}

const isGiven = ({ quotes, givenFrom }: Reading, at: number): boolean => at >= givenFrom || quotes.some(({ start, end }) => at >= start && at < end);

const sentenceAt = ({ sentences }: Reading, at: number): Sentence => sentences.findLast(({ start }) => start <= at)!;

/** Told, and not asked: the question is another sentence. */
function isStory({ text, sentences, drafts }: Reading, sentence: Sentence): boolean {
  if (asks(sentence.text) || !(drafts || sentences.slice(0, MOST_SENTENCES).some((other) => other !== sentence && asks(other.text)) || sentences.slice(-MOST_SENTENCES).some((other) => other !== sentence && asks(other.text)))) return false;
  // "The election was yesterday. Who won?"
  return text.length > LONG_STORY || !HAPPENS.test(text);
}

/** A text this long tells a story, whatever is in it. In characters. */
const LONG_STORY = 160;

const asks = (sentence: string): boolean => /\?["'”’)]*\s*$/.test(sentence) || /\b(?:please|pls|plz)\b/.test(sentence) || ASKING.test(sentence);

/** Days until something, and hours of the clock: where they are asked for by themselves. */
function hangsOnCount(sentence: string, before: string, after: string): boolean {
  if (/\b(?:until|till|since)\s*$/.test(before) || /^ (?:i|i'm|i've|you|we|they|they've|it|it's|a|an|my|the date|full|fine)\b/.test(after)) return false;
  if (/\b(?:how many|number of|count\w*)\s*$/.test(before) || /^\W*$/.test(before)) return !IN_PROGRAMS.test(sentence);
  return false;
}

function hangsOnTopic(sentence: string, before: string, after: string, found: string): boolean {
  if (found.startsWith('what')) return /^\S* new$/.test(found.slice(4)) ? !/\d|\b(?:headline|page|text)\b/.test(sentence) : ASKED_OF_THE_CLOCK.test(after) && !IN_GENERAL.test(sentence);
  if (found.startsWith('up')) return /^ (?:figures?|data|info|information|lists?|news|numbers?|prices?|statistics|rates?|scores?)\b/.test(after);
  if (NOW.test(sentence)) return true;
  if (PAST_YEAR.test(sentence) || IN_GENERAL.test(sentence)) return false;
  if (/weather|temperature/.test(found) && (MONTH.test(sentence) || /^ (?:(?:station|balloon|map|front|pattern|risk|condition|api|app)s?\b|= )/.test(after) || WEATHER_OF_A_KIND.test(before))) return false;
  return !/rate|price|cap\b/.test(found) || !(A_RATE.test(before) || /^s? (?:of|at|from|above|below) (?:[$£€]|\d)/.test(after));
}

/** "The current is 5 mA", "a sleep current of". */
function isElectric(before: string, after: string): boolean {
  return /^ ?(?:$|[?.!,;:)]|[\d=<>~]|is \d|too (?:high|low)|through\b)/.test(after) && (/\b(?:the|a|sleep|standby|idle|light|stall|fault)\s*$/.test(before) || /\b(?:[muµ]?a|v|volts?|amps?|amperes?|ohms?|ω|upstream|downstream)\b/.test(before + after));
}

const words = (list: string): string => list.trim().split(/\s+/).join('|');

/** A request for something to be found in the world: what is quoted is what to look for. */
const SEEKS = /\b(?:search|google|look up|browse|find)\b/;

/** Up to where a text begins that is to be worked on. */
const WORKS_ON = new RegExp(`\\b(?:${words(`translate translation rewrite rephrase reword paraphrase proofread correct summarise summarize shorten condense expand edit improve
  polish critique grade classify extract parse label tag simplify boil turn put output json decide assess minutes`)})\\b[^:\\n?]{0,200}:\\s`);

const TEXTS = words(`letter e-?mail mail message msg sms memo note notice tweet post reply answer announcement newsletter caption captions story poem limerick haiku slogan speech toast
  invitation complaint blurb sketch dialogue monologue roleplay role-play headline headlines article essay paragraph description advert ad apology reminder agenda
  checklist timetable questionnaire survey`);

/** Something is to be written, or a text worked on. */
const DRAFTS = new RegExp(`\\b(?:write|draft|compose|formulate|rewrite|reword|rephrase|proofread|translate|phrase|word (?:an?|the|it|this))\\b(?! (?:about|down))|^(?:(?!\\b(?:read|about|of|in|on|for|from|to|my|your|his|her|their|the)\\b)[^.?!\\n]){0,40}\\b(?:${TEXTS})\\b(?=\\W*(?:$|to\\b|for\\b|pls|please|about|asking|[,:(-]))|\\b(?:give|suggest|need|want)\\b[^.?!\\n]{0,30}\\b(?:${TEXTS})\\b|(?:^|[.!?]\\s+)(?:please )?(?:tell|inform|complain|apologi[sz]e|remind|warn|thank|ask|invite|announce) (?!me\\b|us\\b)|\\b(?:pretend|act as|roleplay|role-play)\\b|^[^.?!\\n]{0,40}\\b(?:text|script|plan|schedule|flyer|poster)\\b(?=[,:])`);

/** A text that is to be written about what is going on in the world. */
const REPORTS = /\b(?:weather|news|newest|(?:today['’]s|latest|top|news|main) headlines|events?|happen(?:ed|ing|s)|developments?|games?|matches|match|scores?|elections?|markets?|stocks?|prices? of|president|trending|released?|trends|top stories)\b/;

/** What is going on in the world, so that even advice hangs on it. */
const HAPPENS = new RegExp(`\\b(?:${words(`weather rain raining rainy snow snowing sunny dry umbrella sunset sunrise moon aurora eclipse storm strike strikes traffic open opens opened closes closed closing down outage happen
  happens happened happening events game games match scores election elections movie movies film films cinema tv news flights trains cheap cheapest price prices cost costs deal deals stock stocks
  shares market invest wear jacket coat delays delayed queue concerts polls war president minister popular released trend trends trendy developments rates worth fashionable
  lights visible`)})\\b`);

/** A clause that tells what somebody does or did, at its end. */
const TOLD = new RegExp(`(?<!\\b(?:${words('do does did can could should shall would will may might must am are is was were have had has to')}|['’]ll) (?:have |not )?)\\b(?:i|i've|i'm|i'd|we|we've|we're|we'd|he|she|they)\\b(?! (?:can|should|could|need|wear))[^.?!:]{0,90}$|^\\W*(?:left|found|lost|bought|moved|forgot|booked|paid|ordered)\\b[^.?!:]{0,90}$`);

/** The newest of some that do not change. */
const AMONG_THESE = /\b(?:compatible with|except|still runs?|before [a-z]+ \d|which (?:one )?was|what was)\b/;

/** Before what is there now: it is somebody's own. */
const OWN = /\b(?:my|our|his|her|their|its|one's|a|an|any|no|each|every|another|whether|for|as|of items|number of \w+|leav(?:e|ing)|under)(?: \w+)?\s*$/;

const ASKING = new RegExp(`^(?:[\\s\\W]|and |so |but |now |please |pls |hi |hello |hey |ok |then |just )*(?:${words(`what what's whats who who's whom whose which when where where's why how how's is are was were do does did can could will would
  should shall may must has have had am tell give show list find search google summarise summarize explain name compare check recommend suggest predict write draft make create compute calculate
  put turn say any help`)}|look up)\\b`);

/** Advice to whoever asks, and how something is done: not what is going on. */
const ADVICE = new RegExp([
  '\\bhow (?:do|can|could|should|would|must|might|may|am|long (?:do|should|can|must|may|before)|soon (?:can|should|do)|often) (?!.*\\bdoing\\b)(?:i|we|you|one|my|our|people)\\b',
  '\\bhow (?:to|does an?|would an?)\\b',
  '\\bwhat (?:should|do|can|could|must|may|ought|shall) (?:i|we|one)\\b', '\\bwhat(?: \\w+){0,3} (?:should|must|can|may|do|ought|shall) (?:i|we|one|my|our)\\b',
  '\\b(?:which|where|when|whom|who)(?: [\\w-]+){0,6} (?:should|must|can|may|do|ought|could|shall) (?:i|we|one|my|our)\\b',
  '\\b(?:can|could|may|must|should|shall|do|does|am|are|will|would|did|have|has|is|was|were) (?:i|we|my|our|the (?:landlord|tenant|employer)|tenants|somebody|someone)\\b',
  '\\bis (?:it|this|that|there) (?:still |a |an |any |really |too )*(?:ok|okay|safe|legal|illegal|allowed|normal|too late|late|fine|possible|good idea|bad|true|risk|way|right)\\b',
  '\\bwhat (?:belongs|is the (?:fastest|best|easiest|quickest|right|proper) way)\\b', '\\b(?:my|our)\\b',
].join('|'));

/** Where "today" and "current" are those of a program. */
const IN_PROGRAMS = new RegExp(`\\b(?:${words(`formula sql mysql postgres postgresql excel sheets spreadsheet javascript js typescript python java php ruby goroutine go c# git gitlab jest vitest regex docker kubectl bash
  powershell linux ubuntu windows prometheus promql mongodb npm pip lumen yaml json csv`)})(?![\\w#])`);

/** After "what time is it": nothing else is asked. */
const ASKED_OF_THE_CLOCK = /^(?:\W*$|[,?!.]|,? (?:now|today|there|here|in|at|right|currently|over|please|pls|on the)\b)/;

const NOW = /\b(?:today|tonight|tomorrow|right now|at the moment|currently|current|latest|this (?:week|weekend|morning|afternoon|evening)|now)\b/;
/** A year that has long gone by. */
const PAST_YEAR = /\b(?:1\d{3}|20[01]\d|202[0-4])s?\b/;
const MONTH = /\b(?:january|february|march|april|may|june|july|august|september|october|november|december|winter|summer|spring|autumn)\b/;
const WEATHER_OF_A_KIND = /\b(?:hot|cold|wet|dry|bad|good|fine|warm|rainy|windy|all|any|stormy|wintry|freezing|humid|in|a higher|a lower|room|higher|lower|ambient|body|boiling|melting|operating|storage)\s*$/;
/** What holds of rates, prices and weather at all times. */
const IN_GENERAL = new RegExp([
  '\\bhow (?:do|does|did|can|could|would|might|to|are|is)\\b(?!.* (?:look|doing|faring)\\b)(?! the weather)(?! (?:bitcoin|gold|silver|oil|ethereum)\\b)',
  '\\bwhy (?:do|does|would|did)\\b', '\\bwho (?:sets|fixes|decides|makes)\\b', '\\bexplain\\b', '\\bdefin(?:e|ition)\\b', '\\bmean(?:s|ing)?\\b', '\\bdifference\\b', '\\b(?:affect|influence|impact|effect|determine|cause|react|relat)\\w*\\b',
  '\\bwhat (?:happens|would happen|causes|determines|moves|drives|is an?)\\b', '\\b(?:formula|calculate|calculation|example|suppose|given|assume|history|theory|d-day)\\b',
  '\\b(?<!\\b(?:know|see|check|tell me|wonder|wondering) )if\\b', '\\bwhen (?!will|is|are|do|does|did|was|were|can|should)\\b', '\\b(?:rise|fall|rises|falls|increase|decrease|rising|falling) (?:in|of) \\w+ (?:rates?|prices?)\\b',
].join('|'));
/** Before a rate or a price: any one. */
const A_RATE = /\b(?:at|at an?|with an?|same|fixed|given|any|different|variable|annual|yearly|flat|which|what kind of|at market|market|conversion)\s*(?:\w+ )?$/;
