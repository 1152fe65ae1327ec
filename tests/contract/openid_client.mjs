// openid-client as a service would use it: a line of JSON tells it what to do, and it answers with another.
// node openid_client.mjs FOLDER, and first a line with the issuer's address.
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const library = join(process.argv[2], 'node_modules', 'openid-client', 'build', 'index.js');
const oidc = await import(pathToFileURL(library));
const imports = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  RS384: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' },
  RS512: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
};
const proofs = {
  client_secret_post: ({ secret }) => oidc.ClientSecretPost(secret),
  client_secret_basic: ({ secret }) => oidc.ClientSecretBasic(secret),
  none: () => oidc.None(),
  private_key_jwt: async ({ jwk, alg, kid }) => {
    const key = await crypto.subtle.importKey('jwk', jwk, imports[alg], false, ['sign']);
    return oidc.PrivateKeyJwt({ key, kid });
  },
};
let issuer, config, checks, tokens;

const does = {
  async register({ client }) {
    const metadata = { id_token_signed_response_alg: client.signed };
    const execute = [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks];
    const proof = await proofs[client.method](client);
    config = await oidc.discovery(new URL(issuer), client.id, metadata, proof, { execute });
    return config.serverMetadata();
  },
  async begin({ ask, bare }) {
    const verifier = oidc.randomPKCECodeVerifier();
    checks = { expectedState: oidc.randomState(), idTokenExpected: true };
    if (ask.max_age !== undefined) checks.maxAge = ask.max_age;
    if (!bare) Object.assign(checks, { pkceCodeVerifier: verifier, expectedNonce: oidc.randomNonce() });
    const own = { state: checks.expectedState, ...ask };
    if (!bare) {
      const code_challenge = await oidc.calculatePKCECodeChallenge(verifier);
      Object.assign(own, { nonce: checks.expectedNonce, code_challenge, code_challenge_method: 'S256' });
    }
    return { url: oidc.buildAuthorizationUrl(config, own).href };
  },
  async finish({ callback }) {
    tokens = await oidc.authorizationCodeGrant(config, new URL(callback), checks);
    const claims = tokens.claims();
    const userinfo = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
    return { claims, userinfo };
  },
  async userinfo({ sub }) {
    return oidc.fetchUserInfo(config, tokens.access_token, sub);
  },
  async introspect() {
    return oidc.tokenIntrospection(config, tokens.access_token);
  },
  async revoke() {
    await oidc.tokenRevocation(config, tokens.access_token);
    return {};
  },
  async end({ ask }) {
    return { url: oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, ...ask }).href };
  },
};

function refused({ name, code, error, status, message, cause }) {
  return { refused: { name, code, error: error ?? cause?.[0]?.parameters?.error, status, message } };
}

for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line);
  if (!issuer) {
    issuer = given;
    process.stdout.write('ready\n');
    continue;
  }
  const answer = await does[given.do](given).catch(refused);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
