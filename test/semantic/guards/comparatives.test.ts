import { comparatives } from '../../../src/semantic/guards/comparatives.ts';
import { holdsItsTable } from './tables.ts';

holdsItsTable(comparatives, {
  vetoes: `
    Is tea cheaper than coffee? <> Is coffee cheaper than tea?
    Is tea better than coffee? <> Is coffee better than tea?
    Is tea bigger than coffee? <> Is tea smaller than coffee?
    why is Rust faster than Java <> why is Java faster than Rust
    why is gold heavier than iron <> why is gold lighter than iron
    are cats more loyal than dogs <> are dogs more loyal than cats
    are cats more loyal than dogs <> are cats less loyal than dogs
    is Oslo colder than Rome <> is Rome colder than Oslo
    is Oslo colder than Rome <> is Oslo warmer than Rome
    a laptop under 500 euros <> a laptop over 500 euros
    children under 12 <> children over 12
    at least 8 characters <> at most 8 characters
    more than 10 guests <> fewer than 10 guests
    is wood stronger than steel <> is steel stronger than wood
    is a bus slower than a tram <> is a bus faster than a tram
    do men live longer than women <> do women live longer than men
    is 2 kg or more a problem <> is 2 kg or less a problem
    up to 20 people <> more than 20 people
    is silk older than cotton <> is cotton older than silk
    is silk older than cotton <> is silk younger than cotton
    rows with more than 100 items <> rows with less than 100 items
  `,
  passes: `
    Is tea cheaper than coffee? <> Is tea less expensive than coffee?
    Is tea bigger than coffee? <> Is coffee smaller than tea?
    is Oslo colder than Rome <> is Rome warmer than Oslo
    why is Rust faster than Java <> why is Java slower than Rust
    a laptop under 500 euros <> a laptop for less than 500 euros
    children over 12 <> children older than 12
    at least 8 characters <> no fewer than 8 characters
    at most 8 characters <> no more than 8 characters
    at most 15 words <> no sentence longer than 15 words
    up to 20 people <> at most 20 people
    use at most 512 MB <> can't use more than 512 MB
    more than 10 guests <> over 10 guests
    is tea better than coffee <> tea: better than coffee?
    a plane is faster than a car <> planes are faster than cars
    under the bridge <> over the bridge
    more about cats <> tell me more of cats
    are cats more loyal than dogs <> are cats more faithful than dogs
    what is bigger than a whale <> which animal is bigger than a whale
    longer than a week <> more than a week
    is gold heavier than iron <> is iron lighter than gold
    do men live longer than women <> do women live shorter than men
  `,
});
