import { stem } from './stem.ts';

/** Words that say little by themselves. */
export const STOP_WORDS: ReadonlySet<string> = new Set(`
  a an the this that these those it its it's there here
  i i'm i'd i've i'll me my mine myself we us our ours you your yours u ur he him his she her hers they them their theirs one one's
  am is are was were be been being do does did doing done have has had having can could may might must shall should will would
  and or but if then so than as of at by for from in into on onto to with within about over under up out off
  what which who whom whose when where why how
  not no n't don't doesn't didn't isn't aren't wasn't weren't can't cannot couldn't won't wouldn't shouldn't haven't hasn't hadn't
  dont doesnt didnt isnt arent cant wont
  please pls plz kindly thanks thank thx hi hello hey just really very quite some any also too only even
  get got gets let lets let's want wants wanted need needs needed like tell give show know explain
  way ways thing things someone somebody something people person
  what's whats how's where's who's when's that's there's im ive id
  s t re ve ll d m
`.trim().split(/\s+/));

/** The stems of the words that say little by themselves. */
export const STOP_STEMS: ReadonlySet<string> = new Set([...STOP_WORDS].flatMap((word) => [word, stem(word)]));
