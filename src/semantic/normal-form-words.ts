const phrases = (lines: string): readonly (readonly string[])[] => lines.trim().split('|').map((line) => line.trim().split(' '));

/** Greetings before a question. */
export const GREETINGS = phrases('hi|hello|hey|hi there|hello there|hey there|good morning|good afternoon|good evening|good day|greetings|dear assistant|hi all|hello everyone|hi everyone|hi team');

/** What asks for an answer without being a part of the question. */
export const REQUESTS = phrases(`could you|can you|would you|will you|could you kindly|would you kindly|i'd like you to|i would like you to|i want you to|i need you to|
  would you mind|could you possibly|would you be so kind as to|would you be able to|could you perhaps|can you perhaps|i was wondering if you could|i wonder if you could|would it be possible to`);

/** Thanks and the like behind a question. */
export const COURTESIES = phrases(`thanks|thank you|thx|ty|cheers|many thanks|thanks a lot|thanks so much|thank you so much|thank you very much|thanks in advance|thank you in advance|
  much appreciated|kind regards|best regards|regards|thanks for your help|thank you for your help|thanks a bunch|thanks again|appreciate it|i appreciate it`);

/** What an assistant is asked to do: behind "can you" they make a request; others ask whether it is possible ("can you swim"). */
export const TASK_VERBS: ReadonlySet<string> = new Set(`
  explain write tell give show help list describe summarise summarize translate compare create generate make suggest recommend provide define draft rewrite rephrase
  convert calculate compute find fix review check correct proofread analyse analyze outline name solve debug refactor implement design plan propose prepare compose
  explaining writing telling giving showing helping listing describing summarising summarizing translating
`.trim().split(/\s+/));

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Behind "can you" these are asked of the assistant, whatever they are about. */
export const ANYWHERE: ReadonlySet<string> = words('explain describe summarise summarize translate rewrite rephrase proofread define outline explaining describing summarising summarizing translating rewriting');
/** These too, but for texts about words, and behind "would you", which asks for an opinion. */
export const ASKED_OF_ASSISTANTS: ReadonlySet<string> = words('suggest recommend compare calculate compute analyse analyze debug refactor solve draft compose');
/** Behind "write" and "list" in a request: "can you write off a car" is none. */
export const DETERMINERS: ReadonlySet<string> = words('a an the me some all this these those my our code ten five three two');
/** Texts with one of these, or with the name of a language, may be about words, so that none is taken off as politeness. */
export const ABOUT_WORDS: ReadonlySet<string> = words(`translate translates translated translating translation interpret say says said saying spell spelling pronounce pronunciation
  mean means meaning phrase phrases word words wording expression idiom synonym synonyms antonym reply replying respond responding response answer rephrase reword rewrite rewriting paraphrase
  proofread correct grammar sentence sentences quote lyrics song chords title caption sign card poem toast movie film series sitcom band album ends ending closing greeting greetings polite politely rude impolite etiquette formal formally informal repeat echo print output`);
/** Before a question mark that stands by itself these show that the mark is meant. */
export const MARK_WORDS: ReadonlySet<string> = words('type typing operator symbol sign mark character char key write enter escape match print regex called a an the of is are does mean means between and or with by use using');
/** Written in capitals or not, these are the same; other words in capitals may be short for something (`PIN`, `SWAT`). */
export const FOLDED_ACRONYMS: ReadonlySet<string> = words(`json yaml api apis url urls uri usb cpu gpu aws os ui ux ide cli gui iot seo saas paas iaas ajax oauth toml ascii utf unix cuda dna rna nba nfl fifa
  uk eu usa uae atm ceo cfo cto cio hr ira llc vat etf roi iva diy faq faqs eta asap ufo iq py mysql sqlite nosql posix apa mla isbn ieee iso uefa nato imdb ebay ikea bmi wifi wi-fi vue ios macos pdf html`);

/** Words whose capital letters change what they say: `US` and `us`, `IT` and `it`, `Polish` and `polish`. */
export const CASE_SENSITIVE: ReadonlySet<string> = new Set(`
  us it who am is or in me ok hi aids aid ice cat dos no so as an at be by do go he if la ma my of on pa to up we oh id ad al ar co de
  may march august polish turkey china apple go rust swift ruby dart java python oracle amazon windows word excel access edge target shell gap visa chase ford
  orange mercury mars earth galaxy pixel slack teams zoom notion meta reading nice bath cork jordan chad georgia chile guinea
  mark bill will grace hope faith rose lily daisy jack john frank rich pat sue art drew grant wade miles chase max ray
  sie ihr ihnen ihre ihrem ihren who's us's can ai dot rest soap spa ram rom sat gin pan sim ear rip cob mac pc ace app nasa tea arm bit asp dad lab
  general bishop wells stone brown black white green gray grey young king queen prince baker smith cook hunter march summer autumn dawn sunny
  express spring play stata sass less ada c d r basic scratch go scala crystal nim racket scheme lisp
  jaguar police photos pictures reform pink steam dove labour conservative liberal democrat democrats catholic friends lost police outlook publisher paint maps music mail files
  messages drive docs sheets slides forms keep meet classroom finder preview terminal pages numbers keynote shortcuts podcasts health settings stories reels threads spaces
  spark hive pig puppet chef salt vault flask bootstrap mint cinnamon julia elixir ant delta united frontier spirit sprint bush trump rock bird saturn titan explorer escape fusion
  focus fiesta leaf soul bolt mustang beetle fox ram dodge viper cobra lotus gemini leo cancer journey rush tool eagles doors cars cream kiss heart seal sting usher common future drake
  tor tin opera brave safari chrome signal telegram messenger discord stripe square wise remote linear figma sketch canvas blackboard
`.trim().split(/\s+/));

/** Those that stay in capitals even where every word is in capitals, since nothing then tells which is meant. */
export const ACRONYMS: ReadonlySet<string> = new Set(['us', 'it', 'who', 'ai', 'aids', 'ice', 'polish', 'turkey']);

/** Marks that close a text without meaning anything there. */
export const CLOSING: ReadonlySet<string> = new Set(['.', '!', '?', ',', ';', ':', '。', '！', '？', '…', '‼', '⁉', '、', '।', '؟', '۔']);
