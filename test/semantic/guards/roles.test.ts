import { roles } from '../../../src/semantic/guards/roles.ts';
import { holdsItsTable } from './tables.ts';

holdsItsTable(roles, {
  vetoes: `
    As a landlord, can I end the lease? <> As a tenant, can I end the lease?
    I'm a teacher, may I strike? <> I'm a student, may I strike?
    as a buyer, who pays the fee <> as a seller, who pays the fee
    I am a driver, who is at fault? <> I am a cyclist, who is at fault?
    can my daughter renew the passport <> can my son renew the passport
    what gift for my mother <> what gift for my father
    can I see my medical file <> can he see his medical file
    can I renew the passport <> can my daughter renew the passport
    is my wife insured abroad <> is my brother insured abroad
    how do I change my name <> how does she change her name
    reset my password now <> reset his password now
    as an employer, how much notice <> as an employee, how much notice
    advice for my sister on exams <> advice for my cousin on exams
    act as a lawyer and read this <> act as a doctor and read this
    my dog ate chocolate <> my cat ate chocolate
    as a parent, may I see the marks <> as a pupil, may I see the marks
    as a guest, do I need a key <> as an owner, do I need a key
    can my boss read my mail <> can my landlord read my mail
    help my grandmother fill in the form <> help my nephew fill in the form
    when do we get our refund <> when do they get their refund
    I'm a nurse, which jab do I need <> I'm a patient, which jab do I need
  `,
  passes: `
    As a landlord, can I end the lease? <> I'm a landlord. Can I end the lease?
    what gift for my mother <> what gift for my mum
    what gift for my dad <> what gift for my father
    can I see my file <> can you see your file
    How do I change my name? <> How does one change his name?
    How do you change a name? <> How do I change a name?
    how do they know quarks exist <> how do scientists know quarks exist
    reset my password <> password reset
    is my wife insured <> is the wife insured
    I am a teacher, may I strike <> may teachers strike
    as a buyer, who pays the fee <> who pays the fee for a buyer
    what happens when someone changes jobs, do they keep their pension <> what happens to my pension when I change jobs, do I keep it
    can I bring my dog <> are dogs allowed
    can we bring our dog <> can I bring my dog
    me and my bike <> my bike and I
    help my grandma <> help my grandmother
    act as a lawyer <> you are a lawyer
    my puppy bites <> my dog bites
    should people save their money <> should I save my money
    our boiler is broken <> my boiler is broken
    his or her choice <> their choice
  `,
});
