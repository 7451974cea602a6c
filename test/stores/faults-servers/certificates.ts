import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Files in PEM. */
export interface Certificates {
  /** Of the authority that signed. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes an authority, and a certificate of it for 127.0.0.1, in a folder. Wants OpenSSL 3. */
export function makeCertificates(folder: string, name = 'one'): Certificates {
  const file = (what: string) => join(folder, `${name}.${what}.pem`);
  const files = { ca: file('ca'), certificate: file('certificate'), key: file('key') };
  const make = (...args: string[]) =>
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', ...args], { stdio: 'ignore' });
  make('-subj', `/CN=authority ${name}`, '-keyout', file('ca-key'), '-out', files.ca);
  make(
    '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=CA:FALSE',
    '-CA', files.ca, '-CAkey', file('ca-key'), '-keyout', files.key, '-out', files.certificate,
  );
  return files;
}
