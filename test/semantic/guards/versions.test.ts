import { versions } from '../../../src/semantic/guards/versions.ts';
import { holdsItsTable } from './tables.ts';

holdsItsTable(versions, {
  vetoes: `
    print without newline in Python 2 <> print without newline in Python 3
    what changed in v1.2 <> what changed in v1.3
    what changed in version 1.2.0 <> what changed in version 1.2.1
    widgets on iOS 16 <> widgets on iOS 17
    classes in ES5 <> classes in ES6
    install Java 11 on Linux <> install Java 17 on Linux
    is Windows 10 still supported <> is Windows 11 still supported
    records in Java 8 <> records in Java 21
    Angular 12 forms <> Angular 17 forms
    Ubuntu 20.04 end of life <> Ubuntu 22.04 end of life
    upgrade to PHP 7 <> upgrade to PHP 8
    hooks in React 16 <> hooks in React 18
    what is new in Node 20 <> what is new in Node 22
    dark mode on Android 12 <> dark mode on Android 14
    Postgres 14 partitions <> Postgres 16 partitions
    Bootstrap 4 grid <> Bootstrap 5 grid
    USB 2 cable speed <> USB 3 cable speed
    release notes of v2 <> release notes of v3
    python3.8 download <> python3.12 download
    battery of the iPhone 13 <> battery of the iPhone 15
    is HTTP 2 faster <> is HTTP 3 faster
    how good is GPT 3 at maths <> how good is GPT 4 at maths
  `,
  passes: `
    what changed in v1.2 <> what changed in 1.2.0
    what changed in v1.2 <> what changed in version 1.2
    print in Python 3 <> print in python3
    print in Python 3 <> print in Python 3.11
    print in Python 3 <> print in Python
    classes in ES6 <> classes in ES2015
    classes in ECMAScript 2015 <> classes in ES6
    widgets on iOS 17 <> ios17 widgets
    Node.js 20 streams <> node 20 streams
    install Java 17 <> install JDK 17
    is Windows 11 good <> is win 11 good
    k8s 1.29 changes <> Kubernetes 1.29 changes
    Postgres 16 <> PostgreSQL 16
    v2.0 release notes <> version 2 release notes
    read 3 books on Python <> read three books about Python
    React 18 hooks <> hooks in ReactJS 18
    how old is Java <> what age is Java
    ubuntu 22.04 wifi <> wifi on Ubuntu 22.04
    upgrade to PHP 8 <> move to PHP 8
    5 tips for Docker <> five tips for Docker
    Angular 17 <> angular v17
    the Go release 1.22 <> golang 1.22
  `,
});
