import { names } from '../../../src/semantic/guards/names.ts';
import { holdsItsTable } from './tables.ts';

holdsItsTable(names, {
  vetoes: `
    reverse a string in java <> reverse a string in javascript
    reverse a string in Python <> reverse a string in Ruby
    what is the capital of France <> what is the capital of Spain
    can you tell us about taxes <> can you tell US about taxes
    how do I get into IT <> how do I get into it
    who runs WHO <> who runs who
    how do I report ICE <> how do I report ice
    hotels in paris <> hotels in rome
    how do I install docker <> how do I install kubernetes
    delete my Facebook account <> delete my Instagram account
    does Anna like her brother <> does Maria like her brother
    history of the Habsburg family <> history of the Medici family
    how do I sort a column in Excel <> how do I sort a column in google sheets
    mysql backup <> postgres backup
    how far is Mars from us <> how far is Venus from us
    run a script on windows <> run a script on linux
    visa for indian citizens <> visa for pakistani citizens
    is ibuprofen safe with wine <> is paracetamol safe with wine
    who founded Samsung <> who founded Nokia
    parse xml in a shell <> parse json in a shell
    routing in react <> routing in angular
    the rules of cricket <> the rules of baseball
    buy a used bmw <> buy a used audi
    is bitcoin dead <> is ethereum dead
    how tall is Mount Kenya <> how tall is Mount Elbrus
    learn guitar at home <> learn piano at home
    reset my Vireo password <> reset my Quillbase password
    How do I reset my Gmail password? <> How do I reset my password?
  `,
  passes: `
    reverse a string in js <> reverse a string in javascript
    reverse a string in Python <> python: reverse a string
    k8s pods explained <> Kubernetes pods explained
    who leads the USA <> who leads the United States
    who leads the UK <> who leads the United Kingdom
    german bread <> bread from Germany
    postgres backup <> PostgreSQL backup
    What is the capital of France? <> what's france's capital
    how do I go home <> how do I get home
    the rules of the EU <> the rules of the European Union
    How To Boil An Egg <> how to boil an egg
    a word for happy <> a term for happy
    hotels in NYC <> hotels in new york
    does Anna like tea <> is tea something Anna likes
    what is rust on iron <> why does iron rust
    swift answers to hard questions <> quick answers to hard questions
    What is Docker? <> Explain docker
    express train to London <> fast train to London
    an apple a day <> one apple every day
    is Bombay humid <> is Mumbai humid
    Can the US president dissolve Congress? <> us president dissolving congress possible?
    raise the US-VISIT limits <> RAISE THE US-VISIT LIMITS
    is a tablet of aspirin enough <> is one aspirin enough
    What does HTML stand for? <> HTML meaning
  `,
});
