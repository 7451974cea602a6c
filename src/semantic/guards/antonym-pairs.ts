/**
 * Opposites: words of one side | words of the other. Inflected forms are found by stem; a word after `=` holds in that form only. Two words
 * joined by `_` are a verb and its particle, which may stand apart ("turn the light off").
 */
export const PAIRS = `
  enable activate turn_on switch_on reactivate|disable deactivate turn_off switch_off
  increase raise boost increment gain grow rise|decrease reduce lower decrement lessen diminish fall shrink
  buy purchase|sell resell
  open reopen|close shut closure
  import|export
  encode|decode
  encrypt|decrypt
  compress|decompress uncompress
  zip|unzip
  serialize serialise marshal|deserialize deserialise unmarshal
  upload|download
  install|uninstall
  install set_up|remove uninstall
  add include|remove delete exclude
  create|delete destroy
  insert|delete
  attach|detach
  mount|unmount
  connect|disconnect
  subscribe|unsubscribe
  follow|unfollow
  lock|unlock
  block ban|unblock unban
  mute|unmute
  hide|unhide show reveal
  collapse fold|expand unfold
  maximize maximise =maximum =max|minimize minimise =minimum =min
  =largest =biggest|=smallest
  =highest|=lowest
  =longest|=shortest
  =oldest|=newest =youngest
  =earliest|=latest
  =fastest =quickest|=slowest
  =cheapest|=dearest =priciest
  =best|=worst
  =heaviest|=lightest
  =deepest|=shallowest
  =hottest =warmest|=coldest =coolest
  =richest|=poorest
  =strongest|=weakest
  =easiest =simplest|=hardest
  =farthest =furthest|=nearest =closest
  =youngest|=oldest =eldest
  =safest|=riskiest
  =thickest|=thinnest
  =tallest|=shortest
  start begin launch commence|stop halt terminate
  start begin|finish end
  enter|exit
  login log_in sign_in log_on|logout log_out sign_out log_off
  check_in|check_out
  opt_in|opt_out
  zoom_in|zoom_out
  phase_in|phase_out
  move_in|move_out
  speed_up accelerate|slow_down decelerate
  scale_up upscale|scale_down downscale
  upgrade|downgrade
  deposit pay_in|withdraw withdrawal
  lend|borrow
  send|receive
  earn|spend
  save|spend
  win|lose
  accept approve grant|reject refuse decline deny
  allow permit|forbid prohibit disallow
  hire recruit employ|fire dismiss sack
  join|leave quit
  arrive arrival|depart departure
  push|pull
  lift|drop
  ascend ascending|descend descending
  ascending asc|descending desc
  attack|defend
  agree|disagree
  appear|disappear vanish
  freeze|thaw defrost unfreeze
  heat warm|cool chill
  inflate|deflate
  inhale|exhale
  fill refill|empty
  tighten|loosen
  strengthen|weaken
  lengthen extend prolong|shorten
  widen|narrow
  thicken|thin
  sharpen|blur
  lighten brighten|darken
  stretch|shrink
  improve|worsen
  promote promotion|demote demotion
  succeed success|fail failure
  love|hate
  like|dislike
  praise|criticise criticize
  encourage|discourage
  wake wake_up|sleep fall_asleep
  plug_in|unplug
  wind|unwind
  merge|split
  multiply multiplication|divide division
  addition sum|subtraction
  subtract|add
  gain put_on|lose shed
  advantage benefit pro upside|disadvantage drawback con downside
  strength|weakness
  asset|liability
  profit|loss
  revenue income|expense expenditure
  credit|debit
  supply|demand
  import|export
  input|output
  inbound incoming|outbound outgoing
  inward|outward
  internal|external
  interior|exterior
  inner|outer
  indoor indoors|outdoor outdoors
  inside|outside
  public|private
  online|offline
  synchronous sync|asynchronous async
  static|dynamic
  mutable|immutable
  local|remote
  local|global
  client|server
  frontend front-end|backend back-end
  horizontal horizontally|vertical vertically
  =left|=right
  clockwise|anticlockwise counterclockwise
  forward forwards|backward backwards
  north northern|south southern
  east eastern|west western
  top|bottom
  front|back rear
  upper|lower
  above|below beneath
  maximum|minimum
  majority|minority
  odd|even
  positive|negative
  singular|plural
  male man men boy|female woman women girl
  husband|wife
  brother|sister
  uncle|aunt
  son|daughter
  mother mum mom|father dad
  king|queen
  adult grown-up|child
  young|old elderly
  new|old
  hot|cold
  warm|cool
  wet|dry
  hard|soft
  thick|thin
  wide|narrow
  deep|shallow
  heavy|light
  =fast =quick|=slow
  quickly|slowly
  =high|=low
  =tall|=short
  =long|=short
  =big =large|=small =little =tiny
  =rich|=poor
  strong|weak
  loud|quiet silent
  bright|dark dim
  =easy =simple|=difficult
  cheap|expensive pricey
  =safe|=dangerous
  clean|dirty
  full|empty
  fresh|stale
  sweet|sour bitter
  raw|cooked
  alive|dead
  happy|sad
  polite|rude
  brave|cowardly
  smart|stupid
  beautiful|ugly
  friend|enemy
  ancient|modern
  urban|rural
  domestic|foreign international
  permanent|temporary
  full-time fulltime|part-time parttime
  mandatory compulsory obligatory required|optional voluntary
  legal|illegal
  innocent|guilty
  true|false
  =pass|=fail
  acid acidic|alkaline
  solid|liquid
  artificial synthetic|natural
  active|passive
  primary|secondary
  formal|informal casual
  optimistic optimist|pessimistic pessimist
  introvert introverted|extrovert extroverted
  major|minor
  ancestor|descendant
  parent|child
  teacher|student pupil
  employer|employee
  landlord|tenant
  lender|borrower
  buyer|seller
  doctor|patient
  winner|loser
  sender|recipient receiver
  interviewer|interviewee
  debtor|creditor
  plaintiff|defendant
  prosecutor|defendant
  predator|prey
  host|guest
  author writer|reader
  producer|consumer
  before prior|after afterwards
  =first|=last
  =more|=less
  =most|=least =fewest
  =better|=worse
  =bigger =larger|=smaller
  =higher|=lower
  =longer|=shorter
  =older|=newer =younger
  =faster =quicker|=slower
  =cheaper|=dearer =pricier
  =stronger|=weaker
  =heavier|=lighter
  =earlier|=later
  =easier|=harder
  =hotter =warmer|=colder =cooler
  =safer|=riskier
  =wider|=narrower
  =deeper|=shallower
  =brighter|=darker
  =louder|=quieter
  =softer|=harder
  =steep|=gentle
  =nearer =closer|=farther =further
  tightening|easing
  =thicker|=thinner
  =richer|=poorer
  =taller|=shorter
  overestimate|underestimate
  overweight|underweight
  overpaid overpay|underpaid underpay
  arrest|release
  inhabited|uninhabited
  sunrise dawn|sunset dusk
  =maximal|=minimal
  summarise summarize shorten|lengthen expand elaborate
  birth born|death die
  marry marriage wedding|divorce
  attend|miss
  catch|throw
  build construct|demolish
  hello greeting|goodbye farewell
  problem|solution
  cause|effect
  absorb|emit
  attract|repel
  float|sink
  melt|solidify
  evaporate|condense
  expand|contract
  vertical|horizontal
  convex|concave
  acquit|convict
  immigrate immigration|emigrate emigration
  lossless|lossy
  stateful|stateless
  transparent|opaque
  smooth|rough
  tame|wild
  generous|stingy
  guest|host
  winter|summer
  arrival|departure
  pickup pick_up|drop_off
  upstream|downstream
  upstairs|downstairs
  uphill|downhill
  upward upwards|downward downwards
  exclusive|inclusive
  include|exclude
  ally|enemy
  debit|credit
  carnivore|herbivore
  mammal|reptile
  odd|even
  vowel|consonant
  prefix|suffix
  uppercase|lowercase
  sine|cosine
  numerator|denominator
  virtue|vice
  victory|defeat
  war|peace
  heaven|hell
  truth|lie
  sunny|cloudy rainy
  bullish bull|bearish bear
  hardware|software
  landscape|portrait
  multiplayer|singleplayer
  onshore|offshore
  inpatient|outpatient
  prepaid prepay|postpaid
  refund|charge
  =wholesale|=retail
  gross|net
  fixed|variable floating
  quantitative|qualitative
  whitelist allowlist|blacklist denylist blocklist
  commit|rollback
  acquire|release
  pause|resume
  undo|redo
  show|hide
  display|hide
  write|read
  put_on|take_off
  turn_up|turn_down
  go_up|go_down
  switch_to|switch_from
  move_to|move_from
  move_up|move_down
  roll_out|roll_back
  clock_in|clock_out
  get_on board|get_off disembark
  let_in|let_out
  take_in|take_out
  scroll_up|scroll_down
  bring_forward|postpone
  unsafe|safe
  borrow|lend
`;

/** Small words that are opposites where one stands in the place of the other: `|` between the sides. */
export const SLOTS = 'on|off in|out up|down over|under with|without before|after above|below to|from into|from for|against more|less most|least more|fewer always|never all|none inside|outside can|cannot can|can\'t '
  + 'do|don\'t does|doesn\'t is|isn\'t are|aren\'t was|wasn\'t should|shouldn\'t will|won\'t into|out including|excluding like|dislike must|can can|must may|must must|may must|should '
  + 'yes|no true|false and|or or|and any|all some|all every|one near|far near|from since|until until|since by|after during|after during|before despite|because past|future front|behind good|bad right|wrong early|late high|low hot|cold rich|poor light|dark old|new same|different';
