import { links } from '../../../src/semantic/guards/links.ts';
import { holdsItsTable } from './tables.ts';

holdsItsTable(links, {
  vetoes: `
    summarise https://example.org/one <> summarise https://example.org/two
    summarise https://example.org/one <> summarise https://example.com/one
    is shop.example.com safe <> is store.example.com safe
    mail anna@example.org <> mail otto@example.org
    mail anna@example.org <> mail anna@example.com
    read https://example.org/a?page=1 <> read https://example.org/a?page=2
    what is on www.alpha.org <> what is on www.beta.org
    who owns alpha.io <> who owns beta.io
    ping http://api.test/v1 <> ping http://api.test/v2
    translate https://example.org/news <> translate this
    write to help@example.org about my bill <> write to sales@example.org about my bill
    crawl https://example.org/Docs <> crawl https://example.org/docs
    check https://example.org/a#one <> check https://example.org/a#two
    clone https://github.com/a/b <> clone https://github.com/a/c
    fetch ftp://files.example.org/x.zip <> fetch ftp://files.example.org/y.zip
    is alpha.com down <> is beta.com down
    what does https://example.org/pricing say <> what does the page say
    send it to me@example.net <> send it
    review https://docs.example.dev/start <> review https://docs.example.dev/end
    open www.one.de <> open www.two.de
    unsubscribe a@x.org <> unsubscribe b@x.org
  `,
  passes: `
    summarise https://example.org/one <> please give a summary of https://example.org/one
    summarise https://example.org/one <> summarise http://example.org/one/
    summarise https://www.example.org <> summarise example.org
    summarise https://Example.org/one <> summarise https://example.org/one
    mail Anna@Example.org <> mail anna@example.org
    is example.com safe? <> Is example.com a safe site?
    is example.com safe? <> is the site example safe?
    read https://example.org/a. <> read https://example.org/a
    read (https://example.org/a) <> read https://example.org/a
    what is a URL <> what does URL mean
    how do I write an e-mail <> how to write an email
    node.js streams <> streams in node
    who owns alpha.io <> whose is alpha.io
    e.g. a cat <> for example a cat
    version 1.2.3 <> release 1.2.3
    ping api.test <> send a ping to api.test
    ping https://api.test/ <> ping api.test
    shop at www.one.de <> shop at one.de
    see https://example.org/x, then explain <> explain https://example.org/x
    write to help@example.org <> contact help@example.org
    google it <> search google
  `,
});
