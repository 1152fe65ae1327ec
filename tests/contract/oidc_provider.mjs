// panva's oidc-provider over TLS, with one client as the stand-in has it.
// node oidc_provider.mjs FOLDER, and on a line of its standard input {key, cert, jwk, client}; it says its issuer on one line.
// The key to sign with comes from outside: Node 20 can lock up for ever where it makes a key and exports it as JWK.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { pathToFileURL } from 'node:url';

const library = join(process.argv[2], 'node_modules', 'oidc-provider', 'lib', 'index.js');
const { default: Provider } = await import(pathToFileURL(library));
const { key, cert, jwk, client } = JSON.parse(await createInterface(process.stdin).question(''));

const account = { name: 'Amina Okafor', email: 'amina.okafor@northfield.example.org' };
const configuration = {
  clients: [{ ...client, response_types: ['code'], grant_types: ['authorization_code'] }],
  jwks: { keys: [{ ...jwk, kid: 'one', use: 'sig', alg: 'RS256' }] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
  conformIdTokenClaims: false,
  responseTypes: ['code'],
  allowOmittingSingleRegisteredRedirectUri: false,
  pkce: { required: () => true },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...account }) }),
};

const server = createServer({ key, cert });
server.listen(0, '127.0.0.1', () => {
  const issuer = `https://127.0.0.1:${server.address().port}`;
  server.on('request', new Provider(issuer, configuration).callback());
  process.stdout.write(`\nready ${issuer}\n`);
});
