/**
 * A light stemmer for English: takes off plural, `-ing`, `-ed` and the silent `e`, and knows the common irregular forms. Two words of
 * the same stem are the same word in another form; that is all it is for. Words of other languages pass through mostly unharmed.
 */
const IRREGULAR = new Map(`
  bought:buy sold:sell sent:send spent:spend got:get gotten:get went:go gone:go goes:go won:win lost:lose began:begin begun:begin came:come
  gave:give given:give took:take taken:take made:make ran:run wrote:write written:write paid:pay rose:rise risen:rise fell:fall fallen:fall
  grew:grow grown:grow shrank:shrink shrunk:shrink lent:lend kept:keep held:hold built:build drew:draw drawn:draw drove:drive driven:drive
  ate:eat eaten:eat drank:drink drunk:drink saw:see seen:see knew:know known:know thought:think found:find told:tell said:say says:say felt:feel
  left:left met:meet read:read stood:stand understood:understand taught:teach caught:catch brought:bring broke:break broken:break
  chose:choose chosen:choose flew:fly flown:fly forgot:forget forgotten:forget froze:freeze frozen:freeze hid:hide hidden:hide
  slept:sleep spoke:speak spoken:speak stole:steal stolen:steal swam:swim threw:throw thrown:throw wore:wear worn:wear woke:wake woken:wake
  sank:sink sunk:sink sang:sing sung:sing did:do does:do done:do had:have has:have was:be were:be been:be is:be are:be am:be being:be
  men:man women:woman children:child kids:kid feet:foot teeth:tooth mice:mouse geese:goose lives:life wives:wife knives:knife
  using:use used:use uses:use dying:die died:die dies:die lying:lie lied:lie tying:tie tied:tie
  news:news series:series species:species this:this its:its his:his us:us plus:plus bus:bus gas:gas yes:yes as:as
  always:always perhaps:perhaps less:less christmas:christmas business:business process:process access:access address:address
  thing:thing something:something anything:anything nothing:nothing everything:everything during:during morning:morning evening:evening
  ceiling:ceiling string:string spring:spring bring:bring king:king ring:ring sing:sing wing:wing swing:swing sling:sling
  need:need speed:speed feed:feed seed:seed bed:bed red:red shed:shed hundred:hundred indeed:indeed exceed:exceed proceed:proceed succeed:succeed
  analyses:analysis analysis:analysis basis:basis crisis:crisis status:status virus:virus campus:campus bonus:bonus lens:lens mars:mars
  paris:paris texas:texas james:james kubernetes:kubernetes redis:redis jenkins:jenkins pandas:pandas postgres:postgres aws:aws ios:ios
`.trim().split(/\s+/).map((pair) => pair.split(':') as [string, string]));

/** Longer than any English word; such a string is none, and costs time. */
const LONGEST = 40;

/** The word without its inflection. `word` is in lower case. */
export function stem(word: string): string {
  const known = IRREGULAR.get(word);
  if (known !== undefined) return silent(known);
  let rest = word.endsWith("'s") ? word.slice(0, -2) : word;
  if (rest.length < 4 || rest.length > LONGEST) return rest;
  if (rest.endsWith('ies') && rest.length > 4) return rest.slice(0, -3) + 'y';
  if (/(?:s|x|z|ch|sh)es$/.test(rest)) rest = rest.slice(0, -2);
  else if (rest.endsWith('s') && !/(?:ss|us|is)$/.test(rest)) rest = rest.slice(0, -1);
  if (rest.endsWith('ied') && rest.length > 4) return rest.slice(0, -3) + 'y';
  const cut = /^(.*[aeiouy].*)(?:ing|ed)$/.exec(rest)?.[1];
  if (cut !== undefined && cut.length >= 3) return silent(cut.replace(/([bdgmnprt])\1$/, '$1'));
  return silent(rest);
}

/** Drops the last `e`, so that `enable` meets `enabl` from `enabled`, and makes the spelling of `-ise` and `-our` one. */
function silent(word: string): string {
  const rest = word.length > 3 && word.endsWith('e') && !word.endsWith('ee') ? word.slice(0, -1) : word;
  if (rest.endsWith('is') && rest.length > 6) return rest.slice(0, -2) + 'iz';
  return rest.endsWith('our') && rest.length > 5 ? rest.slice(0, -3) + 'or' : rest;
}
