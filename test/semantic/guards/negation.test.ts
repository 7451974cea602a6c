import { negation } from '../../../src/semantic/guards/negation.ts';
import { holdsItsTable } from './tables.ts';

holdsItsTable(negation, {
  vetoes: `
    Is it safe to eat raw eggs? <> Is it unsafe to eat raw eggs?
    Is the tap water safe in Peru? <> Is the tap water not safe in Peru?
    Which birds can fly? <> Which birds can't fly?
    foods that contain gluten <> foods that do not contain gluten
    cakes with sugar <> cakes without sugar
    bake a cake with eggs <> bake a cake without eggs
    should I wake a sleepwalker <> should I never wake a sleepwalker
    who may vote in Malta <> who may not vote in Malta
    is it legal to park here <> is it illegal to park here
    why does my cat purr <> why doesn't my cat purr
    what is covered by the warranty <> what is not covered by the warranty
    is the answer correct <> is the answer incorrect
    can I return opened goods <> can I return unopened goods
    is he an honest man <> is he a dishonest man
    verbs that are regular <> verbs that are irregular
    files that were encrypted <> files that were unencrypted
    people who are able to work <> people who are unable to work
    countries with a king <> countries with no king
    all rooms except the kitchen need paint <> all rooms and the kitchen need paint
    Is it possible to sneeze asleep? <> Is it impossible to sneeze asleep?
    mention prices in the letter <> don't mention prices in the letter
    cities that have an airport <> cities that don't have an airport
  `,
  passes: `
    Is it unsafe to eat raw eggs? <> Is it not safe to eat raw eggs?
    don't forget to water the fern <> remember to water the fern
    Isn't it safe to eat raw eggs? <> Is it safe to eat raw eggs?
    I don't know how to boil an egg <> how to boil an egg
    why not paint the wall blue <> paint the wall blue
    which birds cannot fly <> which birds can't fly
    cakes without sugar <> cakes with no sugar
    cakes without sugar <> sugar-free cakes
    is it illegal to park here <> is it not legal to park here
    make sure you do not miss the train <> avoid missing the train
    how do I stop the dog barking <> how do I make the dog not bark
    no more than 5 guests <> at most 5 guests
    I'm not sure what a noun is <> what is a noun
    it is not uncommon to sneeze <> it is common to sneeze
    Can't I park here? <> Can I park here?
    an unhappy child <> a child that is not happy
    my phone does not charge <> my phone fails to charge
    why don't we eat grass <> why do we not eat grass
    a story that never ends <> a story without an end
    not only cats purr <> cats purr
    no idea how to tie a tie <> how to tie a tie
    I can't find my keys, where could they be <> where could my keys be
  `,
});
