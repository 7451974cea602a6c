/** The word lists and patterns by which questions about the one who asks are told. All of them read lower case. */

const words = (text: string): string => text.trim().split(/\s+/).join('|');

/** What people have an own one of, whose state is nobody else's. `my` before a general thing ("my dog barks at night") is not that. */
const OWNED = words(`
  account accounts address allergies appointment appointments application balance bank basket bill bills birthday booking bookings calendar card cards
  cart case claim contract credits deadline deadlines deductible delivery deposit device devices diary diagnosis direct debit debits doctor's email
  emails events exam flight flights gate grades homework inbox insurance invoice invoices itinerary limit loan location luggage
  files licence license
  medication medications medicine medicines meeting meetings membership messages miles mortgage name notes notifications number order orders package
  parcel paycheck password passport payment payments payslip pension pin plan points policy portfolio prescription prescriptions profile purchase
  purchases records refund reminder reminders rent reservation reservations results resume rewards room salary savings schedule score seat
  shipment shopping ssn statement statements subscription subscriptions tasks test ticket tickets timetable to-do todo todos train transaction transactions
  trip username visa voucher wallet weight wishlist warranty
  build builds cluster code commit commits container containers deployment endpoint pipeline pod pods pr pull query repo repository script
  server tests workflow`);
/** "Our planet" is everybody's. */
const OWNED_TOGETHER = words(`account appointment booking bookings build chat contract conversation delivery deployment flight flights invoice invoices meeting
  order orders package parcel pipeline refund reservation shipment subscription tests tickets trip`);

const LAST = '(?:last|latest|previous|earlier|next|upcoming|recent|most recent|current|usual)';
const NAMED = "(?:[a-z][\\w'-]* ){0,2}?";

/** What is owned, with the words between. */
export const MINE = new RegExp(`\\bmy ${NAMED}(?:(?:${OWNED})\\b|blood (?:type|pressure)\\b|heart rate\\b|sugar level)|\\bmy ${LAST} [a-z]|\\bour (?:(?:last|previous|earlier) [a-z]|${NAMED}(?:${OWNED_TOGETHER})\\b)|\\b(?:which|how many|how much|all|any|list|show|some)(?: one| ones)? of my\\b`, 'g');

/** Before what is owned: the question is about it. */
export const ASKS = /\b(?:where|when|what|why|how much|how many|how's|is|are|was|were|has|have|did|does|will|(?:can|could|may) i (?:get|have|see|check|view|know|still)|any|update|status|news)\b|(?:^|\b(?:me|know|see|check|and) )(?:who|which)\b/;

const DO = words(`show list check track read find tell give get send cancel open add book rebook move delete remove view see display fetch pull look summarise summarize update
  change renew reschedule confirm pay refund return download resend reset unlock block freeze transfer sort forward reply mark clear extend upgrade downgrade
  pause resume activate deactivate explain review analyse analyze fix run debug refill reorder order repeat print save apply plan rewrite edit translate proofread close track rename email`);

/** Before what is owned, at its end: something is to be done with it. */
export const BIDS = new RegExp(`(?:^|[.,;:!?-] *|\\b(?:please|kindly|and|then|you|now|just|also|let's) )(?:${DO})\\b[^,;:]{0,40}$`);

/** Before what is owned, at its end: something is wanted. */
export const WANTS = new RegExp(`\\b(?:want|like|need|trying|going|wish) (?:to )?(?:${DO}|$)[^,;:]{0,40}$`);

/** After what is owned: something became of it. */
export const BECAME = /^ (?:(?!and|but|or|so|because|i|who|that|if|when)[a-z]+ ){0,3}?(?:has|have|had|hasn't|haven't|is|are|was|were|isn't|aren't|wasn't|weren't|did|didn't|does|doesn't|never|still|got|won't|can't|says|shows|failed|went|keeps|disappeared|expired|arrived|came|vanished)\b/;

/** The whole text: the name of what is owned and no more. */
export const BARE = new RegExp(`^(?:(?:the )?(?:status|details|total|date|amount|history|summary|list|progress|info|information)(?: of| on| for| about) )?my ${NAMED}(?:${OWNED})(?: (?:status|details|number|history|balance|total|date|info|list|summary|id))?\\W*$`);

/** Before what is owned, at its end: it is only supposed. */
export const SUPPOSED = /(?<!\b(?:check|know|see|me|wonder|wondering|confirm|verify|out|sure|ask) )\b(?:if|whenever|unless|once|after|before|until|while|(?<=\w )when)\s*$/;

/** "Am I entitled to a refund after 14 days" asks what holds for everybody. */
const CONDITIONS = words(`allowed required obliged permitted always so constantly entitled liable able forbidden barred bound supposed expected right wrong missing doing to risking any better going
  responsible covered insured safe at out meant obligated owed getting losing too`) + '|free to';

/** About the one who asks, unless it is a question how something is done. */
export const ABOUT_ME: readonly RegExp[] = [
  /\b(?:remind|wake|call|text|email|message|notify|alert|ping) me\b/,
  /\b(?:send|drop|leave|give) me (?:a|an|the) (?:email|message|text|notification|notice|alert|reminder|call)\b/,
  /(?:^|[.,;:!?] *|\b(?:please|and|then|you) )(?:(?:call|ring|phone|ping|notify) my\b|(?:text|email|message|tell) my [a-z]+ that\b)/,
  /\bi (?:still )?(?:have |had )?(?:haven't|have not|didn't|did not|never|not)(?: yet| even)? (?:(?:received|receive|got|get|gotten) (?:my|the|a|an|any|it|our)|received|heard back)\b/,
  /\b(?:i|i've|i'm|we|we've)(?: was| were| am| been| have| got| get| being)*(?: [a-z]+){0,2}? (?:charged|billed|debited|overcharged|invoiced|refunded|locked out|logged out|banned|suspended)\b/,
  /\b(?:assigned|addressed|owed|due|sent) to me\b/,
  /\bwhat (?:are|is|was|were) my\b.*\bagain\b/,
];

/** Questions about the one who asks, unless all that is needed for the answer is told. */
export const HOW_IS_IT_WITH_ME: readonly RegExp[] = [
  /\b(?:do|did|have|was) i (?:owe|owed|have (?:any|a|an|left)|still|already|qualify|due|scheduled|booked)\b|\b(?:did|have|was) i (?:get|got)\b|\b(?:meetings|appointments|tasks|emails|messages|orders|tickets|bookings|classes|files|points|notifications|invoices) do i have\b|\bdo i have\W*$/,
  new RegExp(`(?<!\\b(?:why|what) )\\bam i\\b(?! (?:not |legally |really |still |also |even |fully |then |under )*(?:${CONDITIONS})\\b)`),
  /\b(?:did|was) i\b(?! (?:have to|forget|do wrong|get wrong|insert|fail))|\bhave i (?:been|spent|used|earned|paid|received|got|gotten|done|made|walked|saved|completed|missed|booked|ordered|left|already|ever|\w+ed)\b/,
  /\bwill i (?:owe|still|already|qualify|arrive)\b/,
];

/** A case that is told with its facts, of which the question asks no more than what follows. */
export const CASE = /\d.*[.!?;]\s.*\?|[.!?;]\s.*\d.*\?/s;
/** How long a case is at least, in characters. */
export const SHORTEST_CASE = 80;

/** A text is to be written. */
export const TO_BE_WRITTEN = /\b(?:write|draft|compose|formulate|letter|complaint)\b/;

/** Only supposed, wherever it stands. "Check if my order" asks. */
export const IN_THAT_CASE = /(?<!\b(?:check|know|see|me|wonder|wondering|confirm|verify|out|sure|ask|and|or) )\b(?:(?:if|although|though|provided|suppose|in case|unless) (?:i|i'm|i've|we|my|you|the|it|there|he|she|a|an|they|one)|when (?:i|we|you|it|he|she|they)) /;

/** About the one who asks, however it is asked. */
export const ALWAYS: readonly RegExp[] = [
  /\b(?:remember|forget) (?:that|what|my|this|me)\b/,
  /\bwhat(?:'s| is| was| did| have) (?:i|my)\b.*\b(?:say|said|tell|told|ask|asked|name|birthday|age)\b/,
  /\b(?:near|around|close to) me\b|\bwhere am i\b|\bwho am i\b/,
  /\b(?:as|like|that|what) (?:i|we) (?:said|told you|mentioned|asked|discussed)\b/,
];

/** One thing by its number: "order 48213", "ticket INC-20391"; neither "order 1000 cards" nor "a policy of 2024". */
export const NUMBERED = /\b(?:order|ticket|invoice|booking|package|parcel|reservation|shipment|claim|transaction|payment|refund|account|confirmation|tracking|reference|policy|customer|case|issue|pr|pull request)\b(?: (?:number|no\.?|nr\.?|id|code|reference|ref))?:? ?(?:#[a-z]{0,5}-?\d{2,}|[a-z]{1,5}-?\d{3,}|(?!(?:19|20)\d\d\b)\d{3,4}(?=\W*$)|\d{5,}(?! [a-z]{3,}s\b))/;

/** How-to questions and those about what holds for all speak of "my account" and mean anybody's. */
export const GENERAL = new RegExp([
  'how (?:do(?! my| our)|can|could|should|would|to|might|must|does(?! my| our)|long do(?:es)?|often|early)\\b',
  'steps (?:to|for)\\b',
  'what (?:do|should|can|could|must) (?:i|you|we) do (?:to|if|when)\\b',
  'what (?:should|would|could|if)\\b',
  'what (?:happens|would happen|will happen|can happen)\\b',
  'what (?:[a-z]+ ){1,3}do (?:i|you|we) need\\b',
  '(?:where|which|what|whom|when|until when|how much|how many)\\b[^.?!,;]{0,60}? (?:do (?:i|you|we|one)\\b(?! (?:have|owe|already|still|get))|(?:(?<!when )can|could|should|would|must|may) (?:i|you|we|one)\\b(?! (?:see|still)\\b))', '(?:can|may|could) be\\b',
  "(?:does|do|will|would|can|may|must|could|did) (?!my|our|i\\b|we\\b|you have)[\\w'& -]{2,40}? (?:ever |always |still |also |really )?(?:ask|asking|cover|require|need|accept|allow|let|sign|share|sell|apply|depend|count)\\b",
  '(?<!\\b(?:check|know|see|me|wonder|wondering|confirm|verify|out|sure|ask) )(?:if|when|once|in case|suppose|although|though|provided that) (?:i|we|my|our|you|the|there|it|he|she|a|an|someone)\\b',
  '(?:highest|most|longest|largest|biggest|maximum|earliest|lowest|least) [^.?!]{0,40}(?:i|we) can\\b', 'what (?:do|does|did) [^?]{0,60}\\bmean\\b', '(?:arguments?|reasons?) (?:for|against)\\b', 'is it (?:still )?(?:legal|ok|okay|fine|safe)\\b',
  'who can (?:see|read|access|find)\\b',
  '(?<!when )should i\\b',
  '(?:can|could|may) (?:i|we) (?!get|have|see|check|view|know|still)',
  'why (?:should|would|must|do (?:people|you|we|they|banks|companies|airlines|employers|landlords|my friends|i(?! keep)))\\b',
  'is it [a-z]+ (?:to|that|if|for|when)\\b',
  'is it possible\\b',
  '(?:best|good|better|easy|easiest|right|proper|only|fastest|quickest|correct|safe|safest|cheapest) (?:way|time|place|method)\\b',
  'ways? (?:to|of)\\b',
  'tips\\b', 'ideas for\\b', 'advice on\\b', 'examples? of\\b', 'tutorial\\b', 'template\\b', 'instructions (?:for|to)\\b', 'difference between\\b', 'what does it mean\\b', 'meaning of\\b',
  'translate(?! my| our| what)\\b',
  '(?:must|should) (?:a|an|the) [a-z]+',
  "(?:can|could|may|must|will|would|is|are|does|do|should) (?:my |a |an |the )?(?:boss|employer|landlord|bank(?! account| balance| transfer| statement)|company|school|manager|neighbou?r|parents|spouse|wife|husband|ex|partner|police|government|flatmate|roommate|friends?|colleagues?|child|children|kids?|son|daughter|tenant|hackers?|someone|anyone|anybody|people|others|hr)\\b",
].map((one) => `\\b(?:${one})`).join('|'));
