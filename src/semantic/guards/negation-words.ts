import { stem } from '../text/stem.ts';

/** Words that deny what they belong to; words on `n't` are found by their ending. */
export const NEGATORS: ReadonlySet<string> = new Set(`
  not never without no none nobody nothing neither nor nowhere cannot except excluding unless hardly
  dont doesnt didnt isnt arent wasnt werent cant couldnt wont wouldnt shouldnt hasnt havent hadnt mustnt w/o
`.trim().split(/\s+/));

/** Phrases in which such a word denies nothing that matters: both words, the denying one before or behind. */
export const BENIGN: ReadonlySet<string> = new Set([
  "don't forget", 'dont forget', 'not forget', 'never forget', "don't worry", "don't know", 'dont know', "don't understand", 'dont understand', 'not understand',
  "didn't understand", "don't get", 'dont get', "don't mind", 'not mind', "doesn't matter", 'no matter', 'no problem', 'no worries', 'no idea', 'no clue', 'not sure',
  'not certain', 'not familiar', 'not only', 'not just', 'not merely', 'not necessarily', 'why not', 'if not', 'or not', 'not really', 'nothing but', 'no doubt',
  'no longer than', 'no more than', 'not more than', 'not less than', 'no less than', 'no later than', 'not later than', 'no fewer than', 'no earlier than', 'not exceed',
  'not exceeding', "can't wait", 'cannot wait', "wouldn't mind", "couldn't help", "can't find", "can't remember", "can't figure", 'nothing else', 'last not',
  'not a native', "don't hesitate", 'not be longer', 'not to mention', 'never mind', 'nevermind', 'no one', "don't have time", 'not too', 'not very', 'not so',
  "can't seem", 'no more', 'not longer', 'no preamble', 'no explanation', 'no extra', 'no experience', 'no training', 'no knowledge', 'no background', 'no technical', 'without technical', 'no need', 'not need',
]);

/** Verbs and adjectives with which the same can be said without "not". */
export const NEGATIVE_VERBS: ReadonlySet<string> = new Set(`
  avoid prevent stop fail refuse lack miss missing skip omit exclude forbid forbidden ban block prohibit deny decline reject keep remain stay still
  instead rather free lose lost forget ignore leave left except bar off remove drop cease quit end barred short zero empty false wrong bad
  absent absence only just alone bare plain broken break error hate dislike problem trouble struggle difficult hard little few rarely seldom barely
  before until yet other than but beyond minus sans spare neglect abstain against out away bypass escape hide give vegan non nontechnical
`.trim().split(/\s+/).flatMap((word) => [word, stem(word)]));

/** Words that a prefix turns into their opposite: prefix, then the words. Words whose look deceives (`invaluable`) are left out. */
const PREFIXES = `
  un able acceptable affordable aware beatable believable broken certain changed checked clean clear comfortable common compressed conditional conscious constitutional covered
    critical cut defined dependable desirable documented employed encrypted equal ethical even expected explained fair faithful familiar finished fit follow
    fortunate friendly happy healthy helpful important installed insured interesting intentional kind known lawful licensed like likely limited link load lock married
    mute natural necessary official ordered organised paid pack pin pleasant plug popular predictable privileged productive professional profitable protected published
    reachable realistic reasonable registered reliable reported restricted safe satisfied saturated secure seen signed skilled stable subscribe successful suitable supervised
    supported sure tested tie tidy tracked true trusted usual used verified wanted well willing wise zip block do install mount register check comment freeze friend archive assign wrap
    ethical treated accompanied armed attended authorised available born cooked cached answered opened read refined
  in accurate active adequate animate appropriate capable coherent comparable compatible complete conclusive consistent convenient correct curable dependent direct discreet
    edible effective efficient eligible elastic equality exact expensive experienced formal frequent human justice organic offensive secure sensitive significant
    sincere solvent soluble stability sufficient tolerant tolerance transitive valid variable vertebrate visible voluntary definite finite
  im balance mature measurable mobile moral mortal mutable partial patient perfect permeable personal polite possible practical precise probable proper pure
  ir rational regular relevant removable replaceable responsible reversible refutable
  il legal legible legitimate literate logical liquid
  non alcoholic fiction profit smoker refundable fatal verbal toxic stop binding linear resident empty essential existent negotiable null renewable blocking member native stick
  dis able advantage agree allow appear approve assemble connect courage continue honest infect integrate like loyal mount obey order organised prove qualify regard respect
    satisfied similar trust comfort engage associate advantageous
  mis behave calculate inform interpret lead match place quote read spell understand use
  de activate allocate code compose compress compile construct couple duplicate forest fuse hydrate magnetise militarise mobilise mystify regulate select serialise stabilise
    centralised inflation humidify ionised merit frost bug caffeinated
  a symmetric typical synchronous moral sexual political
`;

/** The stem of the word with its prefix, and the stem of the word without. */
export const PREFIXED: ReadonlyMap<string, string> = new Map(PREFIXES.trim().split('\n').reduce<string[][]>((groups, line) => {
  const words = line.trim().split(' ');
  // A deeper line goes on with the prefix of the line above.
  if (line.startsWith('    ')) groups.at(-1)?.push(...words);
  else groups.push(words);
  return groups;
}, []).flatMap(([prefix = '', ...words]) => words.map((word): [string, string] => [stem(prefix + word), stem(word)])));
