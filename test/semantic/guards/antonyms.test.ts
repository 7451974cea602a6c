import { antonyms } from '../../../src/semantic/guards/antonyms.ts';
import { holdsItsTable } from './tables.ts';

holdsItsTable(antonyms, {
  vetoes: `
    how do I enable dark mode <> how do I disable dark mode
    how do I turn on dark mode <> how do I turn off dark mode
    how do I turn dark mode on <> how do I turn dark mode off
    how do I activate dark mode <> how do I switch off dark mode
    should I buy gold now <> should I sell gold now
    when does the shop open <> when does the shop close
    how to increase blood pressure <> how to decrease blood pressure
    importing goods to Chile <> exporting goods to Chile
    encode a string in base64 <> decode a string in base64
    the largest lake in Africa <> the smallest lake in Africa
    the oldest city in Peru <> the newest city in Peru
    what to do before a marathon <> what to do after a marathon
    drive on the left in Malta <> drive on the right in Malta
    find the minimum of a list <> find the maximum of a list
    the first president of Peru <> the last president of Peru
    how to lock a file <> how to unlock a file
    how do I subscribe to the paper <> how do I unsubscribe from the paper
    the advantages of nuclear power <> the disadvantages of nuclear power
    pros of remote work <> cons of remote work
    how do I log in to the shop <> how do I log out of the shop
    is the museum free inside <> is the museum free outside
    how to gain weight fast <> how to lose weight fast
    sort rows in ascending order <> sort rows in descending order
    compress a folder <> decompress a folder
    scale up the cluster <> scale down the cluster
    who hired the coach <> who fired the coach
    the input of the function <> the output of the function
  `,
  passes: `
    how do I enable dark mode <> how do I turn on dark mode
    how do I switch dark mode off <> how do I disable dark mode
    should I buy gold now <> is now the time to purchase gold
    when does the shop close <> when does the shop shut
    how to decrease blood pressure <> how to lower blood pressure
    is the shop not open on Sundays <> is the shop closed on Sundays
    the difference between buy and sell <> buying against selling: the difference
    the largest lake in Africa <> the biggest lake in Africa
    the advantages of nuclear power <> the benefits of nuclear power
    is Oslo colder than Rome <> is Rome warmer than Oslo
    how do I remove a user <> how do I delete a user
    first aid for burns <> what first aid helps with burns
    on the other hand <> on another hand
    a light lunch <> a small lunch
    the right to vote <> the voting right
    the last train home <> the final train home
    turn the volume up <> raise the volume
    how do I log in <> how do I sign in
    how to gain muscle <> how to build muscle
    sort in ascending order <> sort asc
    open source licences <> licences for open source
    start a fire <> begin a fire
  `,
});
