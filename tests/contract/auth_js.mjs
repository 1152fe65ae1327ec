// A service by Auth.js, its provider configured as Cohort Manager has it, on a plain server of Node's.
// node auth_js.mjs FOLDER, and a line {issuer, id, secret, port}. /begin leaves for the provider; / says who is here.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { pathToFileURL } from 'node:url';

const { Auth, skipCSRFCheck } = await import(pathToFileURL(join(process.argv[2], 'node_modules', '@auth', 'core', 'index.js')));
const { issuer, id, secret, port } = JSON.parse(await createInterface(process.stdin).question(''));
const here = `http://localhost:${port}`;
const levels = ['idassurancelevel', 'authentication_assurance_level'];

const config = {
  basePath: '/auth',
  trustHost: true,
  secret: 'made up for the tests, and long enough',
  skipCSRFCheck,
  providers: [
    {
      id: 'nhs-cis2',
      name: 'NHS CIS2 Authentication',
      type: 'oidc',
      issuer,
      clientId: id,
      clientSecret: secret,
      authorization: {
        params: {
          acr_values: 'AAL2_OR_AAL3_ANY',
          scope: 'openid profile nationalrbacaccess',
          response_type: 'code',
          max_age: 240,
        },
      },
      client: { token_endpoint_auth_method: 'client_secret_post' },
      token: `${issuer}/access_token`,
      userinfo: `${issuer}/userinfo`,
      idToken: false,
      checks: ['state'],
      profile: (told) => ({
        id: told.sub,
        name: `${told.given_name} ${told.family_name}`,
        orgs: told.nhsid_nrbac_roles.flatMap((role) => role.org_code),
      }),
    },
  ],
  callbacks: {
    signIn({ account }) {
      const claims = JSON.parse(Buffer.from(account.id_token.split('.')[1], 'base64url'));
      return claims.aud === id && claims.iss === issuer && levels.every((name) => claims[name] >= '2');
    },
    jwt({ token, user }) {
      return user ? { ...token, orgs: user.orgs } : token;
    },
    session({ session, token }) {
      return { ...session, sub: token.sub, orgs: token.orgs };
    },
  },
  logger: { error: (error) => console.error(error), warn() {}, debug() {} },
};

const server = createServer(async (asked, answer) => {
  const begin = asked.url === '/begin';
  const path = begin ? '/auth/signin/nhs-cis2' : asked.url === '/' ? '/auth/session' : asked.url;
  const headers = { ...asked.headers, ...(begin && { 'content-type': 'application/x-www-form-urlencoded' }) };
  const request = new Request(here + path, begin ? { method: 'POST', headers, body: 'callbackUrl=%2F' } : { headers });
  const given = await Auth(request, config);
  for (const cookie of given.headers.getSetCookie()) answer.appendHeader('set-cookie', cookie);
  for (const [name, value] of given.headers) if (name !== 'set-cookie') answer.setHeader(name, value);
  answer.writeHead(given.status).end(await given.text());
});
server.listen(port, 'localhost', () => process.stdout.write('ready\n'));
